"""The formats that a network is exported to: one file each, named as its files' suffix.

A format is a module with a function ``write(Request, Path)``, which writes that file and, where it
must, others beside it whose names begin with its name; with ``TAKES``, the options of
`archc export` that mean something to it beside those that mean the same to all; and, where
``optimize`` is one of them, with ``PASSES``, what `archc.passes.optimise` is asked for.
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
