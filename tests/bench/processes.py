"""What a process costs: its CPU seconds and its peak memory."""

import os
import statistics
import subprocess
import sys
from typing import NamedTuple


class Spent(NamedTuple):
    """CPU seconds, of all threads, and the peak of resident memory in bytes."""

    seconds: float
    memory: int


def spend(command: list[str], environment: dict[str, str]) -> Spent:
    """Run a command to its end; it must succeed."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} exited with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB on Linux
    return Spent(used.ru_utime + used.ru_stime, used.ru_maxrss * unit)


def cached(folder: str) -> dict[str, str]:
    """Return an environment in which bytecode is kept, as for any installed package."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**environment, "PYTHONPYCACHEPREFIX": folder}


def median(rounds: list[Spent]) -> Spent:
    """Return the median time and the largest memory."""
    seconds = statistics.median(spent.seconds for spent in rounds)
    return Spent(seconds, max(spent.memory for spent in rounds))
