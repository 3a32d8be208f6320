// master(8): the start and end of everything, and the processes that died.

extension LogEvent {
  mutating func readMaster() -> Bool {
    readLifecycle() || readProcessExit() || readProcessLimit()
  }

  /// `daemon started -- version V, configuration DIR`, `reload -- …`, `terminating on signal 15`.
  private mutating func readLifecycle() -> Bool {
    var cursor = cursor
    if cursor.skip("terminating on signal ") {
      kind = .terminating
      addInteger("signal", cursor.takeRest())
      return true
    }
    if cursor.skip("daemon started") {
      kind = .started
    } else if cursor.skip("reload") {
      kind = .reloaded
    } else {
      return false
    }
    if cursor.skip(" -- version ") { add("version", cursor.take { $0 != UInt8(ascii: ",") } ?? cursor.rest) }
    if cursor.skip(", configuration ") { add("configuration", cursor.takeRest()) }
    return true
  }

  /// `process PATH pid N exit status S`, `process PATH pid N killed by signal S`, `PATH: bad command startup -- throttling`.
  private mutating func readProcessExit() -> Bool {
    var cursor = cursor
    if cursor.skip("process "), let path = cursor.take(upTo: " pid "), let pid = cursor.take(while: \.isDigit) {
      kind = .processExit
      add("path", path)
      addInteger("exited_pid", pid)
      if cursor.skip(" exit status ") {
        addInteger("exit_status", cursor.takeRest())
      } else if cursor.skip(" killed by signal ") {
        addInteger("signal", cursor.takeRest())
      }
      return true
    }
    guard let path = cursor.take(upTo: ": bad command startup") else { return false }
    kind = .processExit
    add("path", path)
    add("error", ByteRange(Int(path.end) + ": ".utf8.count, cursor.end))
    return true
  }

  /// `service "NAME" (ENDPOINT) has reached its process limit "N": …`.
  private mutating func readProcessLimit() -> Bool {
    var cursor = cursor
    guard cursor.skip("service \""), let service = cursor.take(upTo: "\" ("),
      let endpoint = cursor.take(upTo: ") has reached its process limit \""), let limit = cursor.take(while: \.isDigit)
    else { return false }
    kind = .diagnostic
    add("service", service)
    add("endpoint", endpoint)
    addInteger("process_limit", limit)
    return true
  }

  /// `table TYPE:NAME has changed -- restarting`, by any daemon.
  mutating func readTableChange() -> Bool {
    var cursor = cursor
    guard cursor.skip("table "), let table = cursor.take(upTo: " has changed") else { return false }
    kind = .tableChanged
    add("table", table)
    return true
  }

  /// `message repeated 3 times`, `last message repeated 3 times` without the message itself.
  mutating func readRepetition() -> Bool {
    var cursor = cursor
    _ = cursor.skip("last ")
    guard cursor.skip("message repeated "), let count = cursor.take(while: \.isDigit) else { return false }
    kind = .repeated
    addInteger("count", count)
    return true
  }
}
