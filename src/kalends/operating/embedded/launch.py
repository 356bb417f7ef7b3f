"""Becomes another program that ends when the process that started it ends.

Run as a script, alone, so it imports nothing of Kalends:
`launch.py PARENT SIGNAL UID GID PROGRAM [ARGUMENT...]`, where UID -1 keeps the account.
Done here rather than between fork and exec of the caller, which may have threads; and in this order, because
Linux forgets the wish when the account changes. What the program writes is closed to others (umask 077).
"""

import os
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def _process_control() -> Callable[..., int] | None:
    if sys.platform != "linux":
        return None
    import ctypes

    prctl: Callable[..., int] = ctypes.CDLL(None, use_errno=True).prctl
    return prctl


def _found(program: str) -> str:
    if "/" in program:
        return program
    places = (os.path.join(folder, program) for folder in os.get_exec_path())
    return next((place for place in places if os.access(place, os.X_OK)), program)


def main(arguments: list[str]) -> None:
    parent, signal, uid, gid = map(int, arguments[:4])
    program = arguments[4:]
    # Everything is looked up and imported first: the other account may not be able to read this Python.
    path = _found(program[0])
    control = _process_control()
    if uid != -1:
        os.setgroups([gid])
        os.setgid(gid)
        os.setuid(uid)
    os.umask(0o077)
    if control is not None:
        control(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the wish was heard
        sys.exit(1)
    try:
        os.execv(path, program)
    except OSError as error:
        sys.exit(f"{program[0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
