"""What `optimize="inference"` gains: ours, optimised, against torchvision's eager model.

    python tests/bench/inference_speed.py [--rounds N] [--only NAME] [--passes NAME]

Both have the same weights and read the same picture, one at a time, in one process, on one
thread, taking turns. Before each timed call the process sleeps, so that threads of the call
before stop spinning, and makes one call that is not timed. Told are the medians of the CPU time,
and the median of the pairs' ratios with the quartiles.
"""

import argparse
import os
import statistics
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when torch is imported

import torch
import torchvision.models
from torch import nn

from archc import load
from archc.backends.weights.optimised import optimised_module

BARS = {"googlenet": 1.9, "resnet18": 1.2, "vgg16": 1.12}
IDLE_SECONDS = 0.06
SPECS = Path(__file__).parents[2] / "specs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--only", choices=BARS)
    parser.add_argument("--passes", default="inference", help="a bundle or one pass")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name in [arguments.only] if arguments.only else BARS:
        theirs = build(name)
        weights = theirs.state_dict()
        ours = optimised_module(
            load(SPECS / f"{name}.yaml").graph, arguments.passes, weights=weights
        )
        x = torch.randn(1, 3, 224, 224)
        with torch.inference_mode():
            error = ((ours(x) - theirs(x)).abs().max() / theirs(x).abs().max()).item()
            report(name, race(ours, theirs, x, arguments.rounds), error)


def build(name: str) -> nn.Module:
    """Return torchvision's model with statistics that a batch norm has after training."""
    plain = {"init_weights": False, "aux_logits": True} if name == "googlenet" else {}
    torch.manual_seed(0)
    model = torchvision.models.get_model(name, weights=None, **plain)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 2)
    return model.eval()


def race(ours: nn.Module, theirs: nn.Module, x: torch.Tensor, rounds: int):
    """Return the CPU seconds of each round: (ours, theirs), taking turns in who is first."""
    times = []
    for i in range(rounds):
        pair = [0.0, 0.0]
        for which in (0, 1) if i % 2 else (1, 0):
            pair[which] = seconds((ours, theirs)[which], x)
        times.append(pair)
    return times


def seconds(module: nn.Module, x: torch.Tensor) -> float:
    time.sleep(IDLE_SECONDS)
    module(x)
    begin = time.process_time()
    module(x)
    return time.process_time() - begin


def report(name: str, times: list[list[float]], error: float) -> None:
    ours, theirs = (statistics.median(side) for side in zip(*times, strict=True))
    low, middle, high = statistics.quantiles([b / a for a, b in times], n=4)
    verdict = "reaches" if middle >= BARS[name] else "misses"
    print(
        f"{name:10} archc {1000 * ours:7.2f} ms   torchvision {1000 * theirs:7.2f} ms   "
        f"{middle:.2f}× [{low:.2f}, {high:.2f}], {verdict} the bar of {BARS[name]}×   "
        f"relative error {error:.1e}"
    )


if __name__ == "__main__":
    main()
