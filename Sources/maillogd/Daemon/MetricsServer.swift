import FlyingFox
import FlyingSocks
import Foundation
import Glibc
import Logging
import ServiceLifecycle

/// `/metrics` and `/healthz`, on loopback or a unix socket.
struct MetricsServer: Service {
  let place: Configuration.Metrics
  let board: StatusBoard

  let logger: Logger

  private static let pauseAfterFault = Duration.seconds(30)

  /// A port that somebody else holds keeps nobody from being alerted: it is tried again.
  func run() async throws {
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      do { try await serve() } catch {
        guard !Task.isShuttingDownGracefully, !Task.isCancelled else { return }
        logger.error("metrics cannot be served at \(place): \(error); it is tried again every 30 s")
        // Waking early means that the daemon stops.
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pauseAfterFault) }
      }
    }
  }

  private func serve() async throws {
    let server: HTTPServer
    switch place {
    case .address(let host, let port):
      server = HTTPServer(address: try Self.address(host, port), logger: .disabled)
    case .socket(let path):
      // A socket file that a killed daemon left behind would keep the new one from listening; nothing else is removed.
      var file = stat()
      if unsafe lstat(path, &file) == 0, file.st_mode & S_IFMT == S_IFSOCK { _ = unsafe unlink(path) }
      server = HTTPServer(address: sockaddr_un.unix(path: path), logger: .disabled)
    }
    let board = board
    await server.appendRoute("GET /metrics") { _ in
      let text = Metrics.text(board.status, at: Int64(Date().timeIntervalSince1970))
      return HTTPResponse(
        statusCode: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"], body: Data(text.utf8))
    }
    await server.appendRoute("GET /healthz") { _ in
      let status = board.status
      let words = [status.storeFault] + status.sources.map(\.lastFault)
      let text = status.isHealthy ? "ok\n" : words.compactMap { $0 }.joined(separator: "\n") + "\n"
      return HTTPResponse(statusCode: status.isHealthy ? .ok : .serviceUnavailable, body: Data(text.utf8))
    }
    try await withGracefulShutdownHandler {
      try await server.run()
    } onGracefulShutdown: {
      Task { await server.stop(timeout: 0.2) }
    }
  }

  private static func address(_ host: String, _ port: UInt16) throws -> any SocketAddress {
    host == "::1" ? try sockaddr_in6.inet6(ip6: host, port: port) : try sockaddr_in.inet(ip4: "127.0.0.1", port: port)
  }
}
