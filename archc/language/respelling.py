"""Misspelt keys: told once, and then read as what was meant, so that nothing else follows."""

from collections.abc import Collection, Sequence

from archc.diagnostics import Diagnostics
from archc.problems.structure import UnknownKey
from archc.syntax.tree import Mapping, Scalar, Tree

_CLOSE = 0.7


def meant(key: str, known: Sequence[str], given: Collection[str]) -> str | None:
    """Return the known key that an unknown one stands for, or None where none is close.

    What is given besides is not meant.
    """
    from difflib import get_close_matches  # a clean spec does not pay for its import

    free = [name for name in known if name not in given]
    close = get_close_matches(key, free, n=1, cutoff=_CLOSE) if len(key) < 100 else []
    return close[0] if close else None


def respelt(tree: Mapping, known: Sequence[str], where: str, diagnostics: Diagnostics) -> Mapping:
    """Report the keys of `tree` that are not known; return it with the misspelt ones mended."""
    if all(key in known for key in tree.entries):
        return tree
    mended: dict[str, tuple[Scalar, Tree]] = {}
    for name, (key, value) in tree.entries.items():
        if name not in known:
            diagnostics.report(UnknownKey(name, where, tuple(known)), key.span)
            name = meant(name, known, {*tree.entries, *mended}) or name
            key = Scalar(name, key.plain, key.span)
        mended[name] = (key, value)
    return Mapping(mended, tree.span)
