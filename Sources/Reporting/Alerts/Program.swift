import Foundation

/// A program that is given data on its standard input; its arguments are fixed, no shell sees them.
struct Program: Sendable {
  let arguments: [String]
  private static let seconds = 30.0

  func run(_ input: [UInt8]) async throws(ChannelFault) {
    let arguments = arguments
    try await BlockingThread.run { () throws(ChannelFault) in try Self.run(arguments, input) }
  }

  private static func run(_ arguments: [String], _ input: [UInt8]) throws(ChannelFault) {
    guard let path = arguments.first, path.hasPrefix("/") else {
      throw ChannelFault("a program needs its whole path: '\(arguments.first ?? "")'", isPermanent: true)
    }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = Array(arguments.dropFirst())
    // Credentials of the service are no business of the program.
    process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"]
    let pipe = Pipe()
    process.standardInput = pipe
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch {
      throw ChannelFault("\(path) cannot be started: \(error.localizedDescription)", isPermanent: true)
    }
    // A program that reads nothing and ends would otherwise block the writer for ever.
    let writer = Thread {
      BlockingThread.ignoreBrokenPipes()
      try? pipe.fileHandleForWriting.write(contentsOf: Data(input))
      try? pipe.fileHandleForWriting.close()
    }
    writer.start()
    let deadline = Date().addingTimeInterval(seconds)
    while process.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.02) }
    if process.isRunning {
      process.terminate()
      Thread.sleep(forTimeInterval: 1)
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      try? pipe.fileHandleForReading.close()
      throw ChannelFault("\(path) had not ended after \(Int(seconds)) s and was stopped")
    }
    try? pipe.fileHandleForReading.close()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw ChannelFault(
        "\(path) ended with \(process.terminationReason == .exit ? "status" : "signal") \(process.terminationStatus)")
    }
  }
}
