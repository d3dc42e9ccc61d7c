"""The operators: one file each, named as in a spec, imported when a spec uses it."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from archc.ops.base.operator import Operator


@cache
def names() -> tuple[str, ...]:
    """The names of all operators, read off the files of this package."""
    return tuple(module.name for module in iter_modules(__path__) if not module.ispkg)


@cache
def find(name: str) -> type[Operator]:
    """Return the operator of a name in `names()`."""
    module = import_module(f"{__name__}.{name}")
    defined = (value for value in vars(module).values() if isinstance(value, type))
    return next(c for c in defined if issubclass(c, Operator) and c.__module__ == module.__name__)
