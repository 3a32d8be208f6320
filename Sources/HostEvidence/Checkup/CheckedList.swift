/// A block list that a check asks.
struct CheckedList: Sendable, Hashable {
  let zone: String
  let knowsIPv6: Bool

  /// Lists whose answers receivers act upon, and that answer for everybody.
  static let usual = [
    CheckedList(zone: "zen.spamhaus.org", knowsIPv6: true), CheckedList(zone: "bl.spamcop.net", knowsIPv6: false),
    CheckedList(zone: "psbl.surriel.com", knowsIPv6: false),
  ]
}
