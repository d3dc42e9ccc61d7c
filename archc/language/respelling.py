"""Misspelt keys: told once, and then read as what was meant, so that nothing else follows."""

from collections.abc import Collection, Sequence

from archc.diagnostics import Diagnostics
from archc.problems.known import Known, closest
from archc.problems.structure import UnknownKey
from archc.syntax.tree import Mapping, Scalar, Tree

_CLOSE = 0.7


def meant(key: str, known: Collection[str], given: Collection[str]) -> str | None:
    """Return the known key that an unknown one stands for, or None where none is close.

    What is given besides is not meant.
    """
    close = closest(key, known, _CLOSE)
    if close is None or close not in given:
        return close
    return closest(key, [name for name in known if name not in given], _CLOSE)


def respelt(tree: Mapping, known: Sequence[str], where: str, diagnostics: Diagnostics) -> Mapping:
    """Report the keys of `tree` that are not known; return it with the misspelt ones mended."""
    if all(key in known for key in tree.entries):
        return tree
    mended: dict[str, tuple[Scalar, Tree]] = {}
    for name, (key, value) in tree.entries.items():
        if name not in known:
            diagnostics.report(UnknownKey(name, where, tuple(known)), key.span)
            if diagnostics.full:
                break
            name = meant(name, known, Known(mended, tree.entries)) or name
            key = Scalar(name, key.plain, key.span)
        mended[name] = (key, value)
    return Mapping(mended, tree.span)
