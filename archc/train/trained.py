"""The trained network of a run: its scores on a split, and its predictions for images."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from archc.diagnostics import Diagnostics
from archc.module.live import compile_graph
from archc.recipe.data import Numbers
from archc.recipe.model import Recipe
from archc.recipe.read import read_recipe
from archc.samples.samples import DataError
from archc.train.data.batches import Batches
from archc.train.data.opening import open_data
from archc.train.data.prepare import prepare
from archc.train.evaluation import evaluate
from archc.train.metrics import Confusion, Scores
from archc.train.problems import RunError, UnfitDataError
from archc.train.processes import Processes
from archc.train.run import Run


class Prediction(NamedTuple):
    """The likeliest classes of an image.

    Args:
        image: the file.
        classes: class names with their probabilities, the likeliest first.
        error: why there are none, if the image cannot be used.
        scaled_from: height and width after the test transforms, if the image was then scaled to
            the network's input size.
    """

    image: Path
    classes: Sequence[tuple[str, float]] = ()
    error: str | None = None
    scaled_from: tuple[int, int] | None = None


@dataclass(frozen=True)
class Trained:
    """The trained network of a run.

    Args:
        recipe: the recipe it was trained by.
        model: the network, in evaluation mode.
        classes: class names, in the order of the outputs.
        numbers: the mean and standard deviation that normalise the images.
        device: the device of the model.
    """

    recipe: Recipe
    model: nn.Module
    classes: tuple[str, ...]
    numbers: Numbers | None
    device: torch.device

    def evaluate(self, split: Literal["train", "test"] = "test") -> tuple[Scores, Confusion]:
        """Return the scores on a split, and the counts of true and predicted classes.

        Raises:
            UnfitDataError: the data is missing, or does not fit the network.
            RunError: the data has other classes than in training, or the loss is not finite.
            DataError: a sample cannot be read.
        """
        diagnostics = Diagnostics()
        data = open_data(self.recipe, diagnostics)
        if data is None or diagnostics.errors:
            raise UnfitDataError(diagnostics)
        if data.classes != self.classes:
            raise RunError(
                f"the data has other classes than in training: {_few(data.classes)}, "
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
        """Yield the likeliest classes of each image, or why it cannot be used."""
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
            raise DataError(
                str(path), f"the network cannot process a single image: {error}"
            ) from error
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
        RunError: this is not a run, it has no weights yet, or they do not fit the network.
        UnfitDataError: its recipe cannot be read.
    """
    run = Run(path)
    facts = run.facts()
    diagnostics = Diagnostics()
    recipe = read_recipe(str(path / "recipe.yaml"), diagnostics)
    if recipe is None or diagnostics.errors:
        raise UnfitDataError(diagnostics)
    model = compile_graph(recipe.graph, seed=0)
    saved = run.weights(weights)
    if odd := _difference(model.state_dict(), saved):
        raise RunError(f"the {weights} weights in {path} do not fit its spec: {odd}")
    model.load_state_dict(saved)
    if recipe.channels_last:
        model = model.to(memory_format=torch.channels_last)
    normalize = facts["normalize"]
    numbers = normalize and Numbers(tuple(normalize["mean"]), tuple(normalize["std"]))
    return Trained(recipe, model.to(device).eval(), tuple(facts["classes"]), numbers, device)


def _difference(expected: dict[str, Tensor], saved: dict[str, Tensor]) -> str | None:
    """Return the first difference between saved weights and those of a network, if any."""
    for name in (*expected, *saved):
        if name not in saved:
            return f"there is no `{name}`"
        if name not in expected:
            return f"the spec has no `{name}`"
        shape, expected_shape = ("×".join(map(str, each[name].shape)) for each in (saved, expected))
        if shape != expected_shape:
            return f"`{name}` is {shape}, in the spec {expected_shape}"
    return None


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
