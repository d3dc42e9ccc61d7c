"""Folders of images, a folder for each class, as torchvision's ``ImageFolder`` reads them.

Source: https://pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html
"""

import os
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple, NoReturn

import torch
from torchvision.datasets import ImageFolder
from torchvision.datasets.folder import IMG_EXTENSIONS

from archc.problems.base import listing
from archc.samples.files import ImageFiles
from archc.samples.samples import Asked, Splits, UnusableError, stratified
from archc.samples.soundness import few, unreadable


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
    remarks: tuple[str, ...]


_TRAIN = ("train", "training")
_HELD_BACK = ("test", "testing", "val", "valid", "validation")
"""What folders of splits are called, in any case; of several to test on, the first is taken."""
_NO_CLASSES = ("__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information")
"""Folders that systems leave among those of a user, besides hidden ones."""


def open_folder(
    folder: str, test_split: float | None, class_names: Mapping[str, str], asked: Asked
) -> Splits:
    """Return ``train`` and ``test`` or ``val`` of a folder, or the folder split by `test_split`.

    Args:
        folder: that holds a folder for each class, or two splits of such.
        test_split: the share of each class that is for testing; None: there are two splits.
        class_names: the names of classes by their folders, where they are called otherwise.
        asked: what is asked of every data set.

    Raises:
        UnusableError: it is not such a folder, or holds images that cannot be read.
    """
    root = Path(folder)
    if not os.path.isdir(root):
        raise UnusableError(f"there is no directory {_printable(str(root))}")
    try:
        if test_split is not None:
            parts = _divided(root, test_split, asked)
        else:
            parts = _laid_out(root, asked)
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.strerror else str(error)
        raise UnusableError(_printable(reason.splitlines()[0])) from error
    train, test, classes, skipped, remarks = parts
    return Splits(train, test, _renamed(classes, class_names), skipped, remarks)


def _divided(root: Path, share: float, asked: Asked) -> _Parts:
    folders, remarks = _folders(root)
    train, held_back = _splits(root, folders)
    if train and held_back:
        names = f"`{train[0].name}` and `{held_back[0].name}`"
        raise UnusableError(f"{root} is split already, into {names}", "leave out `test_split`")
    if len(folders) > 1 and len(folders) == len(held_back):
        names = listing([path.name for path in held_back])
        raise UnusableError(
            f"the folders of {root} are called as splits are, {names}, and none `train`",
            "rename that to learn from `train` and leave out `test_split`, or name a folder whose "
            "folders are the classes",
        )
    found = _listed(root, asked)
    parts = stratified(torch.tensor(found.labels), share, asked.seed)
    first, second = (_chosen(found, part, asked.channels) for part in parts)
    return _Parts(first, second, found.classes, found.skipped, remarks)


def _laid_out(root: Path, asked: Asked) -> _Parts:
    folders, remarks = _folders(root)
    train, held_back = _splits(root, folders)
    if not train or not held_back:
        names = listing([_printable(path.name) for path in folders])
        there = f": its folders are {names}" if folders else ""
        raise UnusableError(
            f"{root} has no folders `train` and `test` (or `val`){there}",
            "give `test_split: 0.2` to hold back a fifth of each class",
        )
    first, second = _listed(train[0], asked), _listed(held_back[0], asked)
    odd = sorted(set(first.classes) ^ set(second.classes))
    if odd:
        raise UnusableError(f"the two splits in {root} differ in the classes {', '.join(odd)}")
    unused = [path.name for path in (*train[1:], *held_back[1:])]
    if unused:
        remarks += (f"{root} is split into more parts than two: {listing(unused)} not used",)
    for path in (train[0], held_back[0]):
        remarks += _folders(path)[1]
    one, other = (_chosen(each, range(len(each.paths)), asked.channels) for each in (first, second))
    return _Parts(one, other, first.classes, first.skipped + second.skipped, remarks)


def _folders(root: Path) -> tuple[list[Path], tuple[str, ...]]:
    """Return the folders in `root` that a user put there, and a remark on those that are others'.

    Raises:
        OSError: it cannot be read.
    """
    names = sorted(entry.name for entry in os.scandir(root) if entry.is_dir())
    found = [Path(root, name) for name in names]
    left_out = [_printable(path.name) for path in found if _no_class(path.name)]
    remarks = (f"{listing(left_out)} in {root}: no class, left out",) if left_out else ()
    return [path for path in found if not _no_class(path.name)], remarks


def _no_class(name: str) -> bool:
    """Whether a file or folder is hidden, or the system's."""
    return name.startswith(".") or name in _NO_CLASSES


def _splits(root: Path, folders: list[Path]) -> tuple[list[Path], list[Path]]:
    """Return the folders called as one to learn from, and those called as one to test on.

    Raises:
        UnusableError: two of them differ only in case.
    """
    found = []
    for names in (_TRAIN, _HELD_BACK):
        mine = [path for path in folders if path.name.lower() in names]
        mine.sort(key=lambda path: names.index(path.name.lower()))
        found.append(mine)
        lowered = [path.name.lower() for path in mine]
        if len(set(lowered)) < len(lowered):
            both = listing([path.name for path in mine])
            raise UnusableError(f"{root} has {both}, which differ in case alone", "rename one")
    return found[0], found[1]


class _Classes(ImageFolder):  # type: ignore[misc]  # torchvision is untyped
    """torchvision's listing without the folders and files that are no class and no image."""

    def find_classes(self, directory: str | Path) -> tuple[list[str], dict[str, int]]:
        """Return the names of the classes and their numbers, in the order of the names."""
        names = [path.name for path in _folders(Path(directory))[0]]
        return names, {name: number for number, name in enumerate(names)}


def _listed(root: Path, asked: Asked) -> _Listing:
    """Return the images under `root` that can be read.

    Where broken ones are skipped each is decoded, so that training meets only valid ones. Where
    they are errors their headers are enough: one that breaks later ends training then.
    """
    _walk(root)
    if not _folders(root)[0]:
        advice = "put the images of each class into a folder of its own"
        raise UnusableError(f"{root} has no folders, which would be the classes", advice)
    folder = _Classes(str(root), is_valid_file=partial(_is_image, root), allow_empty=True)
    _require_images(root, folder, [label for _, label in folder.samples], "no image")
    paths = [path for path, _ in folder.samples]
    broken = unreadable(paths, whole=asked.skip, workers=asked.workers)
    reasons = tuple(f"{_printable(path)}: {reason}" for path, reason in broken.items())
    if broken and not asked.skip:
        advice = "fix them, or give `on_error: skip` to leave them out"
        raise UnusableError(few(reasons), advice)
    sound = [(path, label) for path, label in folder.samples if path not in broken]
    _require_images(root, folder, [label for _, label in sound], "no image that can be read")
    classes = list(map(_printable, folder.classes))
    if len(classes) == 1:
        _reject_one(root, folder.classes[0])
    return _Listing([p for p, _ in sound], [y for _, y in sound], classes, reasons)


def _is_image(root: Path, path: str) -> bool:
    """Whether a file is called as an image, and neither it nor a folder of it is hidden."""
    parts = os.path.relpath(path, root).split(os.sep)
    return path.lower().endswith(IMG_EXTENSIONS) and not any(map(_no_class, parts))


def _require_images(root: Path, folder: ImageFolder, labels: list[int], lacks: str) -> None:
    there = set(labels)
    empty = [_printable(n) for n, label in folder.class_to_idx.items() if label not in there]
    if empty:
        plural = "s" * (len(empty) > 1)
        raise UnusableError(
            f"{lacks} in the folder{plural} {listing(empty)} of {root}",
            f"put images ({', '.join(IMG_EXTENSIONS)}) into each, or remove the folder{plural}",
        )


def _reject_one(root: Path, name: str) -> NoReturn:
    inside = _folders(root / name)[0]
    advice = None
    if len(inside) > 1:
        within = listing([_printable(path.name) for path in inside])
        advice = f"if the classes are {within}, name the folder {_printable(str(root / name))}"
    reason = f"it has only one class, {_printable(name)}: a network needs two classes or more"
    raise UnusableError(reason, advice)


def _printable(name: str) -> str:
    """Return a file's name as text that can be written, also where the name is not UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace")


def _walk(root: Path) -> None:
    """Reject folders that torchvision would pass over, or read many times, without a word.

    Hidden folders are not looked into: no image is taken from them.

    Raises:
        OSError: a folder cannot be read.
        UnusableError: a folder is a link to one that it is in.
    """
    for path, folders, _ in os.walk(root, followlinks=True, onerror=_raised):
        folders[:] = [name for name in folders if not _no_class(name)]
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
