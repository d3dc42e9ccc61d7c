"""A run put to use: its network with what it learnt, evaluated, and asked about images."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from archc.diagnostics import Diagnostics
from archc.module.live import compile_graph
from archc.recipe.model import Numbers, Recipe
from archc.recipe.read import read_recipe
from archc.train.data.batches import Batches
from archc.train.data.opening import open_data
from archc.train.data.prepare import prepare
from archc.train.data.samples import DataError
from archc.train.evaluation import evaluate
from archc.train.metrics import Confusion, Scores
from archc.train.problems import RunError, UnfitDataError
from archc.train.processes import Processes
from archc.train.run import Run


class Prediction(NamedTuple):
    """What a network sees in an image.

    Args:
        image: the file.
        classes: the likeliest classes with their probabilities, likeliest first.
        error: why there are none, where the image cannot be used.
        scaled_from: height and width that the test transforms left, where the image was scaled
            from them to the size that the network takes.
    """

    image: Path
    classes: Sequence[tuple[str, float]] = ()
    error: str | None = None
    scaled_from: tuple[int, int] | None = None


@dataclass(frozen=True)
class Trained:
    """A network of a run, ready to be asked.

    Args:
        recipe: what it was trained by.
        model: the network, in evaluation mode.
        classes: the names of its classes, in the order of its outputs.
        numbers: the mean and standard deviation that images are normalised by.
        device: where it is.
    """

    recipe: Recipe
    model: nn.Module
    classes: tuple[str, ...]
    numbers: Numbers | None
    device: torch.device

    def evaluate(self, split: Literal["train", "test"] = "test") -> tuple[Scores, Confusion]:
        """Return the scores of a split, and what is taken for what.

        Raises:
            UnfitDataError: the data is not there, or not what it was.
            RunError: it has other classes than those that were learnt, or the loss is not finite.
            DataError: a sample cannot be read.
        """
        diagnostics = Diagnostics()
        data = open_data(self.recipe, diagnostics)
        if data is None or diagnostics.errors:
            raise UnfitDataError(diagnostics)
        if data.classes != self.classes:
            raise RunError(
                f"the data has other classes than when it was trained on: {_few(data.classes)}, "
                f"not {_few(self.classes)}"
            )
        samples = data.test if split == "test" else data.train
        alone = Processes()
        batches = Batches.of(self.recipe, samples, self.numbers, self.device, alone, train=False)
        confusion = Confusion(len(self.classes), self.device)
        scores = evaluate(self.model, batches, self.device, confusion=confusion).scores()
        if not isfinite(scores.loss):
            raise RunError(f"the loss on the {split} split is {scores.loss}: the network diverged")
        return scores, confusion

    @torch.no_grad()
    def predict(self, images: Iterable[Path], top: int = 5) -> Iterator[Prediction]:
        """Yield the likeliest classes of each image; one that cannot be used hides no other."""
        for path in images:
            try:
                yield self._predicted(path, top)
            except DataError as error:
                yield Prediction(path, error=error.reason)

    def _predicted(self, path: Path, top: int) -> Prediction:
        image = prepare(path, self.recipe, self.numbers)
        try:
            logits = self.model(image.batch.to(self.device)).float()
        except ValueError as error:  # a batch norm without running averages, given one value
            raise DataError(str(path), f"the network takes no single image: {error}") from error
        likely = logits.softmax(1)[0].topk(min(top, len(self.classes)))
        if not likely.values.isfinite().all():
            raise DataError(str(path), "the network's output is not finite")
        pairs = zip(likely.indices.tolist(), likely.values.tolist(), strict=True)
        classes = [(self.classes[index], value) for index, value in pairs]
        return Prediction(path, classes, scaled_from=image.scaled_from)


def open_run(
    path: Path, *, weights: Literal["best", "last"] = "best", device: torch.device
) -> Trained:
    """Return the network of a run with the weights of its best or its last epoch.

    Raises:
        RunError: this is no run, it has no weights yet, or they are not the network's.
        UnfitDataError: its recipe cannot be read any more.
    """
    run = Run(path)
    facts = run.facts()
    diagnostics = Diagnostics()
    recipe = read_recipe(str(path / "recipe.yaml"), diagnostics)
    if recipe is None or diagnostics.errors:
        raise UnfitDataError(diagnostics)
    model = compile_graph(recipe.graph, seed=0)
    kept = run.weights(weights)
    if odd := _difference(model.state_dict(), kept):
        raise RunError(f"the {weights} weights in {path} are not those of its spec: {odd}")
    model.load_state_dict(kept)
    if recipe.channels_last:
        model = model.to(memory_format=torch.channels_last)
    normal = facts["normalize"]
    numbers = normal and Numbers(tuple(normal["mean"]), tuple(normal["std"]))
    return Trained(recipe, model.to(device).eval(), tuple(facts["classes"]), numbers, device)


def _difference(wanted: dict[str, Tensor], kept: dict[str, Tensor]) -> str | None:
    """Return the first thing in which weights are not what a network takes; None for none."""
    for name in (*wanted, *kept):
        if name not in kept:
            return f"there is no `{name}`"
        if name not in wanted:
            return f"the spec has no `{name}`"
        has, takes = ("×".join(map(str, each[name].shape)) for each in (kept, wanted))
        if has != takes:
            return f"`{name}` is {has}, in the spec {takes}"
    return None


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
