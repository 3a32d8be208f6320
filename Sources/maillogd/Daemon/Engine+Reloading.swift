import Diagnosis
import Foundation
import LogSources
import Logging
import Reporting

/// Taking another configuration and other rules over, without losing a line.
extension Engine {
  /// Reads configuration and rules again; with a fault in either, the old ones stay.
  mutating func reload() {
    manager.reloading()
    defer { manager.ready(statusLine(Self.now)) }
    do {
      let new = try ConfigurationReader.read(configurationPath)
      let rules = try ruleLoader(new)
      adopt(new, rules)
      status.refusedReload = nil
      logger.info("configuration and \(rules.rules.count) rules read again")
    } catch {
      let reason = (error as? Failure)?.message ?? "\(error)"
      status.refusedReload = reason
      logger.error("reload refused, the old configuration and rules stay: \(reason)")
    }
  }

  private mutating func adopt(_ new: Configuration, _ rules: RuleSet) {
    commit(Self.now)
    let old = configuration
    configuration = new
    configuration.stateFolder = old.stateFolder
    configuration.runtimeFolder = old.runtimeFolder
    self.rules = rules
    pipeline.replaceRules(rules, clock: .local(newest: nil))
    pipeline.setOwnMail(idPrefix: MailMessage.idPrefix(mark: mark), senders: new.ownSenders)
    dispatcher = Dispatcher(routes: new.routes, memory: dispatcher.memory)
    outbox.use(channels: new.channels.map(\.outboxSettings), host: new.host)
    beginFeeds()
    if new.stateFolder != old.stateFolder || new.metrics != old.metrics {
      logger.warning("state: and metrics: change with the next start only: systemctl restart maillogd")
    }
    guard new.sources != old.sources else { return }
    followers.cancel()
    let first = FirstLook.since(microseconds: (Self.now - new.lookBack) * 1_000_000)
    followers = FollowerTasks(
      new.sources, generation: followers.generation + 1, positions: positions, lookBackTo: first, queue: queue)
    status.sources = followers.names.map { DaemonStatus.Source(name: $0) }
  }
}
