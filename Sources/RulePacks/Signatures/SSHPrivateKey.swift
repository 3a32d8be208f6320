import Foundation

/// A private key file of OpenSSH without a passphrase (PROTOCOL.key).
public struct SSHPrivateKey {
  public let key: SSHKey
  private let secret: Secret

  private enum Secret {
    case ed25519(seed: [UInt8])
    case ecdsa(Crypto.Curve, point: [UInt8], number: [UInt8])
    case rsa(Crypto.RSAKey)
  }

  public init(text: String) throws(PackFault) {
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    guard lines.first == "-----BEGIN OPENSSH PRIVATE KEY-----", lines.last == "-----END OPENSSH PRIVATE KEY-----",
      let blob = Data(base64Encoded: lines.dropFirst().dropLast().joined())
    else { throw .badKey("the file is no OpenSSH private key; ssh-keygen -p -f FILE turns older forms into one") }
    var reader = SSHReader(Array(blob))
    guard reader.skip(Array("openssh-key-v1\0".utf8)), let cipher = reader.text(), reader.text() != nil,
      reader.bytes() != nil, reader.number() == 1, let publicBlob = reader.bytes(), let inner = reader.bytes()
    else { throw .badKey("the private key file is damaged") }
    guard cipher == "none" else {
      throw .badKey(
        "the private key has a passphrase; sign with: ssh-keygen -Y sign -n \(SSHSignature.namespace) -f KEY FILE")
    }
    key = try SSHKey(blob: publicBlob)
    var part = SSHReader(inner)
    guard let first = part.number(), part.number() == first, let kind = part.text(),
      let secret = Self.secret(kind, &part)
    else { throw .badKey("the private key file is damaged") }
    self.secret = secret
  }

  private static func secret(_ kind: String, _ part: inout SSHReader) -> Secret? {
    switch kind {
    case "ssh-ed25519":
      guard part.bytes() != nil, let pair = part.bytes(), pair.count == 64 else { return nil }
      return .ed25519(seed: Array(pair.prefix(32)))
    case "ssh-rsa":
      guard let modulus = part.integer(), let exponent = part.integer(), let secret = part.integer(),
        part.integer() != nil, let p = part.integer(), let q = part.integer()
      else { return nil }
      return .rsa(Crypto.RSAKey(modulus: modulus, exponent: exponent, secret: secret, p: p, q: q))
    default:
      guard let curve = Crypto.Curve.all.first(where: { "ecdsa-sha2-" + $0.name == kind }), part.text() == curve.name,
        let point = part.bytes(), let number = part.integer()
      else { return nil }
      return .ecdsa(curve, point: point, number: number)
    }
  }

  /// Signs a pack for `ssh-keygen -Y verify -n maillogd-pack`.
  public func sign(_ message: [UInt8]) throws(PackFault) -> SSHSignature {
    let signed = SSHSignature.signed(message)
    var algorithm = "ssh-ed25519"
    var made: [UInt8]?
    switch secret {
    case .ed25519(let seed): made = Crypto.signEd25519(seed: seed, signed)
    case .ecdsa(let curve, let point, let number):
      algorithm = "ecdsa-sha2-" + curve.name
      if let pair = Crypto.signECDSA(curve, point: point, secret: number, signed) {
        var writer = SSHWriter()
        writer.integer(pair.r)
        writer.integer(pair.s)
        made = writer.output
      }
    case .rsa(let rsa):
      algorithm = "rsa-sha2-512"
      made = Crypto.signRSA(.sha512, rsa, signed)
    }
    guard let made else { throw .badKey("OpenSSL cannot sign with it") }
    let signature = SSHSignature(key: key, algorithm: algorithm, signature: made)
    guard signature.isGood(for: message) else {
      throw .badKey("its public and its private part do not belong together")
    }
    return signature
  }
}
