"""Images a second of training on a folder of photographs, ours against a loop typed by hand.

    python tests/bench/folder_speed.py [--rounds N] [--workers N ...]

The photographs are JPEG files of 300 × 300 pixels, cropped at random from scikit-learn's two sample
photographs: 8 classes of 40. What learns from them is small, so that decoding is the cost. The
hand-written loop is what torchvision's tutorials type: `ImageFolder`, `transforms.v2`, and a
`DataLoader` of as many workers as ours. Its transforms work on tensors, as torchvision advises, or
on what Pillow decodes, as many still type: ours runs against both. All take turns in one process of
one thread. Told are medians over the rounds, and the quartiles of the rounds' ratios: of wall-clock
time, and of the CPU time of the process and its workers, which neighbours disturb less.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy
import torch
from PIL import Image
from sklearn.datasets import load_sample_images
from torch import nn
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder
from torchvision.transforms import v2

from archc.diagnostics import Diagnostics
from archc.module.live import compile_graph
from archc.recipe.model import Recipe
from archc.recipe.read import read_recipe
from archc.train.data.batches import Batches
from archc.train.data.opening import open_data
from archc.train.data.statistics import statistics as computed
from archc.train.learner import Learner
from archc.train.metrics import Running
from archc.train.processes import Processes

CPU = torch.device("cpu")
BAR = 0.97
CLASSES, EACH, SIDE, BATCH = 8, 40, 300, 32
SPEC = """\
archc: 1
name: small
input: [3, 64, 64]
layers:
  - {conv: 16, kernel: 3, stride: 2, padding: 1}
  - relu
  - {conv: 32, kernel: 3, stride: 2, padding: 1}
  - relu
  - {adaptive_avg_pool: 1}
  - flatten
  - {linear: 8}
"""
RECIPE = f"""\
archc: 1
spec: small.yaml
data:
  image_folder: photographs
  test_split: 0.2
  normalize: computed
  batch_size: {BATCH}
  train_transforms:
    - {{random_resized_crop: 64}}
    - random_horizontal_flip
    - {{color_jitter: {{brightness: 0.2, contrast: 0.2, saturation: 0.2}}}}
  test_transforms: [{{resize: 72}}, {{center_crop: 64}}]
optimizer: {{adam: {{lr: 0.001}}}}
epochs: 1
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--workers", type=int, nargs="+", default=[0, 1, 2])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder)
        for workers in arguments.workers:
            race(folder, workers, arguments.rounds)


def write(folder: Path) -> None:
    (folder / "small.yaml").write_text(SPEC)
    (folder / "recipe.yaml").write_text(RECIPE)
    whole = load_sample_images().images
    generator = numpy.random.default_rng(0)
    for number in range(CLASSES * EACH):
        place = folder / "photographs" / f"class-{number % CLASSES}"
        place.mkdir(parents=True, exist_ok=True)
        image = whole[number % len(whole)]
        top, left = (generator.integers(size - SIDE) for size in image.shape[:2])
        crop = image[top : top + SIDE, left : left + SIDE]
        Image.fromarray(crop).save(place / f"{number}.jpg", quality=90)


def race(folder: Path, workers: int, rounds: int) -> None:
    diagnostics = Diagnostics()
    overrides = [
        ("data.image_folder", str(folder / "photographs")),
        ("data.workers", str(workers)),
    ]
    recipe = read_recipe(str(folder / "recipe.yaml"), diagnostics, overrides)
    assert recipe is not None, list(map(str, diagnostics))
    data = open_data(recipe, diagnostics)
    numbers = computed(recipe, data.train)
    batches = Batches.of(recipe, data.train, numbers, CPU, Processes(), train=True)
    normal = [v2.ToDtype(torch.float32, scale=True), v2.Normalize(numbers.mean, numbers.std)]
    drawn = [
        v2.RandomResizedCrop(64),
        v2.RandomHorizontalFlip(),
        v2.ColorJitter(brightness=0.2, contrast=0.2, saturation=0.2),
    ]
    chosen = list(data.train.paths)
    turns: dict[str, Callable[[int], object]] = {
        "archc": ours(recipe, batches),
        "v2 on tensors": typed(recipe, folder, chosen, [v2.ToImage(), *drawn, *normal]),
        "v2 on Pillow's": typed(recipe, folder, chosen, [*drawn, v2.ToImage(), *normal]),
    }
    times: dict[str, list[tuple[float, float]]] = {who: [] for who in turns}
    names = list(turns)
    for number in range(rounds + 1):
        for who in names[number % 3 :] + names[: number % 3]:
            wall, cpu = time.perf_counter(), cpu_seconds()
            turns[who](number)
            times[who].append((time.perf_counter() - wall, cpu_seconds() - cpu))
    report(workers, {who: spent[1:] for who, spent in times.items()}, len(data.train))


def ours(recipe: Recipe, batches: Batches) -> Callable[[int], object]:
    learner = Learner(recipe, CPU, "fp32", Processes(), batches.steps)

    def epoch(number: int) -> float:
        running = Running()
        for batch in batches.epoch(number):
            loss, logits = learner.learn(batch)
            running.update(loss, logits, batch.labels)
        return running.scores().loss

    return epoch


def typed(
    recipe: Recipe, folder: Path, chosen: list[str], transforms: list[nn.Module]
) -> Callable[[int], object]:
    """Return what trains an epoch as a person types it, on the same files."""
    among = set(chosen)
    data = ImageFolder(
        folder / "photographs", v2.Compose(transforms), is_valid_file=lambda path: path in among
    )
    workers = recipe.data.workers
    loader = DataLoader(
        data, BATCH, shuffle=True, num_workers=workers, persistent_workers=workers > 0
    )
    model = compile_graph(recipe.graph, recipe.seed)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)

    def epoch(number: int) -> float:
        model.train()
        total, right = 0.0, 0
        for images, labels in loader:
            optimizer.zero_grad()
            outputs = model(images)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            right += (outputs.argmax(1) == labels).sum().item()
        return total / len(data)

    return epoch


def cpu_seconds() -> float:
    """Return the CPU time that this process and its children, living and gone, have used."""
    ticks = 0
    own = os.getpid()
    for process in [own, *children(own)]:
        try:
            told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        ticks += sum(map(int, told[11:15] if process == own else told[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def report(workers: int, times: dict[str, list[tuple[float, float]]], images: int) -> None:
    mine = times.pop("archc")
    for who, theirs in times.items():
        for kind, name in enumerate(("wall", "CPU")):
            pairs = [(a[kind], b[kind]) for a, b in zip(mine, theirs, strict=True)]
            low, middle, high = statistics.quantiles([b / a for a, b in pairs], n=4)
            speeds = [images / statistics.median(column) for column in zip(*pairs, strict=True)]
            print(
                f"{workers} workers, {name}: archc {speeds[0]:,.0f} images/s, {who} "
                f"{speeds[1]:,.0f}; ratio {middle:.3f} (quartiles {low:.3f} to {high:.3f}; "
                f"bar {BAR})",
                flush=True,
            )


if __name__ == "__main__":
    main()
