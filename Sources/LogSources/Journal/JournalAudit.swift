/// Counts the entries read of every journal file, and finds files that gave fewer than they hold.
///
/// The heads of the files are looked at first, then all is read, then the counts are compared: entries written in between
/// do no harm.
struct JournalAudit {
  /// What names a file whatever it is called: its sequence and the number of its first entry.
  private struct Key: Hashable {
    let sequence: SequenceID
    let head: UInt64
  }
  private var tallies: [Key: Tally] = [:]
  /// The files of a sequence, by their first numbers.
  private var heads: [SequenceID: [UInt64]] = [:]
  private var current: Key?
  /// Entries of files whose heads were not known yet.
  private var strays: [Key: (seen: UInt64, last: UInt64)] = [:]
  private var damaged: Set<String> = []
  /// Files that end before it are left alone: nothing of them was to be read.
  private let begin: Int64

  private static let mostFiles = 20_000

  /// Of a file that holds entries of several machines, read by several readers, none can count them all.
  private let countsEntries: Bool

  init(begin: Int64, countsEntries: Bool) {
    self.begin = begin
    self.countsEntries = countsEntries
  }

  /// Whether the heads should be looked at again soon, to confirm what was found.
  var isSuspicious: Bool { tallies.values.contains { $0.isSuspect && !$0.isTold } }

  /// Looks at the heads; returns the files that have none.
  mutating func inspect(_ files: [String]) -> [String] {
    var news: [String] = []
    var old = tallies
    tallies.removeAll(keepingCapacity: true)
    for path in files.prefix(Self.mostFiles) {
      switch JournalFileHeader.read(path) {
      case .unreadable: continue
      case .damaged: if damaged.insert(path).inserted { news.append(path) }
      case .header(let header):
        guard header.entries > 0, countsEntries else { continue }
        let key = Key(sequence: header.sequence, head: header.head)
        var tally = old.removeValue(forKey: key) ?? Tally(path: path, header: header)
        tally.path = path
        tally.header = header
        if let stray = strays.removeValue(forKey: key) {
          tally.seen += stray.seen
          tally.last = max(tally.last, stray.last)
          tally.isFromHead = true
        }
        tallies[key] = tally
      }
    }
    heads = Dictionary(grouping: tallies.keys, by: \.sequence).mapValues { $0.map(\.head).sorted() }
    current = nil
    if strays.count > Self.mostFiles { strays.removeAll() }
    return news
  }

  mutating func saw(_ entry: JournalCursor) {
    guard countsEntries else { return }
    if let current, tallies[current]?.count(entry) == true { return }
    if let head = heads[entry.sequence]?.last(where: { $0 <= entry.number }) {
      let key = Key(sequence: entry.sequence, head: head)
      if tallies[key]?.count(entry) == true {
        current = key
        return
      }
    }
    // Of a file made after the heads were looked at; the first entry seen of it is its first.
    let known = strays.keys.filter { $0.sequence == entry.sequence && $0.head <= entry.number }
    let key = known.max { $0.head < $1.head } ?? Key(sequence: entry.sequence, head: entry.number)
    strays[key, default: (0, 0)].seen += 1
    strays[key]?.last = entry.number
  }

  /// Compares counts and heads, now that all has been read: files that twice gave less than they hold.
  mutating func compare() -> [(path: String, unread: UInt64?)] {
    var found: [(path: String, unread: UInt64?)] = []
    for (key, tally) in tallies where !tally.isTold {
      let missing = tally.missing(begin: begin)
      tallies[key]?.isSuspect = missing > 0
      guard missing > 0, tally.isSuspect else { continue }
      tallies[key]?.isTold = true
      found.append((tally.path, tally.isFromHead || tally.seen == 0 ? missing : nil))
    }
    return found.sorted { $0.path < $1.path }
  }
}

/// What was read of one file.
private struct Tally {
  var path: String
  var header: JournalFileHeader
  var seen: UInt64 = 0
  var isFromHead = false
  var last: UInt64 = 0
  var isSuspect = false
  var isTold = false
  /// Counts the entry if it is one of the file.
  mutating func count(_ entry: JournalCursor) -> Bool {
    guard entry.sequence == header.sequence, entry.number >= header.head,
      !header.isArchived || entry.number <= header.tail, entry.number > last
    else { return false }
    if entry.number == header.head { isFromHead = true }
    seen += 1
    last = entry.number
    return true
  }

  /// How many entries, of those that were there when the head was read, did not come.
  func missing(begin: Int64) -> UInt64 {
    if isFromHead { return header.entries > seen ? header.entries - seen : 0 }
    if seen > 0 { return header.tail > last ? header.tail - last : 0 }
    return Int64(clamping: header.headRealtime) > begin ? header.entries : 0
  }
}
