import Foundation

/// A signature as `ssh-keygen -Y sign` makes it (OpenSSH, PROTOCOL.sshsig).
public struct SSHSignature: Sendable {
  /// What the signature is for; one made for mail or git is none for a pack.
  public static let namespace = "maillogd-pack"
  private static let magic = Array("SSHSIG".utf8)
  private static let begin = "-----BEGIN SSH SIGNATURE-----"
  private static let end = "-----END SSH SIGNATURE-----"
  static let mostBytes = 65_536

  public let key: SSHKey
  private let hash: String
  private let algorithm: String
  private let signature: [UInt8]

  /// Reads the text between its BEGIN and END lines.
  public init(armored text: String) throws(PackFault) {
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    guard text.utf8.count <= Self.mostBytes, lines.first == Self.begin, lines.last == Self.end,
      let blob = Data(base64Encoded: lines.dropFirst().dropLast().joined())
    else { throw .badSignature("it is no SSH signature (-----BEGIN SSH SIGNATURE-----)") }
    var reader = SSHReader(Array(blob))
    guard reader.skip(Self.magic), reader.number() == 1, let keyBlob = reader.bytes(), let namespace = reader.text(),
      reader.bytes() != nil, let hash = reader.text(), let inner = reader.bytes(), reader.isAtEnd
    else { throw .badSignature("it is cut short, or of a newer form than this program knows") }
    guard namespace == Self.namespace else {
      throw .badSignature(
        "it was made for '\(namespace.prefix(40))', not for '\(Self.namespace)' (ssh-keygen -Y sign -n \(Self.namespace))"
      )
    }
    guard Self.digest(hash) != nil else {
      throw .badSignature("its digest '\(hash.prefix(20))' is not sha256 or sha512")
    }
    var innerReader = SSHReader(inner)
    guard let algorithm = innerReader.text(), let signature = innerReader.bytes(), innerReader.isAtEnd else {
      throw .badSignature("its inner part is malformed")
    }
    key = try SSHKey(blob: keyBlob)
    self.hash = hash
    self.algorithm = algorithm
    self.signature = signature
  }

  init(key: SSHKey, algorithm: String, signature: [UInt8]) {
    self.key = key
    hash = "sha512"
    self.algorithm = algorithm
    self.signature = signature
  }

  private static func digest(_ name: String) -> Crypto.Digest? {
    switch name {
    case "sha256": .sha256
    case "sha512": .sha512
    default: nil
    }
  }

  /// What is really signed: the message's digest, with what it is for.
  static func signed(_ message: [UInt8], hash: String = "sha512") -> [UInt8] {
    var writer = SSHWriter()
    writer.raw(magic)
    writer.text(namespace)
    writer.text("")
    writer.text(hash)
    writer.bytes(Crypto.digest(message, digest(hash) ?? .sha512))
    return writer.output
  }

  /// Whether the key made this signature of `message`.
  public func isGood(for message: [UInt8]) -> Bool {
    let signed = Self.signed(message, hash: hash)
    switch key.kind {
    case .ed25519(let bytes): return algorithm == "ssh-ed25519" && Crypto.isGoodEd25519(bytes, signed, signature)
    case .ecdsa(let name, let point):
      var reader = SSHReader(signature)
      guard algorithm == "ecdsa-sha2-" + name, let curve = Crypto.Curve.all.first(where: { $0.name == name }),
        let r = reader.integer(), let s = reader.integer(), reader.isAtEnd
      else { return false }
      return Crypto.isGoodECDSA(curve, point: point, signed, r: r, s: s)
    case .rsa(let modulus, let exponent):
      // The old ssh-rsa signs SHA-1 and is no proof any more.
      let digest: Crypto.Digest? = algorithm == "rsa-sha2-256" ? .sha256 : algorithm == "rsa-sha2-512" ? .sha512 : nil
      guard let digest else { return false }
      return Crypto.isGoodRSA(digest, modulus: modulus, exponent: exponent, signed, signature)
    }
  }

  /// The text that ssh-keygen -Y verify reads.
  public var armored: String {
    var inner = SSHWriter()
    inner.text(algorithm)
    inner.bytes(signature)
    var writer = SSHWriter()
    writer.raw(Self.magic)
    writer.number(1)
    writer.bytes(key.blob)
    writer.text(Self.namespace)
    writer.text("")
    writer.text(hash)
    writer.bytes(inner.output)
    let text = Data(writer.output).base64EncodedString()
    var lines: [Substring] = []
    var rest = text[...]
    while !rest.isEmpty {
      lines.append(rest.prefix(70))
      rest = rest.dropFirst(70)
    }
    return ([Self.begin] + lines.map(String.init) + [Self.end]).joined(separator: "\n") + "\n"
  }
}
