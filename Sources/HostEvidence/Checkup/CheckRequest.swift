/// What the admin asked to be checked; what is empty is taken from this machine's own configuration.
public struct CheckRequest: Sendable {
  public var domains: [String] = []
  /// DKIM selectors, beside those that OpenDKIM signs with.
  public var selectors: [String] = []
  /// The addresses that mail leaves from.
  public var addresses: [String] = []
  /// The name given in HELO or EHLO.
  public var helo: String?
  /// The sending host is another machine: nothing of this one is looked at.
  public var isElsewhere = false

  public init() {}
}
