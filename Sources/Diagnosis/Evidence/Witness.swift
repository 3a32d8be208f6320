/// Somebody who can look at the machine and the DNS; Diagnosis itself never does.
public protocol Witness: Sendable {
  /// Answers one check, within a deadline of its own; never throws: what cannot be seen is `unknown`, with the reason.
  func look(_ check: MachineCheck) async -> Observation
}

/// A look that a rule asks for, with the log's own values put in.
public struct MachineCheck: Sendable, Hashable {
  /// One of `EvidenceCheck.machineNames`.
  public let name: String
  /// As the rule writes them; a list has several values. docs/rule-format.md says which a check has.
  public let parameters: [String: [String]]

  public init(name: String, parameters: [String: [String]]) {
    self.name = name
    self.parameters = parameters
  }

  /// The first value of a parameter.
  public subscript(parameter: String) -> String? { parameters[parameter]?.first }

  public func values(_ parameter: String) -> [String] { parameters[parameter] ?? [] }

  /// What would have to be found, as the rule writes it: `not-on ::1, port 8891`.
  public var expectation: String {
    parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.joined(separator: ", "))" }.joined(
      separator: ", ")
  }
}

/// What a witness saw.
public struct Observation: Sendable, Equatable {
  public enum Verdict: Sendable { case holds, fails, unknown }

  public var verdict: Verdict
  /// What is there, with this machine's own names: "OpenDKIM (pid 812) listens on 127.0.0.1:12345 only".
  public var found: Wording
  /// Values that the texts of the cause may name, such as `listener` or `pid`.
  public var facts: [String: String]

  public init(_ verdict: Verdict, _ found: Wording, facts: [String: String] = [:]) {
    self.verdict = verdict
    self.found = found
    self.facts = facts
  }
}

/// One sentence in the languages of the reports.
public struct Wording: Sendable, Equatable {
  public let english: String
  public let french: String

  public init(_ english: String, french: String) {
    self.english = english
    self.french = french
  }

  public subscript(language: Language) -> String { language == .french ? french : english }
}
