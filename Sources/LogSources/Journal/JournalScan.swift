/// Reads what a journal holds, once.
public struct JournalScan {
  private let selection: JournalSelection
  private let journals: JournalSet
  private var isDone = false

  public init(_ selection: JournalSelection) throws(SourceError) {
    self.selection = selection
    journals = JournalSet(selection, from: nil, isFollowing: false)
    try journals.open()
  }

  /// The next lines; `nil` at the end.
  public mutating func next(upTo limit: Int = 1 << 20) throws(SourceError) -> SourceBatch? {
    if isDone { return nil }
    let harvest = try journals.read(upTo: limit)
    isDone = harvest.isCaughtUp
    return SourceBatch(harvest, selection.source, journals.position)
  }
}

extension SourceBatch {
  init(_ harvest: JournalReader.Harvest, _ source: String, _ position: JournalPosition) {
    self.init(
      source: source, origin: source, modified: nil, text: harvest.text, position: .journal(position),
      notices: harvest.events.map { SourceNotice(source: source, event: $0) }, isCaughtUp: harvest.isCaughtUp)
  }
}
