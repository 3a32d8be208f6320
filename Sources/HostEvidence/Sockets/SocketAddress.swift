import Diagnosis
import Glibc

/// An address and a port, as the kernel takes them.
struct SocketAddress {
  private let address: IPAddress
  private let port: UInt16

  init(_ address: IPAddress, _ port: UInt16) {
    self.address = address
    self.port = port
  }

  /// connect(2); 0, or -1 with errno.
  func connect(_ descriptor: Int32) -> Int32 {
    if address.bytes.count == 4 {
      var socket = sockaddr_in()
      socket.sin_family = sa_family_t(AF_INET)
      socket.sin_port = port.bigEndian
      unsafe withUnsafeMutableBytes(of: &socket.sin_addr) { unsafe $0.copyBytes(from: address.bytes) }
      return unsafe withUnsafePointer(to: &socket) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
    var socket = sockaddr_in6()
    socket.sin6_family = sa_family_t(AF_INET6)
    socket.sin6_port = port.bigEndian
    unsafe withUnsafeMutableBytes(of: &socket.sin6_addr) { unsafe $0.copyBytes(from: address.bytes) }
    return unsafe withUnsafePointer(to: &socket) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
      }
    }
  }
}
