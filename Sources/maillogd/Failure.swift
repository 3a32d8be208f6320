import ArgumentParser
import Foundation
import Reporting

/// A reason to stop, with the exit code of sysexits(3) that fits it and one line for stderr.
struct Failure: Error {
  let code: Int32
  let message: String

  static func badData(_ message: String) -> Failure { Failure(code: 65, message: message) }
  static func cannotOpen(_ message: String) -> Failure { Failure(code: 66, message: message) }
  static func readingFailed(_ message: String) -> Failure { Failure(code: 74, message: message) }
  static func noPermission(_ message: String) -> Failure { Failure(code: 77, message: message) }

  /// Runs `body`; a failure is told on stderr and ends the program with its code.
  static func reporting(_ body: () throws -> Void) throws {
    do { try body() } catch let failure as Failure {
      StandardError.write("maillogd: " + failure.message)
      throw ExitCode(failure.code)
    } catch let status as ExitStatus {
      throw ExitCode(status.code)
    }
  }
}

enum StandardError {
  /// One line; names of files and rules come from outside, so nothing in it can act on the terminal.
  static func write(_ line: String) {
    let text = line.printable
    // Where stderr is closed or full nobody can be told, and that must not end the program.
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
  }
}
