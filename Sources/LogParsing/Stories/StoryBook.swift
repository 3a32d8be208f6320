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
  private var open: [QueueKey: Int] = [:]
  /// Slots in the order in which they were opened or last spared; the front is looked at when room or time runs out.
  private var ages: [Age] = []
  private var oldest = 0

  /// The story that the last line ended; it stays open until the next line, so that the line's finding can refer to it.
  private var ending: (slot: Int, as: Story.Ending)?
  /// Messages named as bounces or copies of others before a line of their own came (Postfix 3.11 logs them so).
  private var parents: [QueueKey: String] = [:]

  private static let mostParents = 4_096

  private struct Slot: Sendable {
    var story: Story
    var key: QueueKey
    var generation: UInt32 = 0
    var isOpen = true
    var isReferred = false
    var wasTouched = false
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
  public mutating func refer(_ line: Span<UInt8>, _ record: LogRecord) -> Story? {
    guard !record.queueID.isEmpty, let slot = open[QueueKey(line, record)] else { return nil }
    slots[slot].isReferred = true
    return slots[slot].story
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
    if slots[slot].story.first == nil { slots[slot].story.first = record.time }
    slots[slot].story.last = record.time ?? slots[slot].story.last
    let text = Int(record.text.start)
    switch record.daemon {
    case .qmgr, .nqmgr, .oqmgr: noteQueueManager(slot, line, record, text)
    case .cleanup: noteCleanup(slot, line, record, text)
    case .smtpd: noteServer(slot, line, record, text)
    case .pickup:
      if slots[slot].story.from == nil, let from = line.first("from=<", from: text) {
        slots[slot].story.from = line.addressText(from: from + 6)
      }
    case .smtp, .lmtp, .local, .virtual, .pipe, .error, .discard: noteDelivery(slot, line, record, text)
    case .bounce:
      if let found = line.first("notification: ", from: text) {
        link(slot, toChild: line.wordText(from: found + 14), record, line)
      }
    case .postsuper:
      if line.starts(with: "removed", at: text) || line.starts(with: "requeued", at: text) { ending = (slot, .removed) }
    case .opendkim:
      if line.starts(with: "DKIM-Signature field added", at: text) { slots[slot].story.isSigned = true }
    default: break
    }
    forgetTheSilent(at: record.time)
  }

  private mutating func noteQueueManager(_ slot: Int, _ line: Span<UInt8>, _ record: LogRecord, _ text: Int) {
    if line.starts(with: "from=<", at: text) {
      if slots[slot].story.from == nil { slots[slot].story.from = line.addressText(from: text + 6) }
      if line.first("status=expired", from: text) != nil { slots[slot].story.ending = .expired }
    } else if line.starts(with: "removed", at: text) {
      ending = (slot, slots[slot].story.ending ?? .removed)
    }
  }

  private mutating func noteCleanup(_ slot: Int, _ line: Span<UInt8>, _ record: LogRecord, _ text: Int) {
    if line.starts(with: "message-id=", at: text) {
      slots[slot].story.messageID = line.text(ByteRange(text + 11, Int(record.text.end)))
    } else if line.starts(with: "milter-reject:", at: text) || line.starts(with: "reject:", at: text) {
      noteEnvelope(slot, line, text)
      ending = (slot, .rejected)
    } else if line.starts(with: "removed", at: text) {
      ending = (slot, .removed)
    }
  }

  private mutating func noteServer(_ slot: Int, _ line: Span<UInt8>, _ record: LogRecord, _ text: Int) {
    if line.starts(with: "client=", at: text) {
      slots[slot].story.client = line.wordText(from: text + 7)
      if let origin = line.first("orig_queue_id=", from: text) {
        slots[slot].story.parent = line.wordText(from: origin + 14)
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
      slots[slot].story.from = line.addressText(from: from + 8)
      if let to = line.first("> to=<", from: from) { addRecipient(slot, line.addressText(from: to + 6), "rejected") }
    }
  }

  private mutating func noteDelivery(_ slot: Int, _ line: Span<UInt8>, _ record: LogRecord, _ text: Int) {
    guard line.starts(with: "to=", at: text) else { return }
    let start = line.byte(text + 3) == UInt8(ascii: "<") ? text + 4 : text + 3
    let to = line.addressText(from: start)
    guard let found = line.first(", status=", from: start + to.utf8.count) else { return }
    let status = line.wordText(from: found + 9)
    addRecipient(slot, to, status)
    if let queued = line.first("queued as ", from: found) {
      slots[slot].story.addChild(line.wordText(from: queued + 10))
    } else if let forwarded = line.first("forwarded as ", from: found) {
      link(slot, toChild: line.wordText(from: forwarded + 13), record, line)
    }
  }

  private mutating func addRecipient(_ slot: Int, _ to: String, _ status: String) {
    if let known = slots[slot].story.recipients.firstIndex(where: { $0.to == to }) {
      slots[slot].story.recipients[known].status = status
      return
    }
    slots[slot].story.recipientCount += 1
    if slots[slot].story.recipients.count < Story.mostRecipients {
      slots[slot].story.recipients.append(Story.Recipient(to: to, status: status))
    }
  }

  /// Bounces and forwards name the new message; its story learns where it comes from, whichever line came first.
  private mutating func link(_ slot: Int, toChild child: String, _ record: LogRecord, _ line: Span<UInt8>) {
    let parent = slots[slot].story.queueID
    slots[slot].story.addChild(child)
    let key = QueueKey(child, like: line, record)
    if let childSlot = open[key] {
      slots[childSlot].story.parent = parent
    } else {
      if parents.count >= Self.mostParents { parents.removeAll() }
      parents[key] = parent
    }
  }

  private mutating func begin(_ key: QueueKey, _ line: Span<UInt8>, _ record: LogRecord) -> Int {
    if open.count >= mostOpen { evictOne() }
    var story = Story(queueID: line.text(record.queueID))
    if !parents.isEmpty { story.parent = parents.removeValue(forKey: key) }
    let slot: Int
    if let reused = free.popLast() {
      slot = reused
      let generation = slots[slot].generation &+ 1
      slots[slot] = Slot(story: story, key: key, generation: generation)
    } else {
      slot = slots.count
      slots.append(Slot(story: story, key: key))
    }
    open[key] = slot
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
    slots[slot].story.ending = ending
    slots[slot].isOpen = false
    if slots[slot].isReferred { finished.append(slots[slot].story) }
    open[slots[slot].key] = nil
    slots[slot].story = Story(queueID: "")
    free.append(slot)
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
    guard let now, let slot = frontSlot(), let last = slots[slot].story.last,
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

extension Story {
  mutating func addChild(_ queueID: String) {
    guard children.count < Self.mostChildren, !children.contains(queueID) else { return }
    children.append(queueID)
  }

  init(queueID: String) { self.queueID = queueID }
}
