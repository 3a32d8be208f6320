import Diagnosis
import Glibc

/// The addresses of a host name, as programs on this machine get them (hosts file, then DNS).
enum HostNames {
  /// Empty when nobody knows the name.
  static func addresses(of name: String, on machine: Machine) -> [IPAddress] {
    if let address = IPAddress(name) { return [address.unmapped] }
    guard machine.isThisOne else { return hostsFile(machine, name) }
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [IPAddress] = []
    var next = unsafe list
    while let entry = unsafe next, addresses.count < 32 {
      if let address = unsafe IPAddress(entry.pointee.ai_addr), !addresses.contains(address) {
        addresses.append(address)
      }
      unsafe next = entry.pointee.ai_next
    }
    return addresses
  }

  private static func hostsFile(_ machine: Machine, _ name: String) -> [IPAddress] {
    BoundedFile.lines(machine.path("/etc/hosts")).compactMap { line in
      let words = line.prefix { $0 != "#" }.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard let first = words.first, words.dropFirst().contains(where: { $0 == name }) else { return nil }
      return IPAddress(String(first))
    }
  }

  /// A port by number, or by its name in /etc/services.
  static func port(_ text: String, on machine: Machine) -> UInt16? {
    if let number = UInt16(text) { return number }
    for line in BoundedFile.lines(machine.path("/etc/services")) {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard words.count >= 2, words[1].hasSuffix("/tcp"),
        words[0] == text || words.dropFirst(2).contains(where: { $0 == text })
      else { continue }
      return UInt16(words[1].dropLast(4))
    }
    return nil
  }
}
