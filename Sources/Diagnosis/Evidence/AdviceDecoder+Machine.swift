import Yams

extension AdviceDecoder {
  /// A check that the machine answers; anything that no form of it has is refused, with the nearest name.
  mutating func machineCheck(_ name: String, _ node: Node) -> MachineCheck? {
    guard let mapping = node.mapping else {
      reader.complain(node, "\(name) needs parameters; allowed: \(Self.signatures(of: name))")
      return nil
    }
    var parameters: [String: [String]] = [:]
    var nodes: [String: Node] = [:]
    for (key, value) in mapping {
      guard let parameter = key.string else { continue }
      parameters[parameter] = reader.strings(value, "\(name).\(parameter)")
      nodes[parameter] = key
    }
    let forms = CheckForm.all(of: name)
    guard !forms.isEmpty else { return MachineCheck(name: name, parameters: parameters) }
    let known = Set(forms.flatMap { ($0.required + $0.optional).map(\.name) }).sorted()
    if let stranger = nodes.keys.sorted().first(where: { !known.contains($0) }) {
      reader.complain(nodes[stranger], YAMLReader.unknownKey(stranger, in: "the check \(name)", known))
      return nil
    }
    guard let form = CheckForm.matching(Set(parameters.keys), of: name) else {
      let given = parameters.keys.sorted().joined(separator: ", ")
      reader.complain(node, "\(name) cannot have \(given) together; allowed: \(Self.signatures(of: name))")
      return nil
    }
    for parameter in form.required + form.optional {
      guard let values = parameters[parameter.name] else { continue }
      if !parameter.isList, values.count != 1 {
        reader.complain(nodes[parameter.name], "\(name).\(parameter.name) must be one text, not a list")
        return nil
      }
      guard !parameter.words.isEmpty else { continue }
      if let word = values.first(where: { !parameter.words.contains($0) }) {
        let near = parameter.words.min { YAMLReader.distance($0, word) < YAMLReader.distance($1, word) } ?? ""
        reader.complain(
          nodes[parameter.name],
          "\(name).\(parameter.name) cannot be '\(word)'; did you mean '\(near)'? allowed: "
            + parameter.words.joined(separator: ", "))
        return nil
      }
    }
    return MachineCheck(name: name, parameters: parameters)
  }

  private static func signatures(of check: String) -> String {
    CheckForm.all(of: check).map(\.signature).joined(separator: " or ")
  }
}
