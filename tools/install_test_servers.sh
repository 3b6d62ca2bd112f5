#!/usr/bin/env bash
# The servers that some tests talk to, from Debian's packages: Dovecot for tests/adapters/test_imap_dovecot.py.
# Says nothing when they are there already, or when all goes well.
set -euo pipefail

if PATH="$PATH:/usr/sbin" command -v dovecot >/dev/null; then
    exit 0
fi

as_root=()
if [[ $EUID -ne 0 ]]; then
    as_root=(sudo)
fi
log="$(mktemp)"
trap 'rm -f "$log"' EXIT

run() { # RUNLEVEL=1: the package's own service is not started, tests start one of their own
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 "$@" >"$log" 2>&1 || {
        cat "$log" >&2
        echo "install_test_servers: $1 failed" >&2
        exit 1
    }
}

run apt-get update
run apt-get install --yes --no-install-recommends dovecot-imapd
