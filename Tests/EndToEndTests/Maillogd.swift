import Foundation

/// The built program, as a shell would run it.
enum Maillogd {
  /// Beside the test bundle: `swift build` puts both into one folder.
  static let path: String = {
    let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    return bundle.deletingLastPathComponent().appending(path: "maillogd").path
  }()

  /// Everything one run left behind.
  struct Outcome {
    /// The exit code, or 128 + the signal.
    let status: Int32
    let output: Data
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }
    var lines: [String] { text.split(separator: "\n").map(String.init) }
    /// Words as written, wherever the terminal's width broke the lines.
    var flowing: String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    func report() throws -> Report { try JSONDecoder().decode(Report.self, from: output) }
  }

  static func run(_ arguments: [String], input: Data? = nil, environment: [String: String] = [:]) throws -> Outcome {
    try start(path, arguments, input: input, environment: environment)
  }

  /// Runs `script` with bash; in it `$maillogd` is the program.
  static func shell(_ script: String, environment: [String: String] = [:]) throws -> Outcome {
    try start("/bin/bash", ["-c", script], input: nil, environment: environment)
  }

  /// What `scan --format json` says about `files`.
  static func scan(_ files: String...) throws -> Report {
    try run(["scan", "--lang", "en", "--format", "json"] + files).report()
  }

  private static func start(
    _ executable: String, _ arguments: [String], input: Data?, environment: [String: String]
  ) throws -> Outcome {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "maillogd": path]
      .merging(environment) { $1 }
    // Files and not pipes: nothing can fill up and block.
    let output = try folder.file("output", [])
    let errors = try folder.file("errors", [])
    process.standardInput = try FileHandle(
      forReadingFrom: URL(filePath: input.map { try folder.file("input", $0) } ?? "/dev/null"))
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
    try process.run()
    process.waitUntilExit()
    let killed: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
    return Outcome(
      status: process.terminationStatus + killed, output: try Data(contentsOf: URL(filePath: output)),
      errors: String(decoding: try Data(contentsOf: URL(filePath: errors)), as: UTF8.self))
  }
}
