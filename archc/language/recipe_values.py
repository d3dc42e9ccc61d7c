"""What a recipe sets in its spec: values for `params`, and another `input`."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from archc.diagnostics import Diagnostics
from archc.language.model import Spec, Variant
from archc.language.values import Names, SpecValue, spec_value
from archc.language.variants import find_variant
from archc.problems.forms import InputShape, MappingOf, MappingWith, NameOf
from archc.problems.known import Known
from archc.problems.structure import WrongForm
from archc.problems.values import UnknownParameter
from archc.syntax.opener import open_spec
from archc.syntax.reader import read
from archc.syntax.runs import RunFolder
from archc.syntax.tree import Mapping as MappingTree
from archc.syntax.tree import Scalar, Sequence, Tree, Unreadable

_NO_NAMES = Names(Known(), lambda name: None)


class RecipeValues(NamedTuple):
    """The values that the recipe of a run sets in its spec.

    Args:
        folder: the directory of the run.
        params: values of the spec's parameters, by name.
        input: the sizes that replace the spec's input, if any do.
        variant: the variant of the spec, if one is chosen.
    """

    folder: str
    params: Mapping[str, SpecValue]
    input: list[SpecValue] | None
    variant: Variant | None = None

    def without(
        self, names: Collection[str], shape: list[SpecValue] | None, variant: Variant | None
    ) -> "RecipeValues":
        """Return what remains if parameters, the input or the variant are set from outside."""
        params = {name: value for name, value in self.params.items() if name not in names}
        size = None if shape else self.input
        return RecipeValues(self.folder, params, size, None if variant else self.variant)

    def __str__(self) -> str:
        values = [f"{name}={value.shown.strip('`')}" for name, value in self.params.items()]
        if self.variant:
            values.insert(0, f"variant={self.variant.name}")
        if self.input:
            values.append(f"input={'×'.join(size.shown.strip('`') for size in self.input)}")
        if not values:
            return f"{self.folder} is a run; this is the spec that it used"
        return f"{self.folder} is a run; its recipe sets {', '.join(values)}"


def values_of_run(run: RunFolder, spec: Spec, diagnostics: Diagnostics) -> RecipeValues:
    """Return what the recipe of a run sets in its spec; what is not valid is reported."""
    source = open_spec(run.recipe, diagnostics)
    recipe = read(source, diagnostics) if source else None
    if not isinstance(recipe, MappingTree):
        if recipe is not None and not isinstance(recipe, Unreadable):
            problem = WrongForm("a recipe", MappingWith("spec:"), recipe.described())
            diagnostics.report(problem, recipe.span)
        return RecipeValues(run.path, {}, None)
    return RecipeValues(
        run.path,
        read_params(recipe.get("params"), spec, diagnostics),
        read_input(recipe.get("input"), diagnostics),
        read_variant(recipe.get("variant"), spec, diagnostics),
    )


def read_params(tree: Tree | None, spec: Spec, diagnostics: Diagnostics) -> dict[str, SpecValue]:
    """Return the values under `params` of a recipe; those that the spec lacks are reported."""
    if tree is None or isinstance(tree, Unreadable):
        return {}
    if not isinstance(tree, MappingTree):
        problem = WrongForm("`params`", MappingOf("the spec's parameters"), tree.described())
        diagnostics.report(problem, tree.span)
        return {}
    values = {}
    for key, value in tree:
        if key.text in spec.params:
            values[key.text] = spec_value(value, _NO_NAMES, diagnostics)
        else:
            diagnostics.report(UnknownParameter(key.text, tuple(spec.params)), key.span)
    return values


def read_variant(tree: Tree | None, spec: Spec, diagnostics: Diagnostics) -> Variant | None:
    """Return the variant that `variant` of a recipe names; one that the spec lacks is reported."""
    if isinstance(tree, Scalar) and tree.value is not None:
        return find_variant(spec, tree.text, tree.span, diagnostics)
    if tree is not None and not isinstance(tree, Scalar | Unreadable):
        problem = WrongForm("`variant`", NameOf("a variant"), tree.described())
        diagnostics.report(problem, tree.span)
    return None


def read_input(tree: Tree | None, diagnostics: Diagnostics) -> list[SpecValue] | None:
    """Return the sizes under `input` of a recipe; a value of another form is reported."""
    if isinstance(tree, Sequence) and len(tree.items) in (1, 3):
        return [spec_value(item, _NO_NAMES, diagnostics) for item in tree.items]
    if tree is not None and not isinstance(tree, Unreadable):
        diagnostics.report(WrongForm("`input`", InputShape(), tree.described()), tree.span)
    return None
