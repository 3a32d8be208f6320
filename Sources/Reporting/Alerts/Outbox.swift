import Diagnosis

/// What has to be sent, and how well each channel does. A value: whoever sends tells it what came of it.
///
/// Every entry is sent at least once, under a key by which a receiver knows a second copy. A channel that fails is waited
/// for longer and longer; its fallback takes over, and one notice says so, one that it works again.
public struct Outbox: Sendable {
  public struct Entry: Sendable, Codable, Equatable {
    public let notice: AlertNotice
    /// By which it goes now; the first it should have gone by is `tried[0]`.
    public internal(set) var channel: String
    public internal(set) var tried: [String]
    /// Seconds since 1970.
    public let created: Int64
    public internal(set) var attempts = 0
    public internal(set) var next: Int64
    public internal(set) var lastFault: String?
  }

  /// What is known of one channel.
  public struct Health: Sendable, Codable, Equatable {
    public internal(set) var failuresInARow = 0
    public internal(set) var brokenSince: Int64?
    public internal(set) var lastFault: String?
    public internal(set) var lastSuccess: Int64?
    /// When notices went out in the last hour.
    var sent: [Int64] = []
    /// The channel that was told of the failure, and is to be told of the recovery.
    var toldBy: String?
  }

  /// What the outbox has to know of a channel's settings.
  public struct ChannelSettings: Sendable {
    public var name: String
    public var fallback: String?
    public var mostPerHour: Int
    public var words: AlertWords

    public init(name: String, fallback: String? = nil, mostPerHour: Int = 60, words: AlertWords) {
      self.name = name
      self.fallback = fallback
      self.mostPerHour = mostPerHour
      self.words = words
    }
  }

  public private(set) var entries: [String: Entry] = [:]
  public private(set) var health: [String: Health] = [:]
  /// Keys of entries that have changed, or gone, since they were last stored.
  public private(set) var changed: Set<String> = []
  /// Notices that were given up, for the log.
  public private(set) var givenUp: [String] = []
  private var inFlight: Set<String> = []
  private var channels: [String: ChannelSettings] = [:]
  private var order: [String] = []
  private var host: String

  static let failuresUntilBroken = 3
  private static let firstPause: Int64 = 10
  private static let longestPause: Int64 = 3_600
  /// After three days nobody wants to know any more.
  private static let patience: Int64 = 3 * 86_400
  private static let mostEntries = 2_000

  public init(
    channels: [ChannelSettings], host: String, entries: [String: Entry] = [:], health: [String: Health] = [:]
  ) {
    self.host = host
    self.entries = entries
    self.health = health
    use(channels: channels, host: host)
  }

  /// Takes other settings over; what waits, and what is on its way, stays as it is.
  public mutating func use(channels: [ChannelSettings], host: String) {
    self.channels = Dictionary(channels.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    order = channels.map(\.name)
    self.host = host
  }

  /// Puts a notice into the outbox, once, however often it is added.
  public mutating func add(_ notice: AlertNotice, channel: String, at now: Int64) {
    guard entries[notice.key] == nil else { return }
    // What waits behind a closed channel is overtaken by what the same group has to say now.
    for (key, entry) in entries
    where entry.notice.group == notice.group && entry.tried.first == channel && !inFlight.contains(key)
      && entry.attempts == 0 && entry.notice.kind == .reminder
    {
      drop(key)
    }
    if entries.count >= Self.mostEntries, let oldest = entries.min(by: { $0.value.created < $1.value.created }) {
      giveUp(oldest.key, "more than \(Self.mostEntries) notices wait")
    }
    entries[notice.key] = Entry(notice: notice, channel: channel, tried: [channel], created: now, next: now)
    changed.insert(notice.key)
  }

  /// What is to be sent at `now`; the caller reports on each by `succeeded` or `failed`.
  public mutating func due(at now: Int64) -> [Entry] {
    var due: [Entry] = []
    for (key, entry) in entries.sorted(by: { ($0.value.created, $0.key) < ($1.value.created, $1.key) }) {
      guard !inFlight.contains(key) else { continue }
      if now &- entry.created > Self.patience {
        giveUp(key, entry.lastFault ?? "the channel \(entry.channel) was never free")
        continue
      }
      guard let settings = channels[entry.channel] else {
        giveUp(key, "there is no channel \(entry.channel) any more")
        continue
      }
      // A clock set back must not hold a notice until the old time comes again.
      guard entry.next <= now || entry.next &- now > 2 * Self.longestPause else { continue }
      var state = health[entry.channel] ?? Health()
      state.sent.removeAll { now &- $0 >= 3_600 || $0 > now }
      let ahead = inFlight.count { entries[$0]?.channel == entry.channel }
      guard state.sent.count + ahead < settings.mostPerHour else { continue }
      health[entry.channel] = state
      inFlight.insert(key)
      due.append(entry)
    }
    return due
  }

  /// The receiver has taken the notice.
  public mutating func succeeded(_ key: String, at now: Int64) {
    inFlight.remove(key)
    guard let entry = entries[key] else { return }
    var state = health[entry.channel] ?? Health()
    let wasToldBy = state.toldBy
    state.failuresInARow = 0
    state.brokenSince = nil
    state.lastFault = nil
    state.toldBy = nil
    state.lastSuccess = now
    state.sent.append(now)
    health[entry.channel] = state
    drop(key)
    if let wasToldBy, let settings = channels[wasToldBy] {
      announce(
        .channelRecovered, settings.words.recovered(entry.channel, host: host), settings.words.language,
        about: entry.channel, by: wasToldBy, now)
    }
  }

  /// It could not be sent; `isPermanent` when trying again will not help before somebody repairs something.
  public mutating func failed(
    _ key: String, _ reason: String, isPermanent: Bool, retryAfter: Int64 = 0, at now: Int64
  ) {
    inFlight.remove(key)
    guard var entry = entries[key] else { return }
    entry.attempts += 1
    entry.lastFault = reason
    let failing = entry.channel
    let isNewlyBroken = noteFailure(of: failing, reason, isPermanent, now)
    if health[failing]?.brokenSince != nil, let fallback = fallback(for: failing, after: entry.tried),
      entry.notice.kind != .test
    {
      entry.channel = fallback
      entry.tried.append(fallback)
      entry.next = now
    } else {
      let pause = min(Self.longestPause, Self.firstPause << Int64(min(entry.attempts - 1, 9)))
      entry.next = now &+ max(retryAfter, isPermanent ? Self.longestPause : Self.jittered(pause, key, entry.attempts))
      // Every channel has been tried: it begins again with the one it was meant for.
      entry.channel = entry.tried[0]
      entry.tried = [entry.tried[0]]
    }
    entries[key] = entry
    changed.insert(key)
    // Whatever notice it was that failed, one about another channel too: each channel is told of once until it works again.
    if isNewlyBroken { announceBroken(failing, reason, now) }
  }

  /// The database was lost: everything has to be stored again.
  public mutating func forgetThatAnythingWasStored() { changed.formUnion(entries.keys) }

  /// What has been stored since the last call.
  public mutating func wasStored() {
    changed.removeAll()
    givenUp.removeAll()
  }

  private mutating func noteFailure(of channel: String, _ reason: String, _ isPermanent: Bool, _ now: Int64) -> Bool {
    var state = health[channel] ?? Health()
    state.failuresInARow += 1
    state.lastFault = reason
    let isBroken = isPermanent || state.failuresInARow >= Self.failuresUntilBroken
    let isNew = isBroken && state.brokenSince == nil
    if isNew { state.brokenSince = now }
    health[channel] = state
    return isNew
  }

  private mutating func announceBroken(_ channel: String, _ reason: String, _ now: Int64) {
    let other =
      fallback(for: channel, after: [channel]) ?? order.first { $0 != channel && health[$0]?.brokenSince == nil }
    guard let other, let settings = channels[other] else { return }
    health[channel]?.toldBy = other
    let words = settings.words
    announce(
      .channelBroken, words.broken(channel, reason, host: host), words.language, about: channel, by: other, now)
  }

  private mutating func announce(
    _ kind: AlertNotice.Kind, _ words: (title: String, text: String), _ language: Language, about channel: String,
    by other: String, _ now: Int64
  ) {
    let key = Dispatcher.key("\(kind.rawValue)|\(channel)|\(now)") + "-" + other
    let notice = AlertNotice(
      kind, key: key, title: words.title, text: words.text, host: host, sent: AlertTime.rfc3339(now),
      language: language)
    add(notice, channel: other, at: now)
  }

  private func fallback(for channel: String, after tried: [String]) -> String? {
    guard let fallback = channels[channel]?.fallback, channels[fallback] != nil, !tried.contains(fallback) else {
      return nil
    }
    return fallback
  }

  private mutating func drop(_ key: String) {
    entries[key] = nil
    inFlight.remove(key)
    changed.insert(key)
  }

  private mutating func giveUp(_ key: String, _ reason: String) {
    if let entry = entries[key], givenUp.count < 100 {
      givenUp.append("the alert '\(entry.notice.title)' was given up: \(reason)")
    }
    drop(key)
  }

  /// Up to a fifth more or less, so that many servers do not come back to one receiver in the same second.
  private static func jittered(_ pause: Int64, _ key: String, _ attempt: Int) -> Int64 {
    let digits = UInt64(Dispatcher.key("\(key)|\(attempt)"), radix: 16) ?? 0
    let fifth = max(1, pause / 5)
    return pause - fifth + Int64(digits % UInt64(2 * fifth + 1))
  }
}
