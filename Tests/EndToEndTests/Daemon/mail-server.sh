#!/bin/bash
# Inside the container: Postfix that asks OpenDKIM to sign, both with their own log lines.
set -euo pipefail
cat >"/etc/postfix/main.cf" <<'CONF'
compatibility_level = 3.6
myhostname = mail.example.org
mydestination = $myhostname, localhost
inet_interfaces = loopback-only
alias_maps = hash:/etc/aliases
mynetworks = 127.0.0.0/8 [::1]/128
smtpd_milters = inet:127.0.0.1:8891
non_smtpd_milters = $smtpd_milters
CONF
touch "/etc/aliases"
newaliases
cat >"/etc/opendkim.conf" <<'CONF'
Syslog yes
SyslogSuccess yes
LogWhy yes
Mode s
Domain example.org
Selector mail
KeyFile /etc/dkimkeys/mail.private
Socket inet:8891@127.0.0.1
UserID opendkim
PidFile /run/opendkim/opendkim.pid
CONF
mkdir -p "/etc/dkimkeys"
openssl genrsa -out "/etc/dkimkeys/mail.private" 2048 2>/dev/null
chown -R opendkim:opendkim /etc/dkimkeys
chmod 700 "/etc/dkimkeys"
chmod 600 "/etc/dkimkeys/mail.private"
systemctl restart opendkim postfix
