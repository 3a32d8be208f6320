import Diagnosis

extension RuleAdvice {
  /// The texts as people read a rule: `{names}` still open and without their other words, doubled braces single.
  var open: RuleAdvice {
    func open(_ text: String) -> String { TextTemplate(text).open }
    var advice = self
    advice.title = open(title)
    advice.impact = open(impact)
    for place in advice.causes.indices {
      advice.causes[place].text = open(advice.causes[place].text)
      advice.causes[place].fix = advice.causes[place].fix.map { step in
        var step = step
        step.text = open(step.text)
        step.commands = step.commands.map(open)
        step.file = step.file.map { FileChange(path: open($0.path), line: open($0.line)) }
        step.dns = step.dns.map {
          DNSRecord(name: open($0.name), type: $0.type, value: open($0.value), ttl: $0.ttl)
        }
        return step
      }
    }
    return advice
  }
}
