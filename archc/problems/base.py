"""The base of all problems, and the words that their messages share."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform

from archc.problems.known import closest

if TYPE_CHECKING:
    from archc.problems.fixes import Fix
    from archc.source import Span

SIMILAR = 0.6
"""How similar a known name must be to be suggested."""


class Severity(StrEnum):
    """How much a diagnostic weighs: only an error makes a spec unusable."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass_transform(frozen_default=True)
class Problem:
    """A kind of mistake: typed fields from which a message and a help are written.

    A subclass states its `code`, its fields, and `message`; its name in kebab case is the name a
    user sees (`ChannelMismatch` is ``channel-mismatch``). `docs/errors/CODE.md` explains it. A
    subclass of such a class is a case of the same problem: it inherits the code and the name.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR
    gathers: ClassVar[str] = ""
    """The message of several such notes as one, after their number; see `brief`."""
    gathers_help: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" in vars(cls):
            cls.name = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        for kind in reversed(cls.__mro__[: cls.__mro__.index(Problem)]):
            # Here, since to make all of them takes longer than to check a small spec.
            if "__dataclass_fields__" not in vars(kind):
                dataclass(frozen=True, eq=False)(kind)
        return super().__new__(cls)

    def message(self) -> str:
        """What is wrong, in one line, without the location."""
        raise NotImplementedError

    def help(self) -> str | None:
        """What to do about it, with the arithmetic or a valid value where there is one."""
        return None

    def brief(self) -> str | None:
        """The message in a few words, for a list of several such notes; None if never listed."""
        return None

    def fix(self, span: "Span") -> "Fix | None":
        """Return the correction of the text at `span`, or None where there is none."""
        return None


class Misspelt(Problem):
    """A problem with a word that may be another, misspelt: the known one is suggested."""

    def word(self) -> str:
        """The word as written."""
        raise NotImplementedError

    def suggestion(self) -> str | None:
        """Return the known word that is most similar, or None where none is similar."""
        raise NotImplementedError

    def otherwise(self) -> str | None:
        """The help where no known word is similar."""
        return None

    def help(self) -> str | None:
        """Suggest the similar word."""
        similar = self.suggestion()
        return _asking(similar) if similar else self.otherwise()

    def fix(self, span: "Span") -> "Fix | None":
        """Return the edit that puts the similar word in the place of the one written."""
        from archc.problems.fixes import Fix, respell  # only who applies fixes pays for it

        similar = self.suggestion()
        edit = similar and respell(span, self.word(), similar)
        return Fix(f"write `{similar}`", (edit,), safe=False) if edit else None


def _asking(name: str) -> str:
    return f"did you mean `{name}`?"


def did_you_mean(name: str, known: Collection[str]) -> str | None:
    """Return ``did you mean `x`?`` where a known name is similar, else None."""
    similar = closest(name, known, SIMILAR)
    return _asking(similar) if similar else None


def listing(names: Collection[str]) -> str:
    """Return the names in backticks, the last joined by *and*; long lists are cut."""
    shown = [f"`{name}`" for name in islice(names, 12)]
    if len(names) > 12:
        return ", ".join(shown) + f" and {len(names) - 12} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def available(what: str, names: Collection[str]) -> str:
    """Return ``available nodes: `input`, `stem```; long lists are cut."""
    shown = ", ".join(f"`{name}`" for name in islice(names, 12))
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f"available {what}: {shown}{more}"


def abridged(things: Sequence[Any], text: Callable[[Any], str]) -> list[str]:
    """Return the texts of things for one line; of many, the first and last and a count."""
    if len(things) <= 12:
        return [text(thing) for thing in things]
    first, last = [text(thing) for thing in things[:7]], [text(thing) for thing in things[-2:]]
    return [*first, f"… {len(things) - 9:,} more …", *last]


def quoted(text: str) -> str:
    """Return a piece of a spec, shortened to one readable line, in backticks."""
    if len(text) <= 60 and text.isprintable():
        return f"`{text}`" if text.strip() else f'`"{text}"`'
    line = " ".join(text[:200].split())
    printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    return f"`{printable[:57]}…`" if len(printable) > 60 or len(text) > 200 else f"`{printable}`"
