internal import CResolver

/// The mail exchangers of a domain, nearest first (RFC 5321, section 5.1).
enum MailExchangers {
  private static let most = 32

  /// Blocks while the resolver asks.
  static func of(_ domain: String) throws(ChannelFault) -> [String] {
    var found = [cresolver_mx](repeating: cresolver_mx(), count: most)
    let count = unsafe found.withUnsafeMutableBufferPointer {
      unsafe cresolver_mx_of(domain, $0.baseAddress, Int32($0.count))
    }
    guard count >= 0 else { throw ChannelFault("the DNS does not tell the mail exchangers of \(domain) now") }
    // Without MX records the domain itself takes mail.
    guard count > 0 else { return [domain] }
    let hosts = found.prefix(Int(count)).sorted { $0.preference < $1.preference }.map { exchanger in
      unsafe withUnsafeBytes(of: exchanger.host) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
    }
    // "MX 0 ." says that the domain takes no mail (RFC 7505).
    guard hosts != [""], hosts != ["."] else {
      throw ChannelFault("\(domain) takes no mail: its MX record says so (RFC 7505)", isPermanent: true)
    }
    return hosts
  }
}
