"""The transforms of ``torchvision.transforms.v2`` whose settings are plain data, by name.

Left out are those that make tensors of images, scale and normalise them, which archc does itself;
those that take transforms, or need boxes, masks or videos; those that make several images of one;
`JPEG`, whose codec torchvision is giving up; and the setting `inplace`, which would draw into the
data itself.

Source: https://pytorch.org/vision/stable/transforms.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from archc.language.calls import Entry
from archc.ops.base.kinds import Either, Kind, OneOf, Real, Value, Whole
from archc.recipe.kinds import (
    COUNT,
    FLAG,
    INTERPOLATION,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    PROBABILITY,
    Among,
    Fraction,
    ListOf,
    Odd,
)


@dataclass(frozen=True)
class Transform(Entry):
    """A transform.

    Args:
        random: whether two calls of it may differ.
        channels: how many channels it gives by its settings; None where as many as it is given.
    """

    random: bool = True
    channels: Callable[[Mapping[str, Value]], int] | None = None


_SIZE = Either(COUNT, ListOf(COUNT, 2))
_MARGIN = Either(Whole(0), ListOf(Whole(0), 2), ListOf(Whole(0), 4))
_PIXEL = Real("a number from 0 to 255", minimum=0, maximum=255)
_FILL = Either(_PIXEL, ListOf(_PIXEL, 1), ListOf(_PIXEL, 3))
_PADDING_MODE = OneOf("constant", "edge", "reflect", "symmetric")
_DEGREES = Either(NOT_NEGATIVE, ListOf(NUMBER, 2, rising=True))
_STRENGTH = Either(NOT_NEGATIVE, ListOf(NOT_NEGATIVE, 2, rising=True))
_STRENGTHS = ListOf(NOT_NEGATIVE, 2, rising=True)
_RANGE = ListOf(POSITIVE, 2, rising=True)
_HUE = Real("a number from 0 to 0.5", minimum=0, maximum=0.5)
_HUES = ListOf(Real("a number from -0.5 to 0.5", minimum=-0.5, maximum=0.5), 2, rising=True)
_BINS = Whole(2)
_POINT = ListOf(NUMBER, 2)
_P: dict[str, Kind] = {"p": PROBABILITY}
_WARPED: dict[str, Kind] = {"interpolation": OneOf("nearest", "bilinear"), "fill": _FILL}
_RESIZED: dict[str, Kind] = {"interpolation": INTERPOLATION, "antialias": FLAG}


def _resize(settings: Mapping[str, Value]) -> tuple[str, str] | None:
    size, largest = settings["size"], settings.get("max_size")
    if largest is None or (isinstance(size, int) and isinstance(largest, int) and size < largest):
        return None
    return "given a `max_size` above its `size` of one number", "another"


def _random_resize(settings: Mapping[str, Value]) -> tuple[str, str] | None:
    least, largest = settings["min_size"], settings["max_size"]
    if least < largest:  # type: ignore[operator]  # both are numbers, by their kinds
        return None
    return "given a `min_size` below its `max_size`", f"{least}"


def _rand_augment(settings: Mapping[str, Value]) -> tuple[str, str] | None:
    magnitude, bins = settings.get("magnitude", 9), settings.get("num_magnitude_bins", 31)
    if magnitude < bins:  # type: ignore[operator]  # both are numbers, by their kinds
        return None
    return "given a `magnitude` below its `num_magnitude_bins`", f"{magnitude} of {bins}"


TRANSFORMS: dict[str, Transform] = {
    "resize": Transform(
        "Resize",
        {"size": _SIZE, "max_size": COUNT, **_RESIZED},
        ("size",),
        "size",
        _resize,
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
        channels=lambda settings: 3 if settings.get("num_output_channels") == 3 else 1,
    ),
    "rgb": Transform("RGB", random=False, channels=lambda settings: 3),
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
        {"size": _SIZE, "scale": _RANGE, "ratio": _RANGE, **_RESIZED},
        ("size",),
        "size",
    ),
    "random_resize": Transform(
        "RandomResize",
        {"min_size": COUNT, "max_size": COUNT, **_RESIZED},
        ("min_size", "max_size"),
        objection=_random_resize,
    ),
    "random_shortest_size": Transform(
        "RandomShortestSize",
        {"min_size": Either(COUNT, ListOf(COUNT, 1, 1000)), "max_size": COUNT, **_RESIZED},
        ("min_size",),
        "min_size",
    ),
    "scale_jitter": Transform(
        "ScaleJitter",
        {"target_size": ListOf(COUNT, 2), "scale_range": _RANGE, **_RESIZED},
        ("target_size",),
        "target_size",
    ),
    "random_zoom_out": Transform(
        "RandomZoomOut",
        {
            "fill": _FILL,
            "side_range": ListOf(Real("a number ≥ 1", minimum=1), 2, rising=True),
            **_P,
        },
    ),
    "random_horizontal_flip": Transform("RandomHorizontalFlip", _P, (), "p"),
    "random_vertical_flip": Transform("RandomVerticalFlip", _P, (), "p"),
    "random_rotation": Transform(
        "RandomRotation",
        {"degrees": _DEGREES, "expand": FLAG, "center": _POINT, **_WARPED},
        ("degrees",),
        "degrees",
    ),
    "random_affine": Transform(
        "RandomAffine",
        {
            "degrees": _DEGREES,
            "translate": ListOf(PROBABILITY, 2),
            "scale": _RANGE,
            "shear": Either(NOT_NEGATIVE, ListOf(NUMBER, 2, rising=True)),
            "center": _POINT,
            **_WARPED,
        },
        ("degrees",),
        "degrees",
    ),
    "random_perspective": Transform(
        "RandomPerspective", {"distortion_scale": PROBABILITY, **_P, **_WARPED}
    ),
    "elastic_transform": Transform(
        "ElasticTransform",
        {
            "alpha": Either(NUMBER, ListOf(NUMBER, 2)),
            "sigma": Either(POSITIVE, ListOf(POSITIVE, 2)),
            **_WARPED,
        },
    ),
    "gaussian_blur": Transform(
        "GaussianBlur",
        {"kernel_size": Either(Odd(), ListOf(Odd(), 2)), "sigma": Either(POSITIVE, _RANGE)},
        ("kernel_size",),
        "kernel_size",
    ),
    "gaussian_noise": Transform(
        "GaussianNoise", {"mean": NUMBER, "sigma": NOT_NEGATIVE, "clip": FLAG}
    ),
    "color_jitter": Transform(
        "ColorJitter",
        {
            "brightness": _STRENGTH,
            "contrast": _STRENGTH,
            "saturation": _STRENGTH,
            "hue": Either(_HUE, _HUES),
        },
    ),
    "random_photometric_distort": Transform(
        "RandomPhotometricDistort",
        {
            "brightness": _STRENGTHS,
            "contrast": _STRENGTHS,
            "saturation": _STRENGTHS,
            "hue": _HUES,
            **_P,
        },
    ),
    "random_channel_permutation": Transform("RandomChannelPermutation"),
    "random_grayscale": Transform("RandomGrayscale", _P, (), "p"),
    "random_invert": Transform("RandomInvert", _P, (), "p"),
    "random_autocontrast": Transform("RandomAutocontrast", _P, (), "p"),
    "random_equalize": Transform("RandomEqualize", _P, (), "p"),
    "random_posterize": Transform(
        "RandomPosterize", {"bits": Whole(0, 8), **_P}, ("bits",), "bits"
    ),
    "random_solarize": Transform(
        "RandomSolarize",
        {"threshold": _PIXEL, **_P},
        ("threshold",),
        "threshold",
    ),
    "random_adjust_sharpness": Transform(
        "RandomAdjustSharpness",
        {"sharpness_factor": NOT_NEGATIVE, **_P},
        ("sharpness_factor",),
        "sharpness_factor",
    ),
    "auto_augment": Transform(
        "AutoAugment",
        {"policy": OneOf("imagenet", "cifar10", "svhn"), **_WARPED},
        (),
        "policy",
    ),
    "rand_augment": Transform(
        "RandAugment",
        {"num_ops": COUNT, "magnitude": Whole(0), "num_magnitude_bins": _BINS, **_WARPED},
        objection=_rand_augment,
    ),
    "trivial_augment_wide": Transform(
        "TrivialAugmentWide", {"num_magnitude_bins": _BINS, **_WARPED}
    ),
    "augmix": Transform(
        "AugMix",
        {
            "severity": Whole(1, 10),
            "mixture_width": COUNT,
            "chain_depth": Either(Among(-1), COUNT),
            "alpha": Fraction(POSITIVE),
            "all_ops": FLAG,
            **_WARPED,
        },
    ),
    "random_erasing": Transform(
        "RandomErasing",
        {
            **_P,
            "scale": ListOf(PROBABILITY, 2, rising=True),
            "ratio": _RANGE,
            "value": _FILL,
        },
    ),
}
