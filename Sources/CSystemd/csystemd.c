#include "csystemd.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <systemd/sd-journal.h>

// libsystemd is loaded when a journal is first opened: it brings half a dozen libraries with it, which would make every
// start of maillogd slower, and machines without systemd do not have it.
static struct {
    __typeof__(&sd_journal_open_namespace) open_namespace;
    __typeof__(&sd_journal_open_directory) open_directory;
    __typeof__(&sd_journal_close) close;
    __typeof__(&sd_journal_next) next;
    __typeof__(&sd_journal_seek_head) seek_head;
    __typeof__(&sd_journal_seek_tail) seek_tail;
    __typeof__(&sd_journal_previous) previous;
    __typeof__(&sd_journal_seek_realtime_usec) seek_realtime;
    __typeof__(&sd_journal_seek_cursor) seek_cursor;
    __typeof__(&sd_journal_test_cursor) test_cursor;
    __typeof__(&sd_journal_get_cursor) get_cursor;
    __typeof__(&sd_journal_get_cutoff_realtime_usec) get_cutoff;
    __typeof__(&sd_journal_set_data_threshold) set_threshold;
    __typeof__(&sd_journal_restart_data) restart_data;
    __typeof__(&sd_journal_enumerate_available_data) enumerate_data;
    __typeof__(&sd_journal_add_match) add_match;
    __typeof__(&sd_journal_query_unique) query_unique;
    __typeof__(&sd_journal_enumerate_available_unique) enumerate_unique;
    __typeof__(&sd_journal_get_fd) get_fd;
    __typeof__(&sd_journal_get_timeout) get_timeout;
    __typeof__(&sd_journal_process) process;
} api;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char reason[512];

static void load(void) {
    void *library = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        snprintf(reason, sizeof reason, "%s", dlerror());
        return;
    }
    const struct {
        void **place;
        const char *name;
    } symbols[] = {
        {(void **)&api.open_namespace, "sd_journal_open_namespace"},
        {(void **)&api.open_directory, "sd_journal_open_directory"},
        {(void **)&api.close, "sd_journal_close"},
        {(void **)&api.next, "sd_journal_next"},
        {(void **)&api.seek_head, "sd_journal_seek_head"},
        {(void **)&api.seek_tail, "sd_journal_seek_tail"},
        {(void **)&api.previous, "sd_journal_previous"},
        {(void **)&api.seek_realtime, "sd_journal_seek_realtime_usec"},
        {(void **)&api.seek_cursor, "sd_journal_seek_cursor"},
        {(void **)&api.test_cursor, "sd_journal_test_cursor"},
        {(void **)&api.get_cursor, "sd_journal_get_cursor"},
        {(void **)&api.get_cutoff, "sd_journal_get_cutoff_realtime_usec"},
        {(void **)&api.set_threshold, "sd_journal_set_data_threshold"},
        {(void **)&api.restart_data, "sd_journal_restart_data"},
        {(void **)&api.enumerate_data, "sd_journal_enumerate_available_data"},
        {(void **)&api.add_match, "sd_journal_add_match"},
        {(void **)&api.query_unique, "sd_journal_query_unique"},
        {(void **)&api.enumerate_unique, "sd_journal_enumerate_available_unique"},
        {(void **)&api.get_fd, "sd_journal_get_fd"},
        {(void **)&api.get_timeout, "sd_journal_get_timeout"},
        {(void **)&api.process, "sd_journal_process"},
    };
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        *symbols[i].place = dlsym(library, symbols[i].name);
        if (!*symbols[i].place) {
            snprintf(reason, sizeof reason, "it has no %s; systemd 246 or later is needed", symbols[i].name);
            return;
        }
    }
}

const char *csystemd_load(void) {
    pthread_once(&once, load);
    return *reason ? reason : NULL;
}

int csystemd_journal_open_namespace(sd_journal **journal, const char *name, int flags) {
    return api.open_namespace(journal, name, flags);
}
int csystemd_journal_open_directory(sd_journal **journal, const char *path, int flags) {
    return api.open_directory(journal, path, flags);
}
void csystemd_journal_close(sd_journal *journal) { api.close(journal); }
int csystemd_journal_next(sd_journal *journal) { return api.next(journal); }
int csystemd_journal_seek_head(sd_journal *journal) { return api.seek_head(journal); }
int csystemd_journal_seek_tail(sd_journal *journal) { return api.seek_tail(journal); }
int csystemd_journal_previous(sd_journal *journal) { return api.previous(journal); }
int csystemd_journal_seek_realtime(sd_journal *journal, uint64_t microseconds) {
    return api.seek_realtime(journal, microseconds);
}
int csystemd_journal_seek_cursor(sd_journal *journal, const char *cursor) { return api.seek_cursor(journal, cursor); }
int csystemd_journal_test_cursor(sd_journal *journal, const char *cursor) { return api.test_cursor(journal, cursor); }
int csystemd_journal_get_cursor(sd_journal *journal, char **cursor) { return api.get_cursor(journal, cursor); }
int csystemd_journal_get_cutoff(sd_journal *journal, uint64_t *from, uint64_t *to) {
    return api.get_cutoff(journal, from, to);
}
int csystemd_journal_set_threshold(sd_journal *journal, size_t size) { return api.set_threshold(journal, size); }
void csystemd_journal_restart_data(sd_journal *journal) { api.restart_data(journal); }
int csystemd_journal_enumerate_data(sd_journal *journal, const void **data, size_t *size) {
    return api.enumerate_data(journal, data, size);
}
int csystemd_journal_add_match(sd_journal *journal, const char *match) { return api.add_match(journal, match, 0); }
int csystemd_journal_query_unique(sd_journal *journal, const char *field) { return api.query_unique(journal, field); }
int csystemd_journal_enumerate_unique(sd_journal *journal, const void **data, size_t *size) {
    return api.enumerate_unique(journal, data, size);
}
int csystemd_journal_get_fd(sd_journal *journal) { return api.get_fd(journal); }
int csystemd_journal_get_timeout(sd_journal *journal, uint64_t *microseconds) {
    return api.get_timeout(journal, microseconds);
}
int csystemd_journal_process(sd_journal *journal) { return api.process(journal); }
