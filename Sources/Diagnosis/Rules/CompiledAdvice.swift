/// The texts of a rule in one language as one string, made when the program is built: a report on a hundred rules would
/// otherwise spend more time on YAML than on the log.
public enum CompiledAdvice {
  public static func encode(_ advice: RuleAdvice) -> String {
    var writer = CompiledText.Writer()
    writer.text(advice.title)
    writer.text(advice.impact)
    writer.list(advice.causes) { $0.cause($1) }
    writer.texts(advice.references)
    return writer.output
  }

  /// `nil` for a text that `encode` did not make.
  public static func decode(_ compiled: String) -> RuleAdvice? {
    var reader = CompiledText.Reader(compiled)
    let advice = RuleAdvice(
      title: reader.text() ?? "", impact: reader.text() ?? "", causes: reader.list { $0.cause() },
      references: reader.texts())
    return reader.isWhole ? advice : nil
  }
}

extension CompiledText.Writer {
  fileprivate mutating func cause(_ cause: CauseAdvice) {
    text(cause.id)
    text(cause.text)
    list(cause.conditions) { writer, condition in
      switch condition {
      case .capture(let name, let globs): writer.texts(["capture", name] + globs.map(\.source))
      case .check(let check):
        writer.texts(["check"])
        writer.check(check)
      }
    }
    for alternatives in [cause.confirmedBy, cause.refutedBy, cause.likelierIf] {
      list(alternatives) { writer, checks in writer.list(checks) { $0.check($1) } }
    }
    list(cause.fix) { $0.step($1) }
  }

  private mutating func check(_ check: EvidenceCheck) {
    switch check {
    case .itself: texts(["itself"])
    case .logged(let logged):
      texts(["logged", String(logged.within)])
      texts(logged.rules)
      texts(logged.notSince)
      texts(logged.same)
    case .machine(let check):
      texts(["machine", check.name])
      list(check.parameters.sorted { $0.key < $1.key }) { writer, parameter in
        writer.text(parameter.key)
        writer.texts(parameter.value)
      }
    }
  }

  private mutating func step(_ step: FixStep) {
    text(step.text)
    texts(step.commands)
    texts(step.file.map { [$0.path, $0.line] } ?? [])
    list(step.dns) { $0.texts([$1.name, $1.type, $1.value] + ($1.ttl.map { [String($0)] } ?? [])) }
  }
}

extension CompiledText.Reader {
  fileprivate mutating func cause() -> CauseAdvice? {
    guard let id = text(), let text = text() else { return nil }
    var cause = CauseAdvice(id: id, text: text)
    cause.conditions = list { $0.condition() }
    cause.confirmedBy = alternatives()
    cause.refutedBy = alternatives()
    cause.likelierIf = alternatives()
    cause.fix = list { $0.step() }
    return cause
  }

  private mutating func alternatives() -> [[EvidenceCheck]] { list { reader in reader.list { $0.check() } } }

  private mutating func condition() -> CauseCondition? {
    let parts = texts()
    if parts.first == "check" { return check().map { .check($0) } }
    guard parts.count >= 2 else { return nil }
    return .capture(name: parts[1], globs: parts.dropFirst(2).map(Glob.init))
  }

  private mutating func check() -> EvidenceCheck? {
    let head = texts()
    switch head.first {
    case "itself": return .itself
    case "logged":
      guard head.count == 2, let within = Int64(head[1]) else { return nil }
      return .logged(LoggedCheck(rules: texts(), within: within, notSince: texts(), same: texts()))
    case "machine":
      guard head.count == 2 else { return nil }
      let parameters = list { reader in reader.text().map { ($0, reader.texts()) } }
      return .machine(
        MachineCheck(name: head[1], parameters: Dictionary(parameters, uniquingKeysWith: { first, _ in first })))
    default: return nil
    }
  }

  private mutating func step() -> FixStep? {
    guard let text = text() else { return nil }
    var step = FixStep(text: text, commands: texts())
    let file = texts()
    if file.count == 2 { step.file = FileChange(path: file[0], line: file[1]) }
    step.dns = list { reader in
      let parts = reader.texts()
      guard parts.count >= 3 else { return nil }
      return DNSRecord(name: parts[0], type: parts[1], value: parts[2], ttl: parts.count > 3 ? Int(parts[3]) : nil)
    }
    return step
  }
}
