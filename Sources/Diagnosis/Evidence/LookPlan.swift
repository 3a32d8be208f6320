/// Says which incidents a daemon looks at next: one look at a time, an incident once in five minutes at most.
///
/// A value: time comes in as seconds. A look that hangs holds up the looks behind it, and nothing else.
public struct LookPlan: Sendable {
  private var waiting: Set<String> = []
  private var begun: [String: Int64] = [:]
  private var isUnderWay = false

  private static let pause: Int64 = 300
  /// Incidents in one look: they share what they ask about.
  private static let mostAtOnce = 20

  public init() {}

  /// These may have to be looked at: they opened, or the log told of them again.
  public mutating func add(_ ids: [String]) { waiting.formUnion(ids) }

  /// The incidents to look at now, as `unseen` has them; empty while a look is under way.
  ///
  /// - Parameter unseen: the incident, or `nil` when there is no need to look at it.
  public mutating func due(at now: Int64, unseen: (String) -> Incident?) -> [Incident] {
    guard !isUnderWay else { return [] }
    // A clock set back must not put off a look until the old time comes again.
    begun = begun.filter { $0.value <= now && now &- $0.value < Self.pause }
    var due: [Incident] = []
    for id in waiting.sorted() where begun[id] == nil {
      guard due.count < Self.mostAtOnce else { break }
      waiting.remove(id)
      guard let incident = unseen(id) else { continue }
      begun[id] = now
      due.append(incident)
    }
    isUnderWay = !due.isEmpty
    return due
  }

  /// The look is over.
  public mutating func ended() { isUnderWay = false }
}
