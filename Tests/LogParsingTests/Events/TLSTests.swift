import LogParsing
import Testing

@Suite struct `TLS lines` {
  @Test func `tell what protects a connection`() {
    let tls = event(
      "postfix/smtp",
      "Trusted TLS connection established to mx.example.net[192.0.2.1]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) "
        + "key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256")
    #expect(tls.kind == .tlsEstablished)
    #expect(tls.text("tls.level") == "Trusted")
    #expect(tls.text("tls.direction") == "to")
    #expect(tls.text("tls.protocol") == "TLSv1.3")
    #expect(tls.text("tls.cipher") == "TLS_AES_256_GCM_SHA384")
    #expect(tls.text("tls.bits") == "256")
    #expect(tls.text("tls.key_exchange") == "X25519")
    #expect(tls.text("tls.server_signature_bits") == "2048")
    #expect(tls.text("tls.server_digest") == "SHA256")
    #expect(tls.text("tls.peer") == "mx.example.net[192.0.2.1]:25")
    #expect(tls.text("peer.host") == "mx.example.net")
  }

  @Test func `of a client tell the name that it asked for`() {
    let tls = event(
      "postfix/smtpd",
      "Anonymous TLS connection established from client.example.org[192.0.2.7] to mail.example.net: TLSv1.2 with cipher "
        + "ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)")
    #expect(tls.text("client.name") == "client.example.org")
    #expect(tls.text("tls.sni") == "mail.example.net")
    #expect(tls.text("tls.protocol") == "TLSv1.2")
  }

  @Test(arguments: [
    ("postfix/smtpd", "SSL_accept error from client.example.org[192.0.2.7]: lost connection", "lost connection"),
    ("postfix/smtp", "SSL_connect error to mx.example.net[192.0.2.1]:25: -1", "-1"),
    (
      "postfix/smtp",
      "server certificate verification failed for mx.example.net[192.0.2.1]:25: certificate has expired",
      "certificate has expired"
    ),
    (
      "postfix/smtp",
      "server certificate verification failed for mx.example.net[192.0.2.1]:25: num=62:hostname mismatch",
      "hostname mismatch"
    ),
    ("postfix/smtp", "4F3A2B1C0D: Cannot start TLS: handshake failure", "handshake failure"),
  ])
  func `tell why a handshake failed`(program: String, text: String, error: String) {
    let failure = event(program, text)
    #expect(failure.kind == .tlsError)
    #expect(failure.text("error") == error)
  }

  @Test(arguments: [
    ("error:0A0000C1:SSL routines::no shared cipher:../ssl/statem/statem_srvr.c:2220:", "no shared cipher"),
    ("error:14082174:SSL routines:SSL3_CHECK_CERT_AND_ALGORITHM:dh key too small:s3_clnt.c:3347:", "dh key too small"),
  ])
  func `give the library's reason, whichever OpenSSL it is`(error: String, reason: String) {
    let failure = event("postfix/smtpd", "warning: TLS library problem: " + error)
    #expect(failure.kind == .tlsError)
    #expect(failure.text("openssl.library") == "SSL routines")
    #expect(failure.text("openssl.reason") == reason)
  }

  @Test func `of 3.10 report for TLSRPT`() {
    let report = event(
      "postfix/smtp",
      "TLSRPT: status=failure, domain=example.net, receiving_mx=mx.example.net[192.0.2.1], failure_type=certificate_host_mismatch"
    )
    #expect(report.kind == .tlsReport)
    #expect(report.text("status") == "failure")
    #expect(report.text("domain") == "example.net")
    #expect(report.text("peer.address") == "192.0.2.1")
    #expect(report.text("failure_type") == "certificate_host_mismatch")
  }
}
