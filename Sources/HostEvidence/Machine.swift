/// Where the machine's files are found; tests look at a folder that stands for a machine.
public struct Machine: Sendable, Hashable {
  /// Put before every path; empty for the machine that this program runs on.
  let root: String

  public static let this = Machine(root: "")

  public init(root: String) { self.root = root }

  /// Whether programs such as postconf, systemd and the kernel speak of the same machine as its files.
  var isThisOne: Bool { root.isEmpty }

  func path(_ path: String) -> String { root + path }
}
