internal import COpenSSL

/// Whether a TLSA record fits the first certificate of a file (RFC 6698, section 2.1; RFC 7672 for mail).
package struct TLSAMatch: Sendable {
  /// In DER.
  private let certificate: [UInt8]
  /// Its SubjectPublicKeyInfo, in DER.
  private let key: [UInt8]

  /// `nil` when there is no certificate in it.
  package init?(pem: [UInt8]) {
    defer { ERR_clear_error() }
    guard let bio = unsafe pem.withUnsafeBytes({ unsafe BIO_new_mem_buf($0.baseAddress, Int32(clamping: $0.count)) })
    else { return nil }
    defer { unsafe BIO_free(bio) }
    guard let leaf = unsafe PEM_read_bio_X509(bio, nil, { _, _, _, _ in -1 }, nil) else { return nil }
    defer { unsafe X509_free(leaf) }
    guard let certificate = unsafe Self.bytes({ unsafe i2d_X509(leaf, &$0) }),
      let key = unsafe Self.bytes({ unsafe i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf), &$0) })
    else { return nil }
    self.certificate = certificate
    self.key = key
  }

  /// For DANE-EE and PKIX-EE, which speak of the server's own certificate; trust anchors (usage 0 and 2) are `nil`: the
  /// chain would have to be followed.
  package func fits(_ record: TLSARecord) -> Bool? {
    guard record.usage == 1 || record.usage == 3 else { return nil }
    let subject = record.selector == 0 ? certificate : key
    switch (record.selector, record.matching) {
    case (0...1, 0): return subject == record.data
    case (0...1, 1): return Self.digest(subject, 32) { unsafe SHA256($0, $1, $2) } == record.data
    case (0...1, 2): return Self.digest(subject, 64) { unsafe SHA512($0, $1, $2) } == record.data
    default: return false
    }
  }

  @safe
  private static func digest(
    _ bytes: [UInt8], _ count: Int,
    _ hash: (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?) -> UnsafeMutablePointer<UInt8>?
  ) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: count)
    unsafe bytes.withUnsafeBufferPointer { source in
      unsafe digest.withUnsafeMutableBufferPointer { _ = unsafe hash(source.baseAddress, source.count, $0.baseAddress) }
    }
    return digest
  }

  @unsafe
  private static func bytes(_ write: (inout UnsafeMutablePointer<UInt8>?) -> Int32) -> [UInt8]? {
    var start: UnsafeMutablePointer<UInt8>?
    let count = unsafe write(&start)
    guard count > 0, let start = unsafe start else { return nil }
    defer { unsafe CRYPTO_free(start, nil, 0) }
    return unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
  }
}
