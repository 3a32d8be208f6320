/// The bounces of one mail: each recipient once, though text and report both name it.
enum BounceList {
  /// `items`, which the text gave, with the bounces of the report in place of those that say the same.
  static func merged(_ items: [PastedText.Item], report: [Bounce]) -> [PastedText.Item] {
    var report = report.map(\.withoutRepetition)
    let isOnlyOne = report.count == 1 && items.count { if case .bounce = $0 { true } else { false } } == 1
    var merged: [PastedText.Item] = []
    for item in items {
      guard case .bounce(let bounce) = item else {
        merged.append(item)
        continue
      }
      let place = report.firstIndex { $0.concerns(sameRecipientAs: bounce) } ?? (isOnlyOne ? 0 : nil)
      guard let place, place < report.count else {
        merged.append(.bounce(bounce))
        continue
      }
      merged.append(.bounce(bounce.completed(by: report.remove(at: place))))
    }
    return merged + report.map { .bounce($0) }
  }

  /// `items` without bounces that say again what one before them said.
  static func withoutDoubles(_ items: [PastedText.Item]) -> [PastedText.Item] {
    var seen: [String: Int] = [:]
    var kept: [PastedText.Item] = []
    for item in items {
      guard case .bounce(let bounce) = item else {
        kept.append(item)
        continue
      }
      let key = "\(bounce.recipient.lowercased()) \(bounce.diagnostic.text)"
      if let place = seen[key], case .bounce(let before) = kept[place] {
        kept[place] = .bounce(before.completed(by: bounce))
      } else {
        seen[key] = kept.count
        kept.append(item)
      }
    }
    return kept
  }
}

extension Bounce {
  fileprivate func concerns(sameRecipientAs other: Bounce) -> Bool {
    let names = [recipient, originalRecipient].compactMap { $0?.lowercased() }
    return [other.recipient, other.originalRecipient].contains { $0.map { names.contains($0.lowercased()) } ?? false }
  }

  /// Without an original recipient that is no other one: reports name it always, Postfix logs only a different one.
  fileprivate var withoutRepetition: Bounce {
    var bounce = self
    if originalRecipient?.lowercased() == recipient.lowercased() { bounce.originalRecipient = nil }
    return bounce
  }

  /// This bounce, read in the text, with what the report says of the same recipient.
  fileprivate func completed(by report: Bounce) -> Bounce {
    var bounce = report
    bounce.recipient = report.recipient.isEmpty ? recipient : report.recipient
    bounce.originalRecipient = report.originalRecipient ?? originalRecipient
    bounce.reportingMTA = report.reportingMTA ?? reportingMTA
    bounce.action = report.action ?? action
    bounce.status = report.status ?? status
    bounce.command = report.command ?? command
    bounce.arrivalDate = report.arrivalDate ?? arrivalDate
    bounce.from = report.from ?? from
    bounce.loggedReason = report.loggedReason ?? loggedReason
    if let remoteMTA, report.remoteMTA?.address == nil { bounce.remoteMTA = remoteMTA }
    if tellsMore(than: report) { bounce.diagnostic = diagnostic }
    return bounce
  }

  /// Whether the reply here is the whole one: it has its last line, or goes on where the other stops.
  private func tellsMore(than other: Bounce) -> Bool {
    if other.diagnostic.isEmpty { return true }
    let isComplete = SMTPReply.isComplete(diagnostic[...])
    if isComplete != SMTPReply.isComplete(other.diagnostic[...]) { return isComplete }
    return diagnostic.count > other.diagnostic.count && diagnostic.starts(with: other.diagnostic)
  }
}
