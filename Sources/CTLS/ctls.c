#define _GNU_SOURCE
#include "ctls.h"

#include <dlfcn.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static struct {
  __typeof__(&TLS_client_method) method;
  __typeof__(&SSL_CTX_new) context;
  __typeof__(&SSL_CTX_free) free_context;
  __typeof__(&SSL_CTX_set_security_level) set_level;
  __typeof__(&SSL_new) session;
  __typeof__(&SSL_free) free_session;
  __typeof__(&SSL_ctrl) control;
  __typeof__(&SSL_set_bio) set_bio;
  __typeof__(&SSL_connect) connect;
  __typeof__(&SSL_read) read;
  __typeof__(&SSL_write) write;
  __typeof__(&SSL_get_error) error;
  __typeof__(&SSL_get_peer_cert_chain) chain;
} tls;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure;

static void load(void) {
  void *library = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *reason = dlerror();
    failure = reason ? reason : "libssl.so.3 cannot be loaded";
    return;
  }
#define TAKE(member, name)                            \
  do {                                                \
    *(void **)&tls.member = dlsym(library, name);     \
    if (!tls.member) {                                \
      failure = "libssl.so.3 has no function " name;  \
      return;                                         \
    }                                                 \
  } while (0)
  TAKE(method, "TLS_client_method");
  TAKE(context, "SSL_CTX_new");
  TAKE(free_context, "SSL_CTX_free");
  TAKE(set_level, "SSL_CTX_set_security_level");
  TAKE(session, "SSL_new");
  TAKE(free_session, "SSL_free");
  TAKE(control, "SSL_ctrl");
  TAKE(set_bio, "SSL_set_bio");
  TAKE(connect, "SSL_connect");
  TAKE(read, "SSL_read");
  TAKE(write, "SSL_write");
  TAKE(error, "SSL_get_error");
  TAKE(chain, "SSL_get_peer_cert_chain");
#undef TAKE
}

struct line {
  int socket;
  long long end;
  SSL *session;
  BIO *in, *out;
};

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

/// 1 once the socket can be used, 0 when the time is over, -1 on an error.
static int wait_for(const struct line *line, short events) {
  for (;;) {
    long long left = line->end - now();
    if (left <= 0) return 0;
    struct pollfd poller = {.fd = line->socket, .events = events};
    int ready = poll(&poller, 1, (int)left);
    if (ready < 0 && errno == EINTR) continue;
    return ready;
  }
}

/// Sends what TLS has written. No SIGPIPE: the other side may have gone away.
static int flush(const struct line *line) {
  char bytes[4096];
  int count;
  while ((count = BIO_read(line->out, bytes, sizeof bytes)) > 0) {
    for (int sent = 0; sent < count;) {
      ssize_t part = send(line->socket, bytes + sent, (size_t)(count - sent), MSG_NOSIGNAL);
      if (part > 0) {
        sent += (int)part;
      } else if (part < 0 && (errno == EAGAIN || errno == EINTR)) {
        int ready = wait_for(line, POLLOUT);
        if (ready <= 0) return ready;
      } else {
        return -1;
      }
    }
  }
  return 1;
}

/// Hands TLS what has come in; 1, 0 when the time is over, -1 when the connection is.
static int fill(const struct line *line) {
  char bytes[4096];
  for (;;) {
    ssize_t count = recv(line->socket, bytes, sizeof bytes, 0);
    if (count > 0) return BIO_write(line->in, bytes, (int)count) == count ? 1 : -1;
    if (count == 0) return -1;
    if (errno != EAGAIN && errno != EINTR) return -1;
    int ready = wait_for(line, POLLIN);
    if (ready <= 0) return ready;
  }
}

static enum ctls_result shake_hands(const struct line *line, char *words, size_t room) {
  for (;;) {
    // A server may also say more and more without an end.
    if (now() >= line->end) return ctls_late;
    ERR_clear_error();
    int result = tls.connect(line->session);
    int error = result == 1 ? SSL_ERROR_NONE : tls.error(line->session, result);
    unsigned long code = ERR_peek_error();
    int moved = flush(line);
    if (error == SSL_ERROR_NONE && moved == 1) return ctls_shown;
    if (error == SSL_ERROR_WANT_READ && moved == 1) moved = fill(line);
    else if (error != SSL_ERROR_NONE && error != SSL_ERROR_WANT_READ) moved = -1;
    if (moved == 0) return ctls_late;
    if (moved == 1) continue;
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    snprintf(words, room, "%s", reason ? reason : "the server closed the connection");
    return ctls_refused;
  }
}

/// So that the server's log tells of no lost connection.
static void quit(const struct line *line) {
  static const char command[] = "QUIT\r\n";
  if (tls.write(line->session, command, sizeof command - 1) <= 0 || flush(line) != 1) return;
  char bytes[512];
  int count;
  while ((count = tls.read(line->session, bytes, sizeof bytes)) <= 0) {
    if (tls.error(line->session, count) != SSL_ERROR_WANT_READ || now() >= line->end) return;
    if (flush(line) != 1 || fill(line) != 1) return;
  }
}

enum ctls_result ctls_certificates(int socket, const char *name, int milliseconds, void *owner,
                                   void (*take)(void *owner, const unsigned char *bytes, size_t count),
                                   char *words, size_t room) {
  pthread_once(&once, load);
  if (failure) {
    snprintf(words, room, "%s", failure);
    return ctls_unavailable;
  }
  struct line line = {.socket = socket, .end = now() + milliseconds};
  SSL_CTX *context = tls.context(tls.method());
  // What is too weak for this machine's policy is still to be looked at.
  if (context) tls.set_level(context, 0);
  line.session = context ? tls.session(context) : NULL;
  line.in = BIO_new(BIO_s_mem());
  line.out = BIO_new(BIO_s_mem());
  enum ctls_result result = ctls_unavailable;
  if (line.session && line.in && line.out) {
    tls.set_bio(line.session, line.in, line.out);
    if (name && *name) {
      tls.control(line.session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, (void *)name);
    }
    result = shake_hands(&line, words, room);
    if (result == ctls_shown) {
      STACK_OF(X509) *chain = tls.chain(line.session);
      int count = chain ? sk_X509_num(chain) : 0;
      for (int index = 0; index < count && index < 16; index++) {
        unsigned char *bytes = NULL;
        int length = i2d_X509(sk_X509_value(chain, index), &bytes);
        if (length > 0) take(owner, bytes, (size_t)length);
        OPENSSL_free(bytes);
      }
      quit(&line);
    }
  } else {
    snprintf(words, room, "there is not enough memory for TLS");
    BIO_free(line.in);
    BIO_free(line.out);
  }
  tls.free_session(line.session);
  tls.free_context(context);
  ERR_clear_error();
  return result;
}
