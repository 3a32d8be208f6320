#include "ccurl.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// curl.h wraps these in macros that check types; here they are pointers.
#undef curl_easy_setopt
#undef curl_easy_getinfo

struct library {
  CURL *(*easy_init)(void);
  CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
  CURLcode (*easy_perform)(CURL *);
  CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
  void (*easy_cleanup)(CURL *);
  const char *(*easy_strerror)(CURLcode);
  struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
  void (*slist_free_all)(struct curl_slist *);
  CURLcode (*global_init)(long);
};

static struct library curl;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static char fault[256];

static void load(void) {
  void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) {
    snprintf(fault, sizeof fault, "%s", dlerror());
    return;
  }
#define FIND(member, name)                                             \
  do {                                                                 \
    *(void **)&curl.member = dlsym(handle, name);                      \
    if (curl.member == NULL) {                                         \
      snprintf(fault, sizeof fault, "libcurl.so.4 has no %s", name);   \
      return;                                                          \
    }                                                                  \
  } while (0)
  FIND(easy_init, "curl_easy_init");
  FIND(easy_setopt, "curl_easy_setopt");
  FIND(easy_perform, "curl_easy_perform");
  FIND(easy_getinfo, "curl_easy_getinfo");
  FIND(easy_cleanup, "curl_easy_cleanup");
  FIND(easy_strerror, "curl_easy_strerror");
  FIND(slist_append, "curl_slist_append");
  FIND(slist_free_all, "curl_slist_free_all");
  FIND(global_init, "curl_global_init");
#undef FIND
  if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) snprintf(fault, sizeof fault, "curl_global_init failed");
}

struct ccurl_transfer {
  CURL *easy;
  struct curl_slist *headers;
  struct curl_slist *recipients;
  char *body;
  size_t length;
  size_t sent;
  int is_mail;
  char error[CURL_ERROR_SIZE];
  char answer[2001];
  size_t answered;
};

const char *ccurl_fault(void) { return fault; }

static size_t take(char *data, size_t size, size_t count, void *context) {
  ccurl_transfer *transfer = context;
  size_t length = size * count;
  size_t room = sizeof transfer->answer - 1 - transfer->answered;
  size_t kept = length < room ? length : room;
  memcpy(transfer->answer + transfer->answered, data, kept);
  transfer->answered += kept;
  // An endless answer is not read to its end.
  return room == 0 ? 0 : length;
}

static size_t give(char *buffer, size_t size, size_t count, void *context) {
  ccurl_transfer *transfer = context;
  size_t rest = transfer->length - transfer->sent;
  size_t room = size * count;
  size_t given = rest < room ? rest : room;
  if (given > 0) memcpy(buffer, transfer->body + transfer->sent, given);
  transfer->sent += given;
  return given;
}

ccurl_transfer *ccurl_begin(void) {
  pthread_once(&once, load);
  if (fault[0] != 0) return NULL;
  ccurl_transfer *transfer = calloc(1, sizeof *transfer);
  if (transfer == NULL) return NULL;
  transfer->easy = curl.easy_init();
  if (transfer->easy == NULL) {
    free(transfer);
    return NULL;
  }
  curl.easy_setopt(transfer->easy, CURLOPT_NOSIGNAL, 1L);
  curl.easy_setopt(transfer->easy, CURLOPT_ERRORBUFFER, transfer->error);
  curl.easy_setopt(transfer->easy, CURLOPT_WRITEFUNCTION, take);
  curl.easy_setopt(transfer->easy, CURLOPT_WRITEDATA, transfer);
  curl.easy_setopt(transfer->easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl.easy_setopt(transfer->easy, CURLOPT_USERAGENT, "maillogd");
  // Alerts go where the configuration says, not where the environment of the service says.
  curl.easy_setopt(transfer->easy, CURLOPT_PROXY, "");
  return transfer;
}

void ccurl_set(ccurl_transfer *transfer, ccurl_text which, const char *value) {
  CURL *easy = transfer->easy;
  switch (which) {
  case CCURL_URL: curl.easy_setopt(easy, CURLOPT_URL, value); break;
  case CCURL_METHOD: curl.easy_setopt(easy, CURLOPT_CUSTOMREQUEST, value); break;
  case CCURL_USERNAME: curl.easy_setopt(easy, CURLOPT_USERNAME, value); break;
  case CCURL_PASSWORD: curl.easy_setopt(easy, CURLOPT_PASSWORD, value); break;
  case CCURL_CA_FILE: curl.easy_setopt(easy, CURLOPT_CAINFO, value); break;
  case CCURL_MAIL_FROM:
    transfer->is_mail = 1;
    curl.easy_setopt(easy, CURLOPT_MAIL_FROM, value);
    break;
  }
}

void ccurl_set_tls(ccurl_transfer *transfer, ccurl_tls tls, int verify) {
  long use = tls == CCURL_TLS_NONE ? CURLUSESSL_NONE : tls == CCURL_TLS_TRY ? CURLUSESSL_TRY : CURLUSESSL_ALL;
  curl.easy_setopt(transfer->easy, CURLOPT_USE_SSL, use);
  curl.easy_setopt(transfer->easy, CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
  curl.easy_setopt(transfer->easy, CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
}

void ccurl_set_seconds(ccurl_transfer *transfer, long connect, long total) {
  curl.easy_setopt(transfer->easy, CURLOPT_CONNECTTIMEOUT, connect);
  curl.easy_setopt(transfer->easy, CURLOPT_TIMEOUT, total);
}

void ccurl_add_header(ccurl_transfer *transfer, const char *header) {
  struct curl_slist *list = curl.slist_append(transfer->headers, header);
  if (list != NULL) transfer->headers = list;
}

void ccurl_add_recipient(ccurl_transfer *transfer, const char *address) {
  struct curl_slist *list = curl.slist_append(transfer->recipients, address);
  if (list != NULL) transfer->recipients = list;
}

void ccurl_set_body(ccurl_transfer *transfer, const void *bytes, size_t length) {
  free(transfer->body);
  transfer->body = malloc(length > 0 ? length : 1);
  transfer->length = transfer->body == NULL ? 0 : length;
  transfer->sent = 0;
  if (transfer->length > 0) memcpy(transfer->body, bytes, length);
}

int ccurl_run(ccurl_transfer *transfer) {
  CURL *easy = transfer->easy;
  if (transfer->is_mail) {
    curl.easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_SMTP | CURLPROTO_SMTPS));
    curl.easy_setopt(easy, CURLOPT_MAIL_RCPT, transfer->recipients);
    curl.easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl.easy_setopt(easy, CURLOPT_READFUNCTION, give);
    curl.easy_setopt(easy, CURLOPT_READDATA, transfer);
    curl.easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)transfer->length);
  } else {
    curl.easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    curl.easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    if (transfer->body != NULL) {
      curl.easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->length);
      curl.easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->body);
    }
  }
  CURLcode code = curl.easy_perform(easy);
  if (code != CURLE_OK && transfer->error[0] == 0)
    snprintf(transfer->error, sizeof transfer->error, "%s", curl.easy_strerror(code));
  return (int)code;
}

long ccurl_status(const ccurl_transfer *transfer) {
  long status = 0;
  curl.easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

long ccurl_retry_after(const ccurl_transfer *transfer) {
  curl_off_t seconds = 0;
  curl.easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &seconds);
  return (long)seconds;
}

const char *ccurl_message(const ccurl_transfer *transfer) { return transfer->error; }
const char *ccurl_answer(const ccurl_transfer *transfer) { return transfer->answer; }

void ccurl_end(ccurl_transfer *transfer) {
  curl.easy_cleanup(transfer->easy);
  curl.slist_free_all(transfer->headers);
  curl.slist_free_all(transfer->recipients);
  free(transfer->body);
  free(transfer);
}
