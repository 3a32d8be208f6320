extension Configuration {
  /// Every key, explained; the same text is installed as /usr/share/doc/maillogd/maillogd.yaml.
  static let example = """
    # maillogd: /etc/maillogd/maillogd.yaml. Files in /etc/maillogd/maillogd.d/*.yaml are read after it.
    # Check it with "maillogd config check", take it over with "systemctl reload maillogd".

    # Language of alerts where a channel has none of its own: en or fr.
    language: en
    # This server's name in alerts (default: its host name).
    # host: mail.example.org
    # How far the very first start looks back.
    look-back: 24h
    # How long, and how many, incidents that have ended are kept.
    retention: 90d
    most-incidents: 10000

    # Look at this machine and the DNS for the cause of each failure (default: true), and who answers about the DNS: own
    # (ask the world, with DNSSEC), host (as in /etc/resolv.conf), or ADDRESS[@PORT].
    verify: true
    dns: own

    # Which logs to follow. Without this: the journal, or /var/log/mail.log where there is no journal.
    # sources:
    #   journal: true
    #   # or another machine's journals: journal: {directory: /var/log/journal/remote, namespaces: [mail], units: []}
    #   files: [/var/log/mail.log]

    # More folders with rules, besides the program's own and /etc/maillogd/rules.d.
    # rules: [/usr/local/share/maillogd/rules]

    # Whom to tell. Without channels, alerts stand in the journal: journalctl -t maillogd
    # Each channel may have: language, fallback (the channel that takes over when this one fails), per-hour (at most so
    # many alerts), authorities (a file with certificates to trust).
    # Secrets stand in files that only the daemon can read, or come from systemd (LoadCredential=).
    # channels:
    #   phone:
    #     ntfy: {url: "https://ntfy.example.org", topic: mail-alerts, token: {file: /etc/maillogd/ntfy-token}}
    #     fallback: mail
    #   mail:
    #     # Through a smarthost; without server: straight to the mail exchangers of the recipients.
    #     smtp: {server: relay.example.net, port: 587, encryption: starttls, user: alerts,
    #            password: {credential: smtp-password}, from: maillogd@mail.example.org, to: [admin@example.net]}
    #   hook:
    #     webhook: {url: "https://hooks.example.org/mail", headers: {Authorization: {file: /etc/maillogd/hook-token}}}
    #   fleet:
    #     alertmanager: {url: ["http://am1.example.org:9093", "http://am2.example.org:9093"]}
    #   chat:
    #     slack: {url: {file: /etc/maillogd/slack-url}}
    #   room:
    #     matrix: {homeserver: "https://matrix.example.org", room: "!abc:example.org", token: {file: /etc/maillogd/matrix-token}}
    #   telegram:
    #     telegram: {chat: "-1001234", token: {file: /etc/maillogd/telegram-token}}
    #   pager:
    #     exec: [/usr/local/bin/page, oncall]
    #   # The mail server of this machine, the one that is watched: a last resort. The unit's NoNewPrivileges= keeps
    #   # sendmail: {from: …, to: […]} from working; use it only where maillogd runs without the shipped unit.
    #   local:
    #     smtp: {server: 127.0.0.1, port: 25, encryption: none, from: maillogd@mail.example.org,
    #            to: [root@mail.example.org]}
    #   queue:
    #     sendmail: {from: maillogd@mail.example.org, to: [root@mail.example.org]}
    #   log:
    #     journal: {}

    # What goes where: the first route that fits, and with "continue: true" the next ones too.
    # routes:
    #   - {channels: [phone, mail], severity: error}
    #   - {channels: [mail], severity: warning, rules: ["gmail.*", "outlook.*"], group-by: all, wait: 5m, repeat: 24h}
    #   - {channels: [hook], domains: [example.org], wait: 30s, interval: 5m, repeat: never}

    # Prometheus metrics (/metrics) and /healthz, on this machine only.
    # metrics: {listen: "127.0.0.1:9815"}
    # metrics: {socket: /run/maillogd/metrics.sock}

    """
}
