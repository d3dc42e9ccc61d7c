"""What comes with archc: networks and recipes by name, and the pages of the error codes.

In an installed package the folders lie within it, in a checkout beside it.
"""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent
_RECIPES = "recipes"


def error_pages() -> Path:
    """Return the folder that holds a page for each error code."""
    return _folder("_pages", "docs/errors")


@cache
def models() -> dict[str, Path]:
    """Return the file of each network by its name.

    A network is named as its file; one in a folder bears the folder's name as well, so that
    ``notebook/resnet18.yaml`` is ``resnet18-notebook``.
    """
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
    return models().get(name) or recipes().get(name)


def _specs() -> Path:
    return _folder("_specs", "specs")


def _folder(packed: str, beside: str) -> Path:
    inside = _PACKAGE / packed
    return inside if inside.is_dir() else _PACKAGE.parent / beside
