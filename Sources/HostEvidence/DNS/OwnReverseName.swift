package import Diagnosis

/// Whether this machine's resolver gives the same name for one of its addresses as the rest of the world sees.
///
/// systemd-resolved, dnsmasq and others answer such questions out of /etc/hosts; then everything that is tested from here
/// looks right, and receivers still see another name, or none.
package struct OwnReverseName: Sendable, Equatable {
  package enum Finding: Sendable, Equatable {
    case same
    /// `hostsNames`: what /etc/hosts has for the address, when that is where the answer comes from.
    case differs(here: [DomainName], world: [DomainName], hostsNames: [String])
    case unknown(DNSFailure)
  }

  package let address: IPAddress
  package let finding: Finding

  package init?(
    of address: IPAddress, here: some DNSAnswers, world: some DNSAnswers, hosts: HostsFile
  ) async {
    guard let reverse = DomainName(address.reverseName) else { return nil }
    self.address = address
    let local = await here.answer(reverse, .ptr)
    let outside = await world.answer(reverse, .ptr)
    if let failure = local.failure ?? outside.failure {
      finding = .unknown(failure)
    } else if Set(local.pointers) == Set(outside.pointers) {
      finding = .same
    } else {
      let names = hosts.names.filter { IPAddress($0.address) == address }.flatMap(\.names)
      let isFromHosts = local.pointers.contains { pointer in names.contains { DomainName($0) == pointer } }
      finding = .differs(here: local.pointers, world: outside.pointers, hostsNames: isFromHosts ? names : [])
    }
  }
}
