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
