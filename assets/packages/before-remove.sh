#!/bin/sh
# Before a deb (`remove`) or an rpm (0 left) goes; not before an upgrade. Root cannot sign out for the users, and their
# keychains are theirs: nothing of theirs is touched. At a terminal there is still time for them, so it is asked; an
# exit other than 0 keeps the package, and dpkg tells it so (`postinst abort-remove`).
# Percent signs would be macros of rpm's.
case "${1:-}" in
  remove | 0) ;;
  *) exit 0 ;;
esac

# Whether no other job than that of a process has its terminal, if it has one: who reads from it then is stopped.
gtt_in_front() {
  { read -r gtt_stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # What comes after the name: state, parent, group, session, terminal, the group in front.
  set -- ${gtt_stat##*) }
  gtt_parent=${2:-} gtt_session=${4:-none}
  [ "${5:-}" = 0 ] || [ "${3:-}" = "${6:-none}" ]
}

# apt starts dpkg on a terminal of dpkg's own, also where apt itself is in the background or writes to a file.
gtt_apt_shows() {
  [ "$gtt_parent" = "$gtt_session" ] && gtt_in_front "$gtt_parent" && [ -d "/proc/$gtt_parent/fd" ] || return 0
  set -- "/proc/$gtt_parent/fd"
  gtt_in_front "$gtt_parent" || return 1
  { [ ! -t 0 ] <"$1/0"; } 2>/dev/null || [ "$1/0" -ef "$1/1" ]
}

# Whether somebody sees a question and can answer it. dnf, zypper and what runs in the background keep the output.
gtt_person() {
  # Only these ask at the terminal: with another, the terminal is one that PackageKit made and nobody looks at.
  case "${DEBIAN_FRONTEND:-dialog}" in dialog | readline | editor | teletype | text) ;; *) return 1 ;; esac
  [ -t 1 ] || return 1
  case "$1" in
    # rpm gives its scripts no input of their own.
    0) ;;
    # For another package, which is being put in its place.
    *) [ -z "${2:-}" ] && [ -t 0 ] || return 1 ;;
  esac
  gtt_in_front self && gtt_apt_shows || return 1
  command -v timeout >/dev/null || return 1
  # Not `:`, with which a shell ends where there is no such terminal, and the package could not go.
  { true </dev/tty >/dev/tty; } 2>/dev/null
}

cat <<'TEXT'
Globus Token Tray: this ends no sign-in. Sign-ins, settings and rules of every user stay where they are.
TEXT
if gtt_person "$@"; then
  cat >/dev/tty <<'TEXT'
Who is done with it runs this first, as long as the package is there:
  globus-token logout --forget
TEXT
  printf 'Stop the removal for that? [y/N] ' >/dev/tty
  # Nothing, and the end of input, are a no. So is silence: apt lives on when its terminal is gone, and would hold
  # dpkg's lock for ever.
  gtt_answer=$(timeout --foreground 300 sh -c 'read -r answer && echo "$answer"' </dev/tty) || echo >/dev/tty
  case "${gtt_answer:-}" in
    [Yy] | [Yy][Ee][Ss])
      echo 'Globus Token Tray is not removed. Remove it again when everybody has signed out.'
      exit 1
      ;;
  esac
fi
cat <<'TEXT'
Afterwards, each user ends the consents at https://auth.globus.org/v2/web/consents, and the sign-ins with them.
Or put the package back, run `globus-token logout --forget`, and remove it again.
TEXT
