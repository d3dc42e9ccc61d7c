"""What the emitted code costs beside the hand-written: forward and backward, ours against theirs.

    python tests/bench/forward_backward.py [--rounds N] [--batch N] [--size N]

Both modules have the same weights and read the same batch, in one process, on one thread, taking
turns, so that whatever else the machine does falls on both. Told are the medians of the CPU time,
and the median of the rounds' ratios, which should be at most 1.02.
"""

import argparse
import statistics
import time
from pathlib import Path

import torch
import torchvision.models
from torch import nn

import archc

BAR = 1.02
SPECS = Path(__file__).parents[2] / "specs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--size", type=int, default=96)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name in ("resnet18", "googlenet"):
        theirs = build(name)
        ours = archc.compile(SPECS / f"{name}.yaml")
        ours.load_state_dict(theirs.state_dict())
        x = torch.randn(arguments.batch, 3, arguments.size, arguments.size)
        report(name, *race(ours, theirs, x, arguments.rounds))


def build(name: str) -> nn.Module:
    plain = {"init_weights": False, "aux_logits": True} if name == "googlenet" else {}
    return torchvision.models.get_model(name, weights=None, **plain)


def race(ours: nn.Module, theirs: nn.Module, x: torch.Tensor, rounds: int):
    """Return the seconds of each round, ours and theirs, the first two rounds thrown away."""
    times: tuple[list[float], list[float]] = ([], [])
    for i in range(rounds + 2):
        turns = [(ours, times[0]), (theirs, times[1])]
        for module, seconds in turns if i % 2 else reversed(turns):
            begin = time.process_time()
            step(module, x)
            seconds.append(time.process_time() - begin)
    return times[0][2:], times[1][2:]


def step(module: nn.Module, x: torch.Tensor) -> None:
    module.train()
    given = module(x)
    outputs = given if isinstance(given, tuple) else (given,)
    sum(output.square().mean() for output in outputs).backward()
    module.zero_grad()


def report(name: str, ours: list[float], theirs: list[float]) -> None:
    mine, other = statistics.median(ours), statistics.median(theirs)
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    verdict = "within" if ratio <= BAR else "above"
    print(
        f"{name:10} archc {1000 * mine:8.2f} ms   torchvision {1000 * other:8.2f} ms   "
        f"ratio {ratio:.3f}, {verdict} the bar of {BAR}"
    )


if __name__ == "__main__":
    main()
