import Foundation
import Glibc

/// `maillogd run` as a child process, with a folder of its own for configuration, state and logs.
final class RunningDaemon {
  let folder: String
  private var process: Process?
  private let environment: [String: String]

  init(_ configuration: String) throws {
    folder = FileManager.default.temporaryDirectory.path + "/DaemonTests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder + "/run", withIntermediateDirectories: true)
    let text = "host: mail.example.org\nlook-back: 9000d\nstate: \(folder)/state\n" + configuration
    try Data(text.replacing("FOLDER", with: folder).utf8).write(to: URL(filePath: folder + "/maillogd.yaml"))
    environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "RUNTIME_DIRECTORY": folder + "/run"]
  }

  deinit {
    kill()
    try? FileManager.default.removeItem(atPath: folder)
  }

  func start() throws {
    let errors = folder + "/errors"
    if !FileManager.default.fileExists(atPath: errors) { try Data().write(to: URL(filePath: errors)) }
    let output = try FileHandle(forWritingTo: URL(filePath: errors))
    try output.seekToEnd()
    let process = Process()
    process.executableURL = URL(filePath: Maillogd.path)
    process.arguments = ["run", "--config", folder + "/maillogd.yaml"]
    process.environment = environment
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    self.process = process
  }

  /// As a power cut would end it.
  func kill() {
    guard let process else { return }
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    self.process = nil
  }

  func reload() {
    if let process { Glibc.kill(process.processIdentifier, SIGHUP) }
  }

  /// Ends it as systemd does; the exit code and the seconds that it took.
  func stop() -> (status: Int32, seconds: Double) {
    guard let process else { return (-1, 0) }
    let begin = Date()
    process.terminate()
    process.waitUntilExit()
    self.process = nil
    return (process.terminationStatus, Date().timeIntervalSince(begin))
  }

  var errors: String { (try? String(contentsOfFile: folder + "/errors", encoding: .utf8)) ?? "" }

  /// What `maillogd incidents list --all --json` says.
  func incidents() throws -> [[String: Any]] {
    let outcome = try Maillogd.run(
      ["incidents", "list", "--all", "--json", "--config", folder + "/maillogd.yaml"], environment: environment)
    return try outcome.lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:] }
  }

  func command(_ arguments: String...) throws -> Maillogd.Outcome {
    try Maillogd.run(arguments + ["--config", folder + "/maillogd.yaml"], environment: environment)
  }

  func status() throws -> [String: Any] {
    let outcome = try command("status", "--json")
    return try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any] ?? [:]
  }

  /// Waits until `isSo`, for as long as a loaded machine may need.
  func wait(_ isSo: () throws -> Bool) throws -> Bool {
    for _ in 0..<900 {
      if (try? isSo()) == true { return true }
      Thread.sleep(forTimeInterval: 0.1)
    }
    return try isSo()
  }
}
