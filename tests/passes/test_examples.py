"""Every pass shows in its docstring a small network and what becomes of it, and that is so."""

import inspect
import re
import textwrap

import pytest

from archc import passes
from archc.analyses.settings import join_text, operator_text
from archc.graph.graph import Graph
from archc.pipeline import check

BLOCK = r"^{}::\n\n((?: {{4}}.*\n|\n)+)"


@pytest.fixture(autouse=True)
def _everything_pays() -> None:
    """Examples are of networks that it pays for."""


def block(docstring: str, title: str) -> str:
    found = re.search(BLOCK.format(title), f"{docstring}\n", re.MULTILINE)
    assert found, f"no `{title}::`"
    return textwrap.dedent(found[1]).strip()


def listed(graph: Graph) -> str:
    """Return the operations of a graph, a line each."""
    lines = ["input: channels last"] if graph.channels_last else []
    for node in graph.nodes:
        operator = node.operator
        lines.append(
            f"{node.path}: {join_text(node) if operator.joins else operator_text(operator)}"
        )
    return "\n".join(lines)


@pytest.mark.parametrize("name", passes.names())
def test_the_example_of_a_pass(name: str) -> None:
    docstring = inspect.getdoc(passes.PASSES.find(name)) or ""
    checked = check(f"archc: 1\n{block(docstring, 'Example')}\n")
    assert checked.sound is not None, "\n".join(map(str, checked.diagnostics))
    optimised = passes.optimise(checked.sound, name)
    assert [change.name for change in optimised.changes][:1] == [name]
    assert listed(optimised.graph) == block(docstring, "becomes")


@pytest.mark.parametrize("name", passes.names())
def test_a_pass_says_why_it_is_exact(name: str) -> None:
    docstring = inspect.getdoc(passes.PASSES.find(name)) or ""
    assert "\nExact: " in docstring
    assert "\nSource: " in docstring
