"""The imports of an emitted module, in the order of ``ruff`` and ``isort``."""

from collections.abc import Iterable
from typing import NamedTuple


class Import(NamedTuple):
    """One imported name.

    Args:
        module: the module.
        name: what is imported from it, or an empty text for the module itself.
    """

    module: str
    name: str = ""

    @property
    def binds(self) -> str:
        """The name that the module can use."""
        return self.name or self.module

    @property
    def is_torchs(self) -> bool:
        """Whether it is of torch, and not of the standard library."""
        return self.module.partition(".")[0] == "torch"


NN = Import("torch", "nn")
TORCH = Import("torch")
ORDERED_DICT = Import("collections", "OrderedDict")
NAMED_TUPLE = Import("typing", "NamedTuple")


def import_lines(imports: Iterable[Import]) -> list[str]:
    """Return the lines that import names, each once: the standard library first, then torch."""
    needed = set(imports)
    standard = _lines({one for one in needed if not one.is_torchs})
    torchs = _lines({one for one in needed if one.is_torchs})
    return [*standard, *([""] if standard and torchs else []), *torchs]


def _lines(imports: set[Import]) -> list[str]:
    whole = sorted(one.module for one in imports if not one.name)
    names: dict[str, list[str]] = {}
    for module, name in sorted(imports):
        if name:
            names.setdefault(module, []).append(name)
    parts = [f"from {module} import {', '.join(found)}" for module, found in names.items()]
    return [*(f"import {module}" for module in whole), *parts]
