"""The variants of a network: named sets of values for the parameters of the file."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from archc.diagnostics import Diagnostics
from archc.language.model import Parameter, Spec, Variant
from archc.language.names import check_name
from archc.language.values import Names, SpecValue, spec_value
from archc.problems.forms import MappingOf
from archc.problems.known import Known
from archc.problems.structure import WrongForm
from archc.problems.values import UnknownParameter, UnknownVariant
from archc.source import Source, Span
from archc.syntax.tree import Mapping, Scalar, Tree, Unreadable

_VARIANTS = MappingOf("names", "values of parameters")
_VALUES = MappingOf("values of parameters")


class _Before(Known):
    """The first of some parameters, without copying them: a file can have thousands."""

    __slots__ = ("_count", "_positions")

    def __init__(self, positions: dict[str, int], count: int) -> None:
        super().__init__(positions)
        self._positions, self._count = positions, count

    def __iter__(self) -> Iterator[str]:
        return islice(self._positions, self._count)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, name: object) -> bool:
        return name in self._positions and self._positions[name] < self._count


def read_variants(
    tree: Tree | None,
    params: dict[str, Parameter],
    used: Callable[[str], None],
    diagnostics: Diagnostics,
) -> dict[str, Variant]:
    """Return what stands under `variants`.

    Args:
        tree: the value of that key.
        params: the parameters of the file.
        used: takes the name of each parameter that a value uses.
        diagnostics: where mistakes are reported.
    """
    found = {}
    positions = {name: i for i, name in enumerate(params)}
    entries = _entries(tree, "`variants`", _VARIANTS, diagnostics)
    taken = {key.text for key, _ in entries}
    for key, value in entries:
        check_name(key, diagnostics, attribute=False, taken=taken)
        where = f"the variant `{key.text}`"
        values = _values(_entries(value, where, _VALUES, diagnostics), positions, used, diagnostics)
        found[key.text] = Variant(key.text, key.span, values)
    return found


def _values(
    entries: list[tuple[Scalar, Tree]],
    positions: dict[str, int],
    used: Callable[[str], None],
    diagnostics: Diagnostics,
) -> dict[str, SpecValue]:
    given = {key.text for key, _ in entries}
    values = {}
    for key, value in entries:
        if key.text in positions:
            # As in a default, the parameters before its own have values.
            names = Names(_Before(positions, positions[key.text]), used)
            values[key.text] = spec_value(value, names, diagnostics)
        else:
            diagnostics.report(UnknownParameter(key.text, Known(positions), given), key.span)
    return values


def _entries(
    tree: Tree | None, what: str, needs: MappingOf, diagnostics: Diagnostics
) -> list[tuple[Scalar, Tree]]:
    if isinstance(tree, Mapping):
        return list(tree)
    empty = isinstance(tree, Scalar) and tree.value is None
    if tree is not None and not empty and not isinstance(tree, Unreadable):
        diagnostics.report(WrongForm(what, needs, tree.described()), tree.span)
    return []


def find_variant(
    spec: Spec, name: str, span: Span | None, diagnostics: Diagnostics
) -> Variant | None:
    """Return the variant of a name, or None after reporting that there is none.

    Args:
        spec: the file.
        name: the name.
        span: where it stands; None where it was given from outside.
        diagnostics: where a name that is unknown is reported.
    """
    if name in spec.variants:
        return spec.variants[name]
    span = span or Source("--variant", name).whole()
    diagnostics.report(UnknownVariant(name, Known(spec.variants)), span)
    return None


def as_variant(spec: Spec, variant: Variant | None) -> Spec:
    """Return the spec under the name of one of its variants."""
    return replace(spec, name=variant.name) if variant else spec
