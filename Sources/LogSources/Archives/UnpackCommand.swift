/// A command that unpacks an archive to its standard output, for people to copy into a shell.
struct UnpackCommand {
  private let command: String

  init(_ command: String) {
    self.command = command
  }

  /// The line that unpacks `input` and hands it to maillogd.
  func piped(from input: LogInput) -> String {
    switch input {
    case .standardInput: "\(command) | maillogd scan -"
    case .file(let path): "\(command) \(Self.quoted(path)) | maillogd scan -"
    }
  }

  /// `path` as one word of a shell that cannot be taken for an option.
  private static func quoted(_ path: String) -> String {
    let word = path.hasPrefix("-") ? "./" + path : path
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: ":"), UInt8(ascii: "@"):
        true
      default: false
      }
    }
    guard !isPlain else { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
  }
}
