// Calls of Linux that Swift's Glibc module leaves out, and nothing else.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// 1 if the kernel counts the clock as synchronised (adjtimex(2)), 0 if not, the negative errno if it does not tell.
int cmachine_clock_is_synchronised(void);

/// Whether the file has a POSIX access-control list.
bool cmachine_has_access_list(const char *path);

/// pipe2(2) with O_CLOEXEC; 0 or the errno.
int cmachine_pipe(int ends[2]);

/// mktime(3): seconds since 1970 of a local time, month 1 to 12.
int64_t cmachine_local_time(int year, int month, int day, int hour, int minute, int second);
