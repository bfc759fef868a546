/** What runs on the other machine, and how it is read. POSIX sh; nothing of it is installed there. */

const MARK = 'globus-token-forward';
/** Characters that no shell, and no `-R`, takes for anything else. */
const PLAIN = /^\/[A-Za-z0-9/._@+=,-]+$/;

export function isPlainPath(path: string): boolean {
  return PLAIN.test(path);
}

/**
 * Makes the socket's folder, says where the socket goes, and waits; when its stdin ends, however the connection
 * came to its end, it removes the socket. Sent as the stdin of `sh`, in one block that is read before it runs, so
 * that the account's own shell needs to understand none of it.
 *
 * The folder is the one where an agent of that machine has its own socket: never under the home folder, which
 * machines may share, and refused when it is a link, another user's or open to others.
 *
 * @param name of the socket's file, plain characters
 */
export function keeperScript(name: string): string {
  return `{
umask 077
trap '' HUP INT
uid=$(id -u)
mine() {
  set -- $(LC_ALL=C ls -ldn "$1" 2>/dev/null)
  [ "$3" = "$uid" ] || return 1
  case $1 in drwx------*) return 0 ;; esac
  return 1
}
run=\${XDG_RUNTIME_DIR:-/run/user/$uid}
case $run in "$HOME"/* | *[!A-Za-z0-9/._@+=,-]*) run= ;; /*) ;; *) run= ;; esac
[ "\${#run}" -le 60 ] || run=
if [ -n "$run" ] && mine "$run"; then folder=$run/globus-token; else folder=/tmp/globus-token-$uid; fi
mkdir -m 700 "$folder" 2>/dev/null
if ! mine "$folder"; then
  echo "globus-token: $folder there is not a folder of yours alone; nothing is forwarded" >&2
  exit 1
fi
find "$folder" -name 'forward-*.sock' -mtime +7 -exec rm -f {} + 2>/dev/null
socket=$folder/${name}
printf '\\n${MARK} %s\\n' "$socket"
cat >/dev/null
rm -f "$socket"
exit 0
}
`;
}

/** The socket's path, once all of the keeper's line is there; what login scripts print before it is passed over. */
export function pathFrom(output: string): string | null {
  const [, path = ''] = new RegExp(`^${MARK} (.+)\\r?\\n`, 'm').exec(output) ?? [];
  return isPlainPath(path) ? path : null;
}

/**
 * The command line for the other machine: its login shell, or a command for its shell as ssh itself would give it
 * one, with the socket where `globus-token` there looks for it. Understood by sh, csh and fish alike.
 *
 * @param words of a command; they become one text, as with ssh
 */
export function remoteCommand(socket: string, words: readonly string[]): string {
  // sshd sets SHELL; the mode is the server's business, so it is set again where it can be.
  const start = `chmod 600 ${socket}; exec env GLOBUS_TOKEN_SOCK=${socket} "$SHELL"`;
  return words.length === 0 ? `${start} -l` : `${start} -c ${quoted(words.join(' '))}`;
}

/** For a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
