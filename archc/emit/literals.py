"""Values as Python source: nothing but checked identifiers and literals is ever written."""

from typing import Any

from archc.graph.trace import Formula, Item, Name


def written(value: Any) -> str:
    """Return a value, or the formula of a traced one, as Python; equal pairs as one number."""
    code = getattr(value, "code", None)
    if code is not None:
        return str(code)
    if isinstance(value, str):
        return f'"{value}"' if value.isidentifier() else repr(value)
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, tuple):
        return _pair(value)
    return repr(value)


def _pair(value: tuple[Any, ...]) -> str:
    codes = [getattr(item, "code", None) for item in value]
    if all(isinstance(code, Item) and code.position == i for i, code in enumerate(codes)):
        names = {code.name for code in codes if isinstance(code, Item)}
        if len(names) == 1:
            return names.pop()
    texts = [written(item) for item in value]
    if len(texts) == 2 and texts[0] == texts[1]:
        return texts[0]
    return f"({', '.join(texts)})"


def names_in(value: Any) -> frozenset[str]:
    """Return the arguments that the formula of a value reads."""
    if isinstance(value, tuple | list) and not isinstance(value, Name | Item | Formula):
        return frozenset().union(*map(names_in, value))
    code = getattr(value, "code", value)
    if isinstance(code, Formula):
        return names_in(code.left) | names_in(code.right)
    return frozenset((code.name,)) if isinstance(code, Name | Item) else frozenset()
