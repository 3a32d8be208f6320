internal import COpenSSL

/// The public half of a DKIM key.
package struct DKIMPublicKey: Sendable, Hashable {
  package enum Algorithm: String, Sendable { case rsa, ed25519 }

  package let algorithm: Algorithm
  package let bits: Int
  /// As in `p=`: SubjectPublicKeyInfo in DER for RSA, the 32 bytes themselves for Ed25519 (RFC 8463, section 3).
  package let bytes: [UInt8]

  /// What the bytes of a record's `p=` say; `nil` when they are no such key. An RSA key without its envelope counts as none:
  /// RFC 6376 (before erratum 3017) allowed it, but OpenDKIM and others cannot use it.
  init?(_ algorithm: Algorithm, published: [UInt8]) {
    let key: OpenSSLKey?
    switch algorithm {
    case .rsa: key = OpenSSLKey(publicInfo: published)
    case .ed25519: key = OpenSSLKey(ed25519: published)
    }
    guard let key, let value = key.publicKey, value.algorithm == algorithm else { return nil }
    self = value
  }

  /// Belongs to the private key that OpenDKIM signs with; PEM or DER.
  package init(ofPrivateKey file: [UInt8]) throws(DKIMKeyFileProblem) {
    guard !file.isEmpty else { throw .noPrivateKey }
    guard let key = OpenSSLKey(privateKey: file) else {
      let words = String(decoding: file.prefix(4_096), as: UTF8.self)
      throw words.contains("ENCRYPTED") ? .encrypted : words.contains("PUBLIC KEY") ? .publicKey : .noPrivateKey
    }
    guard let value = key.publicKey else { throw .otherAlgorithm }
    self = value
  }

  package init(ofPrivateKeyAt path: String) throws(DKIMKeyFileProblem) {
    let file: [UInt8]
    do throws(FileFault) { file = try BoundedFile.bytes(path, most: 65_536) } catch { throw .unreadable(path) }
    try self.init(ofPrivateKey: file)
  }

  fileprivate init(_ algorithm: Algorithm, bits: Int, bytes: [UInt8]) {
    self.algorithm = algorithm
    self.bits = bits
    self.bytes = bytes
  }

  /// The record to publish at `selector._domainkey.domain`.
  package var record: String { "v=DKIM1; h=sha256; k=\(algorithm.rawValue); p=\(Base64.encode(bytes))" }
}

/// Why a file holds no key that DKIM can sign with.
package enum DKIMKeyFileProblem: Error, Sendable, Hashable {
  case unreadable(String)
  case noPrivateKey
  case encrypted
  case publicKey
  case otherAlgorithm
}

/// A key in OpenSSL's hands; freed with the value.
@safe
private struct OpenSSLKey: ~Copyable {
  private let key: OpaquePointer

  init?(privateKey file: [UInt8]) {
    defer { ERR_clear_error() }
    guard let bio = unsafe file.withUnsafeBytes({ unsafe BIO_new_mem_buf($0.baseAddress, Int32($0.count)) }) else {
      return nil
    }
    defer { unsafe BIO_free(bio) }
    // Without this, OpenSSL asks the terminal for the passphrase of an encrypted key.
    if let key = unsafe PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil) {
      unsafe self.key = key
      return
    }
    let key = unsafe file.withUnsafeBufferPointer { buffer in
      var start = buffer.baseAddress
      return unsafe d2i_AutoPrivateKey(nil, &start, buffer.count)
    }
    guard let key = unsafe key else { return nil }
    unsafe self.key = key
  }

  init?(publicInfo bytes: [UInt8]) {
    self.init(bytes) { start, count in unsafe d2i_PUBKEY(nil, &start, count) }
  }

  init?(ed25519 bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.init(bytes) { start, count in unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, start, count) }
  }

  @safe
  private init?(_ bytes: [UInt8], _ read: (inout UnsafePointer<UInt8>?, Int) -> OpaquePointer?) {
    defer { ERR_clear_error() }
    let (key, taken) = unsafe bytes.withUnsafeBufferPointer { buffer in
      var start = buffer.baseAddress
      let key = unsafe read(&start, buffer.count)
      return (unsafe key, unsafe start.map { unsafe $0 - (buffer.baseAddress ?? $0) } ?? 0)
    }
    guard let key = unsafe key else { return nil }
    // Bytes behind the key mean that it is not what was published.
    guard taken == bytes.count || taken == 0 else {
      unsafe EVP_PKEY_free(key)
      return nil
    }
    unsafe self.key = key
  }

  deinit { unsafe EVP_PKEY_free(key) }

  /// `nil` for algorithms that DKIM does not know.
  var publicKey: DKIMPublicKey? {
    let bits = Int(unsafe EVP_PKEY_get_bits(key))
    switch unsafe EVP_PKEY_get_base_id(key) {
    case EVP_PKEY_RSA:
      var start: UnsafeMutablePointer<UInt8>?
      let count = unsafe i2d_PUBKEY(key, &start)
      guard count > 0, let start = unsafe start else { return nil }
      defer { unsafe CRYPTO_free(start, nil, 0) }
      let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
      return DKIMPublicKey(.rsa, bits: bits, bytes: bytes)
    case EVP_PKEY_ED25519:
      var bytes = [UInt8](repeating: 0, count: 32)
      var count = bytes.count
      guard unsafe EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == 32 else { return nil }
      return DKIMPublicKey(.ed25519, bits: bits, bytes: bytes)
    default: return nil
    }
  }
}
