#include "cunbound.h"

#include <dlfcn.h>
#include <pthread.h>

static struct {
  __typeof__(&ub_ctx_create) create;
  __typeof__(&ub_ctx_delete) delete;
  __typeof__(&ub_ctx_set_option) set_option;
  __typeof__(&ub_ctx_debugout) debugout;
  __typeof__(&ub_ctx_set_fwd) forward;
  __typeof__(&ub_ctx_add_ta) add_trust_anchor;
  __typeof__(&ub_ctx_async) async;
  __typeof__(&ub_fd) fd;
  __typeof__(&ub_process) process;
  __typeof__(&ub_resolve_async) resolve;
  __typeof__(&ub_cancel) cancel;
  __typeof__(&ub_strerror) error;
  __typeof__(&ub_resolve_free) free;
} unbound;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure;

static void load(void) {
  void *library = dlopen("libunbound.so.8", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *words = dlerror();
    failure = words ? words : "libunbound.so.8 cannot be loaded";
    return;
  }
#define TAKE(member, name)                               \
  do {                                                   \
    *(void **)&unbound.member = dlsym(library, name);    \
    if (!unbound.member) {                               \
      failure = "libunbound.so.8 has no function " name; \
      return;                                            \
    }                                                    \
  } while (0)
  TAKE(create, "ub_ctx_create");
  TAKE(delete, "ub_ctx_delete");
  TAKE(set_option, "ub_ctx_set_option");
  TAKE(debugout, "ub_ctx_debugout");
  TAKE(forward, "ub_ctx_set_fwd");
  TAKE(add_trust_anchor, "ub_ctx_add_ta");
  TAKE(async, "ub_ctx_async");
  TAKE(fd, "ub_fd");
  TAKE(process, "ub_process");
  TAKE(resolve, "ub_resolve_async");
  TAKE(cancel, "ub_cancel");
  TAKE(error, "ub_strerror");
  TAKE(free, "ub_resolve_free");
#undef TAKE
}

const char *cunbound_load(void) {
  pthread_once(&once, load);
  return failure;
}

struct ub_ctx *cunbound_create(void) { return unbound.create(); }
void cunbound_delete(struct ub_ctx *context) { unbound.delete(context); }
int cunbound_set_option(struct ub_ctx *context, const char *option, const char *value) {
  return unbound.set_option(context, option, value);
}
int cunbound_forward(struct ub_ctx *context, const char *address) { return unbound.forward(context, address); }
int cunbound_add_trust_anchor(struct ub_ctx *context, const char *record) {
  return unbound.add_trust_anchor(context, record);
}
int cunbound_async_threads(struct ub_ctx *context) { return unbound.async(context, 1); }
int cunbound_silence(struct ub_ctx *context) { return unbound.debugout(context, NULL); }
int cunbound_fd(struct ub_ctx *context) { return unbound.fd(context); }
int cunbound_process(struct ub_ctx *context) { return unbound.process(context); }
int cunbound_resolve(struct ub_ctx *context, const char *name, int type, void *owner, ub_callback_type callback,
                     int *query) {
  return unbound.resolve(context, name, type, 1, owner, callback, query);
}
int cunbound_cancel(struct ub_ctx *context, int query) { return unbound.cancel(context, query); }
const char *cunbound_error(int code) { return unbound.error(code); }
void cunbound_free(struct ub_result *result) { unbound.free(result); }
