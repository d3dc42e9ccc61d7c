"""What hostile files cost: seconds and memory of every command, each in a process of its own.

    python tests/bench/hostile_files.py [--commands check,summary,graph,emit,diff,rf] [--only WORD]

A row is a file of `tests/hostile.py`, a column a command: CPU seconds and MiB at the peak. The bars
are 2 s and 300 MiB for a file that is refused; one that is a network costs what its output costs.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from hostile import hostile  # noqa: E402 - of the tests' folder

SECONDS, MEBIBYTES = 2.0, 300.0
COMMANDS = ("check", "summary", "graph", "emit", "diff", "rf")


def cost(command: str, folder: Path) -> tuple[float, float, int]:
    """Return the CPU seconds, the peak in MiB and the bytes printed."""
    words = [sys.executable, ROOT / "tests" / "measured.py", sys.executable, "-m", "archc", command]
    more = {"graph": ["-o", "net.svg"], "diff": ["spec.yaml"]}.get(command, [])
    done = subprocess.run([*words, "spec.yaml", *more], cwd=folder, capture_output=True)
    seconds, peak = done.stderr.decode().rstrip().rpartition("\n")[2].split()
    return float(seconds), float(peak) / 1024, len(done.stdout)


def main() -> None:
    """Measure all, print a row each, and what is beyond the bars."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--commands", default=",".join(COMMANDS))
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    commands = given.commands.split(",")
    print(f"{'':58}" + "".join(f"{command:>18}" for command in commands))
    beyond = []
    for name, (code, text) in hostile().items():
        if given.only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            data = text.encode() if isinstance(text, str) else text
            (Path(folder) / "spec.yaml").write_bytes(data)
            costs = [cost(command, Path(folder)) for command in commands]
        cells = "".join(f"{seconds:7.2f} s {peak:4.0f} MiB" for seconds, peak, _ in costs)
        print(f"{code or 'network':8}{name:50}{cells}", flush=True)
        seconds, peak = max(c[0] for c in costs), max(c[1] for c in costs)
        if code and (seconds > SECONDS or peak > MEBIBYTES):
            beyond.append(name)
    print(f"beyond {SECONDS:.0f} s or {MEBIBYTES:.0f} MiB: {', '.join(beyond) or 'none'}")


if __name__ == "__main__":
    main()
