"""Runs one command of an interactive bash on a terminal of its own, for tests (test/support/pty.ts).

argv[1] is the command in shell words. What it types comes on stdin, what the terminal shows goes to stdout;
descriptors 3 and 4 are the command's stdout and stderr. Ends with the command's exit code.
"""

import os
import pty
import select
import sys

# A person's shell: argv without a script and a terminal as stdin. It runs one line and ends; after Ctrl-C, which
# takes it back to its prompt, it ends there.
LINE = (
    'code=$?; [ -z "$ran" ] || exit "$code" 2>/dev/null; ran=1; line=$RIG_LINE; '
    'export -n PROMPT_COMMAND; unset RIG_LINE HISTFILE; eval "$line"; exit $? 2>/dev/null'
)

pid, master = pty.fork()
if pid == 0:
    env = dict(os.environ, PROMPT_COMMAND=LINE, RIG_LINE=sys.argv[1], HISTFILE="/dev/null")
    os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], env)
for fd in (3, 4):
    os.close(fd)
sources = [master, 0]
while master in sources:
    for fd in select.select(sources, [], [])[0]:
        try:
            data = os.read(fd, 65536)
        except OSError:
            # Linux says EIO when the last process has closed its end of the terminal.
            data = b""
        if not data:
            sources.remove(fd)
        elif fd == master:
            os.write(1, data)
        else:
            os.write(master, data)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)
