import Diagnosis

/// Answers the `table` checks.
struct TableLook {
  let machine: Machine
  let settings: PostfixSettings

  enum Answer {
    case found(String)
    case absent
    case failed(Wording)
  }

  func observe(_ check: MachineCheck) -> Observation {
    if let map = check["map"] { return freshness(map, check["is"] ?? "") }
    var tables: [LookupTable] = []
    var words: [String] = []
    let bareType = settings.value("default_database_type") ?? "hash"
    for parameter in check.values("parameter") {
      guard let value = settings.value(parameter) else {
        return Observation(
          .unknown, settings.fault ?? Wording("\(parameter) is not set", french: "\(parameter) n'est pas fixé"))
      }
      for entry in value.listed {
        if let table = LookupTable(entry, bareType: bareType) { tables.append(table) } else { words.append(entry) }
      }
    }
    let names = check.values("parameter").joined(separator: ", ")
    if let text = check["value-contains"] { return contains(text, tables, names) }
    let key = check["key"] ?? ""
    // A list of domains may name them without a table (postconf(5), mydestination).
    if let word = words.first(where: { $0.lowercased() == key.lowercased() }) {
      return Observation(
        holds: check["is"] == "found", "\(names) names \(word) itself", "\(names) cite lui-même \(word)")
    }
    let isLogin = names.contains("password")
    return self.key(key, others: isLogin ? Self.destinations(key, settings) : [], check["is"] == "found", tables, names)
  }

  /// The names under which Postfix looks a server's login up beside its host name: the next hop as it is written, with
  /// brackets and port (SASL_README).
  private static func destinations(_ host: String, _ settings: PostfixSettings) -> [String] {
    let written = ["relayhost", "smtp_fallback_relay"].compactMap { settings.value($0) }.flatMap(\.listed)
    let usual = ["", ":25", ":465", ":587", ":smtp", ":submission", ":submissions", ":smtps"]
    return written + usual.map { "[\(host)]\($0)" } + usual.dropFirst().map { host + $0 }
  }

  private func key(
    _ key: String, others: [String], _ isFoundWanted: Bool, _ tables: [LookupTable], _ names: String
  ) -> Observation {
    // Postfix itself goes on from the address to the domain (virtual(5), canonical(5)).
    let forms = [key] + (key.lastIndex(of: "@").map { [String(key[$0...])] } ?? []) + others
    for table in tables {
      for form in forms {
        switch Self.query(table, form, machine) {
        case .found(let value):
          // No report tells a password.
          let (shown, facts) =
            names.contains("password")
            ? ("", ["table.map": table.text]) : (" → \(value)", ["table.map": table.text, "table.value": value])
          return Observation(
            holds: isFoundWanted, "\(table.text) has '\(form)'\(shown)", "\(table.text) a « \(form) »\(shown)",
            facts: facts)
        case .absent: continue
        case .failed(let reason): return Observation(.unknown, reason)
        }
      }
    }
    return Observation(
      holds: !isFoundWanted, "no table of \(names) has '\(key)'", "aucune table de \(names) n'a « \(key) »")
  }

  private func contains(_ text: String, _ tables: [LookupTable], _ names: String) -> Observation {
    for table in tables where table.isLocal && table.path.hasPrefix("/") {
      let source: String
      do { source = try BoundedFile.text(machine.path(table.path), most: 8 << 20) } catch {
        return error.observation(of: machine.path(table.path))
      }
      for line in LogicalLines.of(source) {
        guard let blank = line.firstIndex(where: { $0 == " " || $0 == "\t" || $0 == ":" }) else { continue }
        let value = line[line.index(after: blank)...]
        if value.contains(text) {
          let shown = names.contains("password") ? line[..<blank] + " …" : line.prefix(160)
          return Observation(
            holds: true, "\(table.path) has the line: \(shown)", "\(table.path) contient la ligne : \(shown)",
            facts: ["table.map": table.text, "table.key": String(line[..<blank])])
        }
      }
    }
    if let remote = tables.first(where: { !$0.isLocal }) {
      return .unknown(
        "\(remote.text) is kept elsewhere; it is not looked through",
        "\(remote.text) est tenue ailleurs ; elle n'est pas parcourue")
    }
    return Observation(
      holds: false, "no value in the tables of \(names) contains '\(text)'",
      "aucune valeur des tables de \(names) ne contient « \(text) »")
  }

  private func freshness(_ text: String, _ wanted: String) -> Observation {
    guard let table = LookupTable(text), let index = table.index else {
      return .unknown("'\(text)' is no table with an index", "« \(text) » n'est pas une table à index")
    }
    let facts = ["table.map": table.text, "table.source": table.path, "table.index": index]
    let source: FileStatus?
    let built: FileStatus?
    do { source = try Self.status(machine.path(table.path)) } catch { return error.observation(of: table.path) }
    do { built = try Self.status(machine.path(index)) } catch { return error.observation(of: index) }
    let state: String
    let words: (String, String)
    switch (source, built) {
    case (nil, _):
      state = "source-missing"
      words = ("\(table.path) does not exist", "\(table.path) n'existe pas")
    case (_, nil):
      state = "unbuilt"
      words = ("\(table.path) exists, \(index) was never made", "\(table.path) existe, \(index) n'a jamais été créé")
    case (let source?, let built?) where source.modified > built.modified:
      state = "stale"
      words = ("\(index) is older than \(table.path)", "\(index) est plus ancien que \(table.path)")
    default:
      state = "fresh"
      words = ("\(index) is newer than its source", "\(index) est plus récent que sa source")
    }
    return Observation(holds: state == wanted, words.0, words.1, facts: facts)
  }

  private static func status(_ path: String) throws(FileFault) -> FileStatus? {
    do { return try FileStatus(path) } catch {
      if error == .missing { return nil }
      throw error
    }
  }

  /// Asks a table that lies on this machine, through postmap(1): the key is one argument, and no shell sees it.
  static func query(_ table: LookupTable, _ key: String, _ machine: Machine) -> Answer {
    guard table.isLocal else {
      return .failed(
        Wording(
          "\(table.text) is kept elsewhere; it is not asked",
          french: "\(table.text) est tenue ailleurs ; elle n'est pas consultée"))
    }
    guard machine.isThisOne, let postmap = FixedCommand("postmap") else {
      return .failed(Wording("postmap is not installed here", french: "postmap n'est pas installé ici"))
    }
    // Of "-", postmap would read the keys from its input.
    guard key != "-" else { return .absent }
    do {
      let result = try postmap.run(["-q", key, table.text], most: 65_536, withErrors: true)
      let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n")
      if result.status == 0 { return .found(lines.first { !$0.hasPrefix("postmap: ") }.map(String.init) ?? "") }
      // The status is 1 for "no such key" and for "cannot look" (postmap(1)); only the latter is said.
      let prefix = "postmap: fatal: "
      guard let fault = lines.first(where: { $0.hasPrefix(prefix) }) else { return .absent }
      let words = String(fault.dropFirst(prefix.count).prefix(300)).printable
      return .failed(
        Wording(
          "postmap cannot look into \(table.text): \(words)", french: "postmap ne peut lire \(table.text) : \(words)"))
    } catch {
      return .failed(
        Wording("postmap did not answer for \(table.text)", french: "postmap n'a pas répondu pour \(table.text)"))
    }
  }
}
