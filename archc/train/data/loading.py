"""Images one by one, transformed, as torch's DataLoader reads them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from archc.samples.samples import DataError, Samples
from archc.samples.seeds import seed_of
from archc.train.data.batch import IGNORED
from archc.train.data.order import FILLER
from archc.train.data.transforms import drawn

_ADVICE = "resize the images by transforms"


@dataclass(frozen=True)
class Loading:
    """Samples by (epoch, index); what a transform draws depends on the seed and both.

    Args:
        samples: the samples.
        transform: the transform of each image.
        seed: the seed of random transforms.
        size: channels × height × width of the network's input; None accepts any.
        advice: how to fix an image of another size.
    """

    samples: Samples
    transform: Callable[[Tensor], Tensor] | None
    seed: int
    size: tuple[int, ...] | None
    advice: str = _ADVICE

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, key: tuple[int, int]) -> tuple[Tensor, int] | DataError:
        """Return an image and its label, or the error: a worker would garble a raised one."""
        epoch, index = key
        if index == FILLER:
            return self._filler()
        try:
            return self._image(epoch, index), int(self.samples.labels[index])
        except DataError as error:
            return error

    def _filler(self) -> tuple[Tensor, int]:
        return torch.zeros(self.size or (1, 1, 1), dtype=torch.uint8), IGNORED

    def _image(self, epoch: int, index: int) -> Tensor:
        image = self.samples.image(index)
        if self.transform is not None:
            try:
                image = drawn(self.transform, image, seed_of(self.seed, epoch, index))
            except (ValueError, RuntimeError, ArithmeticError) as error:
                reason = str(error).splitlines()[0]
                raise DataError(self.samples.named(index), reason) from error
        fit(image, self.size, self.samples.named(index), self.advice)
        return image


def fit(image: Tensor, size: tuple[int, ...] | None, name: str, advice: str = _ADVICE) -> None:
    """Raise DataError if an image is not of a size, channels × height × width."""
    if size is not None and tuple(image.shape) != size:
        has, takes = ("×".join(map(str, shape)) for shape in (image.shape, size))
        raise DataError(name, f"it is {has}, but the network takes {takes}: {advice}")


def stacked(read: Sequence[tuple[Tensor, int] | DataError]) -> tuple[Tensor, Tensor] | DataError:
    """Return images and labels of a batch, or the first thing that is wrong with it."""
    sound = []
    for each in read:
        if isinstance(each, DataError):
            return each
        sound.append(each)
    return torch.stack([image for image, _ in sound]), torch.tensor([label for _, label in sound])
