internal import CCurl
internal import Foundation

/// One HTTP request or one mail, done by libcurl; it is freed when the value goes away.
@safe
struct Transfer: ~Copyable {
  private let handle: OpaquePointer

  struct Answer: Sendable {
    var status: Int
    var text: String
    var retryAfter: Int64
  }

  private static let connectSeconds = 10
  private static let totalSeconds = 30
  /// CURLE_WRITE_ERROR: what took the answer wanted no more of it.
  private static let writeError: Int32 = 23

  init(url: String) throws(ChannelFault) {
    guard let handle = unsafe ccurl_begin() else {
      let reason = unsafe String(cString: ccurl_fault())
      throw ChannelFault("libcurl cannot be loaded (\(reason)); install libcurl4", isPermanent: true)
    }
    unsafe self.handle = handle
    unsafe ccurl_set(handle, CCURL_URL, url)
    unsafe ccurl_set_seconds(handle, Self.connectSeconds, Self.totalSeconds)
  }

  deinit { unsafe ccurl_end(handle) }

  mutating func set(method: String) { unsafe ccurl_set(handle, CCURL_METHOD, method) }
  mutating func set(user: String, password: String) {
    unsafe ccurl_set(handle, CCURL_USERNAME, user)
    unsafe ccurl_set(handle, CCURL_PASSWORD, password)
  }
  mutating func set(authorities: String) { unsafe ccurl_set(handle, CCURL_CA_FILE, authorities) }
  mutating func set(sender: String) { unsafe ccurl_set(handle, CCURL_MAIL_FROM, "<\(sender)>") }
  mutating func add(recipient: String) { unsafe ccurl_add_recipient(handle, "<\(recipient)>") }

  /// A header line; a line break in a value would begin another header.
  mutating func add(header name: String, _ value: String) {
    let safe = value.filter { !$0.isNewline && $0 != "\0" }
    unsafe ccurl_add_header(handle, safe.isEmpty ? "\(name):" : "\(name): \(safe)")
  }

  mutating func set(_ encryption: SMTPSettings.Encryption) {
    switch encryption {
    case .none: unsafe ccurl_set_tls(handle, CCURL_TLS_NONE, 1)
    case .opportunistic: unsafe ccurl_set_tls(handle, CCURL_TLS_TRY, 0)
    case .starttls, .tls: unsafe ccurl_set_tls(handle, CCURL_TLS_REQUIRED, 1)
    }
  }

  mutating func set(body: [UInt8]) {
    unsafe body.withUnsafeBytes { unsafe ccurl_set_body(handle, $0.baseAddress, $0.count) }
  }

  /// Sends it; blocks for at most half a minute.
  consuming func run() throws(ChannelFault) -> Answer {
    let code = unsafe ccurl_run(handle)
    let status = Int(unsafe ccurl_status(handle))
    // The answer was longer than what is kept of it; by then its status is known.
    let isCutOff = code == Self.writeError && status > 0
    guard code == 0 || isCutOff else {
      let message = unsafe String(cString: ccurl_message(handle))
      throw ChannelFault(message, isPermanent: Self.isPermanent(code, status))
    }
    let text = unsafe String(cString: ccurl_answer(handle))
    return Answer(status: status, text: text, retryAfter: Int64(unsafe ccurl_retry_after(handle)))
  }

  /// A reply of 5xx to a mail command or a refused login stays what it is; so do faults of the configuration.
  private static func isPermanent(_ code: Int32, _ status: Int) -> Bool {
    let configuration: Set<Int32> = [1, 3, 4, 67, 77]
    return configuration.contains(code) || (500..<600).contains(status) && [55, 56, 8, 28].contains(code)
  }
}

/// Work that blocks, on a thread of its own: alerts are rare, and the threads of Swift's tasks are few.
enum BlockingThread {
  /// A receiver that hangs up is an error of the write, on this thread, and not the end of the program.
  static func ignoreBrokenPipes() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGPIPE)
    _ = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  static func run<Result: Sendable>(_ work: @escaping @Sendable () throws(ChannelFault) -> Result)
    async throws(ChannelFault)
    -> Result
  {
    let outcome: Swift.Result<Result, ChannelFault> = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        ignoreBrokenPipes()
        do throws(ChannelFault) {
          continuation.resume(returning: .success(try work()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try outcome.get()
  }
}
