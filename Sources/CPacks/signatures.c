#include "signatures.h"

#include <limits.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

static int fits(csig_bytes data) { return data.count <= INT_MAX && (data.count == 0 || data.bytes != NULL); }

size_t csig_digest(const char *name, csig_bytes data, uint8_t *out) {
  unsigned int length = 0;
  const EVP_MD *digest = EVP_get_digestbyname(name);
  if (digest == NULL || EVP_MD_get_size(digest) > 64) return 0;
  if (EVP_Digest(data.bytes, data.count, out, &length, digest, NULL) != 1) return 0;
  return length;
}

static int32_t verify(EVP_PKEY *key, const char *digest, csig_bytes message, csig_bytes signature) {
  int good = 0;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  if (context != NULL && key != NULL && EVP_DigestVerifyInit_ex(context, NULL, digest, NULL, NULL, key, NULL) == 1)
    good = EVP_DigestVerify(context, signature.bytes, signature.count, message.bytes, message.count) == 1;
  EVP_MD_CTX_free(context);
  return good;
}

int32_t csig_verify_ed25519(csig_bytes public_key, csig_bytes message, csig_bytes signature) {
  EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key.bytes, public_key.count);
  int32_t good = verify(key, NULL, message, signature);
  EVP_PKEY_free(key);
  return good;
}

/// A key of `type` out of what has been collected; `selection` says whether the secret part is among it.
static EVP_PKEY *make_key(const char *type, OSSL_PARAM_BLD *parts, int selection) {
  EVP_PKEY *key = NULL;
  OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(parts);
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
  if (params != NULL && context != NULL && EVP_PKEY_fromdata_init(context) == 1)
    if (EVP_PKEY_fromdata(context, &key, selection, params) != 1) key = NULL;
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(params);
  return key;
}

static EVP_PKEY *ec_key(const char *group, csig_bytes point, const BIGNUM *secret) {
  EVP_PKEY *key = NULL;
  OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
  if (parts != NULL && OSSL_PARAM_BLD_push_utf8_string(parts, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1 &&
      OSSL_PARAM_BLD_push_octet_string(parts, OSSL_PKEY_PARAM_PUB_KEY, point.bytes, point.count) == 1 &&
      (secret == NULL || OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_PRIV_KEY, secret) == 1))
    key = make_key("EC", parts, secret == NULL ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR);
  OSSL_PARAM_BLD_free(parts);
  return key;
}

int32_t csig_verify_ecdsa(const char *group, const char *digest, csig_bytes point, csig_bytes message, csig_bytes r,
                          csig_bytes s) {
  if (!fits(r) || !fits(s)) return 0;
  int32_t good = 0;
  unsigned char *der = NULL;
  ECDSA_SIG *pair = ECDSA_SIG_new();
  BIGNUM *first = BN_bin2bn(r.bytes, (int)r.count, NULL), *second = BN_bin2bn(s.bytes, (int)s.count, NULL);
  if (pair != NULL && first != NULL && second != NULL && ECDSA_SIG_set0(pair, first, second) == 1) {
    first = second = NULL;  // The pair owns them now.
    int length = i2d_ECDSA_SIG(pair, &der);
    EVP_PKEY *key = ec_key(group, point, NULL);
    if (length > 0) good = verify(key, digest, message, (csig_bytes){der, (size_t)length});
    EVP_PKEY_free(key);
  }
  BN_free(first);
  BN_free(second);
  OPENSSL_free(der);
  ECDSA_SIG_free(pair);
  return good;
}

/// `secret`, `p` and `q` are empty for a public key.
static EVP_PKEY *rsa_key(csig_bytes modulus, csig_bytes exponent, csig_bytes secret, csig_bytes p, csig_bytes q) {
  const struct {
    const char *name;
    csig_bytes value;
  } numbers[] = {{OSSL_PKEY_PARAM_RSA_N, modulus},
                 {OSSL_PKEY_PARAM_RSA_E, exponent},
                 {OSSL_PKEY_PARAM_RSA_D, secret},
                 {OSSL_PKEY_PARAM_RSA_FACTOR1, p},
                 {OSSL_PKEY_PARAM_RSA_FACTOR2, q}};
  enum { most = sizeof numbers / sizeof numbers[0] };
  BIGNUM *kept[most] = {NULL};
  EVP_PKEY *key = NULL;
  OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
  int complete = parts != NULL;
  for (int index = 0; index < most && complete; ++index) {
    csig_bytes value = numbers[index].value;
    if (value.count == 0) continue;
    kept[index] = fits(value) ? BN_bin2bn(value.bytes, (int)value.count, NULL) : NULL;
    complete = kept[index] != NULL && OSSL_PARAM_BLD_push_BN(parts, numbers[index].name, kept[index]) == 1;
  }
  if (complete) key = make_key("RSA", parts, secret.count == 0 ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR);
  OSSL_PARAM_BLD_free(parts);
  for (int index = 0; index < most; ++index) BN_clear_free(kept[index]);
  return key;
}

int32_t csig_verify_rsa(const char *digest, csig_bytes modulus, csig_bytes exponent, csig_bytes message,
                        csig_bytes signature) {
  const csig_bytes none = {NULL, 0};
  EVP_PKEY *key = rsa_key(modulus, exponent, none, none, none);
  int32_t good = verify(key, digest, message, signature);
  EVP_PKEY_free(key);
  return good;
}

static size_t sign(EVP_PKEY *key, const char *digest, csig_bytes message, uint8_t *out, size_t room) {
  size_t length = room;
  int good = 0;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  if (context != NULL && key != NULL && EVP_DigestSignInit_ex(context, NULL, digest, NULL, NULL, key, NULL) == 1)
    good = EVP_DigestSign(context, out, &length, message.bytes, message.count) == 1;
  EVP_MD_CTX_free(context);
  return good ? length : 0;
}

int32_t csig_sign_ed25519(csig_bytes seed, csig_bytes message, uint8_t *out) {
  EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed.bytes, seed.count);
  size_t length = sign(key, NULL, message, out, 64);
  EVP_PKEY_free(key);
  return length == 64;
}

int32_t csig_sign_ecdsa(const char *group, const char *digest, csig_bytes point, csig_bytes secret, csig_bytes message,
                        size_t size, uint8_t *out) {
  if (!fits(secret)) return 0;
  unsigned char der[256];
  int32_t good = 0;
  BIGNUM *number = BN_bin2bn(secret.bytes, (int)secret.count, NULL);
  EVP_PKEY *key = number == NULL ? NULL : ec_key(group, point, number);
  size_t length = sign(key, digest, message, der, sizeof der);
  const unsigned char *place = der;
  ECDSA_SIG *pair = length > 0 ? d2i_ECDSA_SIG(NULL, &place, (long)length) : NULL;
  if (pair != NULL)
    good = BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, (int)size) == (int)size &&
           BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + size, (int)size) == (int)size;
  ECDSA_SIG_free(pair);
  EVP_PKEY_free(key);
  BN_clear_free(number);
  return good;
}

size_t csig_sign_rsa(const char *digest, csig_bytes modulus, csig_bytes exponent, csig_bytes secret, csig_bytes p,
                     csig_bytes q, csig_bytes message, uint8_t *out, size_t room) {
  EVP_PKEY *key = rsa_key(modulus, exponent, secret, p, q);
  size_t length = sign(key, digest, message, out, room);
  EVP_PKEY_free(key);
  return length;
}

size_t csig_bits(csig_bytes number) {
  if (!fits(number)) return 0;
  BIGNUM *value = BN_bin2bn(number.bytes, (int)number.count, NULL);
  size_t bits = value == NULL ? 0 : (size_t)BN_num_bits(value);
  BN_free(value);
  return bits;
}
