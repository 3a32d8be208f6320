import COpenSSL
import Diagnosis
import Glibc

/// An X.509 certificate with those that stood behind it in the file; freed with the value.
@safe struct Certificate: ~Copyable {
  private let leaf: OpaquePointer
  private let rest: [OpaquePointer]

  /// Reads PEM; `nil` if there is no certificate in it.
  init?(pem: [UInt8]) {
    guard let reader = PEMReader(pem), let leaf = unsafe reader.certificate() else { return nil }
    var rest: [OpaquePointer] = unsafe []
    while unsafe rest.count < 16, let next = unsafe reader.certificate() { unsafe rest.append(next) }
    unsafe self.leaf = leaf
    unsafe self.rest = rest
    ERR_clear_error()
  }

  /// As a server shows them, each in DER, its own first; `nil` if the first is none.
  init?(der: [[UInt8]]) {
    var all: [OpaquePointer] = unsafe []
    for bytes in der.prefix(17) {
      let certificate = unsafe bytes.withUnsafeBufferPointer { buffer in
        var start = buffer.baseAddress
        return unsafe d2i_X509(nil, &start, buffer.count)
      }
      guard let certificate = unsafe certificate else { break }
      unsafe all.append(certificate)
    }
    ERR_clear_error()
    guard let leaf = unsafe all.first else { return nil }
    unsafe self.leaf = leaf
    unsafe rest = Array(all.dropFirst())
  }

  deinit {
    unsafe X509_free(leaf)
    for index in unsafe rest.indices { unsafe X509_free(rest[index]) }
  }

  enum Validity: Equatable { case valid, expired, notYetValid }

  var validity: Validity {
    // 0 is an error of the stamp itself; such a certificate is not usable either.
    if unsafe X509_cmp_current_time(X509_get0_notAfter(leaf)) <= 0 { return .expired }
    return unsafe X509_cmp_current_time(X509_get0_notBefore(leaf)) >= 0 ? .notYetValid : .valid
  }

  /// The day on which it ends, as `2026-11-23`.
  var lastDay: String {
    var time = unsafe tm()
    guard unsafe ASN1_TIME_to_tm(X509_get0_notAfter(leaf), &time) == 1 else { return "?" }
    let parts = unsafe [Int(time.tm_year) + 1_900, Int(time.tm_mon) + 1, Int(time.tm_mday)]
    return parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: "-")
  }

  /// Whether this one ends before the other does.
  func endsBefore(_ other: borrowing Certificate) -> Bool {
    unsafe ASN1_TIME_compare(X509_get0_notAfter(leaf), X509_get0_notAfter(other.leaf)) == -1
  }

  /// Whether its last day comes within so many seconds.
  func ends(within seconds: Int) -> Bool {
    var moment = time(nil) &+ seconds
    return unsafe X509_cmp_time(X509_get0_notAfter(leaf), &moment) < 0
  }

  /// Whether it is made for the host (RFC 9525).
  func isFor(_ host: String) -> Bool { unsafe X509_check_host(leaf, host, host.utf8.count, 0, nil) == 1 }

  var isSelfSigned: Bool { unsafe X509_check_issued(leaf, leaf) == X509_V_OK }

  var subject: String { unsafe Self.name(X509_get_subject_name(leaf)) }
  var issuer: String { unsafe Self.name(X509_get_issuer_name(leaf)) }

  /// Whether the certificates behind it lead to one that the store trusts.
  enum Chain: Equatable {
    case complete
    /// In OpenSSL's words.
    case broken(String)
    /// Nothing is trusted here, so nothing can be said.
    case noTrustStore
  }

  /// Expiry is not asked here.
  func chain(to trust: TrustStore = .system) -> Chain {
    guard !trust.isEmpty else { return .noTrustStore }
    guard let store = unsafe X509_STORE_new(), let context = unsafe X509_STORE_CTX_new() else {
      return .broken("out of memory")
    }
    defer {
      unsafe X509_STORE_CTX_free(context)
      unsafe X509_STORE_free(store)
      ERR_clear_error()
    }
    unsafe trust.load(into: store)
    let stack = unsafe OPENSSL_sk_new_null()
    defer { unsafe OPENSSL_sk_free(stack) }
    for index in unsafe rest.indices { _ = unsafe OPENSSL_sk_push(stack, UnsafeRawPointer(rest[index])) }
    guard unsafe X509_STORE_CTX_init(context, store, leaf, stack) == 1 else { return .broken("out of memory") }
    unsafe X509_STORE_CTX_set_flags(context, UInt(X509_V_FLAG_NO_CHECK_TIME))
    if unsafe X509_verify_cert(context) == 1 { return .complete }
    let code = unsafe X509_STORE_CTX_get_error(context)
    return .broken(unsafe String(cString: X509_verify_cert_error_string(Int(code))))
  }

  /// Whether the private key in the PEM text belongs to it; `nil` if that holds no readable key.
  func isMatched(byKey pem: [UInt8]) -> Bool? {
    guard let reader = PEMReader(pem), let key = unsafe reader.privateKey() else {
      ERR_clear_error()
      return nil
    }
    defer { unsafe EVP_PKEY_free(key) }
    let isMatch = unsafe X509_check_private_key(leaf, key) == 1
    ERR_clear_error()
    return isMatch
  }

  @unsafe private static func name(_ name: OpaquePointer?) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe X509_NAME_oneline(name, &buffer, Int32(buffer.count)) != nil else { return "?" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Reads PEM blocks out of bytes, one after the other. No passphrase is ever asked for.
@safe private struct PEMReader: ~Copyable {
  private let stream: OpaquePointer

  init?(_ bytes: [UInt8]) {
    guard let stream = unsafe BIO_new(BIO_s_mem()) else { return nil }
    let count = Int32(clamping: bytes.count)
    _ = unsafe bytes.withUnsafeBytes { unsafe BIO_write(stream, $0.baseAddress, count) }
    unsafe self.stream = stream
  }

  deinit { unsafe BIO_free_all(stream) }

  func certificate() -> OpaquePointer? { unsafe PEM_read_bio_X509(stream, nil, { _, _, _, _ in 0 }, nil) }
  func privateKey() -> OpaquePointer? { unsafe PEM_read_bio_PrivateKey(stream, nil, { _, _, _, _ in 0 }, nil) }
}

/// Whether a file holds a private key that OpenSSL can read without a passphrase.
enum PrivateKeyFile {
  static func isKey(_ text: String) -> Bool {
    guard let reader = PEMReader(Array(text.utf8)), let key = unsafe reader.privateKey() else {
      ERR_clear_error()
      return false
    }
    unsafe EVP_PKEY_free(key)
    return true
  }
}
