"""Image files to pixels, for images of any mode."""

import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from archc.samples.samples import DataError

if TYPE_CHECKING:
    from PIL.Image import Image

_DEEP = ("PNG", "PPM")
"""Formats of at most 16 bits, which Pillow may read as 32."""


def decoded(path: str | Path, channels: int) -> Tensor:
    """Return the image in a file, uint8, channels × H × W: gray for one channel, else RGB.

    Raises:
        DataError: the file does not exist, or is not a complete image.
    """
    mode = "L" if channels == 1 else "RGB"
    with _opened(path) as opened:
        image = _eight_bit(opened)
        if image.mode != mode:  # converting to the same mode would copy it
            image = image.convert(mode)
        pixels = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
    return pixels.view(image.height, image.width, channels).permute(2, 0, 1)


def check(path: str | Path, *, whole: bool) -> None:
    """Raise DataError if an image cannot be read: its header, or if `whole`, all its pixels.

    Reading headers is fast, but a truncated JPEG is detected only by its pixels.
    """
    with _opened(path) as image:
        if whole:
            _eight_bit(image).load()
        else:
            image.verify()


@contextmanager
def _opened(path: str | Path) -> Iterator["Image"]:
    """Open an image; whatever goes wrong with it is raised as DataError.

    Pillow's warnings are ignored, except the one on a decompression bomb, which is an error.
    """
    from PIL import Image

    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would block
            raise ValueError("it is not a file")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                yield image
    except Exception as error:  # a broken file makes Pillow raise errors of many classes
        raise DataError(str(path), _why(error)) from error


def _eight_bit(image: "Image") -> "Image":
    """Return an image of 8 bits a channel.

    Of wider gray pixels, Pillow's own conversion clips all at 255. Here their upper 8 bits are
    taken, as Pillow does for 16-bit colours.
    """
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format in _DEEP):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("I", "F"):
        raise ValueError("its pixels are 32-bit numbers, whose value for white is unknown")
    return image


def _why(error: Exception) -> str:
    """Return the reason why an image cannot be read, in one line."""
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return "it is empty, or not an image"
    if isinstance(error, Image.DecompressionBombWarning | Image.DecompressionBombError):
        return f"it has more pixels than the limit of {Image.MAX_IMAGE_PIXELS:,}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).splitlines()[0] if str(error) else type(error).__name__
