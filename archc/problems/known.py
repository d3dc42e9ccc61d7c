"""Known names, and the one that is most similar to what was written."""

from collections.abc import Collection, Iterator
from itertools import islice

_MOST_COMPARED = 2_000
_MOST_SORTED = 5_000
_LONGEST = 100


class Known(Collection[str]):
    """The present names of several tables, without copying them; later names are left out.

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


def closest(
    name: str, known: Collection[str], cutoff: float, given: Collection[str] = ()
) -> str | None:
    """Return the known name that is most similar to another, or None where none is similar.

    Of very many names, only the first are compared: thousands may be unknown as well.

    Args:
        name: what was written.
        known: the names to compare it with.
        cutoff: the least similarity, from 0 to 1.
        given: names that are written besides, so that they are not what was meant.
    """
    if len(name) > _LONGEST or not known:
        return None
    from rapidfuzz.distance import Indel  # a clean spec does not pay for the import
    from rapidfuzz.process import extractOne

    compared = list(islice(known, _MOST_COMPARED))
    for _ in range(2):
        match = extractOne(name, compared, scorer=Indel.normalized_similarity, score_cutoff=cutoff)
        if match is None or match[0] not in given:
            break
        compared = [other for other in compared if other not in given]
    return match[0] if match else None


def in_order(known: Collection[str]) -> list[str]:
    """Return the names as they are listed: sorted, unless they are too many."""
    first = list(islice(known, _MOST_SORTED))
    return sorted(first) if len(first) == len(known) else first
