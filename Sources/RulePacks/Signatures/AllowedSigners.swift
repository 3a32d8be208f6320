import Foundation

/// Who may sign packs: a file of the form that ssh-keygen(1) describes under ALLOWED SIGNERS.
public struct AllowedSigners: Sendable {
  private struct Line: Sendable {
    var principals: String
    var key: SSHKey
    var namespaces: [String]?
    var validAfter: String?
    var validBefore: String?
  }

  private var lines: [Line] = []

  /// Fails on a line that cannot be read: whom it was meant to allow would otherwise stay a riddle.
  public init(_ text: String, path: String) throws(PackFault) {
    for (index, row) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let row = row.trimmingCharacters(in: .whitespaces)
      guard !row.isEmpty, !row.hasPrefix("#") else { continue }
      if let line = try Self.line(row, "\(path):\(index + 1)") { lines.append(line) }
    }
  }

  private static func line(_ row: String, _ place: String) throws(PackFault) -> Line? {
    var words = words(row)
    guard words.count >= 3 else { throw .badSigners("\(place): a line is PRINCIPALS [OPTIONS] KEYTYPE KEY") }
    let principals = words.removeFirst().replacing("\"", with: "")
    var options = ""
    if !isKeyType(words[0]) { options = words.removeFirst() }
    guard words.count >= 2, isKeyType(words[0]), let blob = Data(base64Encoded: words[1]) else {
      throw .badSigners("\(place): no key stands behind the principals")
    }
    // Certificates are not checked, so their authorities allow nobody.
    if options.lowercased().split(separator: ",").contains("cert-authority") { return nil }
    var line: Line
    do { line = Line(principals: principals, key: try SSHKey(blob: Array(blob))) } catch {
      throw .badSigners("\(place): \(error)")
    }
    for option in split(options) {
      let parts = option.split(separator: "=", maxSplits: 1).map { String($0).replacing("\"", with: "") }
      switch (parts.first?.lowercased(), parts.count) {
      case ("namespaces", 2): line.namespaces = parts[1].split(separator: ",").map(String.init)
      case ("valid-after", 2): line.validAfter = try moment(parts[1], place)
      case ("valid-before", 2): line.validBefore = try moment(parts[1], place)
      default: throw .badSigners("\(place): the option '\(option)' is not known")
      }
    }
    return line
  }

  private static func isKeyType(_ word: String) -> Bool {
    word.hasPrefix("ssh-") || word.hasPrefix("ecdsa-sha2-") || word.hasPrefix("sk-")
  }

  /// Words parted by blanks outside quotes.
  private static func words(_ row: String) -> [String] { split(row, at: " \t") }

  private static func split(_ text: String, at separators: String = ",") -> [String] {
    var parts = [""]
    var isQuoted = false
    for character in text {
      if character == "\"" { isQuoted.toggle() }
      if !isQuoted, separators.contains(character) {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.filter { !$0.isEmpty }
  }

  /// `YYYYMMDD`, `YYYYMMDDHHMM` or with seconds, as 14 digits that sort; a `Z` is accepted, and UTC is what is meant.
  private static func moment(_ text: String, _ place: String) throws(PackFault) -> String {
    let digits = text.hasSuffix("Z") ? String(text.dropLast()) : text
    guard [8, 12, 14].contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      throw .badSigners("\(place): '\(text)' is no moment such as 20260131 or 202601312204Z")
    }
    return digits + String(repeating: "0", count: 14 - digits.count)
  }

  /// The principals for whom `key` signs packs at `now` (14 digits, UTC); `nil` if nobody allows it.
  public func principals(for key: SSHKey, now: String) -> String? {
    lines.first { line in
      line.key == key && (line.namespaces.map { $0.contains(where: Self.isOurs) } ?? true)
        && (line.validAfter.map { $0 <= now } ?? true) && (line.validBefore.map { now < $0 } ?? true)
    }?.principals
  }

  private static func isOurs(_ namespace: String) -> Bool { namespace == SSHSignature.namespace || namespace == "*" }

  /// This moment as `principals(for:now:)` wants it.
  public static var now: String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "yyyyMMddHHmmss"
    return formatter.string(from: Date())
  }
}
