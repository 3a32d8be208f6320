/// The messages that are under way, by queue id.
///
/// Postfix uses short queue ids again as soon as an inode is free, so a story is closed by `removed`, a rejection or
/// long silence, and the next line with its id begins a new one.
public struct StoryBook: Sendable {
  /// Stories that have ended and that somebody asked about (`refer`); the owner takes them out.
  public private(set) var finished: [Story] = []
  /// How many open stories were forgotten to keep memory bounded.
  public private(set) var evicted = 0

  private let mostOpen: Int
  private let patience: Int64
  private var slots: [Slot] = []
  private var free: [Int] = []
  private var open = QueueTable()
  /// Slots in the order in which they were opened or last spared; the front is looked at when room or time runs out.
  private var ages: [Age] = []
  private var oldest = 0

  /// The story that the last line ended; it stays open until the next line, so that the line's finding can refer to it.
  private var ending: (slot: Int, as: Story.Ending)?
  /// Messages named as bounces or copies of others before a line of their own came (Postfix 3.11 logs them so).
  private var parents: [QueueKey: [UInt8]] = [:]

  private static let mostParents = 4_096

  private struct Slot: Sendable {
    var notes = StoryNotes()
    var first: EventTime?
    var last: EventTime?
    var recipientCount = 0
    var ending: Story.Ending?
    var generation: UInt32 = 0
    var isSigned = false
    var isOpen = true
    var isReferred = false
    var wasTouched = false

    /// The next message in this place; what the last one's buffer holds of memory stays.
    mutating func reuse() {
      notes.removeAll()
      (first, last, ending) = (nil, nil, nil)
      recipientCount = 0
      generation &+= 1
      (isSigned, isOpen, isReferred, wasTouched) = (false, true, false, false)
    }
  }

  private struct Age: Sendable {
    var slot: Int
    var generation: UInt32
  }

  /// `patience`: for so many seconds of silence a message is believed to be still in the queue. The default is a day more
  /// than Postfix's `maximal_queue_lifetime` of five days.
  public init(mostOpen: Int = 100_000, patience: Int64 = 6 * 86_400) {
    self.mostOpen = mostOpen
    self.patience = patience
  }

  public var openCount: Int { open.count - (ending == nil ? 0 : 1) }

  public mutating func takeFinished() -> [Story] {
    defer { finished.removeAll(keepingCapacity: true) }
    return finished
  }

  /// The story of the line's queue id, kept for `takeFinished` from now on.
  public mutating func refer(_ line: Span<UInt8>, _ record: LogRecord) -> Story.ID? {
    guard !record.queueID.isEmpty, let slot = open[QueueKey(line, record)] else { return nil }
    slots[slot].isReferred = true
    return Story.ID(slot: UInt32(slot), generation: slots[slot].generation)
  }

  /// What an open story has told so far.
  public subscript(id: Story.ID) -> Story? {
    let slot = Int(id.slot)
    guard slots.indices.contains(slot), slots[slot].isOpen, slots[slot].generation == id.generation else { return nil }
    return story(in: slot)
  }

  /// Closes all stories, for the end of the input.
  public mutating func closeAll() {
    closeEnded()
    for slot in slots.indices where slots[slot].isOpen { close(slot, nil) }
  }

  /// Adds what the line tells to its message's story.
  public mutating func note(_ line: Span<UInt8>, _ record: LogRecord) {
    closeEnded()
    guard !record.queueID.isEmpty else { return }
    let key = QueueKey(line, record)
    let slot = open[key] ?? begin(key, line, record)
    slots[slot].wasTouched = true
    if let time = record.time {
      if slots[slot].first == nil { slots[slot].first = time }
      slots[slot].last = time
    }
    let text = Int(record.text.start)
    switch record.daemon {
    case .qmgr, .nqmgr, .oqmgr: noteQueueManager(slot, line, text)
    case .cleanup: noteCleanup(slot, line, record, text)
    case .smtpd: noteServer(slot, line, text)
    case .pickup:
      if let from = line.first("from=<", from: text), !slots[slot].notes.has(.sender) {
        slots[slot].notes.set(.sender, line, line.address(from: from + 6))
      }
    case .smtp, .lmtp, .local, .virtual, .pipe, .error, .discard: noteDelivery(slot, line, record, text)
    case .bounce:
      if let found = line.first("notification: ", from: text) {
        link(slot, toChild: line.word(from: found + 14), record, line)
      }
    case .postsuper:
      if line.starts(with: "removed", at: text) || line.starts(with: "requeued", at: text) { ending = (slot, .removed) }
    case .opendkim:
      if line.starts(with: "DKIM-Signature field added", at: text) { slots[slot].isSigned = true }
    default: break
    }
    forgetTheSilent(at: record.time)
  }

  private mutating func noteQueueManager(_ slot: Int, _ line: Span<UInt8>, _ text: Int) {
    if line.starts(with: "from=<", at: text) {
      if !slots[slot].notes.has(.sender) { slots[slot].notes.set(.sender, line, line.address(from: text + 6)) }
      if line.first("status=expired", from: text) != nil { slots[slot].ending = .expired }
    } else if line.starts(with: "removed", at: text) {
      ending = (slot, slots[slot].ending ?? .removed)
    }
  }

  private mutating func noteCleanup(_ slot: Int, _ line: Span<UInt8>, _ record: LogRecord, _ text: Int) {
    if line.starts(with: "message-id=", at: text) {
      slots[slot].notes.set(.messageID, line, ByteRange(text + 11, Int(record.text.end)))
    } else if line.starts(with: "milter-reject:", at: text) || line.starts(with: "reject:", at: text) {
      noteEnvelope(slot, line, text)
      ending = (slot, .rejected)
    } else if line.starts(with: "removed", at: text) {
      ending = (slot, .removed)
    }
  }

  private mutating func noteServer(_ slot: Int, _ line: Span<UInt8>, _ text: Int) {
    if line.starts(with: "client=", at: text) {
      slots[slot].notes.set(.client, line, line.word(from: text + 7))
      if let origin = line.first("orig_queue_id=", from: text) {
        slots[slot].notes.set(.parent, line, line.word(from: origin + 14))
      }
    } else if line.starts(with: "reject: END-OF-MESSAGE", at: text)
      || line.starts(with: "milter-reject: END-OF-MESSAGE", at: text)
    {
      noteEnvelope(slot, line, text)
      ending = (slot, .rejected)
    }
  }

  private mutating func noteEnvelope(_ slot: Int, _ line: Span<UInt8>, _ text: Int) {
    if let from = line.first("; from=<", from: text) {
      slots[slot].notes.set(.sender, line, line.address(from: from + 8))
      if let to = line.first("> to=<", from: from) {
        addRecipient(slot, line, line.address(from: to + 6), .rejected)
      }
    }
  }

  private mutating func noteDelivery(_ slot: Int, _ line: Span<UInt8>, _ record: LogRecord, _ text: Int) {
    guard line.starts(with: "to=", at: text) else { return }
    let to = line.address(from: line.byte(text + 3) == UInt8(ascii: "<") ? text + 4 : text + 3)
    guard let found = line.first(", status=", from: Int(to.end)) else { return }
    let status = line.word(from: found + 9)
    addRecipient(slot, line, to, RecipientStatus(line, status))
    if let queued = line.first("queued as ", from: Int(status.end)) {
      slots[slot].notes.add(.child, line, line.word(from: queued + 10), most: Story.mostChildren)
    } else if let forwarded = line.first("forwarded as ", from: Int(status.end)) {
      link(slot, toChild: line.word(from: forwarded + 13), record, line)
    }
  }

  private mutating func addRecipient(_ slot: Int, _ line: Span<UInt8>, _ to: ByteRange, _ status: RecipientStatus) {
    if slots[slot].notes.setRecipient(line, to, status, most: Story.mostRecipients) { slots[slot].recipientCount += 1 }
  }

  /// Bounces and forwards name the new message; its story learns where it comes from, whichever line came first.
  private mutating func link(_ slot: Int, toChild child: ByteRange, _ record: LogRecord, _ line: Span<UInt8>) {
    slots[slot].notes.add(.child, line, child, most: Story.mostChildren)
    let key = QueueKey(child, of: line, record)
    if let childSlot = open[key] {
      slots[childSlot].notes.set(.parent, line, record.queueID)
    } else {
      if parents.count >= Self.mostParents { parents.removeAll() }
      parents[key] = line.extracting(record.queueID.indices).copy
    }
  }

  private mutating func begin(_ key: QueueKey, _ line: Span<UInt8>, _ record: LogRecord) -> Int {
    if open.count >= mostOpen { evictOne() }
    let slot: Int
    if let reused = free.popLast() {
      slot = reused
      slots[slot].reuse()
    } else {
      slot = slots.count
      slots.append(Slot())
    }
    slots[slot].notes.set(.queueID, line, record.queueID)
    if !parents.isEmpty, let parent = parents.removeValue(forKey: key) {
      slots[slot].notes.set(.parent, parent.span, ByteRange(0, parent.count))
    }
    open.insert(key, place: slot)
    ages.append(Age(slot: slot, generation: slots[slot].generation))
    if ages.count > 2 * open.count + 8_192 { dropClosedAges() }
    return slot
  }

  private mutating func closeEnded() {
    guard let (slot, reason) = ending else { return }
    ending = nil
    close(slot, reason)
  }

  private mutating func close(_ slot: Int, _ ending: Story.Ending?) {
    slots[slot].ending = ending
    if slots[slot].isReferred { finished.append(story(in: slot)) }
    slots[slot].isOpen = false
    open.remove(place: slot)
    free.append(slot)
  }

  private func story(in slot: Int) -> Story {
    let told = slots[slot]
    var story = Story(id: Story.ID(slot: UInt32(slot), generation: told.generation), told.notes)
    (story.first, story.last, story.ending) = (told.first, told.last, told.ending)
    (story.recipientCount, story.isSigned) = (told.recipientCount, told.isSigned)
    return story
  }

  private mutating func evictOne() {
    while let slot = frontSlot() {
      if slots[slot].wasTouched {
        spareFront()
      } else {
        close(slot, .evicted)
        evicted += 1
        return
      }
    }
  }

  private mutating func forgetTheSilent(at now: EventTime?) {
    guard let now, let slot = frontSlot(), let last = slots[slot].last,
      now.seconds - last.seconds > patience
    else { return }
    close(slot, .silent)
  }

  /// The open slot that has waited longest.
  private mutating func frontSlot() -> Int? {
    while oldest < ages.count {
      let age = ages[oldest]
      if slots[age.slot].isOpen, slots[age.slot].generation == age.generation { return age.slot }
      oldest += 1
    }
    trimAges()
    return nil
  }

  private mutating func spareFront() {
    let age = ages[oldest]
    slots[age.slot].wasTouched = false
    ages.append(age)
    oldest += 1
    trimAges()
  }

  /// One message that waits for days must not keep the places of millions that came after it.
  private mutating func dropClosedAges() {
    ages = ages[oldest...].filter { slots[$0.slot].isOpen && slots[$0.slot].generation == $0.generation }
    oldest = 0
  }

  private mutating func trimAges() {
    guard oldest > 4_096, oldest * 2 > ages.count else { return }
    ages.removeFirst(oldest)
    oldest = 0
  }
}
