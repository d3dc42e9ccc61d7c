"""What a value must be, as facts: messages, corrections and tests read the same fields.

`str(form)` is how a message says it: ``a whole number ≥ 1``, ``a mapping of blocks``. The classes
are plain, since a dataclass costs more to make than a small spec to check.
"""

from collections.abc import Iterator
from typing import Any

from archc.problems.base import listing


class Form:
    """What a value must be; two forms with the same fields are equal."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({fields})"

    def words(self) -> Iterator[str]:
        """Yield the words that the value can be."""
        yield from ()

    def advice(self) -> str | None:
        """Return what to do about a value that is not of this form, or None."""
        return None


class WholeNumber(Form):
    """A whole number within bounds."""

    def __init__(self, minimum: int | None = None, maximum: int | None = None) -> None:
        self.minimum = minimum
        self.maximum = maximum

    def __str__(self) -> str:
        return "a whole number" + _bounds(self.minimum, self.maximum)


class RealNumber(Form):
    """A finite number within bounds; `above` and `below` exclude the bound itself."""

    def __init__(
        self,
        *,
        minimum: float | None = None,
        maximum: float | None = None,
        above: float | None = None,
        below: float | None = None,
    ) -> None:
        self.minimum = minimum
        self.maximum = maximum
        self.above = above
        self.below = below

    def holds(self, value: float) -> bool:
        """Whether a number is within the bounds."""
        return (
            (self.minimum is None or value >= self.minimum)
            and (self.maximum is None or value <= self.maximum)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )

    def __str__(self) -> str:
        if self.above is not None and self.below is not None:
            return f"a number above {self.above:g} and below {self.below:g}"
        if self.above is not None:
            upper = "" if self.maximum is None else f" and ≤ {self.maximum:,g}"
            return f"a number > {self.above:g}{upper}"
        if self.below is not None:
            lower = "" if self.minimum is None else f"≥ {self.minimum:g} and "
            return f"a number {lower}below {self.below:g}"
        return "a number" + _bounds(self.minimum, self.maximum)


def _bounds(minimum: float | None, maximum: float | None) -> str:
    if minimum is not None and maximum is not None:
        return f" from {minimum:,} to {maximum:,}"
    if minimum is not None:
        return f" ≥ {minimum:,}"
    return "" if maximum is None else f" ≤ {maximum:,}"


class TrueOrFalse(Form):
    """A boolean."""

    def __str__(self) -> str:
        return "`true` or `false`"


class Word(Form):
    """One of a few words."""

    def __init__(self, *known: str) -> None:
        self.known = known

    def words(self) -> Iterator[str]:
        """Yield the words."""
        yield from self.known

    def __str__(self) -> str:
        *others, last = [f"`{word}`" for word in self.known]
        return f"{', '.join(others)} or {last}" if others else last


class OrPair(Form):
    """A value for both axes, or a list of one for each."""

    def __init__(self, item: Form | str) -> None:
        self.item = item

    def words(self) -> Iterator[str]:
        """Yield the words of the value."""
        yield from words_of(self.item)

    def __str__(self) -> str:
        return f"{self.item}, or a pair of them"


class AnyOf(Form):
    """One of several forms."""

    def __init__(self, *forms: Form | str) -> None:
        self.forms = forms

    def words(self) -> Iterator[str]:
        """Yield the words of each form."""
        for form in self.forms:
            yield from words_of(form)

    def __str__(self) -> str:
        return ", or ".join(map(str, self.forms))


class NumberWordOrList(Form):
    """What a setting can be at all."""

    def __str__(self) -> str:
        return "a number, a word or a list"


class NameOf(Form):
    """The name of something; of a `what`, if it names one that exists."""

    def __init__(self, what: str = "") -> None:
        self.what = what

    def __str__(self) -> str:
        return f"the name of {self.what}" if self.what else "a name"


class ListForm(Form):
    """A list of things, of at least `minimum`."""

    def __init__(self, things: str, minimum: int = 0) -> None:
        self.things = things
        self.minimum = minimum

    def __str__(self) -> str:
        least = f"{self.minimum} or more " if self.minimum else ""
        return f"a list of {least}{self.things}"


class MappingOf(Form):
    """A mapping of some things, to others where `values` names them."""

    def __init__(self, things: str, values: str = "") -> None:
        self.things = things
        self.values = values

    def __str__(self) -> str:
        return f"a mapping of {self.things}" + (f" to {self.values}" if self.values else "")


class MappingWith(Form):
    """A mapping that has certain keys."""

    def __init__(self, *keys: str) -> None:
        self.keys = keys

    def __str__(self) -> str:
        return f"a mapping with {listing(self.keys)}"


class CallOf(Form):
    """A name with settings; `example` is one of the names."""

    def __init__(self, example: str) -> None:
        self.example = example

    def __str__(self) -> str:
        return f"a name with its settings, as in `{self.example}` or `{{{self.example}: {{…}}}}`"


class InputShape(Form):
    """The shape of a network's input."""

    def __str__(self) -> str:
        return "[channels, height, width] or [features], without the batch"

    def advice(self) -> str:
        """Return an example."""
        return "write, for example, `[3, 224, 224]` for an RGB image of 224 × 224 pixels"


class Empty(Form):
    """No value: the settings of an operator are given by name, if it has any."""

    def __init__(self, settings: tuple[str, ...] = ()) -> None:
        self.settings = settings

    def __str__(self) -> str:
        return "empty"

    def advice(self) -> str:
        """Return how settings are given."""
        if self.settings:
            return f"give settings by name: {listing(self.settings)}"
        return "remove the value"


class PathOrModel(Form):
    """What names a spec."""

    def __str__(self) -> str:
        return "the path of a spec, or a model's name"


class OneDataSet(Form):
    """The data of a recipe."""

    def __str__(self) -> str:
        return "a mapping that names one data set"


class OneVector(Form):
    """The output of a network that classifies."""

    def __str__(self) -> str:
        return "one that returns a vector, with an element for each class"


class WithinMapping(Form):
    """The path of a value that replaces one of a recipe."""

    def __str__(self) -> str:
        return "within a mapping of the recipe"


class SomeValue(Form):
    """Any value, where none is given."""

    def __str__(self) -> str:
        return "a value"

    def advice(self) -> str:
        """Return how values are given on the command line."""
        return "write the value after `=`"


class SomeLayers(Form):
    """The layers of a body."""

    def __str__(self) -> str:
        return "a list of layers or a mapping of names to layers"


class OneLayer(Form):
    """One layer of a body."""

    def __str__(self) -> str:
        return "the name of an operator, a mapping with one, or a list of layers"


class OneModule(Form):
    """A node that compiles to one module with one input."""

    def __str__(self) -> str:
        return "a layer, a block or a body whose one input is the node that `from` names"


def words_of(form: "Form | str | Any") -> Iterator[str]:
    """Yield the words that a form can be; none of a text."""
    if isinstance(form, Form):
        yield from form.words()
