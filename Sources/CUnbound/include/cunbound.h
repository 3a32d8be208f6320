// libunbound, loaded when the first question is asked: the commands that ask none do not pay for it.
#pragma once
#include <unbound.h>

/// Loads the library, once. NULL when it is there, else the loader's words about what is missing.
const char *cunbound_load(void);

// As their namesakes in unbound.h; to be called only after cunbound_load returned NULL.
struct ub_ctx *cunbound_create(void);
void cunbound_delete(struct ub_ctx *context);
int cunbound_set_option(struct ub_ctx *context, const char *option, const char *value);
int cunbound_forward(struct ub_ctx *context, const char *address);
int cunbound_add_trust_anchor(struct ub_ctx *context, const char *record);
int cunbound_async_threads(struct ub_ctx *context);
/// No line of the library's own reaches standard error.
int cunbound_silence(struct ub_ctx *context);
int cunbound_fd(struct ub_ctx *context);
int cunbound_process(struct ub_ctx *context);
int cunbound_resolve(struct ub_ctx *context, const char *name, int type, void *owner, ub_callback_type callback,
                     int *query);
int cunbound_cancel(struct ub_ctx *context, int query);
const char *cunbound_error(int code);
void cunbound_free(struct ub_result *result);
