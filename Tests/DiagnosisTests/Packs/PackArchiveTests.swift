import Diagnosis
import Foundation
import RepeatableNumbers
import Testing

@testable import RulePacks

/// A pack's files, and archives of them as a stranger might make them.
enum PackSample {
  static let rule = ruleText("site.smtp.odd", "match: [{daemon: smtp, message: '^something odd'}]")
  static let files = [
    TarArchive.File(path: "pack.yaml", content: Array("name: site\nversion: 1.0.0\n".utf8)),
    TarArchive.File(path: "smtp/odd.yaml", content: Array(rule.utf8)),
  ]

  static func bytes(_ files: [TarArchive.File] = files, manifest: [TarArchive.File]? = nil) -> [UInt8] {
    let manifest = PackManifest(name: "site", version: PackVersion("1.0.0")!, files: manifest ?? files)
    return TarArchive([TarArchive.File(path: "MANIFEST", content: Array(manifest.text.utf8))] + files).bytes
  }

  /// The archive with the header at `block` changed, and its checksum made right again.
  static func changed(_ bytes: [UInt8], header: Int, _ change: (inout [UInt8]) -> Void) -> [UInt8] {
    var bytes = bytes
    var block = Array(bytes[header..<(header + 512)])
    change(&block)
    for place in 148..<156 { block[place] = 32 }
    let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
    let digits = Array((String(repeating: "0", count: 6 - sum.count) + sum).utf8)
    block.replaceSubrange(148..<156, with: digits + [0, 32])
    bytes.replaceSubrange(header..<(header + 512), with: block)
    return bytes
  }
}

@Suite struct `A pack's archive` {
  private static func refusal(_ bytes: [UInt8]) -> String? {
    do {
      _ = try PackArchive(bytes)
      return nil
    } catch { return error.description }
  }

  @Test func `is read as it was written, and written the same every time`() throws {
    let archive = try PackArchive(PackSample.bytes())
    #expect(archive.name == "site")
    #expect(archive.files == PackSample.files)
    #expect(try archive.rules().map(\.id) == ["site.smtp.odd"])
    #expect(PackSample.bytes() == PackSample.bytes())
    let long = TarArchive.File(
      path: String(repeating: "folder-of-rules/", count: 7) + String(repeating: "x", count: 60) + ".yaml",
      content: [1, 2])
    #expect(try TarArchive(reading: TarArchive([long]).bytes).files == [long])
  }

  @Test(arguments: [("x", 95, true), ("x", 96, false), ("folder/x", 150, false), ("folder/x", 88, true)])
  func `takes the names that a tar file can hold, and no longer ones`(start: String, length: Int, fits: Bool) {
    let path = start + String(repeating: "x", count: length - 1) + ".yaml"
    let file = TarArchive.File(path: path, content: [])
    #expect((Self.refusal(PackSample.bytes(PackSample.files + [file])) == nil) == fits)
    let long = TarArchive.File(path: String(repeating: "d", count: 156) + "/a.yaml", content: [])
    #expect(Self.refusal(PackSample.bytes(PackSample.files + [long])) != nil)
  }

  @Test(arguments: [
    "../evil.yaml", "a/../../evil.yaml", "/etc/cron.d/evil.yaml", "a/./b.yaml", "a//b.yaml", ".hidden.yaml",
    "a/.b.yaml",
    "evil.sh", "a/Evil.yaml", "a b.yaml", "a.yaml/b.yaml", "INSTALLED", "a\u{1}.yaml", "-rf.yaml",
  ]) func `is refused with a name that no rule has`(path: String) {
    let file = TarArchive.File(path: path, content: [])
    let refusal = Self.refusal(PackSample.bytes(PackSample.files + [file]))
    #expect(
      refusal?.contains("leads out of the pack") == true || refusal?.contains("no name for a rule") == true,
      "\(refusal ?? "accepted")")
  }

  @Test(arguments: [
    (UInt8(ascii: "1"), "is a link"), (UInt8(ascii: "2"), "is a link"), (UInt8(ascii: "3"), "no plain file"),
    (UInt8(ascii: "5"), "folder entry"), (UInt8(ascii: "6"), "no plain file"), (UInt8(ascii: "x"), "no plain file"),
    (UInt8(ascii: "L"), "no plain file"), (UInt8(ascii: "S"), "no plain file"),
  ]) func `is refused with anything but plain files in it`(type: UInt8, reason: String) {
    let bytes = PackSample.changed(PackSample.bytes(), header: 1_024) { header in
      header[156] = type
      header.replaceSubrange(157..<168, with: Array("/etc/passwd".utf8))
    }
    #expect(Self.refusal(bytes)?.contains(reason) == true, "\(Self.refusal(bytes) ?? "accepted")")
  }

  @Test func `is refused when its files are not those of its manifest`() {
    var other = PackSample.files
    other[1].content.append(10)
    #expect(Self.refusal(PackSample.bytes(other, manifest: PackSample.files))?.contains("somebody changed it") == true)
    #expect(
      Self.refusal(PackSample.bytes(PackSample.files, manifest: [PackSample.files[0]]))?.contains("somebody added it")
        == true)
    #expect(
      Self.refusal(PackSample.bytes([PackSample.files[0]], manifest: PackSample.files))?.contains("but not in it")
        == true)
    #expect(Self.refusal(PackSample.bytes(PackSample.files + [PackSample.files[1]]))?.contains("twice") == true)
    #expect(Self.refusal(TarArchive(PackSample.files).bytes)?.contains("does not begin with a MANIFEST") == true)
    var named = PackSample.files
    named[0].content = Array("name: other\nversion: 1.0.0\n".utf8)
    #expect(Self.refusal(PackSample.bytes(named))?.contains("different packs") == true)
  }

  @Test func `is refused when it is cut anywhere, or something is added`() {
    let bytes = PackSample.bytes()
    for length in stride(from: 0, to: bytes.count, by: 97) {
      #expect(Self.refusal(Array(bytes.prefix(length))) != nil, "cut at \(length)")
    }
    #expect(Self.refusal(bytes + PackSample.files[1].content)?.contains("does not end") == true)
  }

  @Test func `is refused when it is too large, says it is, or is compressed`() {
    #expect(Self.refusal([UInt8](repeating: 0, count: TarArchive.mostBytes + 1))?.contains("16 MiB") == true)
    let huge = PackSample.changed(PackSample.bytes(), header: 1_024) {
      $0.replaceSubrange(124..<136, with: Array("77777777777\0".utf8))
    }
    #expect(Self.refusal(huge)?.contains("larger than") == true)
    let binary = PackSample.changed(PackSample.bytes(), header: 1_024) {
      $0.replaceSubrange(124..<136, with: [0x80] + [UInt8](repeating: 0xFF, count: 11))
    }
    #expect(Self.refusal(binary)?.contains("larger than") == true)
    #expect(Self.refusal([0x1F, 0x8B, 8, 0])?.contains("compressed") == true)
    let many = (0..<5_001).map { TarArchive.File(path: "a\($0).yaml", content: []) }
    #expect(Self.refusal(TarArchive(many).bytes)?.contains("more than 5000 files") == true)
  }

  @Test func `with any byte changed is refused, or has the same files`() {
    let bytes = PackSample.bytes()
    var numbers = RepeatableNumbers(state: 42)
    for _ in 0..<3_000 {
      var damaged = bytes
      damaged[Int.random(in: 0..<bytes.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
      guard let archive = try? PackArchive(damaged) else { continue }
      #expect(archive.files == PackSample.files)
    }
  }

  @Test func `is refused when its rules have faults`() throws {
    var bad = PackSample.files
    bad[1].content = Array(PackSample.rule.replacing("severity: warning", with: "severity: loud").utf8)
    let archive = try PackArchive(PackSample.bytes(bad))
    let fault = #expect(throws: PackFault.self) { try archive.rules() }
    #expect(fault?.description.contains("site/smtp/odd.yaml") == true)
    bad[1].content = Array(PackSample.rule.replacing("site.smtp.odd", with: "postfix.smtp.odd").utf8)
    #expect(throws: PackFault.self, "a pack cannot hold rules of another") {
      try PackArchive(PackSample.bytes(bad)).rules()
    }
  }

  @Test(arguments: [("1.0", "1.0.0", false), ("1.9", "1.10", true), ("2", "1.9.9", false), ("1.0.0", "1.0.1", true)])
  func `has a version whose numbers are compared`(a: String, b: String, isOlder: Bool) throws {
    #expect((try #require(PackVersion(a)) < (try #require(PackVersion(b)))) == isOlder)
  }

  @Test(arguments: ["", "1..2", "v1", "1.2.3.4.5", "-1", "1.2-beta", "9999999999"])
  func `has no version that is not made of numbers`(text: String) { #expect(PackVersion(text) == nil) }
}

@Suite struct `The signature of a pack` {
  /// Made with `ssh-keygen -t ed25519` and `ssh-keygen -Y sign -n maillogd-pack` of OpenSSH 9.2 over "hello\n".
  private static let armored = """
    -----BEGIN SSH SIGNATURE-----
    U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg06i8rhkTPKsjEPQm228lSfDjPx
    XcZvd4ZOhf9DS7r4IAAAANbWFpbGxvZ2QtcGFjawAAAAAAAAAGc2hhNTEyAAAAUwAAAAtz
    c2gtZWQyNTUxOQAAAEAH4m//38LbbKFcfm46LytXt7aErieEffoumVANA5+huE0IjIGBy5
    77rXrOkQnalnqzd9x23Wx+6mOJ+6+Va14K
    -----END SSH SIGNATURE-----
    """
  private static let publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINOovK4ZEzyrIxD0JttvJUnw4z8V3Gb3eGToX/Q0u6+C"
  private static let message = Array("hello\n".utf8)

  @Test func `of ssh-keygen is read and holds`() throws {
    let signature = try SSHSignature(armored: Self.armored)
    #expect(signature.isGood(for: Self.message))
    #expect(!signature.isGood(for: Self.message + [10]))
    #expect(signature.armored.split(separator: "\n") == Self.armored.split(separator: "\n"))
  }

  @Test func `with any byte changed holds no more`() throws {
    let lines = Self.armored.split(separator: "\n")
    let blob = try #require(Data(base64Encoded: lines.dropFirst().dropLast().joined()))
    for place in blob.indices {
      var damaged = blob
      damaged[place] ^= 0x21
      let text = "\(lines[0])\n\(damaged.base64EncodedString())\n\(lines[lines.count - 1])\n"
      let isGood = (try? SSHSignature(armored: text))?.isGood(for: Self.message) ?? false
      let signers = try AllowedSigners("anna \(Self.publicKey)", path: "x")
      let isAllowed =
        (try? SSHSignature(armored: text)).flatMap { signers.principals(for: $0.key, now: "20260101000000") } != nil
      // The reserved field is signed as empty; nothing else may change.
      #expect(!(isGood && isAllowed), "byte \(place)")
    }
  }

  @Test(arguments: [
    ("anna KEY", true), ("anna namespaces=\"maillogd-pack\" KEY", true),
    ("anna namespaces=\"git,maillogd-pack\" KEY", true),
    ("anna namespaces=\"git\" KEY", false), ("anna cert-authority KEY", false),
    ("anna valid-after=\"20250101\",valid-before=\"20270101Z\" KEY", true),
    ("anna valid-before=\"20251231\" KEY", false),
    ("anna valid-after=\"202612312359\" KEY", false), ("# nobody\n", false), ("", false),
  ]) func `counts only for those who may sign packs now`(line: String, isAllowed: Bool) throws {
    let signers = try AllowedSigners(line.replacing("KEY", with: Self.publicKey), path: "x")
    let key = try SSHSignature(armored: Self.armored).key
    #expect(signers.principals(for: key, now: "20260615120000") == (isAllowed ? "anna" : nil))
  }

  @Test(arguments: [
    "anna", "anna ssh-ed25519", "anna ssh-ed25519 AAAA", "anna colour=\"red\" KEY", "anna valid-after=\"soon\" KEY",
    "anna ssh-dss AAAAB3NzaC1kc3M=",
  ]) func `is not checked against a list that cannot be read`(line: String) {
    #expect(throws: PackFault.self) { try AllowedSigners(line.replacing("KEY", with: Self.publicKey), path: "x") }
  }

  @Test(arguments: [
    "", "hello", "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----",
    "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----",
  ])
  func `is refused when it is none`(text: String) {
    #expect(throws: PackFault.self) { try SSHSignature(armored: text) }
  }

  @Test func `and keys survive any bytes`() {
    var numbers = RepeatableNumbers(state: 9)
    for _ in 0..<5_000 {
      var bytes = Array("SSHSIG".utf8) + [0, 0, 0, 1]
      for _ in 0..<Int.random(in: 0...6, using: &numbers) {
        let length = Int.random(in: 0...40, using: &numbers)
        bytes +=
          [0, 0, Bool.random(using: &numbers) ? 0 : 255, UInt8(length)]
          + (0..<length).map { _ in UInt8.random(in: 0...255, using: &numbers) }
      }
      let text = "-----BEGIN SSH SIGNATURE-----\n\(Data(bytes).base64EncodedString())\n-----END SSH SIGNATURE-----"
      #expect(throws: PackFault.self) { try SSHSignature(armored: text) }
      #expect(throws: PackFault.self) { try SSHKey(blob: bytes) }
      #expect(throws: PackFault.self) {
        try SSHPrivateKey(
          text:
            "-----BEGIN OPENSSH PRIVATE KEY-----\n\(Data(bytes).base64EncodedString())\n-----END OPENSSH PRIVATE KEY-----"
        )
      }
    }
  }
}
