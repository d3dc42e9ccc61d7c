"""Whether the shipped recipes reach what they promise, on the full data sets.

    python tests/bench/training_accuracy.py ROOT [--epochs N]

ROOT holds MNIST and FashionMNIST as torchvision lays them out. Told are, for each recipe, the best
and the last accuracy on the test split, and the epoch that first reached the bar.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

RECIPES = Path(__file__).parents[2] / "specs" / "recipes"
BARS = {"lenet5-mnist": ("mnist", 0.9875), "lenet5-fashion": ("fashion_mnist", 0.89)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--only", choices=BARS)
    arguments = parser.parse_args()
    for name, (data, bar) in BARS.items():
        if arguments.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                report(name, bar, train(name, data, Path(folder) / "run", arguments))


def train(name: str, data: str, out: Path, arguments: argparse.Namespace) -> list[dict[str, str]]:
    """Train by a recipe and return the rows of its metrics."""
    command = [sys.executable, "-m", "archc", "train", str(RECIPES / f"{name}.yaml")]
    command += ["--set", f"data.{data}={arguments.root}", "--out", str(out)]
    if arguments.epochs:
        command += ["--epochs", str(arguments.epochs)]
    subprocess.run(command, check=True)
    evaluated = [sys.executable, "-m", "archc", "evaluate", str(out), "--format", "json"]
    told = json.loads(subprocess.run(evaluated, check=True, capture_output=True).stdout)
    header, *rows = (out / "metrics.csv").read_text().splitlines()
    found = [dict(zip(header.split(","), row.split(","), strict=True)) for row in rows]
    best = max(float(row["test_accuracy"]) for row in found)
    if told["accuracy"] != best:
        raise SystemExit(f"evaluate tells {told['accuracy']}, the metrics {best}")
    return found


def report(name: str, bar: float, rows: list[dict[str, str]]) -> None:
    accuracies = [float(row["test_accuracy"]) for row in rows]
    reached = next((i for i, value in enumerate(accuracies, 1) if value >= bar), None)
    when = f"reached at epoch {reached}" if reached else "not reached"
    print(
        f"{name}: best {max(accuracies):.2%}, last {accuracies[-1]:.2%} after {len(rows)} epochs; "
        f"the bar of {bar:.2%} was {when}"
    )


if __name__ == "__main__":
    main()
