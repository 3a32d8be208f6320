#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct sd_journal sd_journal;

// Loads libsystemd.so.0, once. Returns NULL, or the loader's reason for failing. Until it has returned NULL, nothing
// below may be called.
const char *_Nullable csystemd_load(void);

int csystemd_journal_open_namespace(sd_journal *_Nullable *_Nonnull journal, const char *_Nullable name, int flags);
int csystemd_journal_open_directory(sd_journal *_Nullable *_Nonnull journal, const char *_Nonnull path, int flags);
void csystemd_journal_close(sd_journal *_Nonnull journal);
int csystemd_journal_next(sd_journal *_Nonnull journal);
int csystemd_journal_seek_head(sd_journal *_Nonnull journal);
int csystemd_journal_seek_tail(sd_journal *_Nonnull journal);
int csystemd_journal_previous(sd_journal *_Nonnull journal);
int csystemd_journal_seek_realtime(sd_journal *_Nonnull journal, uint64_t microseconds);
int csystemd_journal_seek_cursor(sd_journal *_Nonnull journal, const char *_Nonnull cursor);
int csystemd_journal_test_cursor(sd_journal *_Nonnull journal, const char *_Nonnull cursor);
int csystemd_journal_get_cursor(sd_journal *_Nonnull journal, char *_Nullable *_Nonnull cursor);
int csystemd_journal_get_cutoff(sd_journal *_Nonnull journal, uint64_t *_Nonnull from, uint64_t *_Nonnull to);
int csystemd_journal_set_threshold(sd_journal *_Nonnull journal, size_t size);
void csystemd_journal_restart_data(sd_journal *_Nonnull journal);
int csystemd_journal_enumerate_data(
    sd_journal *_Nonnull journal, const void *_Nullable *_Nonnull data, size_t *_Nonnull size);
int csystemd_journal_add_match(sd_journal *_Nonnull journal, const char *_Nonnull match);
int csystemd_journal_query_unique(sd_journal *_Nonnull journal, const char *_Nonnull field);
int csystemd_journal_enumerate_unique(
    sd_journal *_Nonnull journal, const void *_Nullable *_Nonnull data, size_t *_Nonnull size);
int csystemd_journal_get_fd(sd_journal *_Nonnull journal);
int csystemd_journal_get_timeout(sd_journal *_Nonnull journal, uint64_t *_Nonnull microseconds);
int csystemd_journal_process(sd_journal *_Nonnull journal);
