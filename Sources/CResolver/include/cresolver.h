// The mail exchangers of a domain, by the resolver of the C library.
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int preference;
  char host[256];
} cresolver_mx;

/// Fills `found` with at most `most` exchangers, unordered, and returns how many; -1 when the DNS cannot be asked now, 0
/// when the domain has none.
int cresolver_mx_of(const char *domain, cresolver_mx *found, int most);

#ifdef __cplusplus
}
#endif
