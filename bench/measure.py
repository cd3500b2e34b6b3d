"""Runs one command and prints what the operating system accounted to it and to what it waited for, as JSON.

    measure.py OUTPUT_FILE COMMAND [ARG ...]

wall and cpu in seconds; peak in MiB, of the largest single process (not below this program's own 10 MiB);
written: bytes that went to the file system; output: bytes passed to write calls of any kind.
"""

import json
import os
import sys
import time


def io_of(pid):
    try:
        with open(f"/proc/{pid}/io") as file:
            return {key: int(value) for key, value in (line.split(":") for line in file)}
    except OSError:
        return {}


def main():
    target, argv = sys.argv[1], sys.argv[2:]
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    started = time.monotonic()
    pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=actions)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    wall = time.monotonic() - started
    counted = io_of(pid)
    _, status, usage = os.wait4(pid, 0)
    print(json.dumps({
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss / 1024,
        "written": counted.get("write_bytes", usage.ru_oublock * 512),
        "output": counted.get("wchar", 0),
        "code": os.waitstatus_to_exitcode(status),
    }))


main()
