"""What it costs to build a network for a checkpoint: ours against torchvision's.

    python tests/bench/build_for_weights.py [NAME …] [--rounds N]

Ours is ``arch.compile(weights=…)`` of a spec that is loaded and was compiled before, theirs the
constructor and ``load_state_dict``. The weights are tensors in memory, a safetensors file, and a
file of ``torch.save``, in the page cache; reading is in both times. They take turns in one
process, on one thread. Told are the medians of the CPU time, and the median and range of the
rounds' ratios, which should be at least 5.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
import torchvision.models
from safetensors.torch import load_file, save_file

import archc

BAR = 5.0
SPECS = Path(__file__).parents[2] / "specs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("names", nargs="*", default=["resnet18", "resnet152", "vgg16"])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.names:
            state = torchvision.models.get_model(name, weights=None).state_dict()
            files = [Path(folder) / f"{name}.{suffix}" for suffix in ("safetensors", "pth")]
            save_file(state, files[0])
            torch.save(state, files[1])
            sources = {
                "in memory": (state, lambda state=state: state),
                "safetensors": (files[0], lambda path=files[0]: load_file(path)),
                "torch.save": (files[1], lambda path=files[1]: torch.load(path, weights_only=True)),
            }
            for kind, (weights, read) in sources.items():
                report(f"{name}, {kind}", *race(name, weights, read, arguments.rounds))
            for path in files:
                path.unlink()


def race(name: str, weights: object, read: Callable[[], dict], rounds: int):
    """Return the seconds of each round, ours and theirs, the first round thrown away."""
    arch = archc.load(SPECS / f"{name}.yaml")

    def ours() -> None:
        arch.compile(weights=weights)

    def theirs() -> None:
        torchvision.models.get_model(name, weights=None).load_state_dict(read())

    times: tuple[list[float], list[float]] = ([], [])
    for i in range(rounds + 1):
        turns = [(ours, times[0]), (theirs, times[1])]
        for build, seconds in turns if i % 2 else reversed(turns):
            seconds.append(timed(build))
    return times[0][1:], times[1][1:]


def timed(build: Callable[[], None]) -> float:
    begin = time.process_time()
    build()
    return time.process_time() - begin


def report(name: str, ours: list[float], theirs: list[float]) -> None:
    ratios = sorted(b / a for a, b in zip(ours, theirs, strict=True))
    ratio = statistics.median(ratios)
    verdict = "reaches" if ratio >= BAR else "misses"
    print(
        f"{name:22} archc {1000 * statistics.median(ours):8.1f} ms   "
        f"torchvision {1000 * statistics.median(theirs):8.1f} ms   "
        f"ratio {ratio:.1f} ({ratios[0]:.1f}–{ratios[-1]:.1f}), {verdict} the bar of {BAR:g}"
    )


if __name__ == "__main__":
    main()
