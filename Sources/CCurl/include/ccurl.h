// A C face for libcurl, as small as the alert channels need it. libcurl and the thirty libraries behind it are loaded when
// the first transfer begins, so that commands that send nothing start fast and work where it is not installed.
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ccurl_transfer ccurl_transfer;

typedef enum {
  CCURL_URL,
  /// The HTTP method.
  CCURL_METHOD,
  CCURL_USERNAME,
  CCURL_PASSWORD,
  /// A file with the certificates to trust instead of the system's.
  CCURL_CA_FILE,
  /// The envelope sender in angle brackets; makes the transfer a mail.
  CCURL_MAIL_FROM,
} ccurl_text;

typedef enum { CCURL_TLS_NONE, CCURL_TLS_TRY, CCURL_TLS_REQUIRED } ccurl_tls;

/// Begins a transfer; NULL when libcurl cannot be loaded, and then ccurl_fault says why.
ccurl_transfer *ccurl_begin(void);
/// Why ccurl_begin returned NULL.
const char *ccurl_fault(void);
void ccurl_set(ccurl_transfer *transfer, ccurl_text which, const char *value);
void ccurl_set_tls(ccurl_transfer *transfer, ccurl_tls tls, int verify);
void ccurl_set_seconds(ccurl_transfer *transfer, long connect, long total);
void ccurl_add_header(ccurl_transfer *transfer, const char *header);
void ccurl_add_recipient(ccurl_transfer *transfer, const char *address);
/// Copies `bytes`.
void ccurl_set_body(ccurl_transfer *transfer, const void *bytes, size_t length);
/// Does it all; returns 0 or libcurl's error number: 23 when the answer was longer than what ccurl_answer keeps. It blocks.
int ccurl_run(ccurl_transfer *transfer);
/// The last status code of the server: of HTTP or of SMTP; 0 if there was none.
long ccurl_status(const ccurl_transfer *transfer);
/// What went wrong, in libcurl's words.
const char *ccurl_message(const ccurl_transfer *transfer);
/// The first 2,000 bytes of the server's answer.
const char *ccurl_answer(const ccurl_transfer *transfer);
/// The seconds that the server asks to wait; 0 if it does not.
long ccurl_retry_after(const ccurl_transfer *transfer);
void ccurl_end(ccurl_transfer *transfer);

#ifdef __cplusplus
}
#endif
