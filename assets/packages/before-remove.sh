#!/bin/sh
# Before a deb (`remove`) or an rpm (0 left) goes; not before an upgrade. Root cannot answer for the users, and their
# keychains are theirs: nothing of theirs is touched, and nobody is asked.
case "${1:-}" in
  remove | 0)
    cat <<'TEXT'
Globus Token Tray: this ends no sign-in. Sign-ins, settings and rules of every user stay where they are.
Each user who is done with it runs, before the package is removed:
  globus-token logout --forget
Afterwards, consents end at https://auth.globus.org/v2/web/consents
TEXT
    ;;
esac
