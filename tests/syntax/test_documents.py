import pytest

from archc.diagnostics import Diagnostics
from archc.source import Source
from archc.syntax.documents import is_recipe, is_spec
from archc.syntax.reader import read


@pytest.mark.parametrize(
    ("text", "recipe", "spec"),
    [
        ("archc: 1\nspec: x", True, False),
        ("data: {}\nepochs: 1", True, False),
        ("optimizer: sgd", True, False),
        ("spec: x\noptimizer: sgd\nlayers: []", True, False),
        ("archc: 1\nlayers: []", False, True),
        ("blocks: {}\nbranches: {}\ndata: 3", False, True),
        ("optimizer: x\nlayers: []", False, False),
        ("archc: 1\ninput: [1, 8, 8]", False, False),
        ("{}", False, False),
        ("[]", False, False),
        ("3", False, False),
    ],
)
def test_a_document_is_what_most_of_its_keys_are(text, recipe, spec):
    tree = read(Source("x", text), Diagnostics())
    assert tree is not None
    assert (is_recipe(tree), is_spec(tree)) == (recipe, spec)
