package import Diagnosis

/// The record types that mail depends on.
package enum RecordType: UInt16, Sendable, CaseIterable {
  case a = 1
  case ns = 2
  case cname = 5
  case soa = 6
  case ptr = 12
  case mx = 15
  case txt = 16
  case aaaa = 28
  case tlsa = 52

  /// `A`, `mx`, `TXT`: as in a zone file, in letters of either case.
  package init?(name: String) {
    guard let type = Self.allCases.first(where: { $0.name == name.uppercased() }) else { return nil }
    self = type
  }

  package var name: String { "\(self)".uppercased() }
}

/// The data of one record.
package enum RecordData: Hashable, Sendable {
  case address(IPAddress)
  case mx(preference: UInt16, host: DomainName)
  /// The strings of the record in one, byte for byte.
  case txt([UInt8])
  case ptr(DomainName)
  case cname(DomainName)
  case ns(DomainName)
  case soa(primary: DomainName, mailbox: DomainName, serial: UInt32)
  case tlsa(TLSARecord)

  /// Reads what an answer carries; `nil` when it does not fit the type.
  init?(_ type: RecordType, wire: [UInt8]) {
    switch type {
    case .a, .aaaa:
      guard wire.count == (type == .a ? 4 : 16), let address = IPAddress(bytes: wire) else { return nil }
      self = .address(address)
    case .mx:
      guard wire.count > 2, let host = DomainName(wire: wire[2...]) else { return nil }
      self = .mx(preference: UInt16(wire[0]) << 8 | UInt16(wire[1]), host: host)
    case .txt:
      guard let text = Self.strings(wire) else { return nil }
      self = .txt(text)
    case .ptr, .cname, .ns:
      guard let name = DomainName(wire: wire[...]) else { return nil }
      self = type == .ptr ? .ptr(name) : type == .cname ? .cname(name) : .ns(name)
    case .soa:
      guard let primary = DomainName(wire: wire[...]), let second = Self.end(ofName: wire[...]),
        let mailbox = DomainName(wire: wire[second...]), let third = Self.end(ofName: wire[second...]),
        wire.count >= third + 4
      else { return nil }
      self = .soa(
        primary: primary, mailbox: mailbox, serial: wire[third..<third + 4].reduce(0) { $0 << 8 | UInt32($1) })
    case .tlsa:
      guard wire.count > 3 else { return nil }
      self = .tlsa(TLSARecord(usage: wire[0], selector: wire[1], matching: wire[2], data: Array(wire[3...])))
    }
  }

  private static func strings(_ wire: [UInt8]) -> [UInt8]? {
    var text: [UInt8] = []
    var rest = wire[...]
    while let length = rest.popFirst() {
      guard rest.count >= Int(length) else { return nil }
      text += rest.prefix(Int(length))
      rest = rest.dropFirst(Int(length))
    }
    return text
  }

  private static func end(ofName wire: ArraySlice<UInt8>) -> Int? {
    var index = wire.startIndex
    while index < wire.endIndex {
      let length = Int(wire[index])
      guard length <= 63 else { return nil }
      index += length + 1
      if length == 0 { return index }
    }
    return nil
  }
}

/// What a TLSA record says about a certificate (RFC 6698, section 2.1).
package struct TLSARecord: Hashable, Sendable {
  package let usage: UInt8
  package let selector: UInt8
  package let matching: UInt8
  package let data: [UInt8]
}
