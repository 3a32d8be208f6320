#!/usr/bin/env bash
# A healthy mail server in the container, and the state to which every repair is measured: Postfix as Debian ships it
# (smtpd and cleanup chrooted), OpenDKIM signing for mail.example.org with a key table.
#   mail-server.sh reset          back to that state, whatever was broken before
#   mail-server.sh smtp TOKEN [N] sends a message through smtpd on 127.0.0.1:25, in N attempts at most
#   mail-server.sh local TOKEN    sends one with sendmail(1)
#   mail-server.sh squat PORT     takes a port and serves nothing on it
#   mail-server.sh arrived TOKEN  waits until it lies in alice's mailbox, signed; exit code 1 if it does not come
# shellcheck disable=SC2016  # $names in main.cf are Postfix's
set -uo pipefail

reset() {
  systemctl stop opendkim postfix squatter second-dkim 2>/dev/null
  systemctl disable -q squatter second-dkim 2>/dev/null
  pkill -x opendkim
  rm -rf /etc/systemd/system/{squatter,second-dkim}.service /etc/systemd/system/opendkim.service.d \
    /etc/opendkim /etc/dkimkeys /run/opendkim /var/spool/postfix/opendkim /var/spool/postfix/run /var/spool/postfix/private/{scan,tlsmgr} /var/cache/apt/archives/*.deb
  systemctl daemon-reload
  systemctl reset-failed 2>/dev/null
  getent passwd alice >/dev/null || useradd -m alice
  gpasswd -q -d postfix opendkim >/dev/null 2>&1
  usermod -aG opendkim postfix

  install -d -o opendkim -g opendkim -m 700 /etc/dkimkeys /etc/opendkim
  opendkim-genkey -b 1024 -d mail.example.org -s mail -D /etc/dkimkeys
  chown opendkim:opendkim /etc/dkimkeys/*
  chmod 600 /etc/dkimkeys/mail.private
  chmod 755 /etc/opendkim
  echo 'mail._domainkey.mail.example.org mail.example.org:mail:/etc/dkimkeys/mail.private' > /etc/opendkim/key.table
  echo '*@mail.example.org mail._domainkey.mail.example.org' > /etc/opendkim/signing.table
  printf '127.0.0.1\n::1\nlocalhost\n' > /etc/opendkim/trusted.hosts
  cat > /etc/opendkim.conf <<'CONF'
Syslog yes
SyslogSuccess yes
LogWhy yes
UMask 007
UserID opendkim
Mode sv
Canonicalization relaxed/simple
KeyTable file:/etc/opendkim/key.table
SigningTable refile:/etc/opendkim/signing.table
InternalHosts /etc/opendkim/trusted.hosts
Socket inet:8891@localhost
PidFile /run/opendkim/opendkim.pid
CONF
  install -d -o opendkim -g opendkim -m 750 /run/opendkim

  cp /usr/share/postfix/master.cf.dist /etc/postfix/master.cf
  : > /etc/postfix/main.cf
  postconf -e compatibility_level=3.6 myhostname=mail.example.org mydomain=example.org \
    'mydestination=$myhostname, localhost' mynetworks='127.0.0.0/8 [::1]/128' inet_interfaces=loopback-only \
    alias_maps=hash:/etc/aliases alias_database=hash:/etc/aliases smtpd_milters=inet:localhost:8891 \
    'non_smtpd_milters=$smtpd_milters' queue_run_delay=5s minimal_backoff_time=5s maximal_backoff_time=10s \
    smtpd_tls_cert_file=/etc/letsencrypt/live/mail.example.org/fullchain.pem \
    smtpd_tls_key_file=/etc/letsencrypt/live/mail.example.org/privkey.pem smtpd_tls_security_level=may
  echo 'postmaster: alice' > /etc/aliases
  newaliases
  chgrp postdrop /usr/sbin/postdrop
  chmod 2555 /usr/sbin/postdrop
  if [ ! -f /etc/letsencrypt/live/mail.example.org/fullchain.pem ]; then
    mkdir -p /etc/letsencrypt/live/mail.example.org
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=mail.example.org \
      -keyout /etc/letsencrypt/live/mail.example.org/privkey.pem -out /etc/letsencrypt/live/mail.example.org/fullchain.pem 2>/dev/null
  fi
  find /var/spool/postfix/{maildrop,incoming,active,deferred,bounce,defer,hold} -type f -delete 2>/dev/null
  for folder in incoming active deferred bounce defer hold; do chown postfix:root "/var/spool/postfix/$folder"; done
  : > /var/mail/alice
  chown alice:mail /var/mail/alice
  systemctl start opendkim && systemctl start postfix
}

message() { printf 'From: <bob@mail.example.org>\r\nTo: <alice@mail.example.org>\r\nSubject: %s\r\n\r\n%s\r\n' "$1" "$1"; }

# One attempt; 0 if the server took the message.
attempt() {
  exec 3<>/dev/tcp/127.0.0.1/25 || return 1
  local line=
  answer() { while IFS= read -r -t 20 -u 3 line; do case $line in ???-*) ;; *) return ;; esac; done; }
  answer
  for command in 'EHLO client.example.org' 'MAIL FROM:<bob@mail.example.org>' "RCPT TO:<alice@mail.example.org>" DATA; do
    printf '%s\r\n' "$command" >&3
    answer
  done
  case $line in 354*) message "$1" >&3; printf '.\r\n' >&3; answer ;; esac
  printf 'QUIT\r\n' >&3
  exec 3>&-
  case $line in 250*) return 0 ;; *) return 1 ;; esac
}

# A sender tries again, as every mail server does: a filter that has just started may not listen yet.
smtp() {
  local tries
  for tries in $(seq "${2:-1}"); do
    attempt "$1" && return 0
    [ "$tries" = "${2:-1}" ] || sleep 1
  done
  return 1
}

arrived() {
  local signed='^DKIM-Signature:'
  for _ in $(seq 150); do
    postqueue -f 2>/dev/null
    if grep -q "^Subject: $1" /var/mail/alice && grep -q "$signed" /var/mail/alice; then return 0; fi
    sleep 0.2
  done
  return 1
}

squat() {
  exec perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ARGV[0],
    Listen => 5, ReuseAddr => 1) or die; while (my $c = $s->accept) { sleep 1; close $c }' "$1"
}

case $1 in
  reset) reset ;;
  smtp) smtp "$2" "${3:-}" ;;
  local) message "$2" | tr -d '\r' | timeout 20 sendmail -f bob@mail.example.org alice@mail.example.org ;;
  squat) squat "$2" ;;
  arrived) arrived "$2" ;;
esac
