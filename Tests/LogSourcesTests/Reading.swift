import Foundation
import LogSources

/// All that a reader gave of an input, and why it stopped early.
struct Reading {
  var log: [UInt8] = []
  var error: LogInputError?
  var compression = Compression.none
  var chunks = 0
  var bytesRead: Int64 = 0

  init(_ path: String, chunkSize: Int = 1 << 20) {
    self.init(.file(path: path), chunkSize: chunkSize)
  }

  init(_ input: LogInput, chunkSize: Int = 1 << 20) {
    do throws(LogInputError) {
      var reader = try LogReader(input, chunkSize: chunkSize)
      compression = reader.compression
      defer { bytesRead = reader.bytesRead }
      while try reader.read(into: &log) > 0 { chunks += 1 }
    } catch {
      self.error = error
    }
  }

  /// Whether `log` came out; unlike `==` in an expectation, quick with megabytes.
  func gave(_ log: [UInt8]) -> Bool { Data(self.log) == Data(log) }
}

/// `count` lines as Postfix writes them, no two the same.
func deliveries(_ count: Int) -> [UInt8] {
  var log: [UInt8] = []
  for number in 0..<count {
    log += "Jan  5 10:15:22 mail postfix/smtp[\(1000 + number % 777)]: 4F\(number * 7919)C: ".utf8
    log += "to=<u\(number)@example.org>, ".utf8
    log += "relay=mx.example.org[192.0.2.25]:25, delay=\(number % 97), dsn=2.0.0, status=sent (250 2.0.0 Ok)\n".utf8
  }
  return log
}
