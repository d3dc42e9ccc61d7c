"""The transforms of ``torchvision.transforms.v2`` whose settings are plain data, by name.

Those that make tensors of images, scale and normalise them are left out: archc does these itself.

Source: https://pytorch.org/vision/stable/transforms.html
"""

from dataclasses import dataclass

from archc.ops.base.kinds import Either, Kind, OneOf, Whole
from archc.train.recipe.calls import Entry
from archc.train.recipe.kinds import (
    COUNT,
    FLAG,
    INTERPOLATION,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    PROBABILITY,
    Among,
    ListOf,
)


@dataclass(frozen=True)
class Transform(Entry):
    """A transform; `random` where two calls of it may differ."""

    random: bool = True


_SIZE = Either(COUNT, ListOf(COUNT, 2))
_MARGIN = Either(Whole(0), ListOf(Whole(0), 2), ListOf(Whole(0), 4))
_FILL = Either(NUMBER, ListOf(NUMBER, 1, 3))
_PADDING_MODE = OneOf("constant", "edge", "reflect", "symmetric")
_DEGREES = Either(NOT_NEGATIVE, ListOf(NUMBER, 2, rising=True))
_STRENGTH = Either(NOT_NEGATIVE, ListOf(NOT_NEGATIVE, 2, rising=True))
_RANGE = ListOf(POSITIVE, 2, rising=True)
_P: dict[str, Kind] = {"p": PROBABILITY}

TRANSFORMS: dict[str, Transform] = {
    "resize": Transform(
        "Resize",
        {"size": _SIZE, "interpolation": INTERPOLATION, "antialias": FLAG},
        ("size",),
        "size",
        random=False,
    ),
    "center_crop": Transform("CenterCrop", {"size": _SIZE}, ("size",), "size", random=False),
    "pad": Transform(
        "Pad",
        {"padding": _MARGIN, "fill": _FILL, "padding_mode": _PADDING_MODE},
        ("padding",),
        "padding",
        random=False,
    ),
    "grayscale": Transform(
        "Grayscale",
        {"num_output_channels": Among(1, 3)},
        (),
        "num_output_channels",
        random=False,
    ),
    "random_crop": Transform(
        "RandomCrop",
        {
            "size": _SIZE,
            "padding": _MARGIN,
            "pad_if_needed": FLAG,
            "fill": _FILL,
            "padding_mode": _PADDING_MODE,
        },
        ("size",),
        "size",
    ),
    "random_resized_crop": Transform(
        "RandomResizedCrop",
        {
            "size": _SIZE,
            "scale": _RANGE,
            "ratio": _RANGE,
            "interpolation": INTERPOLATION,
            "antialias": FLAG,
        },
        ("size",),
        "size",
    ),
    "random_horizontal_flip": Transform("RandomHorizontalFlip", _P, (), "p"),
    "random_vertical_flip": Transform("RandomVerticalFlip", _P, (), "p"),
    "random_rotation": Transform(
        "RandomRotation",
        {"degrees": _DEGREES, "expand": FLAG, "fill": _FILL},
        ("degrees",),
        "degrees",
    ),
    "color_jitter": Transform(
        "ColorJitter",
        {
            "brightness": _STRENGTH,
            "contrast": _STRENGTH,
            "saturation": _STRENGTH,
        },
    ),
    "random_grayscale": Transform("RandomGrayscale", _P, (), "p"),
    "random_invert": Transform("RandomInvert", _P, (), "p"),
    "random_autocontrast": Transform("RandomAutocontrast", _P, (), "p"),
    "random_equalize": Transform("RandomEqualize", _P, (), "p"),
    "random_posterize": Transform(
        "RandomPosterize", {"bits": Whole(0, 8), **_P}, ("bits",), "bits"
    ),
    "rand_augment": Transform("RandAugment", {"num_ops": COUNT, "magnitude": Whole(0, 30)}),
    "trivial_augment_wide": Transform("TrivialAugmentWide"),
    "random_erasing": Transform(
        "RandomErasing", {**_P, "scale": ListOf(PROBABILITY, 2, rising=True), "ratio": _RANGE}
    ),
}
