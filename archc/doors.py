"""Doors: things of one kind, each a class in a file of its own, found by its name and checked.

A kind of thing (a pass, an export format, a data set) is a class that derives from `Kind`; the
things are its subclasses, which are checked as they are defined: what is misspelt, missing,
undocumented or takes other arguments is rejected. A `Door` finds the things in a package of archc,
and, for a name that is unknown there, among the entry points of other installed packages::

    class Pass(Kind):
        bundles: ClassVar[tuple[str, ...]]
        def rewrite(self, graph: Graph) -> Optimised: ...

    PASSES = Door("archc.passes", Pass)
    PASSES.find("fold_batch_norm")       # the class in archc/passes/fold_batch_norm.py

Source: https://packaging.python.org/en/latest/specifications/entry-points/
"""

import inspect
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar, get_origin

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint  # its import takes as long as checking a spec


class Kind:
    """The base of every kind of thing that can be added.

    A direct subclass declares the kind: methods, and annotated attributes; those without a value,
    and methods that `required` names, must be defined by each thing. With ``fields=True`` a
    thing may annotate fields of its own, as a pydantic model does, but no class variables. A class
    with ``abstract=True`` is what several things share; it can declare more for them.
    """

    required: ClassVar[tuple[str, ...]] = ()
    """The methods that each thing must define."""
    name: ClassVar[str]
    """The name of the file that a thing is in."""
    _kind: ClassVar["type[Kind]"]
    _takes_fields: ClassVar[bool]

    def __init_subclass__(cls, *, fields: bool = False, abstract: bool = False, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        if Kind in cls.__bases__:
            cls._kind, cls._takes_fields = cls, fields
            return
        if not abstract:
            cls.name = cls.__module__.rpartition(".")[2]
            _check(cls, cls._kind)


class DoorError(Exception):
    """What stands behind a door is not what it must be; the message names it."""


class Named(Protocol):
    """What a door finds: a `Kind`, or another base that checks its subclasses and names them."""

    name: ClassVar[str]


T = TypeVar("T", bound=Named)


class Door(Generic[T]):
    """The things of one kind, found by name.

    Args:
        package: the package whose files they are; folders in it hold what they share.
        kind: the class that they derive from.
        group: the group of entry points by which other packages add things; by default the
            package's name.
    """

    def __init__(self, package: str, kind: type[T], group: str = "") -> None:
        self.package = package
        self.kind = kind
        self.group = group or package
        self._found: dict[str, type[T]] = {}

    @cache  # noqa: B019  # doors are as many as there are kinds, and live as long as archc
    def names(self) -> tuple[str, ...]:
        """Return the names of archc's own things, read off the files."""
        path = import_module(self.package).__path__
        return tuple(module.name for module in iter_modules(path) if not module.ispkg)

    def all_names(self) -> tuple[str, ...]:
        """Return the names of archc's own things, then those that other packages add."""
        own = self.names()
        return (*own, *sorted(self._entries().keys() - set(own)))

    def __contains__(self, name: str) -> bool:
        """Whether there is a thing of a name; other packages are asked if archc has none."""
        return name in self.names() or name in self._entries()

    def find(self, name: str) -> type[T]:
        """Return the thing of a name.

        Raises:
            LookupError: there is none.
            DoorError: other packages add two of that name, what they add is of another kind, or it
                cannot be imported.
        """
        if name not in self._found:
            self._found[name] = self._own(name) if name in self.names() else self._added(name)
        return self._found[name]

    def __iter__(self) -> Iterator[type[T]]:
        """Iterate over archc's own things, in the order of their names."""
        return map(self.find, self.names())

    def _own(self, name: str) -> type[T]:
        module = import_module(f"{self.package}.{name}")
        things: list[type[T]] = [
            value for value in vars(module).values() if self._is_of(value, module)
        ]
        if len(things) != 1:
            raise DoorError(
                f"{module.__name__} defines {len(things)} of {self.kind.__name__}, not 1"
            )
        return things[0]

    def _is_of(self, value: object, module: ModuleType) -> bool:
        derived = isinstance(value, type) and issubclass(value, self.kind)
        return derived and value.__module__ == module.__name__ and value is not self.kind

    def _entries(self) -> "dict[str, list[EntryPoint]]":
        """Return what other packages add, by name."""
        return self._entries_on(tuple(sys.path))

    @cache  # noqa: B019  # as above; keyed by the path, so that a package installed later is seen
    def _entries_on(self, path: tuple[str, ...]) -> "dict[str, list[EntryPoint]]":
        from importlib.metadata import entry_points

        entries: dict[str, dict[str, EntryPoint]] = {}
        for entry in entry_points(group=self.group):
            entries.setdefault(entry.name, {})[entry.value] = entry
        return {name: list(by_value.values()) for name, by_value in entries.items()}

    def _added(self, name: str) -> type[T]:
        entries = self._entries().get(name)
        if not entries:
            raise LookupError(name)
        if len(entries) > 1:
            packages = " and ".join(_package_of(entry) for entry in entries)
            raise DoorError(f"{packages} both add a {self.kind.__name__} called {name!r}")
        thing = _loaded(entries[0])
        if not (isinstance(thing, type) and issubclass(thing, self.kind)):
            where = f"{_package_of(entries[0])}: {entries[0].value}"
            raise DoorError(f"{where} is no {self.kind.__name__}")
        thing.name = name
        return thing


def _loaded(entry: "EntryPoint") -> Any:
    try:
        return entry.load()
    except Exception as error:  # a package of others can raise anything
        reason = f"{type(error).__name__}: {error}"
        where = f"the package {_package_of(entry)} adds {entry.value}"
        raise DoorError(f"{where}, which cannot be imported ({reason})") from error


def _package_of(entry: "EntryPoint") -> str:
    return entry.dist.name if entry.dist else entry.value


def _check(thing: type[Kind], kind: type[Kind]) -> None:
    """Reject a thing whose definition is not that of its kind.

    Raises:
        TypeError: it is undocumented, or something is misspelt, missing or takes other arguments.
    """
    where = thing.__qualname__
    if not vars(thing).get("__doc__"):
        raise TypeError(f"{where} has no docstring")
    bases = [base for base in thing.__bases__ if issubclass(base, kind)]
    declared = set().union(*map(_declared, bases))
    annotations = vars(thing).get("__annotations__", {})
    own = {name for name in vars(thing) if not name.startswith("_")} - {"name"}
    fields = {name for name in annotations if thing._takes_fields and _is_field(annotations[name])}
    public = {name for name in annotations if not name.startswith("_")} - {"name"}
    if unknown := (own | public) - declared - fields:
        raise TypeError(f"{where} defines {sorted(unknown)}: a {kind.__name__} has none of these")
    needed = {name for base in bases for name in _annotated(base) if not hasattr(base, name)}
    missing = {name for name in needed - {"name"} if not hasattr(thing, name)}
    missing |= {name for name in kind.required if getattr(thing, name) is getattr(kind, name)}
    if missing:
        raise TypeError(f"{where} does not define {sorted(missing)}")
    for name in own:
        _check_arguments(where, name, vars(thing)[name], getattr(kind, name, None))


def _check_arguments(where: str, name: str, defined: object, declared: object) -> None:
    if not isinstance(defined, FunctionType) or not isinstance(declared, FunctionType):
        return
    takes, must = (list(inspect.signature(one).parameters) for one in (defined, declared))
    if takes != must:
        raise TypeError(f"{where}.{name} takes {takes}, not {must}")


def _is_field(annotation: object) -> bool:
    """Whether an annotation is that of a field of a model, and not of a class variable."""
    if isinstance(annotation, str):  # in a module that postpones annotations
        return not annotation.removeprefix("typing.").startswith("ClassVar")
    return annotation is not ClassVar and get_origin(annotation) is not ClassVar


def _annotated(kind: type[Kind]) -> set[str]:
    """Return what a kind and its bases annotate, but for their secrets and a model's fields."""
    annotations: dict[str, object] = {}
    for base in kind.__mro__:
        if issubclass(base, Kind):
            annotations |= vars(base).get("__annotations__", {})
    names = {name for name in annotations if not name.startswith("_")} - {"required"}
    if not kind._takes_fields:
        return names
    return {name for name in names if not _is_field(annotations[name])}


def _declared(kind: type[Kind]) -> set[str]:
    methods = {name for name in dir(kind) if not name.startswith("_")}
    return methods | _annotated(kind)
