import Foundation
import Synchronization
import Testing

/// The reports on all recordings, each made once, on all cores.
private enum Scans {
  static let all: [String: Report] = {
    let recordings = Recording.all
    let reports = Mutex<[String: Report]>([:])
    DispatchQueue.concurrentPerform(iterations: recordings.count) { index in
      let recording = recordings[index]
      guard let report = try? Maillogd.scan(recording.path) else { return }
      reports.withLock { $0[recording.name] = report }
    }
    return reports.withLock { $0 }
  }()
}

@Suite struct `In the recordings of a real server` {
  @Test(arguments: Recording.all.filter(\.isFailure)) func `each failure is found`(recording: Recording) throws {
    let report = try #require(Scans.all[recording.name])
    #expect(try recording.isFound(in: report), "not found: \(recording.cause)")
  }

  @Test(arguments: Recording.all.filter { !$0.isFailure })
  func `traffic that is in order raises no alarm`(recording: Recording) throws {
    let report = try #require(Scans.all[recording.name])
    #expect(report.incidents.filter(\.isRaised).map(\.rule) == [])
    #expect(report.unexplained == [])
  }

  @Test(arguments: ExpectedCause.all) func `the true cause comes first`(expected: ExpectedCause) throws {
    let report = try #require(Scans.all[expected.scenario])
    let incident = try #require(report.incident(expected.rule), "rules: \(report.incidents.map(\.rule))")
    guard let cause = expected.cause else { return }
    if let reason = expected.missedBecause {
      withKnownIssue("\(reason)") { #expect(incident.causes.first?.id == cause) }
      #expect(incident.causes.contains { $0.id == cause })
    } else {
      #expect(incident.causes.first?.id == cause)
    }
  }

  @Test func `the score is told`() throws {
    let failures = Recording.all.filter(\.isFailure)
    let found = try failures.filter { recording in
      try Scans.all[recording.name].map { try recording.isFound(in: $0) } ?? false
    }
    let calm = Recording.all.filter { !$0.isFailure }
    let quiet = calm.filter { Scans.all[$0.name]?.incidents.contains(where: \.isRaised) == false }
    let decided = ExpectedCause.all.filter { $0.cause != nil }
    let right = decided.filter { Scans.all[$0.scenario]?.incident($0.rule)?.causes.first?.id == $0.cause }
    print(
      """
      recordings: \(found.count) of \(failures.count) failures found, \(quiet.count) of \(calm.count) calm logs quiet, \
      \(right.count) of \(decided.count) true causes first
      """)
    #expect(Recording.all.count > 100)
  }

  @Test func `sixty messages with one failure are one incident`() throws {
    let report = try #require(Scans.all["dup_many_milters_flood"])
    #expect(report.incidents.filter(\.isRaised).map(\.rule) == ["postfix.milter.connection-refused"])
    #expect(report.incident("postfix.milter.connection-refused")?.count == 60)
  }

  @Test func `a consequence points at its root`() throws {
    let report = try #require(Scans.all["odkim_key_mode"])
    let root = try #require(report.incident("opendkim.key.insecure"))
    #expect(root.causedBy == [])
    #expect(try #require(report.incident("opendkim.key.load-failed")).causedBy.contains(root.id))
  }

  @Test func `words that a remote server says raise nothing`() throws {
    let report = try #require(Scans.all["inject_reply"])
    #expect(report.incidents.filter(\.isRaised).map(\.rule) == ["remote.user-unknown"])
  }

  @Test(arguments: ["conn_refused", "odkim_key_mode", "gmail_ipv6_ptr"])
  func `the three ways to log the same give the same diagnosis`(name: String) throws {
    let reports = try ["mail.log", "mail.trad.log", "journal.export"].map {
      try Maillogd.scan(Recording.path(name, $0))
    }
    let raised = reports.map { report in
      report.incidents.filter(\.isRaised).map { $0.rule + "/" + ($0.causes.first?.id ?? "") }
    }
    #expect(raised[0] == raised[1])
    #expect(raised[0] == raised[2])
  }
}
