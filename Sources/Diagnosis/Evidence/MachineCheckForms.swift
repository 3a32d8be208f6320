/// What rules may ask about the machine: a closed set. docs/evidence-checks.md says what each looks at.
extension CheckForm {
  static let machineForms: [CheckForm] =
    sockets + files + units + postfixForms + openDKIMForms + resources

  private static let sockets: [CheckForm] = [
    CheckForm(
      "listening", [.text("port"), .word("is", "nobody", "somebody")], optional: [.text("at")],
      holds: "nobody (or somebody) listens on the TCP port; with `at`, on that address of this machine"),
    CheckForm(
      "listening", [.text("port"), .text("not-on")],
      holds: "somebody listens on the port, but on no address that the host `not-on` leads to"),
    CheckForm("listening", [.text("port"), .texts("by")], holds: "one of these programs listens on the port"),
    CheckForm("listening", [.text("port"), .texts("not-by")], holds: "a program that is none of these has the port"),
    CheckForm(
      "listening", [.text("endpoint"), .word("is", "nobody", "somebody")],
      holds: "nobody (or somebody) listens at the address, written as Postfix writes it (inet:host:port, unix:path)"),
    CheckForm(
      "listening", [.texts("program"), .text("not-at")],
      holds: "one of these programs listens, but nobody does at the address `not-at`"),
    CheckForm(
      "address", [.text("own"), .word("is", "present", "missing", "unconfigured")],
      holds:
        "the IP address is (not) this machine's, all of 127.0.0.0/8 and ::1 included; `unconfigured`: no interface has it"
    ),
    CheckForm(
      "address", [.word("outgoing", "ipv4", "ipv6"), .word("is", "present", "missing")],
      holds: "connections of this family to the internet would (not) find a route and an own address"),
    CheckForm("address", [.text("neighbour")], holds: "the IP address lies in a network of this machine"),
    CheckForm(
      "socket", [.text("path"), .word("is", "present", "missing", "listening", "dead")],
      optional: [.word("seen-from", "host", "postfix")],
      holds: "the UNIX socket is there, is not, has a listener, or is there without one; "
        + "seen from postfix: below queue_directory where the services are chrooted"),
    CheckForm(
      "socket", [.text("path"), .text("closed-to")],
      optional: [.word("seen-from", "host", "postfix"), .word("at", "socket", "folder")],
      holds: "the user cannot connect; `at` says whether the socket itself or a folder on the way keeps him out"),
  ]

  private static let files: [CheckForm] = [
    CheckForm(
      "file", [.texts("path"), .word("is", "present", "missing")], holds: "the file (one of them) is (not) there"),
    CheckForm("file", [.text("path"), .texts("owner-is-not")], holds: "somebody else owns it"),
    CheckForm("file", [.text("path"), .text("lacks-mode")], holds: "not all of these mode bits (octal) are set"),
    CheckForm("file", [.text("path"), .text("contains")], holds: "the text stands in its first megabyte"),
    CheckForm(
      "file", [.text("path"), .text("differs-from")], holds: "the two files are not the same, or the first is missing"),
    CheckForm(
      "file", [.text("path"), .word("mounted", "nosuid", "noexec", "read-only")],
      holds: "its file system is mounted so"),
    CheckForm(
      "file", [.text("path"), .text("closed-to"), .word("for", "read", "write", "search", "create")],
      holds: "the user has not this right, on it or on a folder above it; `create`: may not make it in its folder"),
    CheckForm(
      "changed", [.texts("path"), .text("within")],
      holds:
        "one of the files, or of the packages they name (package:NAME), changed that shortly before the first failure"),
  ]

  private static let units: [CheckForm] = [
    CheckForm(
      "unit", [.texts("name"), .word("is", "active", "not-active", "failed", "missing")],
      holds: "systemd says so of one of the units that are installed"),
    CheckForm(
      "unit",
      [
        .texts("name"),
        .words("result", "exit-code", "signal", "core-dump", "oom-kill", "timeout", "watchdog", "start-limit-hit"),
      ],
      holds: "its last run ended so"),
    CheckForm("unit", [.texts("name"), .word("at-limit", "tasks")], holds: "it has as many tasks as TasksMax allows"),
    CheckForm(
      "unit", [.texts("name"), .word("setting", "NoNewPrivileges", "ProtectSystem"), .texts("is")],
      holds: "the unit's setting has one of these values"),
  ]

  private static let postfixForms: [CheckForm] = [
    CheckForm(
      "postfix", [.texts("parameter"), .texts("is")], optional: [.text("service")],
      holds: "every parameter has one of these values (\"\" is empty); with `service`, as master.cf overrides it"),
    CheckForm(
      "postfix", [.texts("parameter"), .texts("is-not")], optional: [.text("service")],
      holds: "no parameter has one of these values"),
    CheckForm(
      "postfix", [.texts("parameter"), .text("contains")], optional: [.text("service")],
      holds: "the text stands in the value of one of them"),
    CheckForm(
      "postfix", [.texts("parameter"), .text("lacks")], optional: [.text("service")],
      holds: "the text stands in none of the values"),
    CheckForm(
      "postfix", [.text("parameter"), .text("above")], optional: [.text("service")],
      holds: "the number is greater"),
    CheckForm(
      "postfix", [.text("networks"), .text("holds")],
      holds: "the address lies in the networks that the parameter lists"),
    CheckForm(
      "postfix", [.text("networks"), .text("lacks")], optional: [.word("in-own-network", "yes")],
      holds: "it does not; with in-own-network: although it is in a network of this machine"),
    CheckForm(
      "postfix", [.text("service"), .word("is", "present", "missing")],
      holds: "master.cf has (not) the service, written as name/type"),
    CheckForm("postfix", [.text("service"), .word("chroot", "y", "n")], holds: "the service runs (not) chrooted"),
    CheckForm(
      "postfix", [.text("domain"), .word("is", "declared", "undeclared")],
      holds: "the domain is (not) in mydestination, virtual or relay domains"),
    CheckForm(
      "postfix", [.text("host-in"), .word("is", "this-machine")],
      holds: "the host that the parameter names is this machine"),
    CheckForm(
      "table", [.texts("parameter"), .text("key"), .word("is", "found", "missing")],
      holds: "the lookup tables of the parameter have (not) the key"),
    CheckForm(
      "table", [.texts("parameter"), .text("value-contains")],
      holds: "a value in one of the tables' sources contains the text"),
    CheckForm(
      "table", [.text("map"), .word("is", "unbuilt", "stale", "source-missing", "fresh")],
      holds: "the table's index is missing, or older than its source; or the source is missing; or all is well"),
  ]

  private static let openDKIMForms: [CheckForm] = [
    CheckForm("opendkim", [.text("option"), .texts("is")], holds: "opendkim.conf sets it so; \"\" is not set"),
    CheckForm("opendkim", [.text("option"), .texts("is-not")], holds: "it is set to none of these"),
    CheckForm(
      "opendkim", [.text("option"), .text("lacks-prefix")], optional: [.text("containing")],
      holds: "its value does not begin so; with `containing`, and the file that it names contains the text"),
    CheckForm(
      "opendkim", [.text("key"), .word("is", "missing", "unsafe", "unreadable", "garbage", "good")],
      holds: "the key file is in this state by the rules of RequireSafeKeys, for the user whom OpenDKIM runs as"),
    CheckForm(
      "opendkim", [.text("signs-for")], optional: [.text("selector")],
      holds: "a key is set up for the domain (and selector)"),
    CheckForm(
      "opendkim", [.text("sender"), .word("is", "signed", "unsigned")],
      holds: "the signing table has (not) a line for the address"),
    CheckForm(
      "opendkim", [.text("client"), .word("is", "internal", "external")],
      holds: "InternalHosts holds (not) the address"),
    CheckForm(
      "opendkim", [.text("milter"), .word("is", "its-socket", "another-socket")],
      holds: "OpenDKIM's Socket is (not) the address that Postfix connects to"),
  ]

  private static let resources: [CheckForm] = [
    CheckForm("disk", [.text("path"), .word("is", "full", "out-of-inodes", "read-only")], holds: "its file system is"),
    CheckForm("disk", [.text("path"), .text("bytes-below")], holds: "fewer bytes are free for ordinary users"),
    CheckForm(
      "certificate", [.text("file"), .words("is", "valid", "expired", "not-yet-valid", "self-signed", "unreadable")],
      holds: "the first certificate in the file is"),
    CheckForm(
      "certificate",
      [.text("parameter"), .words("is", "valid", "expired", "not-yet-valid", "self-signed", "unreadable")],
      holds: "so is the one in the file that the Postfix parameter names"),
    CheckForm(
      "certificate", [.text("parameter"), .word("chain", "complete", "incomplete")],
      holds: "the file has (not) every certificate up to one that this machine trusts"),
    CheckForm(
      "certificate", [.text("parameter"), .text("key"), .word("is", "matching", "mismatched")],
      holds: "the key file, or the one that this parameter names, does (not) belong to the certificate"),
    CheckForm(
      "certificate", [.text("parameter"), .text("name"), .word("is", "covered", "not-covered")],
      holds: "the certificate is (not) made for the host name"),
    CheckForm(
      "package", [.texts("name"), .word("is", "installed", "missing")],
      holds: "dpkg has one of the packages installed, or none of them"),
    CheckForm(
      "package", [.text("name"), .text("older-than")],
      holds: "the installed version comes before this one, as dpkg orders them"),
    CheckForm("clock", [.word("is", "synchronised", "unsynchronised")], holds: "the kernel says so of the clock"),
  ]
}
