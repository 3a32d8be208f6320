import Foundation
import Testing

@testable import HostEvidence

/// The truth table of RequireSafeKeys, on real files with real owners: needs root.
@Suite(.enabled(if: getuid() == 0, "owners of files can be set by root only")) struct `RequireSafeKeys` {
  /// User 4001 runs OpenDKIM; 4002 has group 4100 as his own, 4003 is a member of 4200.
  private static let accounts = Accounts(
    passwd: ["root:x:0:0::/:", "dkim:x:4001:4001::/:", "other:x:4002:4100::/:", "third:x:4003:4003::/:"],
    group: ["root:x:0:", "dkim:x:4001:", "shared:x:4100:", "club:x:4200:third", "own:x:4300:dkim,root"])

  /// Below `/root`-like safe ground: /tmp itself is writable for everybody, which the rule forbids.
  private static func breach(
    file: (UInt32, UInt32, UInt16), folder: (UInt32, UInt32, UInt16) = (4001, 4001, 0o700)
  ) throws -> SafeKeyRule.Breach? {
    let top = "/var/lib/maillogd-test-" + UUID().uuidString
    let key = top + "/keys/mail.private"
    try FileManager.default.createDirectory(atPath: top + "/keys", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: top) }
    try Data("key".utf8).write(to: URL(fileURLWithPath: key))
    for (path, (owner, group, mode)) in [(key, file), (top + "/keys", folder)] {
      #expect(unsafe chown(path, owner, group) == 0)
      #expect(unsafe chmod(path, mode_t(mode)) == 0)
    }
    let user = Accounts.User(name: "dkim", uid: 4_001, gid: 4_001)
    return try SafeKeyRule(accounts: accounts, user: user).breach(of: key)
  }

  @Test(arguments: [
    (UInt32(4_001), UInt32(4_001), UInt16(0o600)), (0, 0, 0o640), (0, 4_300, 0o640), (4_001, 4_001, 0o601),
    (4_001, 4_001, 0o400), (4_001, 4_001, 0o711),
  ])
  func `trusts a key that nobody else can read`(owner: UInt32, group: UInt32, mode: UInt16) throws {
    #expect(try Self.breach(file: (owner, group, mode)) == nil)
  }

  @Test func `distrusts one that is open to others, even below a closed folder`() throws {
    for mode in [UInt16(0o644), 0o604, 0o602] {
      let breach = try #require(try Self.breach(file: (4_001, 4_001, mode)))
      #expect(breach.why == .openToOthers)
      #expect(breach.repair == "chmod go-rw \(breach.path)")
    }
  }

  @Test func `names who else is in the group`() throws {
    #expect(try Self.breach(file: (0, 4_100, 0o640))?.why == .sharedGroup("shared", member: "other"))
    #expect(try Self.breach(file: (4_001, 4_200, 0o660))?.why == .sharedGroup("club", member: "third"))
  }

  @Test func `distrusts a key of a third user`() throws {
    let breach = try #require(try Self.breach(file: (4_003, 4_001, 0o600)))
    #expect(breach.why == .foreignOwner("third"))
    #expect(breach.repair == "chown dkim \(breach.path)")
  }

  @Test func `asks of folders who may write to them`() throws {
    let safe = (UInt32(4_001), UInt32(4_001), UInt16(0o600))
    #expect(try Self.breach(file: safe, folder: (4_001, 4_001, 0o755)) == nil)
    #expect(try Self.breach(file: safe, folder: (4_003, 4_003, 0o555)) == nil)
    #expect(try Self.breach(file: safe, folder: (4_001, 4_001, 0o1777))?.why == .openToOthers)
    #expect(try Self.breach(file: safe, folder: (4_001, 4_200, 0o775))?.why == .sharedGroup("club", member: "third"))
    #expect(try Self.breach(file: safe, folder: (4_003, 4_003, 0o755))?.why == .foreignOwner("third"))
    let folder = try #require(try Self.breach(file: safe, folder: (4_001, 4_001, 0o777)))
    #expect(folder.path.hasSuffix("/keys"))
    #expect(folder.repair == "chmod o-w \(folder.path)")
  }
}
