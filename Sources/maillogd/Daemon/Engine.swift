import Diagnosis
import Foundation
import IncidentStore
import LogParsing
import LogSources
import Logging
import Reporting

/// The daemon's one worker: takes batches of log through the pipeline, keeps the ledger, stores both with how far they go,
/// and decides about alerts. It does one thing after the other; everybody else only brings it events.
struct Engine: ~Copyable {
  var configuration: Configuration
  var rules: RuleSet
  let ruleLoader: @Sendable (Configuration) throws -> RuleSet
  let configurationPath: String
  let queue: EventQueue
  let board: StatusBoard
  let manager: ServiceManager
  let logger: Logger

  var pipeline: Pipeline
  var ledger: IncidentLedger
  var store: IncidentStore?
  var dispatcher: Dispatcher
  var outbox: Outbox
  var feeds: [String: AlertmanagerFeed] = [:]
  /// How telling each Alertmanager went, the last time.
  var pushes: [String: PushHealth] = [:]
  /// Lines of incidents since the start, by the reason of the rule.
  var failureLines: [String: UInt64] = [:]
  var silences: [Silence] = []
  var looks = LookPlan()
  var positions: [String: SourcePosition] = [:]
  /// What could not be stored yet, besides what the ledger keeps.
  var pending = StoreBatch()
  var storeFault: String?
  var nextStoreTry = Int64(0)
  var storeVersion: Int64?
  /// The word in the message ids of own mails.
  let mark: String
  var followers: FollowerTasks
  var status = DaemonStatus()
  var isDirty = false
  /// Whether all that was logged so far has been read once: before, nobody is alerted.
  var isCaughtUp = false
  private var lastBatch = Int64(0)
  private var lastOrigin: String?
  private var lastClock = Int64(0)
  private var lastAlive = 0.0
  private var lastTidy = Int64(0)
  var statusWritten = Int64(0)

  private static let clockSeconds: Int64 = 3_600
  private static let tidySeconds: Int64 = 3_600
  /// Seconds without a batch after which what cannot be read holds up alerts no longer.
  private static let catchUpPatience: Int64 = 30

  static var now: Int64 { Int64(Date().timeIntervalSince1970.rounded(.down)) }

  init(
    _ configuration: Configuration, path: String, rules: RuleSet,
    ruleLoader: @escaping @Sendable (Configuration) throws -> RuleSet, queue: EventQueue, board: StatusBoard,
    manager: ServiceManager, logger: Logger
  ) throws {
    let now = Self.now
    let opened = try StoredState(configuration, now: now, logger: logger)
    self.configuration = configuration
    self.rules = rules
    self.ruleLoader = ruleLoader
    configurationPath = path
    self.queue = queue
    self.board = board
    self.manager = manager
    self.logger = logger
    var options = Pipeline.Options()
    options.followsLog = true
    options.knownFacts = ["myhostname": configuration.host].filter { $0.value.contains(".") }
    pipeline = Pipeline(rules: rules, options: options, clock: .local(newest: nil))
    ledger = opened.ledger
    store = opened.store
    storeFault = opened.fault
    mark = opened.mark
    positions = opened.positions
    silences = opened.silences
    pending = opened.toStore
    dispatcher = Dispatcher(routes: configuration.routes, memory: opened.dispatcher)
    outbox = Outbox(
      channels: configuration.channels.map(\.outboxSettings), host: configuration.host, entries: opened.outbox,
      health: opened.health)
    let lookBack = FirstLook.since(microseconds: (now - configuration.lookBack) * 1_000_000)
    followers = FollowerTasks(
      configuration.sources, positions: opened.positions, lookBackTo: lookBack, queue: queue)
    pipeline.restore(opened.pipeline, open: opened.ledger.openMemories)
    pipeline.setOwnMail(idPrefix: MailMessage.idPrefix(mark: mark), senders: configuration.ownSenders)
    status.pid = getpid()
    status.started = now
    status.sources = followers.names.map { DaemonStatus.Source(name: $0) }
    lastBatch = now
    beginFeeds()
    looks.add(opened.ledger.active(at: EventTime(microseconds: now * 1_000_000)).map(\.id))
  }

  /// Works until it is told to stop; then all is stored and closed.
  mutating func run() async {
    report(Self.now)
    manager.ready(statusLine(Self.now))
    logger.info("started; reading \(followers.names.joined(separator: ", "))")
    if followers.names.isEmpty {
      logger.error("there is no log to read: no journal and no file in sources; see maillogd config show")
    }
    loop: for await event in queue.events {
      switch event {
      case .batch(let batch, let source, let receipt):
        if source.generation == followers.generation { read(batch, from: source.name) }
        receipt.confirm()
      case .sourceFailed(let source, let reason):
        if source.generation == followers.generation { note(source.name) { $0.lastFault = reason } }
      case .tick:
        queue.tickWasTaken()
        tick(Self.now)
      case .sent(let key, let missed, let fault): settle(key, missed, fault, Self.now)
      case .pushed(let channel, let missed, let fault): settlePush(channel, missed, fault, Self.now)
      case .looked(let found): keep(found, Self.now)
      case .reload: reload()
      case .stop: break loop
      }
    }
    manager.stopping()
    followers.cancel()
    commit(Self.now)
    store?.close()
    logger.info("stopped; everything up to \(pipeline.newest?.rfc3339 ?? "the beginning") is stored")
  }

  private mutating func read(_ batch: SourceBatch, from source: String) {
    let now = Self.now
    lastBatch = now
    for notice in batch.notices {
      logger.log(level: notice.event.isLossPossible ? .warning : .notice, "\(notice.sentence)")
      note(source) { $0.lastNotice = notice.sentence }
    }
    note(source) {
      $0.isCaughtUp = batch.isCaughtUp
      $0.lastFault = nil
    }
    // The word that all has been read; nothing has changed that would have to be stored.
    guard let position = batch.position else { return }
    if !batch.text.isEmpty { note(source) { $0.lastBatch = now } }
    let isOtherOrigin = batch.origin != lastOrigin
    if isOtherOrigin || now - lastClock > Self.clockSeconds {
      lastClock = now
      lastOrigin = batch.origin
      pipeline.follow(batch.origin, clock: .local(newest: batch.modified.map { max($0, now - 60) } ?? now))
    }
    let mailLines = pipeline.counts.mailLines
    pipeline.consume(batch.text.span)
    keep(position, of: batch.source)
    if pipeline.counts.mailLines > mailLines { status.lastMailLine = now }
    isDirty = true
  }

  /// A log of which nothing is left needs no place any more.
  private mutating func keep(_ position: SourcePosition, of source: String) {
    if case .file(let place) = position, place.places.isEmpty {
      positions[source] = nil
      pending.states[StoredState.positionPrefix + source] = Data()
    } else {
      positions[source] = position
      pending.states[StoredState.positionPrefix + source] = nil
    }
  }

  /// Once a second.
  mutating func tick(_ now: Int64) {
    if !isCaughtUp {
      let hasAll = !status.sources.isEmpty && status.sources.allSatisfy { $0.isCaughtUp || $0.lastFault != nil }
      isCaughtUp = hasAll || now - lastBatch >= Self.catchUpPatience
      if isCaughtUp { logger.info("caught up with the log") }
    }
    // Silence counts only when there was nothing left to be read.
    if isCaughtUp, status.sources.allSatisfy({ $0.isCaughtUp || $0.lastFault != nil }) {
      pipeline.tick(EventTime(microseconds: now * 1_000_000))
    }
    commit(now)
    sendDue(now)
    lookAtMachine(now)
    if now - lastTidy >= Self.tidySeconds {
      lastTidy = now
      tidy(now)
    }
    report(now)
    let uptime = ProcessInfo.processInfo.systemUptime
    if let pause = manager.watchdogSeconds, uptime - lastAlive >= pause {
      lastAlive = uptime
      manager.alive()
    }
  }

  private mutating func tidy(_ now: Int64) {
    let time = EventTime(microseconds: now * 1_000_000)
    let gone = ledger.forget(
      before: EventTime(microseconds: (now - configuration.retention) * 1_000_000),
      keeping: configuration.mostIncidents,
      now: time, untold: dispatcher.believed)
    if !gone.isEmpty {
      pending.forgotten += gone
      isDirty = true
    }
    pipeline.forgetUnexplained(before: EventTime(microseconds: (now - 7 * 86_400) * 1_000_000))
    do { try store?.forgetSilences(endedAt: time) } catch {
      // They hold no longer, stored or not; a fault of the database itself is told by the next save.
      logger.debug("\(error)")
    }
  }

  private mutating func note(_ source: String, _ change: (inout DaemonStatus.Source) -> Void) {
    guard let place = status.sources.firstIndex(where: { $0.name == source }) else { return }
    let before = status.sources[place].lastFault
    change(&status.sources[place])
    guard let fault = status.sources[place].lastFault, fault != before else { return }
    logger.error("\(fault)")
  }

  mutating func beginFeeds() {
    for channel in configuration.channels where channel.isAlertmanager && feeds[channel.name] == nil {
      feeds[channel.name] = AlertmanagerFeed(language: channel.language, host: configuration.host)
    }
  }
}
