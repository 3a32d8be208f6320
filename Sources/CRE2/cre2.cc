#include "cre2.h"

#include <re2/re2.h>

#include <map>
#include <string>
#include <vector>

struct cre2_pattern {
  re2::RE2 expression;
  std::vector<std::string> names;

  cre2_pattern(re2::StringPiece pattern, const re2::RE2::Options &options) : expression(pattern, options) {
    if (!expression.ok()) return;
    names.resize(static_cast<size_t>(expression.NumberOfCapturingGroups()) + 1);
    for (const auto &[index, name] : expression.CapturingGroupNames()) names[static_cast<size_t>(index)] = name;
  }
};

extern "C" {

cre2_pattern *cre2_compile(const char *pattern, size_t length, int64_t max_memory) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(max_memory);
  // Log lines are bytes; Latin-1 lets every byte match as itself, so that a cut or invalid UTF-8 sequence cannot hide text.
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  return new cre2_pattern(re2::StringPiece(pattern, length), options);
}

void cre2_free(cre2_pattern *pattern) { delete pattern; }

const char *cre2_error(const cre2_pattern *pattern) {
  return pattern->expression.ok() ? nullptr : pattern->expression.error().c_str();
}

const char *cre2_error_argument(const cre2_pattern *pattern) { return pattern->expression.error_arg().c_str(); }

int32_t cre2_group_count(const cre2_pattern *pattern) { return pattern->expression.NumberOfCapturingGroups(); }

int32_t cre2_program_size(const cre2_pattern *pattern) { return pattern->expression.ProgramSize(); }

const char *cre2_group_name(const cre2_pattern *pattern, int32_t index) {
  const auto &names = pattern->names;
  if (index < 0 || static_cast<size_t>(index) >= names.size() || names[static_cast<size_t>(index)].empty()) return nullptr;
  return names[static_cast<size_t>(index)].c_str();
}

int32_t cre2_search(const cre2_pattern *pattern, const uint8_t *text, size_t length, cre2_group *groups,
                    int32_t group_count) {
  constexpr int32_t most = 32;
  re2::StringPiece found[most];
  const re2::StringPiece whole(reinterpret_cast<const char *>(text), length);
  const int32_t wanted = group_count < most ? group_count : most;
  if (!pattern->expression.Match(whole, 0, length, re2::RE2::UNANCHORED, found, wanted)) return 0;
  for (int32_t index = 0; index < wanted; ++index) {
    if (found[index].data() == nullptr) {
      groups[index] = {-1, -1};
    } else {
      const auto start = static_cast<int32_t>(found[index].data() - whole.data());
      groups[index] = {start, start + static_cast<int32_t>(found[index].size())};
    }
  }
  return 1;
}
}
