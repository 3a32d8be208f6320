internal import CRE2

/// A compiled RE2 expression: time linear in the text whatever the pattern, memory bounded.
@safe
public final class RegularExpression: Sendable {
  /// What is wrong with a pattern, in RE2's words.
  public struct Fault: Error, Sendable, CustomStringConvertible {
    public let pattern: String
    public let reason: String
    public var description: String {
      "'\(pattern)' is no RE2 expression: \(reason). RE2 has no look-around and no back-references"
    }
  }

  /// A group of a match, as offsets into the searched bytes.
  public typealias Span = Range<Int>

  /// The names of the groups, in the order of the groups; `nil` for a group without a name.
  public let groupNames: [String?]

  private static let mostMemory: Int64 = 2 << 20
  private static let mostGroups = 32
  // RE2 objects are immutable after compilation and may be searched by many threads at once (re2.h).
  private nonisolated(unsafe) let handle: OpaquePointer

  public init(_ pattern: String) throws(Fault) {
    var pattern = pattern
    let compiled: OpaquePointer? = pattern.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        unsafe cre2_compile(characters.baseAddress, characters.count, Self.mostMemory)
      }
    }
    guard let compiled = unsafe compiled else { throw Fault(pattern: pattern, reason: "out of memory") }
    if let error = unsafe cre2_error(compiled) {
      let reason = unsafe String(cString: error)
      unsafe cre2_free(compiled)
      throw Fault(pattern: pattern, reason: reason)
    }
    let count = Int(unsafe cre2_group_count(compiled))
    guard count < Self.mostGroups else {
      unsafe cre2_free(compiled)
      throw Fault(pattern: pattern, reason: "it has \(count) groups; at most \(Self.mostGroups - 1) are allowed")
    }
    groupNames = (0...count).map { index in
      unsafe cre2_group_name(compiled, Int32(index)).map { unsafe String(cString: $0) }
    }
    unsafe handle = compiled
  }

  deinit { unsafe cre2_free(handle) }

  /// How many instructions RE2 made of the pattern: a measure of its cost that does not depend on the machine.
  public var programSize: Int { Int(unsafe cre2_program_size(handle)) }

  /// The named groups of the first match in `text`; `nil` without a match.
  public func firstMatch(in text: [UInt8]) -> [(name: String, range: Span)]? {
    var groups = [cre2_group](repeating: cre2_group(start: -1, end: -1), count: groupNames.count)
    let isMatch = unsafe text.withUnsafeBufferPointer { bytes in
      unsafe groups.withUnsafeMutableBufferPointer { found in
        unsafe cre2_search(handle, bytes.baseAddress, bytes.count, found.baseAddress, Int32(found.count))
      }
    }
    guard isMatch == 1 else { return nil }
    return groupNames.indices.compactMap { index in
      guard let name = groupNames[index], groups[index].start >= 0 else { return nil }
      return (name, Int(groups[index].start)..<Int(groups[index].end))
    }
  }

  public func matches(_ text: [UInt8]) -> Bool { firstMatch(in: text) != nil }
}
