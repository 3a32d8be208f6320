import LogSources
import Testing

/// What a follower handed on until a condition held, or until time was up.
struct Following {
  var lines: [String] = []
  var notices: [SourceNotice.Event] = []
  var positions: [String: SourcePosition] = [:]
  /// What the last batch said.
  var isCaughtUp = false
  var error: (any Error)?
  /// Time was up before the condition held.
  var isLate = false

  var filePositions: [FilePosition] {
    positions.values.compactMap { if case .file(let position) = $0 { position } else { nil } }
  }
  var journalPosition: JournalPosition? {
    positions.values.compactMap { if case .journal(let position) = $0 { position } else { nil } }.first
  }

  mutating func add(_ batch: SourceBatch) {
    #expect(batch.text.isEmpty || batch.text.last == 0x0A, "a batch ends with a line end")
    lines += batch.text.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    notices += batch.notices.map(\.event)
    if let position = batch.position { positions[batch.source] = position }
    isCaughtUp = batch.isCaughtUp
  }

  /// Goes on reading `follower` until `isDone`; a follower that has no more to say is left after `deadline`.
  mutating func read(
    _ follower: any LogFollower, deadline: Duration = .seconds(120), until isDone: (Following) -> Bool
  ) async {
    let clock = ContinuousClock.now
    while !isDone(self) {
      let left = deadline - clock.duration(to: .now)
      guard left > .zero else {
        isLate = true
        return
      }
      do {
        guard let batch = try await Self.next(follower, within: left) else { continue }
        add(batch)
      } catch {
        self.error = error
        return
      }
    }
  }

  /// The next batch, or `nil` if it does not come in time.
  private static func next(_ follower: any LogFollower, within time: Duration) async throws -> SourceBatch? {
    let reading = Task { try await follower.next() }
    let timer = Task {
      try await Task.sleep(for: time)
      reading.cancel()
    }
    defer { timer.cancel() }
    do { return try await reading.value } catch is CancellationError { return nil }
  }
}
