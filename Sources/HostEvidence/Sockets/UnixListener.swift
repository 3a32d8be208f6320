/// A UNIX socket that accepts connections, from /proc/net/unix (unix(7)).
struct UnixListener {
  /// As it was bound; relative to the folder that the server then was in.
  let path: String
  let inode: UInt64

  static func all(on machine: Machine) -> [UnixListener]? {
    guard let text = try? BoundedFile.text(machine.path("/proc/net/unix"), most: 16 << 20, cutting: true) else {
      return nil
    }
    return text.split(separator: "\n").dropFirst().compactMap { UnixListener(line: $0) }
  }

  /// `0000000000000000: 00000002 00000000 00010000 0001 01 43211 /run/opendkim/opendkim.sock`: flag 00010000 is
  /// __SO_ACCEPTCON.
  init?(line: Substring) {
    let words = line.split(separator: " ", maxSplits: 7, omittingEmptySubsequences: true)
    guard words.count == 8, words[3] == "00010000", let inode = UInt64(words[6]) else { return nil }
    path = String(words[7])
    self.inode = inode
  }

  /// Whether this is the listener of the socket file: a path bound within a chroot ends the real one.
  func isBehind(_ file: String) -> Bool {
    path == file || (path.hasPrefix("/") && file.hasSuffix(path))
      || (!path.hasPrefix("/") && file.hasSuffix("/" + path))
  }
}
