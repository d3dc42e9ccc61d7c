"""The frame every problem hangs in."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any, ClassVar, Self, dataclass_transform

from archc.problems.known import closest


class Severity(StrEnum):
    """How much a diagnostic weighs: only an error makes a spec unusable."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass_transform(frozen_default=True)
class Problem:
    """One kind of mistake: typed fields in, a message and a help out.

    A subclass states its `code`, its fields, and `message`; its name in kebab case is the name a
    user sees (`ChannelMismatch` is ``channel-mismatch``). `docs/errors/CODE.md` explains it.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR
    gathers: ClassVar[str] = ""
    """How many notes of this kind begin when they are told as one; see `brief`."""
    gathers_help: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.name = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        for kind in reversed(cls.__mro__[: cls.__mro__.index(Problem)]):
            # Here, since to make all of them takes longer than to check a small spec.
            if "__dataclass_fields__" not in vars(kind):
                dataclass(frozen=True, eq=False)(kind)
        return super().__new__(cls)

    def message(self) -> str:
        """What is wrong, in one line, without the place."""
        raise NotImplementedError

    def help(self) -> str | None:
        """What to do about it, and the arithmetic where there is some."""
        return None

    def brief(self) -> str | None:
        """The same in a few words, for a list of several such notes; None if never listed."""
        return None


def did_you_mean(name: str, known: Collection[str]) -> str | None:
    """Return ``did you mean `x`?`` where a known name is close, else None."""
    close = closest(name, known, cutoff=0.6)
    return f"did you mean `{close}`?" if close else None


def listing(names: Collection[str]) -> str:
    """Return the names in backticks, the last joined by *and*; long lists are cut."""
    shown = [f"`{name}`" for name in islice(names, 12)]
    if len(names) > 12:
        return ", ".join(shown) + f" and {len(names) - 12} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def abridged(things: Sequence[Any], text: Callable[[Any], str]) -> list[str]:
    """Return the texts of things that stand in one line; of many, how many are left out."""
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
