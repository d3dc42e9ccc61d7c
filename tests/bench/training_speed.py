"""Images a second of training, ours against a loop typed by hand, on one thread.

    python tests/bench/training_speed.py ROOT [--rounds N] [--batches N]

ROOT holds MNIST as torchvision lays it out. The hand-written loop is the course notebook's: a
DataLoader over `ToTensor` and `Normalize` for each image, Adam, `loss.item()` each step. Both begin
with the same weights and see the same batches in the same order, taking turns in one process. Told
are the medians of the CPU time, the median of the rounds' ratios, and whether the losses are equal
to the bit; then the same with `channels_last` and fused Adam switched on for ours.
"""

import argparse
import statistics
import time
from itertools import islice
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import MNIST

from archc.diagnostics import Diagnostics
from archc.module.live import compile_graph
from archc.recipe.read import read_recipe
from archc.train.data.batches import Batches
from archc.train.data.opening import open_data
from archc.train.data.statistics import statistics as computed
from archc.train.learner import Learner
from archc.train.metrics import Running
from archc.train.processes import Processes

RECIPE = Path(__file__).parents[2] / "specs" / "recipes" / "lenet5-mnist.yaml"
CPU = torch.device("cpu")
BARS = {"as the recipe is": 1.55, "channels_last, fused Adam": 2.2}
SETTINGS = {
    "as the recipe is": [],
    "channels_last, fused Adam": [("channels_last", "true"), ("optimizer.fused", "true")],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--batches", type=int, default=60)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name, overrides in SETTINGS.items():
        race(name, [("data.mnist", arguments.root), *overrides], arguments)


def race(name: str, overrides: list[tuple[str, str]], arguments: argparse.Namespace) -> None:
    diagnostics = Diagnostics()
    recipe = read_recipe(str(RECIPE), diagnostics, overrides)
    assert recipe is not None, list(map(str, diagnostics))
    data = open_data(recipe, diagnostics)
    numbers = computed(recipe, data.train)
    batches = Batches.of(recipe, data.train, numbers, CPU, Processes(), train=True)
    normal = transforms.Compose(
        [transforms.ToTensor(), transforms.Normalize(numbers.mean, numbers.std)]
    )
    theirs = MNIST(arguments.root, train=True, transform=normal)
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    equal = True
    for number in range(arguments.rounds + 1):
        learner = Learner(recipe, CPU, "fp32", Processes(), batches.steps)
        model = compile_graph(recipe.graph, recipe.seed)
        order = batches.plan.order(number)[: recipe.data.batch_size * arguments.batches].tolist()
        loader = DataLoader(theirs, recipe.data.batch_size, sampler=order)
        turns = [
            ("ours", lambda: ours(learner, batches, number, arguments.batches)),  # noqa: B023
            ("theirs", lambda: notebook(model, loader)),  # noqa: B023
        ]
        losses = {}
        for who, turn in turns if number % 2 else reversed(turns):
            begin = time.process_time()
            losses[who] = turn()
            times[who].append(time.process_time() - begin)
        equal &= losses["ours"] == losses["theirs"]
    report(name, times["ours"][1:], times["theirs"][1:], equal, arguments.batches)


def ours(learner: Learner, batches: Batches, epoch: int, count: int) -> list[float]:
    running, losses = Running(), []
    for batch in islice(batches.epoch(epoch), count):
        loss, logits = learner.learn(batch)
        running.update(loss, logits, batch.labels)
        losses.append((loss / batch.samples).item())
    return losses


def notebook(model: nn.Module, loader: DataLoader) -> list[float]:
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(params=model.parameters(), lr=1e-3)
    model.train()
    losses = []
    for inputs, labels in loader:
        optimizer.zero_grad()
        outputs = model(inputs)
        torch.max(outputs, dim=1)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def report(name: str, mine: list[float], other: list[float], equal: bool, batches: int) -> None:
    ratio = statistics.median(b / a for a, b in zip(mine, other, strict=True))
    images = 256 * batches
    print(
        f"{name}: archc {images / statistics.median(mine):,.0f} images/s, the notebook's loop "
        f"{images / statistics.median(other):,.0f}; ratio {ratio:.2f} (bar {BARS[name]}); "
        f"losses {'equal to the bit' if equal else 'differ in rounding'}"
    )


if __name__ == "__main__":
    main()
