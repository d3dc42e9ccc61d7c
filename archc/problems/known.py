"""The names that could have been meant, and the one that is most like what was written."""

from collections.abc import Collection, Iterator
from itertools import islice

_MOST_COMPARED = 2_000
_MOST_SORTED = 5_000
_LONGEST = 100


class Known(Collection[str]):
    """The names that several tables have now; none is copied, and what they get later is left out.

    Thousands of mistakes can each have thousands of names around them.
    """

    __slots__ = ("_counts", "_tables")

    def __init__(self, *tables: Collection[str]) -> None:
        self._tables = tables
        self._counts = tuple(map(len, tables))

    def __iter__(self) -> Iterator[str]:
        for table, count in zip(self._tables, self._counts, strict=True):
            yield from islice(table, count)

    def __len__(self) -> int:
        return sum(self._counts)

    def __contains__(self, name: object) -> bool:
        return any(name in table for table in self._tables)


def closest(name: str, known: Collection[str], cutoff: float) -> str | None:
    """Return the known name that is most like another, or None where none is like it.

    Of very many names, only the first are compared: thousands may be unknown as well.
    """
    if len(name) > _LONGEST or not known:
        return None
    from rapidfuzz.distance import Indel  # a clean spec does not pay for the import
    from rapidfuzz.process import extractOne

    few = islice(known, _MOST_COMPARED)
    found = extractOne(name, few, scorer=Indel.normalized_similarity, score_cutoff=cutoff)
    return found[0] if found else None


def in_order(known: Collection[str]) -> list[str]:
    """Return the names as they are listed: sorted, unless they are too many."""
    few = list(islice(known, _MOST_SORTED))
    return sorted(few) if len(few) == len(known) else few
