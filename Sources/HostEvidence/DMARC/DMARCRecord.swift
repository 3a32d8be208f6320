internal import Diagnosis

/// A DMARC record (RFC 9989, section 4.7).
package struct DMARCRecord: Sendable, Hashable {
  package enum Policy: String, Sendable, CaseIterable { case none, quarantine, reject }
  package enum PublicSuffix: String, Sendable {
    case yes = "y"
    case no = "n"
    case unknown = "u"
  }

  /// What `p=` asks for.
  package var policy: Policy = .none
  /// For subdomains (`sp=`); `nil` takes `policy`.
  package var subdomainPolicy: Policy?
  /// For subdomains that do not exist (`np=`); `nil` takes that for subdomains.
  package var missingPolicy: Policy?
  /// `t=y`: the policy is to be applied one step milder.
  package var isTesting = false
  package var publicSuffix: PublicSuffix = .unknown
  package var isStrictForDKIM = false
  package var isStrictForSPF = false
  package var reportAddresses: [String] = []
  /// Tags that are there but say nothing that DMARC knows; receivers pass over them.
  package var ignored: [String] = []

  /// `v=DMARC1` in these very letters comes first.
  static func isRecord(_ text: [UInt8]) -> Bool {
    let head = text.prefix { $0 != UInt8(ascii: ";") }.filter { $0 != 0x20 && $0 != 0x09 }
    return head == Array("v=DMARC1".utf8)
  }

  package init(_ text: [UInt8]) throws(DMARCRecordProblem) {
    guard Self.isRecord(text) else { throw .version }
    let tags: TagList
    do throws(TagListProblem) {
      tags = try TagList(text)
    } catch {
      switch error {
      case .notATag(let part): throw .notATag(part)
      case .twice(let name): throw .twice(name)
      }
    }
    reportAddresses = (tags["rua"] ?? "").split(separator: ",").map { $0.filter { !$0.isWhitespace } }
    subdomainPolicy = Self.policy(tags["sp"])
    missingPolicy = Self.policy(tags["np"])
    isTesting = tags["t"]?.lowercased() == "y"
    publicSuffix = tags["psd"].flatMap { PublicSuffix(rawValue: $0.lowercased()) } ?? .unknown
    isStrictForDKIM = tags["adkim"]?.lowercased() == "s"
    isStrictForSPF = tags["aspf"]?.lowercased() == "s"
    ignored = ["sp", "np"].filter { tags[$0] != nil && Self.policy(tags[$0]) == nil }
    if let policy = Self.policy(tags["p"]) {
      self.policy = policy
    } else if !reportAddresses.contains(where: { $0.lowercased().hasPrefix("mailto:") }) {
      // Without a policy, a record that at least asks for reports counts as p=none (RFC 9989, section 4.10.1).
      throw .noPolicy(tags["p"])
    }
  }

  private static func policy(_ value: String?) -> Policy? { value.flatMap { Policy(rawValue: $0.lowercased()) } }
}

/// Why receivers cannot use a DMARC record.
package enum DMARCRecordProblem: Error, Sendable, Hashable {
  case version
  case notATag(String)
  case twice(String)
  case noPolicy(String?)
}
