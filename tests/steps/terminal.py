"""Somebody at a terminal: runs a command on a pseudo-terminal of its own and types answers to what it asks.

    terminal.py ANSWERS COMMAND…

ANSWERS is a JSON list of [what is waited for, what is typed then]. Prints a JSON object: what was seen; the status, or minus
the signal that ended it; whether the terminal's modes are what they were.
"""

import errno
import json
import os
import pty
import select
import signal
import sys
import termios
import time

PATIENCE_S = 60


def main(answers, command):
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    child = os.fork()
    if child == 0:
        os.login_tty(theirs) if hasattr(os, "login_tty") else login(theirs)
        os.execvp(command[0], command)
    seen, at, ended, deadline = b"", 0, None, time.monotonic() + PATIENCE_S
    while ended is None:
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            raise SystemExit(f"it waits; nothing like {answers[:1]} was seen: {seen.decode(errors='replace')}")
        seen += read(ours, 0.05)
        if answers and (place := seen.find(answers[0][0].encode(), at)) >= 0:
            # What comes after is an answer to this, not the echo of what was typed.
            at = place + len(answers[0][0].encode())
            typed = answers.pop(0)[1].encode()
            os.write(ours, typed)
        done, status = os.waitpid(child, os.WNOHANG)
        ended = os.waitstatus_to_exitcode(status) if done else None
    while more := read(ours, 0.05):
        seen += more
    restored = termios.tcgetattr(theirs) == before
    print(json.dumps({"seen": seen.decode(errors="replace"), "status": ended, "restored": restored, "left": len(answers)}))


def login(terminal):
    import fcntl

    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for number in range(3):
        os.dup2(terminal, number)


def read(terminal, patience):
    if not select.select([terminal], [], [], patience)[0]:
        return b""
    try:
        return os.read(terminal, 65536)
    except OSError as error:
        if error.errno == errno.EIO:
            return b""
        raise


main(json.loads(sys.argv[1]), sys.argv[2:])
