import Diagnosis
import Glibc

/// A TCP socket that accepts connections, from /proc/net/tcp and tcp6 (proc(5)).
struct TCPListener: Equatable {
  let address: IPAddress
  let port: UInt16
  let inode: UInt64

  /// `nil` when the kernel shows neither table.
  static func all(on machine: Machine) -> [TCPListener]? {
    var isReadable = false
    var listeners: [TCPListener] = []
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
      guard let text = try? BoundedFile.text(machine.path(table), most: 16 << 20, cutting: true) else { continue }
      isReadable = true
      listeners += text.split(separator: "\n").dropFirst().compactMap { TCPListener(line: $0) }
    }
    return isReadable ? listeners : nil
  }

  /// `  0: 0100007F:22BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101 0 43210 …`
  init?(line: Substring) {
    let words = line.split(separator: " ", omittingEmptySubsequences: true)
    guard words.count >= 10, words[3] == "0A", let inode = UInt64(words[9]) else { return nil }
    let local = words[1].split(separator: ":")
    guard local.count == 2, let port = UInt16(local[1], radix: 16), let address = Self.address(local[0]) else {
      return nil
    }
    self.address = address
    self.port = port
    self.inode = inode
  }

  /// Words of 32 bits, each printed as the processor reads it.
  private static func address(_ hex: Substring) -> IPAddress? {
    var bytes: [UInt8] = []
    var rest = hex
    while rest.count >= 8 {
      guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
      bytes += unsafe withUnsafeBytes(of: word) { unsafe Array($0) }
      rest = rest.dropFirst(8)
    }
    return rest.isEmpty ? IPAddress(bytes: bytes) : nil
  }

  /// Whether a connection to the address arrives here. `::` takes IPv4 too, unless the kernel was told otherwise.
  func accepts(_ target: IPAddress) -> Bool {
    if address.unmapped == target.unmapped { return true }
    guard address.isUnspecified else { return false }
    return address.bytes.count == 16 || target.unmapped.bytes.count == 4
  }

  /// `127.0.0.1:8891`, `[::1]:8891`
  var text: String { address.bytes.count == 16 ? "[\(address.text)]:\(port)" : "\(address.text):\(port)" }
}
