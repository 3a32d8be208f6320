#pragma once
#include <stdint.h>

/// Gives each of two paths the other's name in one step (renameat2(2) with RENAME_EXCHANGE). 0 on success, else errno.
int32_t cpacks_exchange(const char *first, const char *second);
