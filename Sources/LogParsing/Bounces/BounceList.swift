/// The bounces of one mail: each recipient once, though text and report both name it.
enum BounceList {
  /// `items`, which the text gave, with the bounces of the report in place of those that say the same.
  static func merged(_ items: [PastedText.Item], report: [Bounce]) -> [PastedText.Item] {
    var left = Dictionary(uniqueKeysWithValues: report.map(\.withoutRepetition).enumerated().map { ($0, $1) })
    var places: [String: [Int]] = [:]
    for (place, bounce) in left.sorted(by: { $0.key > $1.key }) {
      for name in bounce.recipientNames { places[name, default: []].append(place) }
    }
    let isOnlyOne = report.count == 1 && items.count { if case .bounce = $0 { true } else { false } } == 1
    var merged: [PastedText.Item] = []
    for item in items {
      guard case .bounce(let bounce) = item else {
        merged.append(item)
        continue
      }
      var found = isOnlyOne ? left.removeValue(forKey: 0) : nil
      for name in bounce.recipientNames where found == nil {
        while found == nil, let place = places[name]?.popLast() { found = left.removeValue(forKey: place) }
      }
      merged.append(.bounce(found.map(bounce.completed) ?? bounce))
    }
    return merged + left.sorted { $0.key < $1.key }.map { .bounce($0.value) }
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
  /// The names under which a text and a report can mean the same recipient.
  fileprivate var recipientNames: [String] { [recipient, originalRecipient].compactMap { $0?.lowercased() } }

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
    if tellsMore(than: report) {
      bounce.diagnostic = diagnostic
    } else if SMTPReply.isComplete(report.diagnostic[...]), !SMTPReply.isComplete(diagnostic[...]) {
      bounce.loggedReason = nil
    }
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
