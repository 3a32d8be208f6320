import Diagnosis
import Synchronization

/// Postfix's settings as they are in force: told by postconf(1) where it is installed, read from the files otherwise.
final class PostfixSettings: Sendable {
  static let defaultFolder = "/etc/postfix"

  private let machine: Machine
  private let folder: String
  private let kept = Mutex<Kept?>(nil)
  private static let freshness = Duration.seconds(5)

  private struct Kept {
    let values: [String: String]
    let master: MasterConfiguration
    let fault: Wording?
    let masterFault: Wording?
    let time: ContinuousClock.Instant
  }

  /// `folder` is the instance's config_directory.
  init(machine: Machine, folder: String = defaultFolder) {
    self.machine = machine
    self.folder = folder
  }

  /// The value of a parameter, `$names` put in; with `service` (`smtp/inet`), as `-o` in master.cf overrides it. `nil`
  /// when it is not set and nobody here knows the default.
  func value(_ name: String, service: String? = nil) -> String? {
    let kept = current()
    if let service, let override = kept.master[service]?.overrides[name] {
      var expansion = ParameterExpansion { kept.values[$0] }
      return expansion.expand(override[...])
    }
    return kept.values[name]
  }

  /// Why settings are not known, if so.
  var fault: Wording? {
    let kept = current()
    return kept.fault ?? kept.masterFault
  }

  /// Why it is not known what the services of master.cf override.
  var masterFault: Wording? { current().masterFault }

  var services: [MasterConfiguration.Service] { current().master.services }

  func service(_ name: String) -> MasterConfiguration.Service? { current().master[name] }

  /// A dash means the default: no chroot since Postfix 3.0 (master(5)).
  func isChrooted(_ service: String) -> Bool? {
    let kept = current()
    guard let service = kept.master[service] else { return nil }
    switch service.chroot {
    case "y": return true
    case "n": return false
    default: return (Int(kept.values["compatibility_level"]?.split(separator: ".").first ?? "0") ?? 0) < 1
    }
  }

  var queueDirectory: String { value("queue_directory") ?? "/var/spool/postfix" }

  private func current() -> Kept {
    kept.withLock { kept in
      if let known = kept, ContinuousClock.now - known.time < Self.freshness { return known }
      let read = Self.read(machine, folder)
      kept = read
      return read
    }
  }

  private static func read(_ machine: Machine, _ folder: String) -> Kept {
    let main: MainConfiguration
    let masterText: String
    var fault: Wording?
    var masterFault: Wording?
    do {
      main = MainConfiguration(try BoundedFile.text(machine.path(folder + "/main.cf")))
    } catch {
      main = MainConfiguration("")
      fault = error.said(of: machine.path(folder + "/main.cf"))
    }
    do { masterText = try BoundedFile.text(machine.path(folder + "/master.cf")) } catch {
      masterText = ""
      masterFault = error.said(of: machine.path(folder + "/master.cf"))
    }
    var values: [String: String] = [:]
    let told = machine.isThisOne ? fromPostconf(folder) : nil
    if let told {
      values = told
    } else if fault == nil {
      // Without main.cf the defaults would speak for a Postfix that is not there.
      for name in Set(main.settings.keys).union(defaults.keys) {
        values[name] = main.expanded(main[name] ?? defaults[name] ?? "", defaults: defaults)
      }
    }
    return Kept(
      values: values, master: MasterConfiguration(masterText), fault: fault, masterFault: masterFault, time: .now)
  }

  /// Every parameter with its value expanded; `nil` when postconf is missing, hangs or cannot read main.cf.
  private static func fromPostconf(_ folder: String) -> [String: String]? {
    guard let postconf = FixedCommand("postconf"), let result = try? postconf.run(["-c", folder, "-x"]),
      result.status == 0
    else {
      return nil
    }
    var values: [String: String] = [:]
    for line in String(decoding: result.output, as: UTF8.self).split(separator: "\n") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      values[line[..<equals].trimmed] = line[line.index(after: equals)...].trimmed
    }
    return values.isEmpty ? nil : values
  }

  /// Postfix's own defaults of what rules ask for, for machines without postconf (postconf(5), 3.7).
  private static let defaults: [String: String] = [
    "queue_directory": "/var/spool/postfix", "inet_protocols": "all", "milter_protocol": "6",
    "mydestination": "$myhostname, localhost.$mydomain, localhost", "relayhost": "", "content_filter": "",
    "smtp_tls_security_level": "", "smtp_tls_wrappermode": "no", "smtp_dns_support_level": "",
    "smtp_tls_CAfile": "", "smtp_tls_CApath": "", "smtp_sasl_auth_enable": "no",
    "smtp_sasl_security_options": "noplaintext, noanonymous", "smtp_sasl_password_maps": "",
    "smtpd_sasl_type": "cyrus", "smtpd_milters": "", "non_smtpd_milters": "", "message_size_limit": "10240000",
    "smtpd_relay_restrictions": "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination",
    "virtual_mailbox_domains": "$virtual_mailbox_maps", "virtual_alias_domains": "$virtual_alias_maps",
    "virtual_alias_maps": "", "virtual_mailbox_maps": "", "relay_domains": "", "transport_maps": "",
    "alias_maps": "hash:/etc/aliases", "smtp_bind_address": "", "smtp_bind_address6": "", "inet_interfaces": "all",
    "smtpd_tls_cert_file": "", "smtpd_tls_key_file": "$smtpd_tls_cert_file", "smtpd_tls_chain_files": "",
  ]
}
