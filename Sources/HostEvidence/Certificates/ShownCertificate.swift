import CTLS
import Diagnosis
import Glibc

/// What a mail server on this machine shows when a client asks for TLS.
struct ShownCertificate: Equatable {
  /// A place on this machine where mail is taken.
  struct Place: Hashable {
    let address: IPAddress
    let port: UInt16
    /// TLS from the first byte, without STARTTLS (RFC 8314).
    let isImplicit: Bool

    var text: String { address.bytes.count == 16 ? "[\(address.text)]:\(port)" : "\(address.text):\(port)" }
  }

  enum Finding: Equatable {
    /// Each in DER, the server's own first.
    case certificates([[UInt8]])
    /// The server does not offer STARTTLS.
    case noTLS
    /// It offers TLS, and the handshake fails.
    case broken(Wording)
    case unknown(Wording)
  }

  /// Connects to the place, which has to be this machine's, and ends the session politely. `name`: who is asked for (SNI),
  /// and who asks (EHLO).
  static func look(at place: Place, name: String, seconds: Int = 10) -> Finding {
    guard let line = SMTPLine(place.address, place.port, seconds: seconds) else {
      return .unknown(
        Wording(
          "\(place.text) takes no connection: \(errorText(errno))",
          french: "\(place.text) n'accepte pas de connexion : \(errorText(errno))"))
    }
    if !place.isImplicit {
      switch line.startTLS(name) {
      case .ready: break
      case .notOffered: return .noTLS
      case .refused(let reply):
        return .broken(
          Wording(
            "\(place.text) offers STARTTLS, but answers: \(reply)",
            french: "\(place.text) propose STARTTLS, mais répond : \(reply)"))
      case .silent:
        return .unknown(
          Wording(
            "\(place.text) does not answer as a mail server does",
            french: "\(place.text) ne répond pas en serveur de courrier"))
      }
    }
    return handshake(line, place, name)
  }

  private static func handshake(_ line: borrowing SMTPLine, _ place: Place, _ name: String) -> Finding {
    let chain = CertificateChain()
    let owner = unsafe Unmanaged.passUnretained(chain).toOpaque()
    var words = [CChar](repeating: 0, count: 200)
    let result = unsafe ctls_certificates(
      line.descriptor, name, line.millisecondsLeft, owner,
      { owner, bytes, count in
        guard let owner = unsafe owner, let bytes = unsafe bytes else { return }
        let chain = unsafe Unmanaged<CertificateChain>.fromOpaque(owner).takeUnretainedValue()
        unsafe chain.certificates.append(Array(UnsafeBufferPointer(start: bytes, count: count)))
      }, &words, words.count)
    let said = String(decoding: words.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    switch result {
    case ctls_shown: return .certificates(chain.certificates)
    case ctls_refused:
      return .broken(
        Wording(
          "TLS with \(place.text) fails: \(said)", french: "TLS avec \(place.text) échoue : \(said)"))
    case ctls_late:
      return .unknown(
        Wording(
          "\(place.text) did not finish the TLS handshake in time",
          french: "\(place.text) n'a pas terminé la négociation TLS à temps"))
    default:
      return .unknown(Wording("TLS cannot be tried: \(said)", french: "TLS ne peut être essayé : \(said)"))
    }
  }
}

/// Where the handshake leaves what it sees.
private final class CertificateChain { var certificates: [[UInt8]] = [] }

extension ShownCertificate.Place {
  /// One for each of 25, 587 and 465 on which somebody listens, by an address of this machine; loopback where any will do.
  static func all(_ listeners: [TCPListener], own: OwnAddresses) -> [Self] {
    let ports: [(UInt16, Bool)] = [(25, false), (587, false), (465, true)]
    return ports.compactMap { port, isImplicit -> Self? in
      let here = listeners.filter { $0.port == port }
      let chosen = here.first { $0.address.isUnspecified || $0.address.unmapped.isLoopback } ?? here.first
      guard var address = chosen?.address else { return nil }
      if address.isUnspecified {
        guard let loopback = IPAddress(address.bytes.count == 4 ? "127.0.0.1" : "::1") else { return nil }
        address = loopback
      }
      guard own.contains(address.unmapped) else { return nil }
      return Self(address: address, port: port, isImplicit: isImplicit)
    }
  }
}
