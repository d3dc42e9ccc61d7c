"""What a summary costs beside torchinfo's: CPU time and peak memory of whole processes.

    python tests/bench/summary_speed.py [--rounds N]

`archc summary specs/resnet152.yaml` against a script that builds torchvision's resnet152 and
prints torchinfo's summary of it, and against the same on the meta device. They take turns, so
that whatever else the machine does falls on all of them; one round before fills the caches. The
bars: at most 1/20 and 1/16 of their CPU time (the aim beyond is 1/30), and at most 45 MB.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from processes import Spent, cached, median, spend

ROOT = Path(__file__).parents[2]
BARS = {"torchinfo": 1 / 20, "torchinfo, meta device": 1 / 16}
MEMORY_BAR = 45_000_000  # bytes

TORCHINFO = """
import torch, torchinfo, torchvision
with torch.device("{device}"):
    model = torchvision.models.resnet152()
    torchinfo.summary(model, input_data=torch.empty(1, 3, 224, 224), depth=9)
"""
# torchinfo prints by itself; a depth that shows every layer, as archc's table does.


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    commands = {
        "archc": ["-m", "archc", "summary", str(ROOT / "specs" / "resnet152.yaml")],
        "torchinfo": ["-c", TORCHINFO.format(device="cpu")],
        "torchinfo, meta device": ["-c", TORCHINFO.format(device="meta")],
    }
    times = race(commands, rounds)
    for name, spent in times.items():
        middle = median(spent)
        print(f"{name:<23}{middle.seconds:8.3f} s{middle.memory / 1e6:8.1f} MB")
    told = [tell(name, bar, times) for name, bar in BARS.items()]
    memory = median(times["archc"]).memory
    print(f"memory: {memory / 1e6:.1f} MB, the bar is {MEMORY_BAR / 1e6:.0f} MB")
    sys.exit(not (all(told) and memory <= MEMORY_BAR))


def race(commands: dict[str, list[str]], rounds: int) -> dict[str, list[Spent]]:
    """Run the commands in turns; return what each round of each took."""
    times: dict[str, list[Spent]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**cached(folder), "PYTHONPATH": str(ROOT)}
        for number in range(rounds + 1):
            for name, command in commands.items():
                spent = spend([sys.executable, *command], environment)
                if number:
                    times[name].append(spent)
    return times


def tell(name: str, bar: float, times: dict[str, list[Spent]]) -> bool:
    """Print the ratio to a rival, the median over the rounds, and whether it is low enough."""
    pairs = zip(times["archc"], times[name], strict=True)
    ratio = statistics.median(ours.seconds / theirs.seconds for ours, theirs in pairs)
    print(f"archc / {name}: 1/{1 / ratio:.1f}, the bar is 1/{1 / bar:.0f}")
    return ratio <= bar


if __name__ == "__main__":
    main()
