internal import CVectorscan

/// Finds many words in much text at once, whatever their case (Vectorscan, block mode).
@safe
final class LiteralScanner: Sendable {
  /// A word that was found: which, and where it ends (exclusive).
  struct Hit: Sendable {
    var literal: UInt32
    var end: UInt32
  }

  struct Fault: Error, CustomStringConvertible {
    let reason: String
    var description: String { "Vectorscan cannot compile the literals: \(reason)" }
  }

  // Databases are immutable once compiled and may be shared between threads (Hyperscan developer reference).
  private nonisolated(unsafe) let database: OpaquePointer

  /// `literals` in lower case, none empty; a hit's `literal` is the index here.
  init(_ literals: [[UInt8]]) throws(Fault) {
    var database: OpaquePointer?
    var error: UnsafeMutablePointer<hs_compile_error_t>?
    // The words lie one behind the other in one buffer, so that all pointers stay valid during the call.
    let joined = literals.flatMap { $0 }.map { CChar(bitPattern: $0) } + [0]
    var offset = 0
    let starts: [Int] = literals.map { word in
      defer { offset += word.count }
      return offset
    }
    let lengths = literals.map(\.count)
    let flags = [UInt32](repeating: UInt32(HS_FLAG_CASELESS), count: literals.count)
    let ids = literals.indices.map(UInt32.init)
    let result = unsafe joined.withUnsafeBufferPointer { buffer in
      let pointers: [UnsafePointer<CChar>?] = unsafe starts.map { start in
        unsafe buffer.baseAddress.map { unsafe $0 + start }
      }
      return unsafe pointers.withUnsafeBufferPointer { expressions in
        unsafe hs_compile_lit_multi(
          expressions.baseAddress, flags, ids, lengths, UInt32(literals.count), UInt32(HS_MODE_BLOCK), nil, &database,
          &error)
      }
    }
    guard result == HS_SUCCESS, let database = unsafe database else {
      let reason = unsafe error.map { unsafe String(cString: $0.pointee.message) } ?? "error \(result)"
      unsafe hs_free_compile_error(error)
      throw Fault(reason: reason)
    }
    unsafe self.database = database
  }

  deinit { unsafe hs_free_database(database) }

  /// Working memory for one scanning task.
  func scratch() -> Scratch { unsafe Scratch(database) }

  /// All hits in `text`, in the order of their ends, appended to `hits`.
  func scan(_ text: Span<UInt8>, with scratch: borrowing Scratch, into hits: inout [Hit]) {
    guard !text.isEmpty else { return }
    unsafe text.withUnsafeBytes { bytes in
      _ = unsafe withUnsafeMutablePointer(to: &hits) { collected in
        unsafe hs_scan(
          database, bytes.assumingMemoryBound(to: CChar.self).baseAddress, UInt32(bytes.count), 0, scratch.handle,
          { literal, _, end, _, context in
            unsafe context?.assumingMemoryBound(to: [Hit].self).pointee.append(
              Hit(literal: literal, end: UInt32(truncatingIfNeeded: end)))
            return 0
          }, UnsafeMutableRawPointer(collected))
      }
    }
  }

  @safe
  struct Scratch: ~Copyable {
    fileprivate var handle: OpaquePointer?

    /// None; with it nothing can be scanned.
    init() {}

    fileprivate init(_ database: OpaquePointer) { unsafe hs_alloc_scratch(database, &handle) }

    deinit { unsafe hs_free_scratch(handle) }
  }
}
