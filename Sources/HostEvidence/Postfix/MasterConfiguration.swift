/// master.cf: one service a line, its `-o name=value` overrides included (master(5)).
struct MasterConfiguration: Equatable {
  struct Service: Equatable {
    /// `smtp/inet`
    let name: String
    /// `y`, `n`, or `-` for the default.
    let chroot: String
    let command: String
    let overrides: [String: String]
  }

  private(set) var services: [Service] = []

  init(_ text: String) {
    for line in LogicalLines.of(text) {
      var words = Self.words(line)[...]
      guard words.count >= 8 else { continue }
      let name = words[0] + "/" + words[1]
      let chroot = words[4]
      let command = words[7]
      words = words.dropFirst(8)
      var overrides: [String: String] = [:]
      while let option = words.popFirst() {
        guard option == "-o", let setting = words.popFirst() else { continue }
        let bare = setting.hasPrefix("{") && setting.hasSuffix("}") ? setting.dropFirst().dropLast().trimmed : setting
        guard let equals = bare.firstIndex(of: "=") else { continue }
        overrides[bare[..<equals].trimmed] = bare[bare.index(after: equals)...].trimmed
      }
      services.append(Service(name: name, chroot: chroot, command: command, overrides: overrides))
    }
  }

  /// `cleanup/unix`; the transport types of one name are different services.
  subscript(name: String) -> Service? { services.first { $0.name == name } }

  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var depth = 0
    for character in line {
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      if depth <= 0, character.isWhitespace {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    return word.isEmpty ? words : words + [word]
  }
}
