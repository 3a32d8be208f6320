import Foundation

/// A public key in SSH's form: Ed25519, ECDSA on a curve of NIST, or RSA.
public struct SSHKey: Sendable, Equatable {
  /// As it stands, decoded, in `authorized_keys`.
  let blob: [UInt8]
  let kind: Kind

  enum Kind: Sendable, Equatable {
    case ed25519([UInt8])
    case ecdsa(curve: String, point: [UInt8])
    case rsa(modulus: [UInt8], exponent: [UInt8])
  }

  /// Shorter RSA keys can be broken by those who care (NIST SP 800-57).
  private static let fewestBits = 2_048
  private static let mostBits = 16_384

  init(blob: [UInt8]) throws(PackFault) {
    var reader = SSHReader(blob)
    self.blob = blob
    switch reader.text() {
    case "ssh-ed25519":
      guard let key = reader.bytes(), key.count == 32, reader.isAtEnd else {
        throw .badKey("its Ed25519 part is malformed")
      }
      kind = .ed25519(key)
    case let name? where name.hasPrefix("ecdsa-sha2-"):
      guard let curve = reader.text(), "ecdsa-sha2-" + curve == name,
        Crypto.Curve.all.contains(where: { $0.name == curve }),
        let point = reader.bytes(), reader.isAtEnd
      else { throw .badKey("its ECDSA part is malformed") }
      kind = .ecdsa(curve: curve, point: point)
    case "ssh-rsa":
      guard let exponent = reader.integer(), let modulus = reader.integer(), reader.isAtEnd else {
        throw .badKey("its RSA part is malformed")
      }
      let bits = Crypto.bits(modulus)
      guard (Self.fewestBits...Self.mostBits).contains(bits), exponent.count <= 8 else {
        throw .badKey("it is an RSA key of \(bits) bits; from \(Self.fewestBits) bits on it is safe")
      }
      kind = .rsa(modulus: modulus, exponent: exponent)
    case let name?:
      throw .badKey(
        "keys of the kind '\(name.prefix(60))' cannot be checked; use ssh-ed25519, ecdsa-sha2-nistp256 or ssh-rsa")
    case nil: throw .badKey("it is no SSH key")
    }
  }

  /// `SHA256:…`, as ssh-keygen -l prints it.
  public var fingerprint: String {
    "SHA256:" + Data(Crypto.digest(blob)).base64EncodedString().replacing("=", with: "")
  }
}
