import Diagnosis

/// Where smtpd takes its certificate from.
struct ServedCertificate: Equatable {
  /// `smtpd_tls_chain_files` or `smtpd_tls_cert_file`.
  let parameter: String
  let path: String

  /// `nil` when Postfix names none. Of several files in a chain, the first that holds a certificate: the private key, which
  /// comes first, may have one of its own (postconf(5), smtpd_tls_chain_files).
  init?(_ postfix: PostfixSettings, on machine: Machine) {
    for parameter in ["smtpd_tls_chain_files", "smtpd_tls_cert_file"] {
      guard let value = postfix.value(parameter), value != "none", let file = Self.file(in: value.listed, on: machine)
      else { continue }
      self.parameter = parameter
      path = file
      return
    }
    return nil
  }

  /// The first of several files that holds a certificate; the first one where none does.
  static func file(in files: [String], on machine: Machine) -> String? {
    files.prefix(8).first { isCertificate(machine.path($0)) } ?? files.first
  }

  private static func isCertificate(_ path: String) -> Bool {
    guard let bytes = try? BoundedFile.bytes(path) else { return false }
    return Certificate(pem: bytes) != nil
  }
}
