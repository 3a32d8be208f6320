// A TLS handshake that only looks at the server's certificates, through libssl, loaded when the first one is looked at.
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum ctls_result {
  ctls_shown,
  /// libssl is not there, or memory is short; `words` says which.
  ctls_unavailable,
  /// No end of the handshake before the deadline.
  ctls_late,
  /// The other side closed the connection or broke the protocol; `words` says how.
  ctls_refused,
};

/// Shakes hands as a client over the connected, non-blocking `socket`, says QUIT, and gives the certificates that the server
/// showed, its own first, each in DER. Nothing is verified: that is the caller's work.
///
/// `name` is sent as the server's name. Every wait ends `milliseconds` after the call. `take` is called once a certificate.
enum ctls_result ctls_certificates(int socket, const char *name, int milliseconds, void *owner,
                                   void (*take)(void *owner, const unsigned char *bytes, size_t count),
                                   char *words, size_t room);
