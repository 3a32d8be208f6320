import Diagnosis
import Reporting
import Yams

/// What can be judged only when all has been read.
extension ConfigurationReader {
  /// Under the shipped unit nothing that is started gets the rights of another group, which the mail queue belongs to.
  mutating func checkRights() {
    guard ProgramRights.areFixed else { return }
    for channel in configuration.channels {
      guard case .sendmail(let program, _, _) = channel.kind, ProgramRights.takesMore(program) else { continue }
      problems.append(
        RuleProblem(
          path: yaml.path,
          "the channel '\(channel.name)' cannot work: NoNewPrivileges= of the unit keeps \(program) from the mail queue; "
            + "write smtp: {server: 127.0.0.1, port: 25, encryption: none, from: …, to: […]} instead"))
    }
  }

  /// Routes and fallbacks must name channels that are there.
  mutating func checkNames() {
    let names = configuration.channels.map(\.name)
    let known = names.isEmpty ? ["journal"] : names
    func advice(_ name: String) -> String {
      let near = known.min { YAMLReader.distance($0, name) < YAMLReader.distance($1, name) } ?? ""
      return YAMLReader.distance(near, name) <= 2
        ? "did you mean '\(near)'?" : "there are: \(known.joined(separator: ", "))"
    }
    for (route, node, path) in routeKeys {
      for name in route.channels where !known.contains(name) {
        problems.append(
          RuleProblem(
            path: path, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0,
            "the route '\(route.name)' leads to a channel '\(name)' that is not there; \(advice(name))"))
      }
    }
    for channel in configuration.channels {
      guard let fallback = channel.fallback, !names.contains(fallback) else { continue }
      problems.append(
        RuleProblem(
          path: yaml.path,
          "the channel '\(channel.name)' falls back to '\(fallback)', which is not there; \(advice(fallback))"))
    }
  }
}
