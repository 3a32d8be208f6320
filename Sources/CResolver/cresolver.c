#include "cresolver.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <string.h>

int cresolver_mx_of(const char *domain, cresolver_mx *found, int most) {
  struct __res_state state;
  memset(&state, 0, sizeof state);
  if (res_ninit(&state) != 0) return -1;
  unsigned char answer[8192];
  int length = res_nquery(&state, domain, ns_c_in, ns_t_mx, answer, sizeof answer);
  int error = state.res_h_errno;
  res_nclose(&state);
  if (length < 0) return error == HOST_NOT_FOUND || error == NO_DATA ? 0 : -1;
  // An answer that did not fit says how long it is; what is there is read.
  if ((size_t)length > sizeof answer) length = sizeof answer;
  ns_msg message;
  if (ns_initparse(answer, length, &message) != 0) return -1;
  int count = 0;
  for (int i = 0; i < ns_msg_count(message, ns_s_an) && count < most; i++) {
    ns_rr record;
    if (ns_parserr(&message, ns_s_an, i, &record) != 0) break;
    if (ns_rr_type(record) != ns_t_mx || ns_rr_rdlen(record) < 3) continue;
    found[count].preference = ns_get16(ns_rr_rdata(record));
    if (dn_expand(ns_msg_base(message), ns_msg_end(message), ns_rr_rdata(record) + 2, found[count].host,
                  sizeof found[count].host) < 0)
      continue;
    count++;
  }
  return count;
}
