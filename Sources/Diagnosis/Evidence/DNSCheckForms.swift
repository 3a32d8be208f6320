/// What rules may ask about the DNS: a closed set. docs/evidence-checks.md says what each looks at.
extension CheckForm {
  static let dnsForms: [CheckForm] = [
    CheckForm(
      "dns", [.text("record"), .text("type"), .word("is", "found", "missing", "broken")],
      holds:
        "the resolver that Postfix uses finds a record of the type (A, AAAA, address for either, CNAME, MX, NS, PTR, "
        + "SOA, TLSA, TXT), knows that there is none, or gets SERVFAIL and the like"),
    CheckForm(
      "dns", [.text("ptr"), .word("is", "found", "missing", "generic")],
      holds: "the IP address has a PTR record, has none, or has one that looks like a dial-up pool's"),
    CheckForm(
      "dns", [.text("fcrdns"), .word("is", "pass", "fail")],
      holds: "a name of the IP address leads back to the address, or none does"),
    CheckForm(
      "dns",
      [
        .text("spf"), .text("domain"),
        .words("is", "pass", "not-pass", "none", "neutral", "softfail", "fail", "permerror"),
      ], optional: [.text("helo")],
      holds: "a receiver comes to this SPF result for mail of the domain from the IP address `spf`"),
    CheckForm(
      "dns", [.text("dkim"), .words("is", "good", "missing", "revoked", "unusable", "mismatch", "testing")],
      optional: [.text("selector")],
      holds: "so is the published key of a selector that OpenDKIM signs with for the domain, or of `selector`"),
    CheckForm(
      "dns", [.text("dmarc"), .words("is", "found", "missing", "unusable", "none", "quarantine", "reject")],
      holds: "the domain is covered by a DMARC record, by none, by a broken one; or by one with this policy"),
    CheckForm(
      "dns", [.text("dmarc"), .text("authenticated"), .word("is", "aligned", "not-aligned")],
      holds: "a pass for the domain `authenticated` does (not) count for the From domain `dmarc`"),
    CheckForm(
      "dns", [.text("dnsbl"), .text("zone"), .word("is", "listed", "not-listed", "blocked", "dead")],
      optional: [.texts("answer")],
      holds:
        "the list `zone` has the IP address (with one of these answers), has it not, refuses to answer this resolver, or "
        + "is out of service"),
    CheckForm(
      "dns", [.text("mx"), .word("is", "found", "missing", "null", "unresolvable", "this-machine", "behind-nat")],
      holds:
        "mail servers of the domain are found; there is none; the domain says that it takes no mail; none of them has "
        + "an address; one is this machine; or this machine is behind NAT and one has an outer address"),
    CheckForm("dns", [.text("mx"), .text("includes")], holds: "the host is a mail server of the domain"),
    CheckForm("dns", [.text("mx"), .text("excludes")], holds: "the host is no mail server of the domain"),
    CheckForm(
      "dns", [.text("tlsa"), .word("is", "found", "missing", "mismatch")],
      optional: [.text("port"), .text("certificate")],
      holds:
        "the host has TLSA records for the port (25), has none, or has none that fits the certificate file (of Postfix)"
    ),
    CheckForm(
      "dns",
      [.word("resolver", "host"), .word("is", "working", "failing", "not-validating", "wrong-about-this-machine")],
      holds:
        "a name server of /etc/resolv.conf answers; none does; none checks DNSSEC; or they give another PTR for an "
        + "address of this machine than the rest of the world sees"),
  ]
}
