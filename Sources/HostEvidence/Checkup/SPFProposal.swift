import Diagnosis

/// The SPF record that a domain should have: its own one with the missing addresses added, or a first one.
struct SPFProposal: Sendable {
  /// `nil` where only a person can say what the record should be.
  let text: String?
  /// It differs from what is published.
  let isChange: Bool
  /// The record lets every address of the world send.
  let isOpen: Bool

  init(published records: [[UInt8]], adding addresses: [IPAddress]) {
    let terms = addresses.map { ($0.bytes.count == 4 ? "ip4:" : "ip6:") + $0.text }
    guard let record = records.first else {
      isOpen = false
      isChange = true
      text = (["v=spf1", "mx"] + terms + ["~all"]).joined(separator: " ")
      return
    }
    let published = String(decoding: record, as: UTF8.self).split(separator: " ").map(String.init)
    isOpen = published.contains(where: Self.isOpenEnd)
    // A record that cannot be read does not become right by a longer one.
    guard records.count == 1, (try? SPFRecord(record, domain: "")) != nil else {
      text = nil
      isChange = false
      return
    }
    let closed = published.map { Self.isOpenEnd($0) ? "~all" : $0 }
    isChange = !terms.isEmpty || closed != published
    text = (closed.prefix(1) + terms + closed.dropFirst()).joined(separator: " ")
  }

  private static func isOpenEnd(_ term: String) -> Bool { ["all", "+all"].contains(term.lowercased()) }

  func record(at domain: DomainName) -> DNSRecord? {
    text.map { DNSRecord(name: "\(domain).", type: "TXT", value: $0, ttl: nil) }
  }
}
