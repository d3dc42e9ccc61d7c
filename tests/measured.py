"""Run a command as `python measured.py COMMAND…`; print its CPU seconds and peak memory at the end.

A process of its own, because a forked child begins with the peak of the process that forked it.
Without a command, it serves `Checks`: it imports `archc check` once, and forks for each line.
"""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

_LIMITS = {
    resource.RLIMIT_AS: 2 * 2**30,  # bytes: a runaway must not exhaust the machine
    resource.RLIMIT_CPU: 60,  # seconds: ends a hang, on any machine
}


class Outcome(NamedTuple):
    """What a command did.

    Args:
        code: its exit code.
        text: its standard output.
        errors: its standard error.
        peak: the most memory that it had, in KiB.
    """

    code: int
    text: str
    errors: str
    peak: int


class Checks:
    """A process that runs `archc check` in a fork of itself, as often as it is asked to.

    A fork costs milliseconds, a new interpreter with all imports half a second.
    """

    def __init__(self) -> None:
        root = Path(__file__).parents[1]
        self._server = subprocess.Popen(
            [sys.executable, __file__],
            env={**os.environ, "PYTHONPATH": str(root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def check(self, *arguments: str, cwd: Path) -> Outcome:
        """Run `archc check` in a folder."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        print(json.dumps([str(cwd), *arguments]), file=self._server.stdin, flush=True)
        return Outcome(*json.loads(self._server.stdout.readline()))

    def close(self) -> None:
        """End the process."""
        self._server.kill()  # the end of its input may not come: other forks hold the pipe too
        self._server.communicate()


def limit() -> None:
    """Limit what this process may use."""
    for kind, value in _LIMITS.items():
        resource.setrlimit(kind, (value, value))


def main() -> None:
    child = os.fork()
    if child == 0:
        limit()
        os.execvp(sys.argv[1], sys.argv[1:])
    _, status, used = os.wait4(child, 0)
    print(f"\n{used.ru_utime + used.ru_stime} {used.ru_maxrss}", file=sys.stderr)
    sys.exit(os.waitstatus_to_exitcode(status) % 256)


def serve() -> None:
    import archc.cli.check  # noqa: F401 - so that no fork has to import it
    from archc.cli import main as command_line

    for line in sys.stdin:
        folder, *arguments = json.loads(line)
        print(json.dumps(_forked(command_line, folder, arguments)), flush=True)


def _forked(command_line: Any, folder: str, arguments: list[str]) -> Outcome:
    streams = [os.memfd_create(name) for name in ("output", "errors")]
    child = os.fork()
    if child == 0:
        try:
            _become(streams, folder, arguments)
            limit()
            command_line()  # exits
        finally:
            _leave()
    _, status, used = os.wait4(child, 0)
    texts = []
    for stream in streams:
        os.lseek(stream, 0, os.SEEK_SET)
        with open(stream, encoding="utf-8", newline="") as file:
            texts.append(file.read())
    return Outcome(os.waitstatus_to_exitcode(status), *texts, used.ru_maxrss)


def _become(streams: list[int], folder: str, arguments: list[str]) -> None:
    """Take the place of a new `archc check`: its streams, its folder and its command line."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, stream in enumerate([nothing, *streams]):
        os.dup2(stream, number)
    os.chdir(folder)
    sys.argv = ["archc", "check", *arguments]


def _leave() -> None:
    """End a fork with what `sys.exit` asked for."""
    error = sys.exc_info()[1]
    code = error.code if isinstance(error, SystemExit) else 1
    if not isinstance(error, SystemExit):
        sys.excepthook(*sys.exc_info())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    main() if len(sys.argv) > 1 else serve()
