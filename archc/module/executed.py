"""Emitted source as a module of Python, for as long as anything of it is in use.

The source is in `linecache`, so that tracebacks and `inspect.getsource` show its lines, and
instances carry it with them when they are pickled, so that a process that has never seen the spec
can load them.

Python keeps for good what is in `sys.modules` and `linecache`. In `sys.modules` therefore stands a
`_Registered`, which finds the module as long as that lives; and what lives of a module's classes
and instances keeps the module alive. When the last is gone, so are the source and both entries.
"""

import hashlib
import linecache
import sys
from threading import RLock
from types import ModuleType
from typing import Any
from weakref import finalize, ref

_lock = RLock()  # for what is registered; a finalizer may run in a thread that holds it


class _Registered(ModuleType):
    """What `sys.modules` holds of a module: its name and file, and a way to all else in it."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__(module.__name__, module.__doc__)
        self.__file__ = module.__file__
        self.__dict__["_module"] = ref(module)

    def __getattr__(self, name: str) -> Any:
        module = self.__dict__["_module"]()
        if module is None:
            raise AttributeError(f"nothing is left of the module {self.__name__!r}", name=name)
        return getattr(module, name)


def load(source: str) -> ModuleType:
    """Return the module that `source` defines; one source has one module."""
    digest = hashlib.sha256(source.encode()).hexdigest()[:16]
    name = f"archc_compiled_{digest}"
    found = _living(name)
    if found is not None:
        return found
    module = _executed(source, name, f"<archc {digest}>")
    with _lock:  # only here, so that no thread waits for another's code
        found = _living(name)
        if found is None:
            _register(module, source)
    return found or module


def _living(name: str) -> ModuleType | None:
    entry = sys.modules.get(name)
    return entry.__dict__["_module"]() if isinstance(entry, _Registered) else None


def _executed(source: str, name: str, file: str) -> ModuleType:
    module = ModuleType(name)
    module.__file__ = file
    # Only text that the emitter wrote is executed: identifiers and literals that were checked.
    exec(compile(source, file, "exec"), vars(module))
    for value in list(vars(module).values()):
        if isinstance(value, type) and value.__module__ == name:
            _make_portable(module, value.__name__, source)
    return module


def _register(module: ModuleType, source: str) -> None:
    name, file = module.__name__, str(module.__file__)
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    entry = sys.modules[name] = _Registered(module)
    finalize(module, _forget, name, file, entry).atexit = False


def _forget(name: str, file: str, entry: ModuleType) -> None:
    with _lock:
        if sys.modules.get(name) is entry:  # else the same source has been loaded again
            del sys.modules[name]
            linecache.cache.pop(file, None)


def _make_portable(module: ModuleType, name: str, source: str) -> None:
    """Let instances of a class be pickled and copied with the source that they need.

    By this the class also keeps its module alive, of which it would else know the name alone.
    """

    def reduced(self: Any, protocol: Any) -> Any:
        defined = vars(module)[name]
        if type(self) is not defined:  # a class that inherits from it is of somebody else's source
            return super(defined, self).__reduce_ex__(protocol)
        if isinstance(self, tuple):
            return _new_tuple, (source, name, tuple(self))
        return _new, (source, name), self.__getstate__()

    vars(module)[name].__reduce_ex__ = reduced


def _new(source: str, name: str) -> Any:
    """Return an instance of a class of `source`, its state still to be set."""
    defined = getattr(load(source), name)
    return defined.__new__(defined)


def _new_tuple(source: str, name: str, values: tuple[Any, ...]) -> Any:
    return getattr(load(source), name)(*values)
