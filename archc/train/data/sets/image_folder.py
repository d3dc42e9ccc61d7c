"""``image_folder``: a folder of images a class, as torchvision's ``ImageFolder`` has it.

Source: https://pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import torch

from archc.ops.base.kinds import Value
from archc.train.data.samples import Asked, ImageFiles, Splits, UnusableError, stratified, why

_NAMED = 3
"""Broken images that are named; the others are counted."""


class _Listing(NamedTuple):
    paths: list[str]
    labels: list[int]
    classes: list[str]
    skipped: int


def open_splits(settings: Mapping[str, Value], asked: Asked) -> Splits:
    """Return ``root/train`` and ``root/test``, or `root` split by ``test_split``."""
    root = Path(str(settings["root"]))
    share = settings.get("test_split")
    renamed: dict[str, str] = dict(settings.get("class_names") or ())  # type: ignore[arg-type]
    if not root.is_dir():
        raise UnusableError(f"there is no directory {root}")
    if isinstance(share, (int, float)):
        found = _listed(root, asked.skip)
        parts = stratified(torch.tensor(found.labels), float(share), asked.seed)
        train, test = (_chosen(found, part, asked.channels) for part in parts)
        return Splits(train, test, _renamed(found.classes, renamed), found.skipped)
    if not ((root / "train").is_dir() and (root / "test").is_dir()):
        raise UnusableError(
            f"{root} has no folders `train` and `test`",
            "give `test_split: 0.2` to hold back a fifth of each class",
        )
    listings = [_listed(root / split, asked.skip) for split in ("train", "test")]
    if listings[0].classes != listings[1].classes:
        odd = sorted(set(listings[0].classes) ^ set(listings[1].classes))
        raise UnusableError(f"{root}/train and {root}/test have other classes: {', '.join(odd)}")
    train, test = (_chosen(each, range(len(each.paths)), asked.channels) for each in listings)
    skipped = sum(each.skipped for each in listings)
    return Splits(train, test, _renamed(listings[0].classes, renamed), skipped)


def _listed(root: Path, skip: bool) -> _Listing:
    """Return the images under `root` whose headers are sound; the pixels are read later."""
    from torchvision.datasets import ImageFolder

    try:
        folder = ImageFolder(str(root), allow_empty=skip)
    except OSError as error:
        raise UnusableError(str(error).splitlines()[0]) from error
    broken = {path: reason for path, _ in folder.samples if (reason := _broken(path))}
    if broken and not skip:
        told = "; ".join(f"{path}: {reason}" for path, reason in list(broken.items())[:_NAMED])
        more = f"; and {len(broken) - _NAMED} more" if len(broken) > _NAMED else ""
        raise UnusableError(told + more, "mend them, or give `on_error: skip` to leave them out")
    sound = [(path, label) for path, label in folder.samples if path not in broken]
    empty = [name for name, n in folder.class_to_idx.items() if n not in {y for _, y in sound}]
    if empty:
        raise UnusableError(f"no image of {', '.join(empty)} in {root} can be read")
    return _Listing([p for p, _ in sound], [y for _, y in sound], folder.classes, len(broken))


def _broken(path: str) -> str | None:
    from PIL import Image

    try:
        with Image.open(path) as image:
            image.verify()
    except Exception as error:  # Pillow's decoders raise whatever a broken file makes them meet
        return why(error)
    return None


def _chosen(found: _Listing, indices: range | list[int], channels: int) -> ImageFiles:
    paths = [found.paths[index] for index in indices]
    return ImageFiles(paths, [found.labels[index] for index in indices], channels)


def _renamed(classes: list[str], names: Mapping[str, str]) -> tuple[str, ...]:
    unknown = sorted(set(names) - set(classes))
    if unknown:
        raise UnusableError(
            f"`class_names` renames {', '.join(unknown)}, but the folders are {', '.join(classes)}"
        )
    return tuple(names.get(name, name) for name in classes)
