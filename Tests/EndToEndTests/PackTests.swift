import Foundation
import Testing

/// A folder with a pack `site`, keys of all kinds, and an empty machine below `root`.
private struct PackBench: ~Copyable {
  let folder: TemporaryFolder
  var path: String { folder.path }

  init() throws {
    let made = try TemporaryFolder()
    _ = try made.file("site/pack.yaml", "name: site\nversion: 1.0.0\ntitle: Our own\n")
    _ = try made.file(
      "site/smtp/odd.yaml",
      """
      id: site.smtp.odd
      title: The remote server does something odd
      severity: warning
      match: [{daemon: smtp, message: '^something odd'}]
      impact: None.
      causes: [{id: one, text: Because.}]

      """)
    let script = """
      cd '\(made.path)' && mkdir -p root/etc/maillogd && ssh-keygen -q -t ed25519 -N '' -f key -C x \
      && ssh-keygen -q -t ed25519 -N '' -f stranger -C x \
      && echo "anna@example.org namespaces=\\"maillogd-pack\\" $(cat key.pub)" > root/etc/maillogd/allowed_signers \
      && "$maillogd" rules pack site && ssh-keygen -q -Y sign -n maillogd-pack -f key site-1.0.0.tar
      """
    let run = try Maillogd.shell(script)
    #expect(run.status == 0, "\(run.errors)")
    folder = made
  }

  func version(_ version: String) throws {
    _ = try folder.file("site/pack.yaml", "name: site\nversion: \(version)\ntitle: Our own\n")
  }

  func run(_ script: String) throws -> Maillogd.Outcome { try Maillogd.shell("cd '\(path)'; \(script)") }

  func install(_ arguments: String) throws -> Maillogd.Outcome {
    try run("\"$maillogd\" rules install --root root \(arguments)")
  }

  /// Every file below the machine's root, with its content.
  func machine() throws -> [String: Data] {
    let root = path + "/root"
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
      files[name] = FileManager.default.contents(atPath: root + "/" + name) ?? Data()
    }
    return files
  }
}

@Suite struct `Packs of rules` {
  @Test(arguments: ["ed25519", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521", "rsa -b 3072"])
  func `are signed and verified by us and by ssh-keygen alike`(kind: String) throws {
    let bench = try PackBench()
    let run = try bench.run(
      """
      set -e; ssh-keygen -q -t \(kind) -N '' -f other -C x; echo "bea@example.org $(cat other.pub)" > signers
      rm -f site-1.0.0.tar.sig; ssh-keygen -q -Y sign -n maillogd-pack -f other site-1.0.0.tar
      "$maillogd" rules verify --allowed-signers signers site-1.0.0.tar
      rm site-1.0.0.tar.sig; "$maillogd" rules sign --key other site-1.0.0.tar
      ssh-keygen -Y verify -f signers -I bea@example.org -n maillogd-pack -s site-1.0.0.tar.sig < site-1.0.0.tar
      """)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines.count == 3)
    #expect(run.text.contains("signed by bea@example.org SHA256:"))
    #expect(run.text.contains("Good \"maillogd-pack\" signature for bea@example.org"))
  }

  @Test func `are the same bytes whenever they are made`() throws {
    let bench = try PackBench()
    let run = try bench.run(
      "touch -d 2001-01-01 site/pack.yaml; chmod 600 site/smtp/odd.yaml; TZ=Asia/Tokyo \"$maillogd\" rules pack site -o again.tar && cmp site-1.0.0.tar again.tar && tar tf again.tar"
    )
    #expect(run.text == "MANIFEST\npack.yaml\nsmtp/odd.yaml\n")
  }

  @Test func `are installed, found tainted, updated, and removed`() throws {
    let bench = try PackBench()
    #expect(try bench.install("site-1.0.0.tar").status == 0)
    let list = "\"$maillogd\" rules list --packs --root root | grep '^site'"
    #expect(
      try bench.run(list).text.contains("1.0.0     1 rules     installed       signed by anna@example.org SHA256:"))
    let explained = try bench.run(
      "\"$maillogd\" explain --root root --lang en 'Nov 23 17:00:00 mail postfix/smtp[7]: something odd'")
    #expect(explained.text.contains("The remote server does something odd"))

    #expect(
      try bench.run("echo '# x' >> root/etc/maillogd/rules.d/site/smtp/odd.yaml; \(list)").text.contains(
        "TAINTED: changed since: smtp/odd.yaml"))
    #expect(try bench.install("site-1.0.0.tar").status == 0, "installing it again mends it")
    #expect(try !bench.run(list).text.contains("TAINTED"))

    try bench.version("1.1.0")
    #expect(
      try bench.run("\"$maillogd\" rules pack site && mv site-1.1.0.tar site-1.0.0.tar && rm site-1.0.0.tar.sig").status
        == 0)
    #expect(try bench.run(list).text.contains("OUTDATED: "))
    let unsigned = try bench.run("\"$maillogd\" rules update --root root --allow-unsigned")
    #expect(unsigned.status == 1, "a signed pack does not become unsigned")
    #expect(
      try bench.run(
        "ssh-keygen -q -Y sign -n maillogd-pack -f key site-1.0.0.tar; \"$maillogd\" rules update --root root"
      ).status == 0)
    #expect(try bench.run(list).text.contains("site             1.1.0"))
    #expect(try bench.run("\"$maillogd\" rules remove --root root site").status == 0)
    #expect(
      try bench.run("ls -A root/etc/maillogd/rules.d root/etc/maillogd").text
        == "root/etc/maillogd:\nallowed_signers\nrules.d\n\nroot/etc/maillogd/rules.d:\n")
    #expect(try bench.run("\"$maillogd\" rules remove --root root site").status == 64)
  }

  private static let refusals: [(name: String, script: String, arguments: String, reason: String)] = [
    (
      "a changed byte", "printf X | dd of=site-1.0.0.tar bs=1 seek=1600 conv=notrunc status=none", "site-1.0.0.tar",
      "refused"
    ),
    ("a cut", "truncate -s 2048 site-1.0.0.tar", "site-1.0.0.tar", "cut short"),
    (
      "another archive under the signature",
      "sed -i s/Because/Whatever/ site/smtp/odd.yaml; \"$maillogd\" rules pack site -o site-1.0.0.tar",
      "site-1.0.0.tar", "not of this archive"
    ),
    ("no signature", "rm site-1.0.0.tar.sig", "site-1.0.0.tar", "is not signed"),
    (
      "a bad signature in spite of --allow-unsigned", "sed -i 's/^U1N/V1N/' site-1.0.0.tar.sig",
      "--allow-unsigned site-1.0.0.tar", "signature is refused"
    ),
    (
      "a stranger's signature", "rm *.sig; ssh-keygen -q -Y sign -n maillogd-pack -f stranger site-1.0.0.tar",
      "site-1.0.0.tar", "may not sign packs here"
    ),
    (
      "a signature for another purpose", "rm *.sig; ssh-keygen -q -Y sign -n git -f key site-1.0.0.tar",
      "site-1.0.0.tar", "made for 'git'"
    ),
    ("no list of signers", "rm root/etc/maillogd/allowed_signers", "site-1.0.0.tar", "nobody may sign"),
    ("another digest than wanted", "true", "--sha256 00 site-1.0.0.tar", "wanted 00"),
    (
      "a path out of the pack",
      "mkdir t; cp site/pack.yaml t; cd t; echo x > ../evil.yaml; tar --format=ustar -P -cf ../site-1.0.0.tar ../evil.yaml; cd ..",
      "--allow-unsigned site-1.0.0.tar", "leads out of the pack"
    ),
    (
      "a link in an archive",
      "ln -s /etc/passwd passwd.yaml; tar --format=ustar -cf site-1.0.0.tar passwd.yaml; rm *.sig",
      "--allow-unsigned site-1.0.0.tar", "is a link"
    ),
    ("a link in a folder", "ln -s /etc/passwd site/passwd.yaml", "--allow-unsigned site", "is a link"),
    (
      "a bomb", "head -c 200000000 /dev/zero | gzip > site-1.0.0.tar; rm *.sig", "--allow-unsigned site-1.0.0.tar",
      "compressed"
    ),
    ("an endless archive", "truncate -s 5G site-1.0.0.tar", "site-1.0.0.tar", "more than"),
    ("a device", "true", "--allow-unsigned /dev/zero", "more than"),
    ("a rule with a fault", "sed -i s/severity:/sevrity:/ site/smtp/odd.yaml", "--allow-unsigned site", "sevrity"),
    (
      "a rule in Latin-1", "printf '# caf\\351\\n' >> site/smtp/odd.yaml", "--allow-unsigned site",
      "site/smtp/odd.yaml: the file is not UTF-8"
    ),
    (
      "a pack.yaml in Latin-1", "printf '# caf\\351\\n' >> site/pack.yaml", "--allow-unsigned site",
      "pack.yaml: the file is not UTF-8"
    ),
    (
      "an alias that a rule of the program has", "echo 'aliases: [gmail.ipv6-ptr]' >> site/smtp/odd.yaml",
      "--allow-unsigned site", "'gmail.ipv6-ptr' is already taken"
    ),
    (
      "an alias that an installed pack has",
      """
      sed 's/site/other/; 1a aliases: [site.smtp.odd]' site/smtp/odd.yaml > odd.yaml; mkdir -p other/smtp; mv odd.yaml other/smtp
      sed s/site/other/ site/pack.yaml > other/pack.yaml; "$maillogd" rules install --root root --allow-unsigned other
      """,
      "site-1.0.0.tar", "'site.smtp.odd' is already taken"
    ),
    ("a name too long", "touch site/$(printf 'x%.0s' {1..110}).yaml", "--allow-unsigned site", "not too long"),
    (
      "a folder with a name too long", "d=site/$(printf 'x%.0s' {1..190}); mkdir $d; touch $d/a.yaml",
      "--allow-unsigned site", "not too long"
    ),
    ("an address", "true", "https://example.org/site.tar", "is not fetched"),
    ("another host's file", "true", "file://example.org/site.tar", "names another host"),
    (
      "an older version than the program's",
      "sed -i 's/site/gmail/; s/1.0.0/0.0.1/' site/pack.yaml; rm site/smtp/odd.yaml", "--allow-unsigned site",
      "would hide it"
    ),
  ]

  @Test(arguments: refusals.indices) func `are refused for a reason, and nothing of them remains`(index: Int) throws {
    let refusal = Self.refusals[index]
    let bench = try PackBench()
    #expect(try bench.run(refusal.script).status == 0)
    let before = try bench.machine()
    let run = try bench.install(refusal.arguments)
    #expect(run.status != 0, "\(refusal.name)")
    #expect(run.errors.contains(refusal.reason), "\(refusal.name): \(run.errors)")
    #expect(try bench.machine() == before, "\(refusal.name)")
  }

  @Test func `are updated though another cannot be`() throws {
    let bench = try PackBench()
    let script = """
      set -e; mkdir a-lost; printf 'name: a-lost\\nversion: 1.0.0\\n' > a-lost/pack.yaml
      "$maillogd" rules install --root root --allow-unsigned a-lost; "$maillogd" rules install --root root --allow-unsigned site
      rm -r a-lost
      """
    #expect(try bench.run(script).status == 0)
    try bench.version("1.2.0")
    let run = try bench.run("\"$maillogd\" rules update --root root --allow-unsigned")
    #expect(run.status == 66, "\(run.errors)")
    #expect(run.errors.contains("a-lost stays at 1.0.0"))
    #expect(run.errors.contains("site 1.2.0 is installed"))
    #expect(try bench.run("\"$maillogd\" rules update --root root --signature x").status == 64, "one for many is none")
  }

  @Test func `take the place of their own broken version`() throws {
    let bench = try PackBench()
    #expect(try bench.install("--allow-unsigned site").status == 0)
    #expect(try bench.run("printf '\\351' >> root/etc/maillogd/rules.d/site/smtp/odd.yaml").status == 0)
    #expect(try bench.run("\"$maillogd\" rules list --root root").status == 65)
    try bench.version("1.0.1")
    #expect(try bench.install("--allow-unsigned site").status == 0)
    #expect(try bench.run("\"$maillogd\" rules list --root root").status == 0)
  }

  @Test func `do not go back, and do not change without a new version`() throws {
    let bench = try PackBench()
    try bench.version("2.0.0")
    #expect(try bench.install("--allow-unsigned site").status == 0)
    let before = try bench.machine()
    let older = try bench.install("site-1.0.0.tar")
    #expect(older.status == 1)
    #expect(older.errors.contains("1.0.0 is older"))
    #expect(try bench.run("echo '# more' >> site/smtp/odd.yaml").status == 0)
    let other = try bench.install("--allow-unsigned site")
    #expect(other.errors.contains("a changed pack needs a higher version"))
    #expect(try bench.machine() == before)
  }
}
