extension LogEvent {
  /// systemd about a unit: `opendkim.service: Main process exited, code=exited, status=78/CONFIG`,
  /// `Started opendkim.service - OpenDKIM Milter.`.
  mutating func readSystemd() -> Bool {
    readUnitResult() || readUnitJob()
  }

  private mutating func readUnitResult() -> Bool {
    var cursor = cursor
    guard let unit = cursor.take(upTo: ": "), isUnit(unit) else { return false }
    kind = .unit
    add("unit", unit)
    add("text", cursor.rest)
    let states: [(StaticString, String)] = [
      ("Main process exited", "exited"), ("Control process exited", "exited"), ("Failed with result '", "failed"),
      ("Scheduled restart job", "restarting"), ("Start request repeated too quickly", "failed"),
      ("Deactivated successfully", "stopped"), ("Succeeded", "stopped"), ("Failed at step ", "failed"),
      ("A process of this unit has been killed by the OOM killer", "oom-killed"), ("Watchdog timeout", "failed"),
      ("start operation timed out", "failed"), ("Unit entered failed state", "failed"),
    ]
    if let (_, state) = states.first(where: { cursor.skip($0.0) }) { add("state", .word(state)) }
    add("result", ifAny: part(behind: "with result '", before: "'"))
    add("code", ifAny: part(behind: " code=", before: ","))
    if let status = part(behind: " status=") {
      // `78/CONFIG`: number and meaning; `9/KILL`: a signal.
      var words = ByteCursor(line, in: status)
      if let number = words.take(while: \.isDigit) { addInteger("status", number) }
      if words.skip("/") { add("status_name", words.takeRest()) }
    }
    if let count = part(behind: "restart counter is at ", before: ".") { addInteger("restarts", count) }
    return true
  }

  private mutating func readUnitJob() -> Bool {
    var cursor = cursor
    let jobs: [(StaticString, String)] = [
      ("Started ", "started"), ("Starting ", "starting"), ("Stopped ", "stopped"), ("Stopping ", "stopping"),
      ("Reloaded ", "reloaded"), ("Reloading ", "reloading"), ("Finished ", "finished"), ("Failed to start ", "failed"),
      ("Dependency failed for ", "failed"), ("Listening on ", "started"),
    ]
    guard let (_, state) = jobs.first(where: { cursor.skip($0.0) }) else { return false }
    kind = .unit
    // Since systemd 250 the unit's name stands before its description.
    var description = cursor.rest
    if let unit = cursor.take(upTo: " - ") ?? cursor.take(while: { !$0.isSpace }), isUnit(withoutDots(unit)) {
      add("unit", withoutDots(unit))
      description = cursor.rest
    }
    add("state", .word(state))
    if !description.isEmpty { add("description", withoutDots(description)) }
    return true
  }

  private func isUnit(_ range: ByteRange) -> Bool {
    let suffixes = [".service", ".socket", ".timer", ".path", ".target", ".mount", ".slice", ".scope"]
    return !line[range].contains(where: \.isSpace)
      && suffixes.contains { line[range].reversed().starts(with: $0.utf8.reversed()) }
  }

  private func withoutDots(_ range: ByteRange) -> ByteRange {
    var end = Int(range.end)
    while end > Int(range.start), line[end - 1] == UInt8(ascii: ".") { end -= 1 }
    return ByteRange(Int(range.start), end)
  }
}
