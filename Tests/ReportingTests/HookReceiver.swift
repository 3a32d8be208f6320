import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// An HTTP server on loopback that remembers what it was sent.
final class HookReceiver: Sendable {
  struct Request: Sendable {
    let method: String
    let path: String
    let headers: [String: String]
    let body: Data

    func json() throws -> [String: Any] {
      try JSONSerialization.jsonObject(with: body) as? [String: Any] ?? [:]
    }
  }

  private let received = Mutex<[Request]>([])
  var requests: [Request] { received.withLock { $0 } }

  /// Runs `body` with the address of a receiver that answers with `status` and `words`.
  func serving(
    status: Int = 200, saying words: String = "what it says", _ body: (String) async throws -> Void
  ) async throws {
    let server = HTTPServer(address: try sockaddr_in.inet(ip4: "127.0.0.1", port: 0), logger: .disabled)
    await server.appendRoute("*") { [self] request in
      var headers: [String: String] = [:]
      for (name, value) in request.headers { headers[name.rawValue.lowercased()] = value }
      let entry = Request(
        method: request.method.rawValue, path: request.path, headers: headers, body: try await request.bodyData)
      received.withLock { $0.append(entry) }
      return HTTPResponse(statusCode: HTTPStatusCode(status, phrase: "Status"), body: Data(words.utf8))
    }
    let task = Task { try await server.run() }
    defer { task.cancel() }
    try await server.waitUntilListening()
    guard case .ip4(_, let port)? = await server.listeningAddress else { throw POSIXError(.ENOTCONN) }
    try await body("http://127.0.0.1:\(port)")
  }
}
