"""``image_folder``: a folder of images a class, as torchvision's ``ImageFolder`` has it.

Source: https://pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, NoReturn

import torch

from archc.ops.base.kinds import Value
from archc.train.data.files import ImageFiles
from archc.train.data.samples import Asked, Splits, UnusableError, stratified
from archc.train.data.soundness import few, unreadable


class _Listing(NamedTuple):
    paths: list[str]
    labels: list[int]
    classes: list[str]
    skipped: tuple[str, ...]


class _Parts(NamedTuple):
    train: ImageFiles
    test: ImageFiles
    classes: list[str]
    skipped: tuple[str, ...]


def open_splits(settings: Mapping[str, Value], asked: Asked) -> Splits:
    """Return ``root/train`` and ``root/test`` or ``root/val``, or `root` split by `test_split`."""
    root = Path(str(settings["root"]))
    share = settings.get("test_split")
    given = settings.get("class_names") or ()
    renamed: dict[str, str] = dict(given)  # type: ignore[arg-type]  # pairs, by their kind
    if not os.path.isdir(root):
        raise UnusableError(f"there is no directory {root}")
    if isinstance(share, (int, float)):
        train, test, classes, skipped = _divided(root, float(share), asked)
    else:
        train, test, classes, skipped = _laid_out(root, asked)
    return Splits(train, test, _renamed(classes, renamed), skipped)


def _divided(root: Path, share: float, asked: Asked) -> _Parts:
    held_back = _held_back(root)
    if os.path.isdir(root / "train") and held_back:
        reason = f"{root} is split already, into `train` and `{held_back[0].name}`"
        raise UnusableError(reason, "leave out `test_split`")
    found = _listed(root, asked)
    parts = stratified(torch.tensor(found.labels), share, asked.seed)
    train, test = (_chosen(found, part, asked.channels) for part in parts)
    return _Parts(train, test, found.classes, found.skipped)


def _laid_out(root: Path, asked: Asked) -> _Parts:
    held_back = _held_back(root)
    if not os.path.isdir(root / "train") or not held_back:
        raise UnusableError(
            f"{root} has no folders `train` and `test` (or `val`)",
            "give `test_split: 0.2` to hold back a fifth of each class",
        )
    first, second = _listed(root / "train", asked), _listed(held_back[0], asked)
    odd = sorted(set(first.classes) ^ set(second.classes))
    if odd:
        raise UnusableError(f"the two splits in {root} differ in the classes {', '.join(odd)}")
    train, test = (
        _chosen(each, range(len(each.paths)), asked.channels) for each in (first, second)
    )
    return _Parts(train, test, first.classes, first.skipped + second.skipped)


def _held_back(root: Path) -> list[Path]:
    return [root / name for name in ("test", "val") if os.path.isdir(root / name)]


def _listed(root: Path, asked: Asked) -> _Listing:
    """Return the images under `root` that can be read.

    Where broken ones are skipped each is decoded, so that training meets sound ones alone. Where
    they are errors their headers are enough: one that breaks later ends training then.
    """
    from torchvision.datasets import ImageFolder

    try:
        _walk(root)
        folder = ImageFolder(str(root), allow_empty=asked.skip)
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.strerror else str(error)
        raise UnusableError(reason.splitlines()[0]) from error
    paths = [path for path, _ in folder.samples]
    broken = unreadable(paths, whole=asked.skip, workers=asked.workers)
    told = tuple(f"{_printable(path)}: {reason}" for path, reason in broken.items())
    if broken and not asked.skip:
        advice = "mend them, or give `on_error: skip` to leave them out"
        raise UnusableError(few(told), advice)
    sound = [(path, label) for path, label in folder.samples if path not in broken]
    there = {label for _, label in sound}
    empty = [name for name, label in folder.class_to_idx.items() if label not in there]
    if empty:
        raise UnusableError(f"no image of {', '.join(empty)} in {root} can be read")
    classes = list(map(_printable, folder.classes))
    return _Listing([p for p, _ in sound], [y for _, y in sound], classes, told)


def _printable(name: str) -> str:
    """Return a file's name as text that can be written, also where the name is not UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace")


def _walk(root: Path) -> None:
    """Refuse folders that torchvision would pass over, or read many times, without a word.

    Raises:
        OSError: a folder cannot be read.
        UnusableError: a folder is a link to one that it is in.
    """
    for path, _, _ in os.walk(root, followlinks=True, onerror=_raised):
        inside = Path(os.path.realpath(os.path.dirname(path)))
        if os.path.islink(path) and inside.is_relative_to(os.path.realpath(path)):
            raise UnusableError(f"{path} is a link to a folder that it is in")


def _raised(error: OSError) -> NoReturn:
    raise error


def _chosen(found: _Listing, indices: Iterable[int], channels: int) -> ImageFiles:
    chosen = list(indices)
    return ImageFiles(
        [found.paths[index] for index in chosen],
        [found.labels[index] for index in chosen],
        channels,
    )


def _renamed(classes: list[str], names: Mapping[str, str]) -> tuple[str, ...]:
    unknown = sorted(set(names) - set(classes))
    if unknown:
        raise UnusableError(
            f"`class_names` renames {', '.join(unknown)}, but the folders are {', '.join(classes)}"
        )
    found = tuple(names.get(name, name) for name in classes)
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise UnusableError(f"`class_names` calls several folders {', '.join(twice)}")
    return found
