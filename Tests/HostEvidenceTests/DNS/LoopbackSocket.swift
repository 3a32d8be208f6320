import Glibc

/// A UDP socket on 127.0.0.1.
struct LoopbackSocket: ~Copyable {
  let descriptor: Int32
  let port: UInt16

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    var address = Self.address(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let error = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, length) | getsockname(descriptor, $0, &length)
      }
    }
    guard error == 0 else { throw StartFailure(description: "no UDP socket on loopback: errno \(errno)") }
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(descriptor) }

  private static func address(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  /// One question and its answer; `nil` when none comes in time.
  static func exchange(_ query: [UInt8], port: UInt16, milliseconds: Int32) throws -> [UInt8]? {
    let socket = try LoopbackSocket()
    socket.send(query, to: address(port))
    return socket.receive(milliseconds: milliseconds)?.bytes
  }

  func send(_ bytes: [UInt8], to peer: sockaddr_in) {
    var peer = peer
    unsafe withUnsafeMutablePointer(to: &peer) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        _ = unsafe bytes.withUnsafeBytes { bytes in
          unsafe sendto(
            descriptor, bytes.baseAddress, bytes.count, 0, address, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
  }

  func receive(milliseconds: Int32) -> (bytes: [UInt8], peer: sockaddr_in)? {
    var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&poller, 1, milliseconds) == 1 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    var peer = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let count = unsafe withUnsafeMutablePointer(to: &peer) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bytes.withUnsafeMutableBytes {
          unsafe recvfrom(descriptor, $0.baseAddress, $0.count, 0, address, &length)
        }
      }
    }
    return count >= 0 ? (Array(bytes.prefix(count)), peer) : nil
  }

  static func query(id: UInt16, name: String, type: UInt8, class: UInt8 = 1) -> [UInt8] {
    let labels = name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    return [UInt8(id >> 8), UInt8(id & 0xFF), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + labels + [0, 0, type, 0, `class`]
  }
}
