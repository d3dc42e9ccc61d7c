"""Code laid out as ``ruff format`` leaves it: on one line where it fits, else exploded."""

from typing import NamedTuple
from unicodedata import combining, east_asian_width

WIDTH = 88
INDENT = "    "


class CallCode(NamedTuple):
    """A call in Python, or what is written like one: a tuple, a list, a subscript.

    Args:
        callee: what is called, with its opening bracket left out.
        arguments: texts such as ``3``, or what is laid out itself.
        exploded: put every argument on its own line although they would fit.
        prefix: the text before it, as in ``stem=``.
        brackets: ``()``, or ``[]`` for a list.
        separator: what stands between the arguments; none in a comprehension.
        comment: what is said beside it, where it has a line or more to itself.
    """

    callee: str
    arguments: "tuple[Code, ...]" = ()
    exploded: bool = False
    prefix: str = ""
    brackets: str = "()"
    separator: str = ","
    comment: str = ""


class Operation(NamedTuple):
    """Operands between which stand symbols of one precedence, as in ``a + 4 * b - c``.

    Args:
        operands: what is joined; one of looser symbols is a `bracketed` one.
        symbols: one fewer than there are operands.
        prefix: the text before it, as in ``groups=``.
    """

    operands: "tuple[Code, ...]"
    symbols: tuple[str, ...]
    prefix: str = ""


Code = str | CallCode | Operation


def keyword(name: str, value: Code) -> Code:
    """Return ``name=value``."""
    if isinstance(value, str):
        return f"{name}={value}"
    return value._replace(prefix=f"{name}=")


def bracketed(code: Code) -> CallCode:
    """Return ``(code)``."""
    return CallCode("", (code,))


def flat(code: Code) -> str:
    """Return code on one line."""
    if isinstance(code, str):
        return code
    if isinstance(code, Operation):
        first, *rest = map(flat, code.operands)
        pairs = zip(code.symbols, rest, strict=True)
        return f"{code.prefix}{first}" + "".join(f" {symbol} {one}" for symbol, one in pairs)
    inner = f"{code.separator} ".join(map(flat, code.arguments))
    return f"{code.prefix}{code.callee}{code.brackets[0]}{inner}{code.brackets[1]}"


def statement(code: Code, indent: str, before: str) -> str:
    """Return a statement: `before`, such as ``return``, and the code, in brackets to be broken."""
    if fits(f"{indent}{before}{flat(code)}") or not _gains_by_brackets(code, indent, before):
        return lay_out(code, indent, before)
    if not isinstance(code, CallCode):
        return lay_out(bracketed(code), indent, before)
    return lay_out(
        bracketed(code._replace(comment=""))._replace(comment=code.comment), indent, before
    )


def _gains_by_brackets(code: Code, indent: str, before: str) -> bool:
    """Whether brackets help a statement that is too wide, as they do where its first line is."""
    if isinstance(code, Operation):
        return True
    if isinstance(code, CallCode) and fits(f"{indent}{before}{code.callee}{code.brackets[0]}"):
        return False
    return fits(f"{indent}{before}(") and fits(f"{indent}{INDENT}{flat(code)}")


def lay_out(code: Code, indent: str, before: str = "", after: str = "") -> str:
    """Return `before` + the code + `after`, as one or several lines that begin with `indent`."""
    comment = f"  # {code.comment}" if isinstance(code, CallCode) and code.comment else ""
    line = f"{indent}{before}{flat(code)}{after}{comment}"
    if isinstance(code, str) or (not _must_explode(code) and fits(line)):
        return line
    if isinstance(code, CallCode) and not code.arguments:
        return line
    if isinstance(code, Operation):
        return _broken(code, indent, before, after)
    head = f"{indent}{before}{code.prefix}{code.callee}{code.brackets[0]}"
    tail = f"{indent}{code.brackets[1]}{after}{comment}"
    inner = indent + INDENT
    if not _must_explode(code) and not _is_display(code):
        together = inner + f"{code.separator} ".join(map(flat, code.arguments))
        if fits(together):
            return f"{head}\n{together}\n{tail}"
    lines = [lay_out(argument, inner, after=code.separator) for argument in code.arguments]
    if len(code.arguments) == 1 and not code.exploded:
        lines = [lay_out(code.arguments[0], inner)]
    return "\n".join([head, *lines, tail])


def _broken(code: Operation, indent: str, before: str, after: str) -> str:
    """Return an operation inside of brackets, one operand a line."""
    starts = [before + code.prefix, *(f"{symbol} " for symbol in code.symbols)]
    ends = [*("" for _ in code.symbols), after]
    pairs = zip(code.operands, starts, ends, strict=True)
    return "\n".join(lay_out(operand, indent, start, end) for operand, start, end in pairs)


def fits(line: str) -> bool:
    """Whether a line is no wider than `WIDTH`: some letters are two columns wide, or none."""
    if line.isascii():
        return len(line) <= WIDTH
    return sum(map(_columns, line)) <= WIDTH


def _columns(letter: str) -> int:
    if combining(letter):
        return 0
    return 2 if east_asian_width(letter) in "WF" else 1


def _must_explode(code: Code) -> bool:
    if isinstance(code, str):
        return False
    if isinstance(code, Operation):
        return any(map(_must_explode, code.operands))
    return code.exploded or any(map(_must_explode, code.arguments))


def _is_display(code: CallCode) -> bool:
    """Whether it is a tuple or a list of several, which never share a line of their own."""
    return not code.callee and bool(code.separator) and len(code.arguments) > 1
