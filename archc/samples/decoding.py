"""Image files to pixels, whatever kind of image they hold."""

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
        DataError: it is not there, or is no whole image.
    """
    mode = "L" if channels == 1 else "RGB"
    with _opened(path) as image:
        found = _of_bytes(image)
        if found.mode != mode:  # to convert it to what it is would copy it
            found = found.convert(mode)
        pixels = torch.frombuffer(bytearray(found.tobytes()), dtype=torch.uint8)
    return pixels.view(found.height, found.width, channels).permute(2, 0, 1)


def check(path: str | Path, *, whole: bool) -> None:
    """Raise DataError where an image cannot be read: by its header, or `whole`, all pixels of it.

    A header is read in no time; a JPEG that breaks off is found out by its pixels alone.
    """
    with _opened(path) as image:
        if whole:
            _of_bytes(image).load()
        else:
            image.verify()


@contextmanager
def _opened(path: str | Path) -> Iterator["Image"]:
    """Open an image; whatever goes wrong with it is raised as DataError.

    Pillow's warnings are of no use among the lines of training, except that of an image too large
    to be meant, which is an error.
    """
    from PIL import Image

    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # to open a pipe would wait for ever
            raise ValueError("it is not a file")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                yield image
    except Exception as error:  # Pillow's decoders raise whatever a broken file makes them meet
        raise DataError(str(path), _why(error)) from error


def _of_bytes(image: "Image") -> "Image":
    """Return an image of 8 bits a channel.

    Pillow converts wider gray pixels by clipping them at 255, which leaves white alone; their upper
    8 bits are taken here, as Pillow itself does for 16-bit colours.
    """
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format in _DEEP):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("I", "F"):
        raise ValueError("its pixels are 32-bit numbers, which have no known white")
    return image


def _why(error: Exception) -> str:
    """Return in one line why an image cannot be read."""
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return "it is empty, or not an image"
    if isinstance(error, Image.DecompressionBombWarning | Image.DecompressionBombError):
        return f"it has more pixels than can be meant, over {Image.MAX_IMAGE_PIXELS:,}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).splitlines()[0] if str(error) else type(error).__name__
