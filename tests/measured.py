"""Run a command as `python measured.py COMMAND…`; tell its CPU seconds and peak memory at the end.

A process of its own, because a forked child begins with the peak of whoever forked it.
"""

import os
import resource
import sys

_LIMITS = {
    resource.RLIMIT_AS: 2 * 2**30,  # bytes: what goes astray must not take the machine along
    resource.RLIMIT_CPU: 20,  # seconds
}


def main() -> None:
    child = os.fork()
    if child == 0:
        for limit, value in _LIMITS.items():
            resource.setrlimit(limit, (value, value))
        os.execvp(sys.argv[1], sys.argv[1:])
    _, status, used = os.wait4(child, 0)
    print(f"\n{used.ru_utime + used.ru_stime} {used.ru_maxrss}", file=sys.stderr)
    sys.exit(os.waitstatus_to_exitcode(status) % 256)


if __name__ == "__main__":
    main()
