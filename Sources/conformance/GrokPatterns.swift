import LogParsing

extension Corpus {
  /// whyscream/postfix-grok-patterns: lines without a tag; the test's name tells the program.
  static let grokPatterns = Corpus(
    name: "grok_whyscream",
    program: { "postfix/" + program(of: $0) },
    wholeLine: { row in
      // Tests of one pattern inside the status line.
      func status(relay: String = "none", delays: String = "0/0/0/0", tls: String = "none") -> String {
        "4F3A2B1C0D: to=<a@example.org>, relay=\(relay), delay=0, delays=\(delays), tls=\(tls), dsn=2.0.0, status=sent (ok)"
      }
      if row.line.contains(" ") { return row.line }
      switch true {
      case row.file.contains("delays_"): return status(delays: row.line)
      case row.file.contains("relay_"): return status(relay: row.line)
      case row.file.contains("tls_features_"): return status(tls: row.line)
      default: return row.line
      }
    },
    expectations: { $0.expected["fields"].leaves },
    value: { field, reading, row in
      switch field {
      case "postfix_queueid": return reading.queueID ?? (reading.message.hasPrefix("NOQUEUE: ") ? "NOQUEUE" : nil)
      case "postfix_client_hostname": return reading["client.name"]
      case "postfix_client_ip", "postfix_client_ip_unknown": return reading["client.address"]
      case "postfix_client_port": return reading["client.port"]
      case "postfix_relay_hostname": return reading["relay.host"] ?? reading["peer.host"] ?? reading["remote.host"]
      case "postfix_relay_ip": return reading["relay.address"] ?? reading["peer.address"] ?? reading["remote.address"]
      case "postfix_relay_port": return reading["relay.port"] ?? reading["peer.port"]
      case "postfix_relay_service": return reading["relay.path"]
      case "postfix_service": return reading["service"]
      case "postfix_message-id": return reading["message-id"]
      case "postfix_status": return reading["status"]
      case "postfix_smtp_response": return reading["reply"] ?? remoteAsLogged(reading)
      case "postfix_local_response", "postfix_pipe_response", "postfix_error_response": return reading["reply"]
      case "postfix_smtp_stage", "postfix_proxy_smtp_stage":
        return reading["remote.command"]
          ?? reading["stage"].map { $0.hasPrefix("sending ") ? String($0.dropFirst(8)) : $0 }
      case "postfix_action": return reading["action"]
      case "postfix_status_code", "postfix_proxy_status_code": return reading["code"]
      case "postfix_status_code_enhanced", "postfix_proxy_status_code_enhanced": return reading["dsn"]
      case "postfix_status_data": return reading["data"]
      case "postfix_status_message": return reading.judgement
      case "postfix_proxy_result": return reading["action"].map { String($0.dropFirst("proxy-".count)) }
      case "postfix_proxy_message": return reading["text"]
      case "postfix_keyvalue_data": return keyValueData(reading)
      case "postfix_command_counter_data": return reading["commands"]
      case "postfix_smtpd_lostconn_data", "postfix_smtp_lostconn_data":
        return reading["error"].flatMap { field.contains("smtpd") ? nil : $0 } ?? reading["reason"] ?? sslError(reading)
      case "postfix_message_level": return level(reading)
      case "postfix_message": return message(reading)
      case "postfix_version": return reading["version"]
      case "postfix_config_path": return reading["configuration"]
      case "postfix_bounce_queueid": return reading["new_queue_id"]
      case "postfix_bounce_recipient": return reading["notified"]
      case "postfix_bounce_reason": return reading["notification"]
      case "postfix_dnsbl_domain": return reading["domain"]
      case "postfix_dnsbl_result": return reading["result"]
      case "postfix_tls_error": return reading["error"]
      case "postfix_pix_workaround": return reading["pix_workarounds"]
      case "postfix_discarded_ehlo_keywords": return reading["ehlo_keywords"]
      case "postfix_postsuper_action", "postfix_postsuper_summary_action": return reading["action"] ?? reading.words
      case "postfix_postsuper_summary_count": return reading["count"]
      case "postfix_verify_cleanup_type": return reading["cleanup"]
      case "postfix_milter_result": return reading["milter_action"]
      case "postfix_from": return reading["from"]
      case "postfix_improper_pipelining_data", "postfix_postscreen_data": return reading["command"]
      case "postfix_server_ip": return reading["server.address"]
      case "postfix_server_port": return reading["server.port"]
      case "postfix_smtpd_lostconn_reason": return reading["error"]
      case "postfix_smtp_lostconn_reason": return reading["stage"]
      case "postfix_termination_signal": return reading["signal"]
      case "postfix_milter_message": return behindAction(reading)
      case "postfix_milter_data", "postfix_prepend_value": return reading["text"]
      case "postfix_prepend_type": return reading["part"]
      case "postfix_prepend_trigger": return reading["content"]
      default:
        return delay(field, reading) ?? anvil(field, reading) ?? postscreen(field, reading) ?? tls(field, reading)
          ?? cache(field, reading)
      }
    })

  private static func program(of row: Row) -> String {
    let name = row.file.split(separator: "/").last?.split(separator: "_").dropLast().joined(separator: "_") ?? ""
    let programs = [
      "script": "postfix-script", "trivial_rewrite": "trivial-rewrite", "delays": "smtp", "relay": "smtp",
      "tls_features": "smtp",
    ]
    return programs[name] ?? name
  }

  private static func level(_ reading: Reading) -> String? {
    reading.event.kind == .headerCheck ? reading["action"] : reading.event.record.level.rawValue
  }

  private static func message(_ reading: Reading) -> String? {
    if reading.event.kind == .headerCheck { return behindAction(reading) }
    // Theirs takes the client off a warning's beginning.
    let client = (reading["client"] ?? "") + ": "
    return reading.words.hasPrefix(client) ? String(reading.words.dropFirst(client.count)) : reading.words
  }

  /// The words between the action and the data of the transaction.
  private static func behindAction(_ reading: Reading) -> String? {
    guard let start = reading.words.firstRange(of: ": ") else { return nil }
    let words = reading.words[start.upperBound...]
    guard let data = transaction(reading), let end = words.ranges(of: "; " + data).last else { return String(words) }
    return String(words[..<end.lowerBound])
  }

  /// Theirs keeps the fields in one piece; of the programs that deliver, some with the comma before `status`.
  private static func keyValueData(_ reading: Reading) -> String? {
    switch reading.event.kind {
    case .delivery:
      let data = reading.span(from: "to=", to: " status=").map { String($0.dropLast(" status=".count)) }
      return ["pipe", "error"].contains(reading.daemon) ? data.map { String($0.dropLast()) } : data
    case .queueActive: return reading.span(from: "from=", to: " (queue").map { String($0.dropLast(" (queue".count)) }
    case .client, .pickup: return reading.words
    default: return transaction(reading)
    }
  }

  /// `from=<S> to=<R> proto=P helo=<H>` as the line has it.
  private static func transaction(_ reading: Reading) -> String? {
    for (name, opening) in [("from", "from=<"), ("to", "to=<"), ("proto", "proto="), ("helo", "helo=<")] {
      guard case .range(let first) = reading.event[name] else { continue }
      var end = Int(reading.event.record.text.end)
      if reading.event.kind == .headerCheck, case .range(let note) = reading.event["text"] { end = Int(note.start) - 2 }
      return reading.text(ByteRange(Int(first.start) - opening.utf8.count, end))
    }
    return nil
  }

  private static func remoteAsLogged(_ reading: Reading) -> String? {
    reading.span(from: " said: ", to: " (in reply").map {
      String($0.dropFirst(" said: ".count).dropLast(" (in reply".count))
    }
  }

  private static func sslError(_ reading: Reading) -> String? {
    reading.event.kind == .tlsError ? String(reading.words.prefix { $0 != " " }) + " error" : nil
  }

  private static func delay(_ field: String, _ reading: Reading) -> String? {
    let names = [
      "postfix_delay_before_qmgr", "postfix_delay_in_qmgr", "postfix_delay_conn_setup", "postfix_delay_transmission",
    ]
    guard let index = names.firstIndex(of: field), case .decimals(let delays) = reading.event["delays"] else {
      return nil
    }
    return String(delays[index])
  }

  private static func anvil(_ field: String, _ reading: Reading) -> String? {
    switch field {
    case "postfix_anvil_cache_size": reading["cache_size"]
    case "postfix_anvil_timestamp": reading["at"]
    case "postfix_anvil_conn_count", "postfix_anvil_conn_rate": reading["value"]
    case "postfix_anvil_conn_period": reading["seconds"].map { $0 + "s" }
    case "postfix_scache_timestamp": reading["since"]
    case "postfix_scache_success": reading["success"]
    case "postfix_scache_hits", "postfix_scache_miss", "postfix_scache_domains", "postfix_scache_addresses",
      "postfix_scache_connection":
      reading[String(field.dropFirst("postfix_scache_".count))]
    default: nil
    }
  }

  private static func postscreen(_ field: String, _ reading: Reading) -> String? {
    switch field {
    case "postfix_postscreen_access", "postfix_postscreen_violation": reading["action"]
    case "postfix_postscreen_violation_time": reading["after"]
    case "postfix_postscreen_dnsbl_rank": reading["rank"]
    case "postfix_postscreen_toobusy_data": reading["text"]
    default: nil
    }
  }

  private static func cache(_ field: String, _ reading: Reading) -> String? {
    if field.hasSuffix("_cache_retained") { return reading["retained"] }
    return field.hasSuffix("_cache_dropped") ? reading["dropped"] : nil
  }

  private static func tls(_ field: String, _ reading: Reading) -> String? {
    switch field {
    case "postfix_tls_trustlevel", "postfix_tls_security_level": reading["tls.level"]
    case "postfix_tls_downgrade_level": reading["tls.downgrade"]
    case "postfix_tls_policy_undecided": reading["tls.mark"]
    case "postfix_tls_version": reading["tls.protocol"]
    case "postfix_tls_cipher": reading["tls.cipher"]
    case "postfix_tls_cipher_size":
      reading["tls.bits"].flatMap { used in reading["tls.cipher_bits"].map { "\(used)/\($0)" } }
    case "postfix_tls_key_exchange": reading["tls.key_exchange"]
    case "postfix_tls_server_signature": reading["tls.server_signature"]
    case "postfix_tls_server_signature_curve": reading["tls.server_signature_curve"]
    case "postfix_tls_server_signature_size": reading["tls.server_signature_bits"]
    case "postfix_tls_server_digest": reading["tls.server_digest"]
    default: nil
    }
  }
}
