"""A service manager with one listening socket: starts a program with it as descriptor 3, as sd_listen_fds(3) has it.

argv: kind (unix, tcp, file, datagram), path or '', LISTEN_FDS, program and its arguments. Each line on stdin starts the
program once. On stdout: `started <pid>`, then `ended <exit code>`.
"""
import ctypes
import os
import socket
import sys

# PR_SET_NAME: the kernel knows systemd's own manager by this name.
ctypes.CDLL(None).prctl(15, b"systemd", 0, 0, 0)
os.umask(0)
kind, path, count, *program = sys.argv[1:]
if kind == "unix" or kind == "datagram":
    family = socket.SOCK_STREAM if kind == "unix" else socket.SOCK_DGRAM
    sock = socket.socket(socket.AF_UNIX, family)
    sock.bind(path)
    if kind == "unix":
        sock.listen(128)
elif kind == "tcp":
    sock = socket.create_server(("127.0.0.1", 0))
else:
    sock = open(os.devnull, "rb")
print("ready", flush=True)
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        os.dup2(sock.fileno(), 3)
        os.set_inheritable(3, True)
        names = ":".join(["broker.sock"] * int(count))
        told = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": count, "LISTEN_FDNAMES": names}
        os.execve(program[0], program, {**os.environ, **told})
    print(f"started {child}", flush=True)
    _, status = os.waitpid(child, 0)
    print(f"ended {os.waitstatus_to_exitcode(status)}", flush=True)
