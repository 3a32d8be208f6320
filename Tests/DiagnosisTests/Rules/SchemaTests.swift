import Foundation
import LogParsing
import Testing

@testable import Diagnosis

@Suite struct `The JSON Schemas` {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../schema").standardizedFileURL

  private static func schema(_ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: folder.appending(path: name))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// The keys that the schema allows at a definition; the empty name is the schema itself.
  private static func keys(_ schema: [String: Any], _ definition: String) throws -> Set<String> {
    var place = schema
    if !definition.isEmpty {
      place = try #require((schema["definitions"] as? [String: Any])?[definition] as? [String: Any], "\(definition)")
      if place["properties"] == nil, let choices = place["oneOf"] as? [[String: Any]] {
        place = try #require(choices.first { $0["properties"] != nil })
      }
    }
    #expect(place["additionalProperties"] as? Bool == false, "\(definition) must refuse keys that it does not know")
    return Set(try #require(place["properties"] as? [String: Any]).keys)
  }

  /// The keys that the decoder names when it refuses `nonsense`.
  private static func known(_ problems: [RuleProblem]) throws -> Set<String> {
    let message = try #require(problems.map(\.message).first { $0.contains("'nonsense'") }, "\(problems)")
    let list = try #require(message.split(separator: "allowed: ").last)
    return Set(list.split(separator: ", ").map(String.init))
  }

  /// A rule in which `nonsense` stands at one place.
  private static let places: [(definition: String, keys: String)] = [
    ("", "nonsense: 1"),
    ("matchEntry", "match: [{nonsense: 1, message: '^something'}]"),
    ("threshold", "threshold: {count: 1, within: 1m, nonsense: 1}"),
    ("absent", "absent: {within: 1m, nonsense: 1}"),
    ("sequence", "sequence: {within: 1m, nonsense: 1}"),
    ("clearing", "clears-when: [{quiet-for: 1m, nonsense: 1}]"),
    ("cause", "causes: [{id: one, text: x, nonsense: 1}]"),
    ("logged", "causes: [{id: one, text: x, confirmed-by: [{logged: {rule: a.b, nonsense: 1}}]}]"),
    ("step", "causes: [{id: one, text: x, fix: [{text: x, nonsense: 1}]}]"),
    ("file", "causes: [{id: one, text: x, fix: [{text: x, file: {path: /x, set: y, nonsense: 1}}]}]"),
    ("dns", "causes: [{id: one, text: x, fix: [{text: x, dns: [{name: x, type: A, value: y, nonsense: 1}]}]}]"),
    ("test", "tests: [{log: x, nonsense: 1}]"),
    ("translation", "causes: [{id: one, text: x}]\nfr: {title: x, impact: x, causes: {one: {text: x}}, nonsense: 1}"),
    (
      "translatedCause",
      "causes: [{id: one, text: x}]\nfr: {title: x, impact: x, causes: {one: {text: x, nonsense: 1}}}"
    ),
  ]

  @Test(arguments: places.indices) func `know the keys that the program knows, and no others`(index: Int) throws {
    let place = Self.places[index]
    var text = "id: a.b\ntitle: x\nseverity: info\nimpact: x\n" + place.keys + "\n"
    if !text.contains("match:") { text += "match: [{message: '^something'}]\n" }
    if !text.contains("causes:") { text += "causes: [{id: one, text: x}]\n" }
    do {
      _ = try Rule(yaml: text, path: "a.yaml")
      Issue.record("'nonsense' is accepted in \(place.definition)")
    } catch {
      #expect(try Self.known(error.problems) == Self.keys(Self.schema("rule.schema.json"), place.definition))
    }
  }

  @Test func `know the keys of a pack`() throws {
    do {
      _ = try Pack(yaml: "name: x\nnonsense: 1\n", path: "pack.yaml")
      Issue.record("'nonsense' is accepted")
    } catch {
      #expect(try Self.known(error.problems) == Self.keys(Self.schema("pack.schema.json"), ""))
    }
  }

  @Test func `know the words of the closed lists`() throws {
    let schema = try Self.schema("rule.schema.json")
    let definitions = try #require(schema["definitions"] as? [String: [String: Any]])
    func words(_ name: String) -> Set<String> { Set(definitions[name]?["enum"] as? [String] ?? []) }
    #expect(words("severity") == Set(Severity.allCases.map(\.rawValue)))
    #expect(words("level") == Set(LogRecord.Level.allCases.map(\.rawValue)))
    #expect(words("daemon") == Set(Daemon.allCases.map(\.rawValue)).union(["postfix"]))
    let properties = try #require(schema["properties"] as? [String: [String: Any]])
    #expect(Set(properties["reason"]?["enum"] as? [String] ?? []) == Reason.all)
    #expect(Set(properties["status"]?["enum"] as? [String] ?? []) == Set(Rule.Status.allCases.map(\.rawValue)))
  }

  /// Each way to write a check, as its parameters: the required ones, the others, and the words that each may be.
  private static func shape(_ schema: [String: Any]) -> String {
    let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
    let required = Set(schema["required"] as? [String] ?? [])
    return properties.sorted { $0.key < $1.key }.map { name, value in
      let one = (value["oneOf"] as? [[String: Any]])?.first ?? value
      let words = (one["enum"] as? [String] ?? []).joined(separator: "|")
      return name + (required.contains(name) ? "" : "?") + (value["oneOf"] == nil ? "" : "*") + "=" + words
    }.joined(separator: " ")
  }

  private static func shape(_ form: CheckForm) -> String {
    let required = Set(form.required.map(\.name))
    return (form.required + form.optional).sorted { $0.name < $1.name }.map { parameter in
      parameter.name + (required.contains(parameter.name) ? "" : "?") + (parameter.isList ? "*" : "") + "="
        + parameter.words.joined(separator: "|")
    }.joined(separator: " ")
  }

  @Test func `know every form of every check`() throws {
    let schema = try Self.schema("rule.schema.json")
    let definitions = try #require(schema["definitions"] as? [String: [String: Any]])
    let checks = try #require(definitions["check"]?["properties"] as? [String: [String: Any]])
    #expect(Set(checks.keys) == EvidenceCheck.machineNames.union(["logged"]))
    #expect(definitions["check"]?["additionalProperties"] as? Bool == false)
    for name in EvidenceCheck.machineNames {
      let check = try #require(checks[name])
      let forms = check["anyOf"] as? [[String: Any]] ?? [check]
      let known = (CheckForm.machineForms + CheckForm.dnsForms).filter { $0.check == name }
      #expect(forms.map { Self.shape($0) }.sorted() == known.map { Self.shape($0) }.sorted(), "\(name)")
    }
  }
}
