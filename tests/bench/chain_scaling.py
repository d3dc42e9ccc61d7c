"""Whether the cost of a check grows linearly: chains of 10,000 and of 100,000 layers.

    python tests/bench/chain_scaling.py [--rounds N]

A chain is one line that repeats, or as many lines as it has layers. The bars, for 100,000
repeated layers: 30 s of CPU and 1 GB; and ten times the layers take at most twelve times as long.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from processes import Spent, cached, median, spend

ROOT = Path(__file__).parents[2]
SIZES = (10_000, 100_000)
BARS = Spent(30.0, 1_000_000_000)
RATIO_BAR = 12.0

HEAD = "archc: 1\ninput: [4, 16, 16]\nlayers:\n"
LAYERS = (
    "[{conv: 4, kernel: 3, padding: 1}, batch_norm, relu, {max_pool: 3, stride: 1, padding: 1}]"
)
LINES = ("{conv: 4, kernel: 3, padding: 1}", "batch_norm", "relu", "{dropout: 0.1}")


def repeated(layers: int) -> str:
    """Return a chain that one line repeats."""
    return f"{HEAD}  - {{repeat: {layers // 4}, inline: true, layers: {LAYERS}}}\n"


def written_out(layers: int) -> str:
    """Return a chain of as many lines as it has layers."""
    return HEAD + "".join(f"  - {LINES[i % len(LINES)]}\n" for i in range(layers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    fits = True
    for command in ("check", "summary"):
        for chain in (repeated, written_out):
            small, large = (measure(command, chain(size), rounds) for size in SIZES)
            fits &= tell(f"{command}, {chain.__name__}", small, large)
    sys.exit(not fits)


def measure(command: str, text: str, rounds: int) -> Spent:
    """Return what a command on a spec costs, its bytecode being cached."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.yaml"
        environment = {**cached(f"{folder}/bytecode"), "PYTHONPATH": str(ROOT)}
        path.write_text(text)
        run = [sys.executable, "-m", "archc", command, str(path)]
        warm = [sys.executable, "-m", "archc", command, str(ROOT / "specs" / "vgg16.yaml")]
        spend(warm, environment)
        return median([spend(run, environment) for _ in range(rounds)])


def tell(name: str, small: Spent, large: Spent) -> bool:
    """Print what both sizes cost, and whether it is little enough."""
    ratio = large.seconds / small.seconds
    for size, spent in zip(SIZES, (small, large), strict=True):
        print(f"{name}, {size:>7,}: {spent.seconds:6.2f} s {spent.memory / 1e6:6.0f} MB")
    print(f"{name}: ten times the layers take {ratio:.1f} times as long")
    return large.seconds <= BARS.seconds and large.memory <= BARS.memory and ratio <= RATIO_BAR


if __name__ == "__main__":
    main()
