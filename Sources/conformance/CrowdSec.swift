import LogParsing

extension Corpus {
  /// crowdsecurity/hub: what its parsers of Postfix, postscreen and Dovecot lines find.
  static let crowdSec = Corpus(
    name: "crowdsec_hub",
    expectations: { row in
      guard case .object(let stages) = row.expected["stages"] else { return [] }
      return stages.sorted { $0.key < $1.key }.flatMap { stage, found -> [Expectation] in
        let parser = stage.split(separator: "/").last ?? ""
        return found.leaves.filter { $0.field != "success" }.map { ("\(parser).\($0.field)", $0.value) }
      }
    },
    value: { field, reading, row in
      switch field.split(separator: ".").last.map({ String($0) }) {
      case "program": return reading.program.isEmpty ? nil : reading.program
      case "logsource": return "syslog"
      case "machine": return reading.host
      case "message": return reading.message
      case "pid": return reading.pid
      case "timestamp": return field.hasSuffix("Meta.timestamp") ? reading.moment : reading.stamp
      case "MarshaledTime": return reading.moment
      case "timestamp8601": return reading.stamp
      case "remote_addr", "source_ip", "dovecot_remote_ip": return reading["client.address"]
      case "remote_host", "source_hostname": return reading["client.name"]
      case "port": return reading["client.port"]
      case "action": return reading["action"]
      case "command": return reading["command"] ?? reading["stage"]
      // What their pattern calls `helo` is whatever stands in the brackets of the reply.
      case "helo": return reading["data"]
      case "smtp_basic_status_code": return reading["code"]
      case "smtp_enhanced_status_code": return reading["dsn"]
      case "smtp_return_codes": return reading["code"].flatMap { code in reading["dsn"].map { "\(code) \($0)" } }
      case "reason": return reading.judgement
      case "message_failure": return reading["reason"].map { " " + $0 }
      case "kvItems": return reading.span(from: "from=<", to: ">")
      case "pregreet": return reading["action"]
      case "count": return reading["length"]
      case "time_attempt": return reading["after"]
      case "message_attempt": return reading["command"]
      case "dovecot_local_ip": return reading["server.address"]
      case "dovecot_login_message": return reading["text"]
      case "dovecot_user": return reading["user"]
      case "dovecot_user_backend": return reading["backend"]
      case "dovecot_login_result": return isLoginFailure(reading["text"] ?? "") ? "auth_failed" : nil
      case "protocol": return reading["service"].map { String($0.prefix { $0 != "-" }) }
      default: return nil
      }
    })

  private static func isLoginFailure(_ text: String) -> Bool {
    text.contains("auth failed") || text.hasPrefix("unknown user") || text.hasPrefix("Password mismatch")
  }
}
