"""The formats that a network is drawn in: one file each, named as its files' suffix.

A format is a module with a function ``draw(Request) -> bytes``, and with two constants: ``TAKES``,
the options of `archc graph` that mean something to it beside those that mean the same to all, and
``OPENS``, whether blocks can be opened in what it gives.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


@cache
def formats() -> tuple[str, ...]:
    """The names of all formats, read off the files of this package."""
    return tuple(module.name for module in iter_modules(__path__) if not module.ispkg)


def find(name: str) -> Any:
    """Return the module of a format in `formats()`."""
    return import_module(f"{__name__}.{name}")
