"""What the process that runs this may do, as JSON on a file: errno names, or what it got (test/cli/agent-systemd.test.ts).

argv[1] is the file, which must be in a folder of its own.
"""

import ctypes
import errno
import json
import mmap
import os
import resource
import socket
import sys

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWUSER = 0x10000000
ADDR_NO_RANDOMIZE = 0x0040000
PTRACE_TRACEME = 0
PR_GET_NO_NEW_PRIVS = 39
KEYCTL = {"x86_64": 250, "aarch64": 219}[os.uname().machine]
KEYCTL_GET_KEYRING_ID = 0
KEY_SPEC_SESSION_KEYRING = -3


def called(result):
    return "done" if result != -1 else errno.errorcode[ctypes.get_errno()]


def tried(action):
    try:
        action()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"


def in_child(action):
    """For what changes the process that does it."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writer, action().encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(pid, 0)
    return os.read(reader, 100).decode()


path = sys.argv[1]
program = path + ".setuid"
open(program, "w").close()
found = {
    "namespace": in_child(lambda: called(libc.unshare(CLONE_NEWUSER))),
    "personality": in_child(lambda: called(libc.personality(ADDR_NO_RANDOMIZE))),
    "debugging": in_child(lambda: called(libc.ptrace(PTRACE_TRACEME, 0, 0, 0))),
    "owner": tried(lambda: os.chown(program, os.getuid(), os.getgid())),
    "priority": in_child(lambda: called(libc.setpriority(os.PRIO_PROCESS, 0, 19))),
    "kernel keyring": in_child(lambda: called(libc.syscall(KEYCTL, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 1))),
    "setuid file": tried(lambda: os.chmod(program, 0o4700)),
    "netlink": tried(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),
    "local socket": tried(lambda: socket.socket(socket.AF_UNIX)),
    "internet": tried(lambda: socket.socket(socket.AF_INET)),
    "machine code": tried(
        lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    ),
    "new rights": "never" if libc.prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 else "possible",
    "umask": oct(os.umask(0)),
    "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
    "files": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
}
with open(path + ".part", "w") as file:
    json.dump(found, file)
os.rename(path + ".part", path)
