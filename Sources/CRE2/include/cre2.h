// A C face for RE2, as small as maillogd needs it.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cre2_pattern cre2_pattern;

/// One group of a match: offsets into the text, -1 and -1 for a group that took no part.
typedef struct {
  int32_t start;
  int32_t end;
} cre2_group;

/// Compiles `pattern` within `max_memory` bytes. Never NULL; ask cre2_error.
cre2_pattern *cre2_compile(const char *pattern, size_t length, int64_t max_memory);
void cre2_free(cre2_pattern *pattern);
/// What is wrong with the pattern; NULL if nothing is.
const char *cre2_error(const cre2_pattern *pattern);
/// The part of the pattern that is wrong.
const char *cre2_error_argument(const cre2_pattern *pattern);
/// How many capturing groups the pattern has.
int32_t cre2_group_count(const cre2_pattern *pattern);
/// How many instructions the compiled expression has: what it costs to keep and, at worst, to search.
int32_t cre2_program_size(const cre2_pattern *pattern);
/// The name of group `index` (1 is the first); NULL if it has none.
const char *cre2_group_name(const cre2_pattern *pattern, int32_t index);
/// Searches `text`; group 0 is the whole match. Returns 1 for a match, else 0.
int32_t cre2_search(const cre2_pattern *pattern, const uint8_t *text, size_t length, cre2_group *groups,
                    int32_t group_count);

#ifdef __cplusplus
}
#endif
