import Diagnosis
import Glibc

/// The addresses of this machine's interfaces, with their networks.
struct OwnAddresses {
  struct Interface: Equatable {
    let name: String
    let address: IPAddress
    let prefix: Int
  }

  let interfaces: [Interface]

  init(machine: Machine) { interfaces = machine.isThisOne ? Self.read() : [] }

  init(_ interfaces: [Interface]) { self.interfaces = interfaces }

  /// Loopback addresses are the machine's own, whichever of 127.0.0.0/8 they are.
  func contains(_ address: IPAddress) -> Bool {
    address.isLoopback || address.isUnspecified || interfaces.contains { $0.address == address }
  }

  /// The network of this machine that the address lies in, loopback not counted.
  func network(of address: IPAddress) -> Interface? {
    interfaces.first { !$0.address.isLoopback && $0.prefix > 0 && Network($0.address, $0.prefix).contains(address) }
  }

  func observe(_ check: MachineCheck) -> Observation {
    if let family = check["outgoing"] {
      return OutgoingAddress.observe(isVersion6: family == "ipv6", isPresentWanted: check["is"] == "present")
    }
    let text = check["own"] ?? check["neighbour"] ?? ""
    guard let address = IPAddress(text) else {
      return .unknown("'\(text)' is no IP address", "« \(text) » n'est pas une adresse IP")
    }
    guard !interfaces.isEmpty else {
      return .unknown("the kernel names no interface", "le noyau ne nomme aucune interface")
    }
    if check["neighbour"] != nil {
      let network = network(of: address)
      return Observation(
        holds: network != nil,
        network.map { "\(text) is in the network of \($0.name)" } ?? "\(text) is in no network of this machine",
        network.map { "\(text) est dans le réseau de \($0.name)" } ?? "\(text) n'est dans aucun réseau de cette machine"
      )
    }
    let isConfigured = interfaces.contains { $0.address == address }
    if check["is"] == "unconfigured" {
      return Observation(
        holds: !isConfigured, isConfigured ? "an interface has \(text)" : "no interface has \(text)",
        isConfigured ? "une interface porte \(text)" : "aucune interface ne porte \(text)")
    }
    let isOwn = contains(address)
    let name = interfaces.first { $0.address == address }?.name
    let place = name.map { " (\($0))" } ?? ""
    return Observation(
      holds: isOwn == (check["is"] == "present"),
      isOwn ? "\(text) is an address of this machine\(place)" : "\(text) is no address of this machine",
      isOwn ? "\(text) est une adresse de cette machine\(place)" : "\(text) n'est pas une adresse de cette machine",
      facts: name.map { ["interface": $0] } ?? [:])
  }

  private static func read() -> [Interface] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&list) == 0 else { return [] }
    defer { unsafe freeifaddrs(list) }
    var interfaces: [Interface] = []
    var next = unsafe list
    while let entry = unsafe next, interfaces.count < 4_096 {
      if let address = unsafe IPAddress(entry.pointee.ifa_addr) {
        let mask = unsafe IPAddress(entry.pointee.ifa_netmask)
        let prefix = mask?.bytes.reduce(0) { $0 + $1.nonzeroBitCount } ?? 0
        interfaces.append(
          Interface(name: unsafe String(cString: entry.pointee.ifa_name), address: address, prefix: prefix))
      }
      unsafe next = entry.pointee.ifa_next
    }
    return interfaces
  }
}

/// An address block, such as 192.0.2.0/24.
struct Network: Equatable {
  let address: IPAddress
  let prefix: Int

  init(_ address: IPAddress, _ prefix: Int) {
    self.address = address
    self.prefix = min(max(0, prefix), address.bytes.count * 8)
  }

  /// As Postfix writes it: `192.0.2.0/24`, `[2001:db8::]/32`, or a single address.
  init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = IPAddress(String(parts[0])) else { return nil }
    guard parts.count == 2 else {
      self.init(address, address.bytes.count * 8)
      return
    }
    guard let prefix = Int(parts[1]), (0...(address.bytes.count * 8)).contains(prefix) else { return nil }
    self.init(address, prefix)
  }

  func contains(_ other: IPAddress) -> Bool {
    guard other.bytes.count == address.bytes.count else { return false }
    for bit in stride(from: 0, to: prefix, by: 8) {
      let place = bit / 8
      let width = min(8, prefix - bit)
      let mask = UInt8(truncatingIfNeeded: 0xFF00 >> width)
      if (address.bytes[place] ^ other.bytes[place]) & mask != 0 { return false }
    }
    return true
  }
}

extension IPAddress {
  var isLoopback: Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
  }

  var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }

  /// The IPv4 address inside `::ffff:192.0.2.1`, or the address itself.
  var unmapped: IPAddress {
    let isMapped = bytes.count == 16 && bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    return isMapped ? IPAddress(bytes: bytes[12...]) ?? self : self
  }

  @unsafe init?(_ socket: UnsafePointer<sockaddr>?) {
    guard let socket = unsafe socket else { return nil }
    switch Int32(unsafe socket.pointee.sa_family) {
    case AF_INET:
      let address = unsafe UnsafeRawPointer(socket).loadUnaligned(as: sockaddr_in.self).sin_addr
      self.init(bytes: unsafe withUnsafeBytes(of: address) { unsafe Array($0) })
    case AF_INET6:
      let address = unsafe UnsafeRawPointer(socket).loadUnaligned(as: sockaddr_in6.self).sin6_addr
      self.init(bytes: unsafe withUnsafeBytes(of: address) { unsafe Array($0) })
    default: return nil
    }
  }
}
