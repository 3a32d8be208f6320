// The few things of OpenSSL's libcrypto that signed rule packs need, over plain bytes.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes that the caller owns.
typedef struct {
  const uint8_t *bytes;
  size_t count;
} csig_bytes;

/// Digest of `data` by its OpenSSL name (SHA256, SHA512) into `out`, which has room for 64 bytes. Returns its length, 0 on failure.
size_t csig_digest(const char *name, csig_bytes data, uint8_t *out);

/// 1 if the signature of `message` is good, else 0; malformed keys and signatures are not good.
int32_t csig_verify_ed25519(csig_bytes public_key, csig_bytes message, csig_bytes signature);
/// `group`: P-256, P-384, P-521; `point`: uncompressed; `r` and `s`: big-endian.
int32_t csig_verify_ecdsa(const char *group, const char *digest, csig_bytes point, csig_bytes message, csig_bytes r,
                          csig_bytes s);
/// PKCS #1 v1.5; all numbers big-endian.
int32_t csig_verify_rsa(const char *digest, csig_bytes modulus, csig_bytes exponent, csig_bytes message,
                        csig_bytes signature);

/// Signs into `out` (64 bytes). 1 on success.
int32_t csig_sign_ed25519(csig_bytes seed, csig_bytes message, uint8_t *out);
/// Signs into `out`: r and s one behind the other, `size` bytes each, big-endian. 1 on success.
int32_t csig_sign_ecdsa(const char *group, const char *digest, csig_bytes point, csig_bytes secret, csig_bytes message,
                        size_t size, uint8_t *out);
/// Signs into `out`, which has room for `room` bytes. Returns the length, 0 on failure.
size_t csig_sign_rsa(const char *digest, csig_bytes modulus, csig_bytes exponent, csig_bytes secret, csig_bytes p,
                     csig_bytes q, csig_bytes message, uint8_t *out, size_t room);

/// The number of bits of a big-endian number, for judging RSA keys.
size_t csig_bits(csig_bytes number);

#ifdef __cplusplus
}
#endif
