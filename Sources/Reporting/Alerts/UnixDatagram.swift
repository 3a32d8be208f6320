import Glibc

/// One datagram to a unix socket: how systemd's journal and service manager are spoken to.
public enum UnixDatagram {
  /// Sends `bytes` to the socket at `path`, where a leading `@` means the abstract namespace; returns errno, or 0.
  public static func send(_ bytes: [UInt8], to path: String) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var name = Array(path.utf8)
    if name.first == UInt8(ascii: "@") { name[0] = 0 }
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard !name.isEmpty, name.count < room else { return ENAMETOOLONG }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count + (name[0] == 0 ? 0 : 1))
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    let sent = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { socketAddress in
        unsafe bytes.withUnsafeBytes { data in
          unsafe sendto(descriptor, data.baseAddress, data.count, Int32(MSG_NOSIGNAL), socketAddress, length)
        }
      }
    }
    return sent < 0 ? errno : 0
  }
}
