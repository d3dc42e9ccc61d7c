"""Misspelt keys: reported once, then read as what was meant, so that no error follows from one."""

from collections.abc import Collection, Sequence

from archc.diagnostics import Diagnostics
from archc.problems.known import Known, closest
from archc.problems.structure import UnknownKey
from archc.syntax.tree import Mapping, Scalar, Tree

_SIMILAR = 0.7


def meant(key: str, known: Collection[str], given: Collection[str]) -> str | None:
    """Return the known key that an unknown one stands for, or None where none is similar.

    It is none of the keys that are `given` besides.
    """
    return closest(key, known, _SIMILAR, given)


def respelt(tree: Mapping, known: Sequence[str], where: str, diagnostics: Diagnostics) -> Mapping:
    """Report the unknown keys of `tree`; return it with the misspelt ones respelt."""
    if all(key in known for key in tree.entries):
        return tree
    entries: dict[str, tuple[Scalar, Tree]] = {}
    for name, (key, value) in tree.entries.items():
        if name not in known:
            diagnostics.report(UnknownKey(name, where, tuple(known), tree.entries), key.span)
            if diagnostics.full:
                break
            name = meant(name, known, Known(entries, tree.entries)) or name
            key = Scalar(name, key.plain, key.span)
        entries[name] = (key, value)
    return Mapping(entries, tree.span)
