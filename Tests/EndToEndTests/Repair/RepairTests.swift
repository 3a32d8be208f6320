import Foundation
import Testing

/// The promise of the product: the cause that maillogd confirms is the true one, and what it prints repairs it.
@Suite struct `A failure made on purpose` {
  /// One line of failures.json.
  private struct Failure: Decodable {
    let name: String
    /// Commands that break a healthy server.
    let `break`: [String]
    /// How to run into it; a message through smtpd if nothing is said.
    let send: String?
    let times: Int?
    let rule: String
    /// The true cause.
    let cause: String
  }

  private static func failures() throws -> [Failure] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "failures.json")
    let all = try JSONDecoder().decode([Failure].self, from: try Data(contentsOf: file))
    // MAILLOGD_REPAIR=words tries the failures with these words in their name only.
    guard let words = ProcessInfo.processInfo.environment["MAILLOGD_REPAIR"] else { return all }
    return all.filter { $0.name.contains(words) }
  }

  @Test func `is diagnosed by looking at the machine, and ended by typing what is printed`() throws {
    if let obstacle = BootedContainer.obstacle() {
      FileHandle.standardError.write(Data("SKIPPED: the repair test did not run, \(obstacle)\n".utf8))
      return
    }
    let container = try MailServerContainer()
    let failures = try Self.failures()
    #expect(!failures.isEmpty)
    for (number, failure) in failures.enumerated() {
      try Self.breakAndRepair(failure, number, container)
    }
  }

  private static func breakAndRepair(_ failure: Failure, _ number: Int, _ container: MailServerContainer) throws {
    let start = ContinuousClock.now
    try container.run("mail-server reset")
    let place = try container.journalPlace()
    for command in failure.break { try container.run(command) }
    for time in 0..<(failure.times ?? 1) {
      switch failure.send {
      case nil: try container.run("mail-server smtp broken-\(time)")
      case "none": break
      case let command?: try container.run(command)
      }
    }
    try container.run("sleep 1; journalctl --sync")
    let name = Comment(rawValue: failure.name)
    guard let cause = try container.scan(since: place).incident(failure.rule)?.causes.first else {
      Issue.record("\(failure.name): \(failure.rule) was not found")
      return
    }
    guard cause.id == failure.cause, cause.status == "confirmed" else {
      Issue.record("\(failure.name): \(cause.id) \(cause.status) instead of \(failure.cause): \(cause.evidence)")
      return
    }
    #expect(cause.evidence.contains { $0.check != "logged" && $0.check != "rival" }, name)
    for step in cause.fix {
      for file in step.files { try container.apply(file) }
      for command in step.commands { try container.run(command) }
    }
    #expect(try container.mailFlows("repaired-\(number)"), name)
    let later = try container.scan(since: place).incident(failure.rule)?.causes.first { $0.id == failure.cause }
    #expect(later?.status == "refuted", "\(failure.name): \(later?.evidence ?? [])")
    let line =
      "repaired: \(failure.name) (\(cause.evidence[0].found)), \((ContinuousClock.now - start).components.seconds) s\n"
    FileHandle.standardError.write(Data(line.utf8))
  }
}
