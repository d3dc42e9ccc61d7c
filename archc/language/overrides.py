"""Values that come from outside a file, for its parameters and its input."""

from collections.abc import Mapping, Sequence

from archc.diagnostics import Diagnostics
from archc.language.arithmetic import written
from archc.language.model import Parameter
from archc.language.values import UNKNOWN, Names, SpecValue, spec_value
from archc.ops.base.kinds import Value
from archc.problems.forms import InputShape, SomeValue
from archc.problems.known import Known
from archc.problems.structure import WrongForm
from archc.problems.values import BadValue, UnknownParameter
from archc.source import Source, Span
from archc.syntax.reader import read


class Text(str):
    """A value from the command line as text, not yet read: ``-p width=64``."""


Override = Value | Sequence[Value] | Text


def read_overrides(
    given: Mapping[str, Override], params: Mapping[str, Parameter], diagnostics: Diagnostics
) -> dict[str, SpecValue]:
    """Return the overrides as values; one that names no parameter is reported.

    Raises:
        TypeError: a value that no spec could hold.
    """
    settings = {}
    for name, value in given.items():
        if name not in params:
            problem = UnknownParameter(name, Known(params))
            source, _ = _place(name, value)
            diagnostics.report(problem, Span(source, 1, 1, 1, len(name) + 1))
            continue
        settings[name] = _read(name, value, params[name], diagnostics)
    return settings


def _read(name: str, value: Override, param: Parameter, diagnostics: Diagnostics) -> SpecValue:
    source, span = _place(name, value)
    if not isinstance(value, Text):
        plain = _plain(value)
        return SpecValue(span, f"`{written(plain)}`", plain)
    if param.default is not None and isinstance(param.default.value, str):
        return SpecValue(span, f"`{value}`", str(value))
    padded = Source(source.name, " " * (span.column - 1) + value)  # so that columns are right
    tree = read(padded, diagnostics) if value.strip() else None
    if tree is not None:
        return spec_value(tree, Names(Known(), lambda _: None), diagnostics)
    if not value.strip():
        diagnostics.report(BadValue(name, SomeValue(), "nothing"), span)
    return SpecValue(span, f"`{value}`", UNKNOWN)


def _place(name: str, value: Override) -> tuple[Source, Span]:
    text = str(value) if isinstance(value, Text) else repr(value)
    source = Source("-p" if isinstance(value, Text) else "<arguments>", f"{name}={text}")
    start = len(name) + 2
    return source, Span(source, 1, start, 1, start + len(text))


def sizes(shape: Sequence[int], diagnostics: Diagnostics) -> list[SpecValue] | None:
    """Return an input shape as values, or None after reporting that it is not valid."""
    text = ",".join(map(str, shape))
    source = Source("--input", text)
    if len(shape) not in (1, 3):
        problem = WrongForm("the input", InputShape(), f"{len(shape)} numbers")
        diagnostics.report(problem, source.whole())
        return None
    settings, column = [], 1
    for size in shape:
        span = Span(source, 1, column, 1, column + len(str(size)))
        settings.append(SpecValue(span, f"`{size}`", _plain(size)))
        column += len(str(size)) + 1
    return settings


def _plain(value: Override) -> Value:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Sequence):
        return tuple(map(_plain, value))
    raise TypeError(f"a parameter is a number, a text, a boolean or a list, not {value!r}")
