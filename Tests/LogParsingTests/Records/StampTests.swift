import LogParsing
import Testing

@Suite struct `Time stamps` {
  @Test(arguments: [
    ("Mar  4 09:26:53 mail postfix/smtpd[123]: connect from unknown[192.0.2.7]", "2026-03-04T09:26:53Z"),
    ("Mar 04 09:26:53 mail postfix/smtpd[123]: connect from unknown[192.0.2.7]", "2026-03-04T09:26:53Z"),
    ("Mar 4 09:26:53 mail postfix/smtpd[123]: connect from unknown[192.0.2.7]", "2026-03-04T09:26:53Z"),
    ("Mar  4 09:26:53.123456 mail postfix/smtpd[123]: connect from unknown[192.0.2.7]", "2026-03-04T09:26:53.123456Z"),
    ("2026 Mar  4 09:26:53 mail postfix/smtpd[123]: connect from unknown[192.0.2.7]", "2026-03-04T09:26:53Z"),
    ("2019 Mar 04 09:26:53 mail postfix/smtpd[123]: connect from unknown[192.0.2.7]", "2019-03-04T09:26:53Z"),
    ("<22>Mar  4 09:26:53 mail postfix/smtpd[123]: connect from unknown[192.0.2.7]", "2026-03-04T09:26:53Z"),
    ("<0>Mar  4 09:26:53 mail postfix/smtpd[123]: connect from unknown[192.0.2.7]", "2026-03-04T09:26:53Z"),
    ("<191>Mar  4 09:26:53 mail postfix/smtpd[123]: connect from unknown[192.0.2.7]", "2026-03-04T09:26:53Z"),
  ])
  func `with the month's name are read as syslog and postlogd write them`(line: String, time: String) {
    let read = ReadLine(line)
    #expect(read.time == time)
    #expect(read.host == "mail")
    #expect(read.program == "postfix/smtpd")
    #expect(read.record.pid == 123)
    #expect(read.text == "connect from unknown[192.0.2.7]")
  }

  @Test(arguments: [
    ("2026-03-04T09:26:53Z", "2026-03-04T09:26:53Z"), ("2026-03-04T09:26:53.1Z", "2026-03-04T09:26:53.100000Z"),
    ("2026-03-04T09:26:53.123Z", "2026-03-04T09:26:53.123000Z"),
    ("2026-03-04T09:26:53.123456Z", "2026-03-04T09:26:53.123456Z"),
    ("2026-03-04T09:26:53.123456789Z", "2026-03-04T09:26:53.123456Z"),
    ("2026-03-04T09:26:53,123Z", "2026-03-04T09:26:53.123000Z"), ("2026-03-04t09:26:53z", "2026-03-04T09:26:53Z"),
    ("2026-03-04 09:26:53", "2026-03-04T09:26:53Z"), ("2026-03-04T09:26:53", "2026-03-04T09:26:53Z"),
    ("2026-03-04T09:26:53.633063+00:00", "2026-03-04T09:26:53.633063Z"),
    ("2026-03-04T09:26:53+01:00", "2026-03-04T09:26:53+01:00"),
    ("2026-03-04T09:26:53+0530", "2026-03-04T09:26:53+05:30"),
    ("2026-03-04T09:26:53.5-03:30", "2026-03-04T09:26:53.500000-03:30"),
    ("2024-02-29T23:59:60Z", "2024-02-29T23:59:59Z"), ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
  ])
  func `in ISO 8601 keep fraction and offset`(stamp: String, time: String) {
    let read = ReadLine(stamp + " mail postfix/qmgr[7]: 4F3A2B1C0D: removed")
    #expect(read.time == time)
    #expect(read.host == "mail")
    #expect(read.queueID == "4F3A2B1C0D")
    #expect(read.text == "removed")
  }

  @Test func `with an offset name a moment, not a time of day`() throws {
    let east = try #require(ReadLine("2026-03-04T09:26:53+01:00 mail postfix/qmgr[7]: 4F3A2B1C0D: removed").record.time)
    let west = try #require(ReadLine("2026-03-04T03:26:53-05:00 mail postfix/qmgr[7]: 4F3A2B1C0D: removed").record.time)
    #expect(east.microseconds == west.microseconds)
    #expect(east.seconds == 1_772_612_813)
  }

  @Test(arguments: [
    "Mar 32 09:26:53 mail postfix/qmgr[7]: 4F3A2B1C0D: removed",
    "Mar  4 24:26:53 mail postfix/qmgr[7]: 4F3A2B1C0D: removed",
    "Mar  4 09:60:53 mail postfix/qmgr[7]: 4F3A2B1C0D: removed",
    "Mär  4 09:26:53 mail postfix/qmgr[7]: 4F3A2B1C0D: removed",
    "2026-13-04T09:26:53Z mail postfix/qmgr[7]: 4F3A2B1C0D: removed",
    "2026-03-00T09:26:53Z mail postfix/qmgr[7]: 4F3A2B1C0D: removed",
    "2026-03-04T9:26:53Z mail postfix/qmgr[7]: 4F3A2B1C0D: removed", "20260304T092653Z mail postfix/qmgr[7]: x",
  ])
  func `that no clock shows are not believed`(line: String) { #expect(ReadLine(line).record.time == nil) }
}

@Suite struct `Stamps without a year` {
  private static func seconds(_ date: CivilDate, _ secondOfDay: Int64 = 0) -> Int64 {
    date.daysSinceEpoch * 86_400 + secondOfDay
  }

  @Test func `in a log that runs over New Year belong to two years`() {
    let clock = LogClock(newest: Self.seconds(CivilDate(year: 2027, month: 1, day: 2)))
    #expect(
      ReadLine("Dec 31 23:59:59 mail postfix/qmgr[7]: 4F3A2B1C0D: removed", clock: clock).time == "2026-12-31T23:59:59Z"
    )
    #expect(
      ReadLine("Jan  1 00:00:00 mail postfix/qmgr[7]: 4F3A2B1C0D: removed", clock: clock).time == "2027-01-01T00:00:00Z"
    )
  }

  @Test func `are dated in any order of the lines`() {
    var parser = RecordParser(clock: LogClock(newest: Self.seconds(CivilDate(year: 2027, month: 1, day: 2))))
    let lines = ["Jan  1", "Dec 31", "Jan  2", "Feb 10", "Dec 31"].map {
      Array("\($0) 10:00:00 mail postfix/qmgr[7]: x".utf8)
    }
    let days = lines.map { parser.parse($0.span).time?.rfc3339.prefix(10) }
    #expect(days == ["2027-01-01", "2026-12-31", "2027-01-02", "2026-02-10", "2026-12-31"])
  }

  @Test func `on 29 February belong to the latest leap year`() {
    let line = "Feb 29 12:00:00 mail postfix/qmgr[7]: 4F3A2B1C0D: removed"
    let years = [(2024, 2024), (2026, 2024), (2027, 2024), (2028, 2028), (1904, 1904), (2103, 2096)].map {
      newest, year in
      (ReadLine(line, clock: LogClock(newest: Self.seconds(CivilDate(year: newest, month: 6, day: 1)))).time, year)
    }
    for (time, year) in years { #expect(time == "\(year)-02-29T12:00:00Z") }
  }

  @Test func `may be a day ahead of the newest line, and no more`() {
    let clock = LogClock(newest: Self.seconds(CivilDate(year: 2026, month: 6, day: 10), 43_200))
    #expect(ReadLine("Jun 11 11:59:59 mail postfix/qmgr[7]: x", clock: clock).time == "2026-06-11T11:59:59Z")
    #expect(ReadLine("Jun 11 12:00:01 mail postfix/qmgr[7]: x", clock: clock).time == "2025-06-11T12:00:01Z")
  }

  @Test func `on a day that no year has still make a record`() {
    let read = ReadLine("Feb 30 12:00:00 mail postfix/qmgr[7]: 4F3A2B1C0D: removed")
    #expect(read.queueID == "4F3A2B1C0D")
  }
}

@Suite struct `Stamps without a zone` {
  /// Paris in 2026: summer time from 29 March, 02:00, to 25 October, 03:00.
  private static let paris = ZoneOffsets(
    initial: 3_600,
    changes: [
      (CivilDate(year: 2026, month: 3, day: 29).daysSinceEpoch * 86_400 + 7_200, 7_200),
      (CivilDate(year: 2026, month: 10, day: 25).daysSinceEpoch * 86_400 + 10_800, 3_600),
    ])

  @Test(arguments: [
    ("Mar 29 01:59:59", "2026-03-29T01:59:59+01:00"), ("Mar 29 03:00:00", "2026-03-29T03:00:00+02:00"),
    ("Jul 14 12:00:00", "2026-07-14T12:00:00+02:00"), ("Oct 25 01:59:59", "2026-10-25T01:59:59+02:00"),
    ("Oct 25 03:00:00", "2026-10-25T03:00:00+01:00"), ("Nov  1 12:00:00", "2026-11-01T12:00:00+01:00"),
    ("2026-07-14 12:00:00", "2026-07-14T12:00:00+02:00"), ("2026-07-14T12:00:00Z", "2026-07-14T12:00:00Z"),
  ])
  func `take the offset that the host had at that hour`(stamp: String, time: String) {
    let clock = LogClock(newest: 1_795_456_800, zone: Self.paris)
    #expect(ReadLine("\(stamp) mail postfix/qmgr[7]: 4F3A2B1C0D: removed", clock: clock).time == time)
  }

  @Test func `of one second apart stay one second apart over the change in spring`() throws {
    let clock = LogClock(newest: 1_795_456_800, zone: Self.paris)
    let before = try #require(ReadLine("Mar 29 01:59:59 mail postfix/qmgr[7]: x", clock: clock).record.time)
    let after = try #require(ReadLine("Mar 29 03:00:00 mail postfix/qmgr[7]: x", clock: clock).record.time)
    #expect(after.seconds - before.seconds == 1)
  }

  @Test func `remember no offset from one line to the next`() {
    var parser = RecordParser(clock: LogClock(newest: 1_795_456_800, zone: Self.paris))
    let stamps = ["Mar 29 01:30:00", "Mar 29 03:30:00", "Mar 29 01:30:00"].map {
      Array("\($0) mail postfix/qmgr[7]: x".utf8)
    }
    #expect(stamps.map { parser.parse($0.span).time?.offsetMinutes } == [60, 120, 60])
  }
}

@Suite struct `Calendar days` {
  @Test func `count up by one, and back to the same date`() {
    for day in stride(from: Int64(-800_000), to: 800_000, by: 37) {
      let date = CivilDate(daysSinceEpoch: day)
      #expect(date.daysSinceEpoch == day)
      #expect((1...12).contains(date.month) && (1...31).contains(date.day))
    }
    #expect(CivilDate(daysSinceEpoch: 0) == CivilDate(year: 1970, month: 1, day: 1))
    #expect(
      CivilDate(year: 2000, month: 3, day: 1).daysSinceEpoch - CivilDate(year: 2000, month: 2, day: 28).daysSinceEpoch
        == 2)
    #expect(
      CivilDate(year: 2100, month: 3, day: 1).daysSinceEpoch - CivilDate(year: 2100, month: 2, day: 28).daysSinceEpoch
        == 1)
  }
}
