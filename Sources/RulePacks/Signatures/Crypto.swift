internal import CPacks

/// Digests and signatures over bytes; the only door to libcrypto.
enum Crypto {
  enum Digest: String {
    case sha256 = "SHA256"
    case sha512 = "SHA512"
    case sha384 = "SHA384"
  }

  static func digest(_ data: [UInt8], _ digest: Digest = .sha256) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: 64)
    let length = unsafe with(data) { data in
      unsafe output.withUnsafeMutableBufferPointer { unsafe csig_digest(digest.rawValue, data, $0.baseAddress) }
    }
    return Array(output.prefix(length))
  }

  static func sha256(_ data: [UInt8]) -> String { digest(data).hexadecimal }

  /// The three curves of NIST that SSH keys use.
  struct Curve {
    /// As in `ecdsa-sha2-nistp256`.
    let name: String
    let group: String
    let digest: Digest
    /// Bytes of a coordinate.
    let size: Int

    static let all = [
      Curve(name: "nistp256", group: "P-256", digest: .sha256, size: 32),
      Curve(name: "nistp384", group: "P-384", digest: .sha384, size: 48),
      Curve(name: "nistp521", group: "P-521", digest: .sha512, size: 66),
    ]
  }

  static func isGoodEd25519(_ key: [UInt8], _ message: [UInt8], _ signature: [UInt8]) -> Bool {
    guard key.count == 32, signature.count == 64 else { return false }
    return unsafe with(key) { key in
      unsafe with(message) { message in unsafe with(signature) { unsafe csig_verify_ed25519(key, message, $0) } }
    } == 1
  }

  static func isGoodECDSA(_ curve: Curve, point: [UInt8], _ message: [UInt8], r: [UInt8], s: [UInt8]) -> Bool {
    unsafe with(point) { point in
      unsafe with(message) { message in
        unsafe with(r) { r in
          unsafe with(s) { unsafe csig_verify_ecdsa(curve.group, curve.digest.rawValue, point, message, r, $0) }
        }
      }
    } == 1
  }

  static func isGoodRSA(
    _ digest: Digest, modulus: [UInt8], exponent: [UInt8], _ message: [UInt8], _ signature: [UInt8]
  ) -> Bool {
    unsafe with(modulus) { modulus in
      unsafe with(exponent) { exponent in
        unsafe with(message) { message in
          unsafe with(signature) { unsafe csig_verify_rsa(digest.rawValue, modulus, exponent, message, $0) }
        }
      }
    } == 1
  }

  static func signEd25519(seed: [UInt8], _ message: [UInt8]) -> [UInt8]? {
    var output = [UInt8](repeating: 0, count: 64)
    let isGood = unsafe with(seed) { seed in
      unsafe with(message) { message in
        unsafe output.withUnsafeMutableBufferPointer { unsafe csig_sign_ed25519(seed, message, $0.baseAddress) }
      }
    }
    return isGood == 1 ? output : nil
  }

  static func signECDSA(_ curve: Curve, point: [UInt8], secret: [UInt8], _ message: [UInt8]) -> (
    r: [UInt8], s: [UInt8]
  )? {
    var output = [UInt8](repeating: 0, count: 2 * curve.size)
    let isGood = unsafe with(point) { point in
      unsafe with(secret) { secret in
        unsafe with(message) { message in
          unsafe output.withUnsafeMutableBufferPointer {
            unsafe csig_sign_ecdsa(
              curve.group, curve.digest.rawValue, point, secret, message, curve.size, $0.baseAddress)
          }
        }
      }
    }
    return isGood == 1 ? (Array(output.prefix(curve.size)), Array(output.suffix(curve.size))) : nil
  }

  struct RSAKey {
    var modulus: [UInt8]
    var exponent: [UInt8]
    var secret: [UInt8]
    var p: [UInt8]
    var q: [UInt8]
  }

  static func signRSA(_ digest: Digest, _ key: RSAKey, _ message: [UInt8]) -> [UInt8]? {
    var output = [UInt8](repeating: 0, count: 4_096)
    let length = unsafe with(key.modulus) { modulus in
      unsafe with(key.exponent) { exponent in
        unsafe with(key.secret) { secret in
          unsafe with(key.p) { p in
            unsafe with(key.q) { q in
              unsafe with(message) { message in
                unsafe output.withUnsafeMutableBufferPointer {
                  unsafe csig_sign_rsa(
                    digest.rawValue, modulus, exponent, secret, p, q, message, $0.baseAddress, $0.count)
                }
              }
            }
          }
        }
      }
    }
    return length > 0 ? Array(output.prefix(length)) : nil
  }

  static func bits(_ number: [UInt8]) -> Int { unsafe with(number) { Int(unsafe csig_bits($0)) } }

  private static func with<Result>(_ bytes: [UInt8], _ body: (csig_bytes) -> Result) -> Result {
    unsafe bytes.withUnsafeBufferPointer { unsafe body(csig_bytes(bytes: $0.baseAddress, count: $0.count)) }
  }
}

extension Sequence<UInt8> {
  var hexadecimal: String {
    let digits = Array("0123456789abcdef")
    return String(flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
