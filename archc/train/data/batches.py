"""The batches of an epoch, from images in memory or in files."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from archc.recipe.data import Numbers
from archc.recipe.model import Recipe
from archc.recipe.resizing import resizing_advice
from archc.recipe.transforms.base.kind import Transform
from archc.samples.samples import DataError, Samples
from archc.samples.workers import ignore_signals, worker_errors
from archc.train.data.batch import IGNORED, Batch
from archc.train.data.loading import Loading, stacked
from archc.train.data.normalise import Normalise
from archc.train.data.order import FILLER, Plan
from archc.train.data.precomputed import precomputed
from archc.train.data.transforms import composed
from archc.train.processes import Processes


class Batches:
    """The batches of one process, epoch by epoch.

    Images in memory without random transforms are taken from their tensor a batch at a time; all
    others come one by one from torch's DataLoader, whose workers decode and transform them.

    Args:
        loading: the samples and their transforms.
        plan: the order of the samples.
        normalise: the normalisation of a batch.
        workers: processes that load images.
        prefetch: batches that each of them loads in advance.
        pin: whether the tensors are in pinned memory.
    """

    def __init__(
        self,
        loading: Loading,
        plan: Plan,
        normalise: Normalise,
        *,
        workers: int = 0,
        prefetch: int = 2,
        pin: bool = False,
    ) -> None:
        self.loading = loading
        self.plan = plan
        self.normalise = normalise
        self.workers = workers
        self.prefetch = prefetch
        self.pin = pin
        self._sampler = _BatchSampler(plan)
        self._loader: DataLoader[Any] | None = None

    @classmethod
    def of(
        cls,
        recipe: Recipe,
        samples: Samples,
        numbers: Numbers | None,
        device: torch.device,
        processes: Processes,
        *,
        train: bool,
    ) -> "Batches":
        """Return the batches of a recipe to train on or to evaluate."""
        data = recipe.data
        size = input_size(recipe)
        calls = data.train_transforms if train else data.test_transforms
        advice = advice_on(calls, "train_transforms" if train else "test_transforms", size)
        samples, remaining = precomputed(samples, calls)
        plan = Plan(
            len(samples),
            data.batch_size,
            recipe.accumulate if train else 1,
            processes.rank,
            processes.world,
            recipe.seed if train else None,
        )
        pin = device.type == "cuda" if data.pin_memory is None else data.pin_memory
        return cls(
            Loading(samples, composed(remaining), recipe.seed, size, advice),
            plan,
            Normalise(numbers, flat=size is None, channels_last=recipe.channels_last),
            workers=data.workers,
            prefetch=data.prefetch,
            pin=pin and torch.cuda.is_available(),
        )

    @property
    def steps(self) -> int:
        """The steps of an epoch."""
        return self.plan.steps

    def epoch(self, epoch: int, skip_steps: int = 0) -> Iterator[Batch]:
        """Yield the batches of an epoch, from a step on.

        Raises:
            DataError: an image cannot be read, or has another size than the network's input.
        """
        whole = self.loading.samples.stacked
        if whole is not None and self.loading.transform is None:
            yield from self._from_memory(whole, epoch, skip_steps)
        else:
            yield from self._from_loader(epoch, skip_steps)

    def _from_memory(self, whole: Tensor, epoch: int, skip_steps: int) -> Iterator[Batch]:
        labels = self.loading.samples.labels
        for indices, samples, closes in self.plan.shares(epoch, skip_steps):
            # A filler, -1, selects the last sample; its label is ignored.
            images = self.normalise(whole[indices])
            batch_labels = labels[indices].masked_fill_(indices == FILLER, IGNORED)
            if self.pin:
                images, batch_labels = images.pin_memory(), batch_labels.pin_memory()
            yield Batch(images, batch_labels, samples, closes)

    def _from_loader(self, epoch: int, skip_steps: int) -> Iterator[Batch]:
        self._sampler.begin(epoch, skip_steps)
        shares = self.plan.shares(epoch, skip_steps)
        with worker_errors():
            for share, read in zip(shares, self._data_loader(), strict=True):
                if isinstance(read, DataError):
                    # A new error: the old one would keep the frame alive, and with it the workers.
                    raise DataError(*read.args)
                images, labels = read
                yield Batch(images, labels, share.samples, share.closes)

    def _data_loader(self) -> DataLoader[Any]:
        """Return the DataLoader, whose workers live from epoch to epoch."""
        if self._loader is None:
            self._loader = DataLoader(
                self.loading,  # type: ignore[arg-type]  # its keys are (epoch, index)
                batch_sampler=self._sampler,
                num_workers=self.workers,
                collate_fn=_Collate(self.normalise),
                pin_memory=self.pin,
                prefetch_factor=self.prefetch if self.workers else None,
                persistent_workers=self.workers > 0,
                worker_init_fn=ignore_signals,
                generator=torch.Generator(),  # the main generator stays unchanged
            )
        return self._loader


class _BatchSampler:
    """Yields the (epoch, index) pairs of each batch to the DataLoader."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.begin(0, 0)

    def begin(self, epoch: int, skip_steps: int) -> None:
        self.epoch = epoch
        self.skip_steps = skip_steps

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        epoch = self.epoch
        for share in self.plan.shares(epoch, self.skip_steps):
            yield [(epoch, index) for index in share.indices.tolist()]


class _Collate:
    """Makes a normalised batch of images, in the worker that has read them."""

    def __init__(self, normalise: Normalise) -> None:
        self.normalise = normalise

    def __call__(self, read: list[Any]) -> tuple[Tensor, Tensor] | DataError:
        batch = stacked(read)
        return batch if isinstance(batch, DataError) else (self.normalise(batch[0]), batch[1])


def advice_on(transforms: Sequence[Transform], name: str, size: tuple[int, ...] | None) -> str:
    """Return what to do about an image of another size than the network takes."""
    return "" if size is None else resizing_advice(transforms, name, *size[1:])


def input_size(recipe: Recipe) -> tuple[int, ...] | None:
    """Return channels × height × width of the network's input; None if it is a vector."""
    shape = recipe.graph.input.shape
    return tuple(shape) if len(shape) == 3 else None


def to_device(batch: Batch, device: torch.device) -> Batch:
    """Return the batch on a device; from pinned memory the copy is asynchronous."""
    if device.type == "cpu":
        return batch
    return batch._replace(
        images=batch.images.to(device, non_blocking=True),
        labels=batch.labels.to(device, non_blocking=True),
    )
