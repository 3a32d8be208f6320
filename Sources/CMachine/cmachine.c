#define _GNU_SOURCE
#include "cmachine.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/timex.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

int cmachine_clock_is_synchronised(void) {
  struct timex state = {0};
  int result = adjtimex(&state);
  if (result < 0) return -errno;
  return result != TIME_ERROR && !(state.status & STA_UNSYNC);
}

bool cmachine_has_access_list(const char *path) {
  return getxattr(path, "system.posix_acl_access", 0, 0) > 0;
}

int cmachine_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }

int64_t cmachine_local_time(int year, int month, int day, int hour, int minute, int second) {
  struct tm time = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour,
                    .tm_min = minute, .tm_sec = second, .tm_isdst = -1};
  return mktime(&time);
}
