/// The closed vocabulary of why mail was refused, deferred or bounced.
public enum Reason {
  public static let all: Set<String> = [
    "auth-spf", "auth-dkim", "auth-dmarc", "auth-required", "reverse-dns", "helo-invalid", "ipv6-policy",
    "sender-domain",
    "sender-rejected", "sender-verify-failed", "dnsbl-ip", "dnsbl-domain", "dnsbl-url", "dnsbl-resolver-error",
    "reputation-ip", "reputation-domain", "blocked-ip", "dynamic-ip", "geo-blocked", "rate-limit", "connection-limit",
    "recipient-rate", "too-many-recipients", "too-many-errors", "greylisted", "spam-content", "virus",
    "attachment-blocked", "message-format", "message-too-big", "policy", "loop", "user-unknown", "mailbox-full",
    "mailbox-disabled", "mailbox-moved", "recipient-restricted", "recipient-verify", "domain-unknown",
    "domain-not-accepting", "relay-denied", "smtp-auth", "sender-account", "tls-required", "tls-failed",
    "protocol-error",
    "system-error", "system-full", "network", "expired", "unknown",
  ]
}
