package import Diagnosis

/// A DKIM key in the DNS (RFC 6376, section 3.6.1).
package struct DKIMKeyRecord: Sendable, Hashable {
  package var key: DKIMPublicKey
  /// `t=y`: receivers treat failures as if the mail were not signed.
  package var isTesting = false
  /// `t=s`: the signature's i= must have exactly the domain of d=.
  package var isStrict = false
  /// `h=`; `nil` for all.
  package var hashes: [String]?
  package var notes: String?

  package init(_ text: [UInt8]) throws(DKIMRecordProblem) {
    let tags: TagList
    do throws(TagListProblem) {
      tags = try TagList(text)
    } catch {
      switch error {
      case .notATag(let part): throw .notATag(part)
      case .twice(let name): throw .twice(name)
      }
    }
    if let index = tags.tags.firstIndex(where: { $0.name == "v" }) {
      guard index == 0, tags.tags[0].value == "DKIM1" else { throw .version(tags.tags[index].value) }
    }
    guard let published = tags["p"] else { throw .noKey }
    if published.allSatisfy(\.isWhitespace) { throw .revoked }
    let name = tags["k"] ?? "rsa"
    guard let algorithm = DKIMPublicKey.Algorithm(rawValue: name.lowercased()) else { throw .algorithm(name) }
    if let services = tags.list("s"), !services.contains("*"), !services.contains("email") { throw .notForMail }
    hashes = tags.list("h")
    if let hashes, !hashes.contains("sha256") { throw .noUsableHash(hashes.joined(separator: ":")) }
    guard let bytes = Base64.decode(published.utf8) else { throw .notBase64 }
    guard let key = DKIMPublicKey(algorithm, published: bytes) else { throw .keyData(algorithm.rawValue) }
    self.key = key
    let flags = tags.list("t") ?? []
    isTesting = flags.contains("y")
    isStrict = flags.contains("s")
    notes = tags["n"]
  }
}

/// Why receivers cannot use a DKIM record.
package enum DKIMRecordProblem: Error, Sendable, Hashable {
  case notATag(String)
  case twice(String)
  case version(String)
  case noKey
  /// `p=` is empty: the key has been withdrawn.
  case revoked
  case algorithm(String)
  case notForMail
  case noUsableHash(String)
  case notBase64
  case keyData(String)

  package var wording: Wording {
    switch self {
    case .notATag(let part):
      Wording("'\(part)' is not of the form name=value", french: "« \(part) » n'est pas de la forme nom=valeur")
    case .twice(let name): Wording("\(name)= stands twice", french: "\(name)= figure deux fois")
    case .version(let value):
      Wording(
        "v=\(value) is not v=DKIM1, or does not come first",
        french: "v=\(value) n'est pas v=DKIM1, ou n'est pas en tête")
    case .noKey: Wording("p= is missing", french: "p= manque")
    case .revoked: Wording("p= is empty: the key is revoked", french: "p= est vide : la clé est révoquée")
    case .algorithm(let name):
      Wording("k=\(name) is not an algorithm of DKIM", french: "k=\(name) n'est pas un algorithme de DKIM")
    case .notForMail: Wording("s= does not allow email", french: "s= n'autorise pas le courrier")
    case .noUsableHash(let hashes):
      Wording("h=\(hashes) leaves out sha256", french: "h=\(hashes) exclut sha256")
    case .notBase64: Wording("p= is not base64", french: "p= n'est pas du base64")
    case .keyData(let algorithm):
      Wording(
        "p= holds no \(algorithm) key; it may be cut short",
        french: "p= ne contient pas de clé \(algorithm), ou elle est tronquée")
    }
  }
}
