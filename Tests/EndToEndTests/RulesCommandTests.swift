import Foundation
import Testing

@Suite struct `The rules inside the program` {
  @Test func `are listed, one a line`() throws {
    let run = try Maillogd.run(["rules", "list", "--lang", "en"])
    #expect(run.status == 0)
    #expect(run.lines.count > 400)
    #expect(run.text.contains("postfix.milter.connection-refused"))
    #expect(run.errors.hasPrefix("\(run.lines.count) rules in "))
  }

  @Test func `are shown with causes and fixes`() throws {
    let run = try Maillogd.run(["rules", "show", "postfix.milter.connection-refused", "--lang", "en"])
    #expect(run.status == 0)
    #expect(run.text.contains("Socket inet6:{milter.port}@{milter.host}"))
    #expect(!run.text.contains("{{"), "a doubled brace is the file's way to write one")
  }

  @Test func `are shown as the file they come from`() throws {
    let run = try Maillogd.run(["rules", "show", "--source", "gmail.ipv6-ptr"])
    #expect(run.text.hasPrefix("id: gmail.ipv6-ptr\n"))
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../rules/gmail/ipv6-ptr.yaml")
    #expect(run.output == (try Data(contentsOf: file)))
  }

  @Test func `that are misnamed are guessed`() throws {
    let run = try Maillogd.run(["rules", "show", "ipv6-ptr"])
    #expect(run.status == 64)
    #expect(run.errors.contains("did you mean gmail.ipv6-ptr"))
  }

  @Test func `pass their own lint`() throws {
    let run = try Maillogd.run(["rules", "lint"])
    #expect(run.status == 0)
    #expect(run.lines.last?.hasSuffix("rules, 0 problems") == true)
  }

  @Test func `pass their own tests`() throws {
    let run = try Maillogd.run(["rules", "test", "--only", "gmail."])
    #expect(run.status == 0)
    #expect(run.lines.last?.hasSuffix(" passed, 0 failed") == true)
  }

  @Test func `name the words that a fast search looks for`() throws {
    let run = try Maillogd.run(["rules", "literals"])
    #expect(run.status == 0)
    #expect(run.lines.count > 100)
    #expect(run.lines.allSatisfy { $0.utf8.count >= 3 })
  }
}

@Suite struct `The tools for people who write rules` {
  @Test func `begin a rule for each thing that a scan could not explain`() throws {
    let folder = try TemporaryFolder()
    let log = try folder.file(
      "odd.log",
      """
      Nov 23 17:00:00 mx1 postfix/cleanup[7]: warning: frobbing of /etc/x failed for bob@corp.com
      Nov 23 17:00:01 mx1 postfix/qmgr[7]: warning: the moon is in the seventh house of corp.com

      """)
    let run = try Maillogd.shell(
      "\"$maillogd\" scan --format json \(log) | \"$maillogd\" rules new --from-unexplained - --output \(folder.path)/site"
    )
    #expect(run.status == 0)
    #expect(run.errors.contains("write what says TODO"))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/site")
    #expect(files.count == 2)
    let tests = try Maillogd.run(["rules", "test", "--only", "local.", folder.path + "/site"])
    #expect(tests.text == "4 passed, 0 failed\n")
    let lint = try Maillogd.run(["rules", "lint", folder.path + "/site"])
    #expect(lint.status == 1)
    #expect(lint.text.contains("fr.title still says TODO"))
  }

  @Test func `write a log in which nobody is named, with the same failures in it`() throws {
    let folder = try TemporaryFolder()
    let log = Recording.path("gmail_ipv6_ptr")
    let safe = folder.path + "/safe.log"
    let run = try Maillogd.run(["scan", "--redact", "--output", safe, log])
    #expect(run.status == 0)
    let text = try String(contentsOf: URL(filePath: safe), encoding: .utf8)
    #expect(!text.contains("example.net"))
    let (before, after) = (try Maillogd.scan(log), try Maillogd.scan(safe))
    #expect(before.incidents.map(\.rule) == after.incidents.map(\.rule))
  }

  @Test func `are written as a site with few files open at a time`() throws {
    let folder = try TemporaryFolder()
    let run = try Maillogd.shell("ulimit -n 200; \"$maillogd\" rules docs --output '\(folder.path)/site'")
    #expect(run.status == 0, "\(run.errors)")
    #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/site").count > 400)
  }

  @Test func `measure, and tell continuous integration`() throws {
    let folder = try TemporaryFolder()
    let bench = try Maillogd.run(["rules", "bench", "--top", "30", Recording.path("milter_down_inet6")])
    #expect(bench.status == 0)
    #expect(bench.lines.count == 32)
    #expect(bench.text.contains("postfix.milter.connection-refused"))
    let junit = folder.path + "/junit.xml"
    let run = try Maillogd.run(
      ["rules", "test", "--only", "gmail.", "--junit", junit, "--calm", Recording.path("healthy_postlogd")])
    #expect(run.status == 0)
    #expect(
      try String(contentsOf: URL(filePath: junit), encoding: .utf8).contains("<testsuite name=\"calm\" tests=\"1\""))
    let loud = try Maillogd.run(["rules", "test", "--only", "none.", "--calm", Recording.path("milter_down_inet6")])
    #expect(loud.status == 1)
    #expect(loud.text.contains("about a log in which nothing is wrong"))
  }

  @Test func `count which messages of a program are explained`() throws {
    let folder = try TemporaryFolder()
    let list = try folder.file(
      "strings.tsv",
      "#head\nmilter\twarning\tconnect to Milter service %s: %m\tm.c:1\tsmtpd,cleanup\n"
        + "moon\twarning\tthe moon is %s\tm.c:2\tqmgr\nmoon\tpanic\tno moon\tm.c:3\tqmgr\n")
    let declared = try folder.file("internal.tsv", "*\tpanic\t*\tA bug.\n")
    let run = try Maillogd.run(["rules", "coverage", list, "--internal", declared, "--missing"])
    #expect(run.status == 0)
    #expect(run.lines.first == "moon\twarning\tthe moon is %s\tm.c:2\tno rule")
    #expect(run.lines.last?.split(separator: " ") == ["all", "3", "1", "0", "1", "1"])
  }
}

@Suite struct `The site of rules` {
  private static let browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test(.enabled(if: browser != nil, "SKIPPED: no Chromium here, so the search in the site's index is not tried"))
  func `is searched in the browser`() throws {
    let folder = try TemporaryFolder()
    let site = folder.path + "/site"
    #expect(try Maillogd.run(["rules", "docs", "--output", site]).status == 0)
    let browser = try #require(Self.browser)
    let page = try Maillogd.shell(
      "timeout 120 \(browser) --headless --no-sandbox --disable-gpu --user-data-dir=\(folder.path)/profile "
        + "--dump-dom 'file://\(site)/en/index.html#inet6%20milter%20refused'",
      environment: ["HOME": folder.path])
    let count = try #require(page.text.firstMatch(of: /id="count">(\d+) \/ (\d+)</), "\(page.errors.suffix(400))")
    let (shown, all) = (try #require(Int(count.1)), try #require(Int(count.2)))
    #expect(all > 400)
    #expect(shown > 0 && shown < all / 4)
  }
}

@Suite struct `A contributor's copy of a shipped pack` {
  @Test(arguments: [["lint"], ["test", "--only", "gmx."]]) func `stands in its place`(command: [String]) throws {
    let rules = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../rules/gmx").standardized
    let outcome = try Maillogd.run(["rules"] + command + [rules.path])
    #expect(outcome.status == 0, "\(outcome.errors)\(outcome.text)")
  }

  @Test func `decides what scan says`() throws {
    let folder = try TemporaryFolder()
    let rules = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../rules/").standardized.path
    try folder.file("gmx/pack.yaml", try String(contentsOfFile: rules + "/gmx/pack.yaml", encoding: .utf8))
    let own = try String(contentsOfFile: rules + "/gmx/spf.yaml", encoding: .utf8)
    let title = try #require(own.split(separator: "\n").first { $0.hasPrefix("title:") })
    try folder.file("gmx/spf.yaml", own.replacing(title, with: "title: My own words"))
    let shown = try Maillogd.run(["rules", "show", "--lang", "en", "--rules", folder.path, "gmx.spf"])
    #expect(shown.text.contains("My own words"))
    // The pack as a whole is replaced.
    #expect(try Maillogd.run(["rules", "show", "--rules", folder.path, "gmx.policy"]).status != 0)
  }
}
