/// Where log bytes come from.
public enum LogInput: Hashable, Sendable {
  case file(path: String)
  case standardInput
}

extension LogInput: CustomStringConvertible {
  /// The name that messages use: the path, or "standard input".
  public var description: String {
    switch self {
    case .file(let path): path
    case .standardInput: "standard input"
    }
  }
}
