"""What comes with archc: networks and recipes by name, and the pages of the error codes.

In an installed package the folders lie within it, in a checkout beside it.
"""

import re
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent
_RECIPES = "recipes"
_VARIANTS = re.compile(r"^variants:\n((?:[ #].*\n|\n)*)", re.MULTILINE)
_NAME = re.compile(r"^  (\w+):", re.MULTILINE)


def error_pages() -> Path:
    """Return the folder that holds a page for each error code."""
    return _folder("_pages", "docs/errors")


@cache
def models() -> dict[str, Path]:
    """Return the file of each network by its name.

    A network is named as its file; one in a folder bears the folder's name as well, so that
    ``notebook/resnet18.yaml`` is ``resnet18-notebook``. The variants of a file have their names.
    """
    return {**_variants(), **_files()}


def variant(name: str) -> str | None:
    """Return the variant of its file that the name of a network stands for, if it is one."""
    return name if name not in _files() and name in _variants() else None


@cache
def _variants() -> dict[str, Path]:
    """Return the file of each variant; nothing but its own lines tells them apart so quickly."""
    found = {}
    for path in _files().values():
        if listed := _VARIANTS.search(path.read_text("utf-8")):
            found.update(dict.fromkeys(_NAME.findall(listed[1]), path))
    return found


@cache
def _files() -> dict[str, Path]:
    folder = _specs()
    found = {}
    for path in sorted(folder.rglob("*.yaml")):
        *within, _ = path.relative_to(folder).parts
        if within != [_RECIPES]:
            found["-".join([path.stem, *within])] = path
    return found


@cache
def recipes() -> dict[str, Path]:
    """Return the file of each recipe by its name."""
    return {path.stem: path for path in sorted((_specs() / _RECIPES).glob("*.yaml"))}


def find(name: str) -> Path | None:
    """Return the file of a network or a recipe, or None if none of that name comes with archc."""
    return _files().get(name) or recipes().get(name) or _variants().get(name)


def _specs() -> Path:
    return _folder("_specs", "specs")


def _folder(packed: str, beside: str) -> Path:
    inside = _PACKAGE / packed
    return inside if inside.is_dir() else _PACKAGE.parent / beside
