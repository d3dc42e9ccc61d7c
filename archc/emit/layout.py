"""Calls laid out as ``ruff format`` leaves them: on one line where they fit, else exploded."""

from typing import NamedTuple

WIDTH = 88
INDENT = "    "


class Call(NamedTuple):
    """A call in Python.

    Args:
        callee: what is called, with its opening bracket left out.
        arguments: texts such as ``kernel_size=3``, or calls.
        exploded: put every argument on its own line although they would fit.
        prefix: what stands before it, as in ``stem=``.
        brackets: ``()``, or ``[]`` for a list.
        separator: what stands between the arguments; none in a comprehension.
        comment: what is said beside it, where it has a line or more to itself.
    """

    callee: str
    arguments: "tuple[str | Call, ...]" = ()
    exploded: bool = False
    prefix: str = ""
    brackets: str = "()"
    separator: str = ","
    comment: str = ""


def flat(code: str | Call) -> str:
    """Return a call on one line."""
    if isinstance(code, str):
        return code
    inner = f"{code.separator} ".join(map(flat, code.arguments))
    return f"{code.prefix}{code.callee}{code.brackets[0]}{inner}{code.brackets[1]}"


def lay_out(code: str | Call, indent: str, before: str = "", after: str = "") -> str:
    """Return `before` + the call + `after`, as one or several lines that begin with `indent`."""
    comment = f"  # {code.comment}" if isinstance(code, Call) and code.comment else ""
    line = f"{indent}{before}{flat(code)}{after}{comment}"
    if not _must_explode(code) and len(line) <= WIDTH:
        return line
    if isinstance(code, str):
        return _bracketed(code, indent, before) if " " in code else line
    head = f"{indent}{before}{code.prefix}{code.callee}{code.brackets[0]}"
    tail = f"{indent}{code.brackets[1]}{after}{comment}"
    inner = indent + INDENT
    if not _must_explode(code) and not _is_display(code):
        together = inner + f"{code.separator} ".join(map(flat, code.arguments))
        if len(together) <= WIDTH:
            return f"{head}\n{together}\n{tail}"
    lines = [lay_out(argument, inner, after=code.separator) for argument in code.arguments]
    if len(code.arguments) == 1 and not code.exploded:
        lines = [lay_out(code.arguments[0], inner)]
    return "\n".join([head, *lines, tail])


def _must_explode(code: str | Call) -> bool:
    if isinstance(code, str):
        return False
    return code.exploded or any(map(_must_explode, code.arguments))


def _is_display(code: Call) -> bool:
    """Whether it is a tuple or a list of several, which never share a line of their own."""
    return not code.callee and bool(code.separator) and len(code.arguments) > 1


def _bracketed(code: str, indent: str, before: str) -> str:
    """Lay out ``a + b + c`` one operand a line."""
    operand, *rest = code.split(" ")
    pairs = zip(rest[::2], rest[1::2], strict=True)
    lines = [operand, *(f"{symbol} {operand}" for symbol, operand in pairs)]
    return "\n".join(
        [f"{indent}{before}(", *(indent + INDENT + line for line in lines), f"{indent})"]
    )
