"""The tests themselves draw nothing without a seed, so that they are the same everywhere."""

import ast
import random
from pathlib import Path

import drawing
import pytest

TESTS = Path(__file__).parent
FILES = sorted(path for path in TESTS.rglob("*.py") if "bench" not in path.relative_to(TESTS).parts)
NEED_A_SEED = {"Random", "RandomState", "default_rng", "manual_seed", "seed"}
"""Without an argument, these take their seed from the clock or from the system."""
NEVER = {"SystemRandom", "urandom", "uuid1", "uuid4", "token_bytes", "token_hex", "randbits"}
DRAW = {"rand", "randn", "randint", "randperm", "random", "choice", "shuffle", "normal"}
EXPLORING = "conftest.py"  # the seed of `--explore`, which it prints


def unseeded(text: str) -> list[str]:
    """Return the calls of a source that draw what no seed decides, with their lines."""
    found = []
    for call in ast.walk(ast.parse(text)):
        if not isinstance(call, ast.Call):
            continue
        called = call.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        bare = name in NEED_A_SEED and not call.args and not call.keywords
        if bare or name in NEVER:
            found.append(f"line {call.lineno}: {ast.unparse(call)}")
    return found


def at_import(text: str) -> list[str]:
    """Return the draws of a source outside of functions: the order of imports decides them."""
    found = []
    left: list[ast.AST] = [ast.parse(text)]
    while left:
        at = left.pop()
        if isinstance(at, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        drawn = isinstance(at, ast.Call) and getattr(at.func, "attr", "") in DRAW
        if drawn and "generator" not in [keyword.arg for keyword in at.keywords]:
            found.append(f"line {at.lineno}: {ast.unparse(at)}")
        left += ast.iter_child_nodes(at)
    return found


def test_no_draw_without_a_seed() -> None:
    texts = {str(path.relative_to(TESTS)): path.read_text("utf-8") for path in FILES}
    draws = {name: at_import(text) + unseeded(text) for name, text in texts.items()}
    (exploring,) = draws.pop(EXPLORING)
    assert "SystemRandom" in exploring
    assert {name: found for name, found in draws.items() if found} == {}


def test_such_draws_are_found() -> None:
    assert len(unseeded("x = random.Random()\ny = default_rng()\nz = os.urandom(3)")) == 3
    assert len(at_import("X = torch.randn(3)\ndef f():\n    return torch.randn(3)")) == 1
    assert not unseeded("x = random.Random(0)\ny = numpy.random.default_rng(seed=2)")


@pytest.fixture(params=["first", "second"])
def drawn(request: pytest.FixtureRequest) -> list[float]:
    return [random.random() for _ in range(2)]


def test_every_fixture_and_every_test_begins_with_the_same_seed(drawn: list[float]) -> None:
    torch = pytest.importorskip("torch")
    expected = random.Random(drawing.SEED).random()
    assert drawn[0] == random.random() == expected
    if torch.initial_seed() == drawing.SEED:  # it is not where this test is the first to import it
        generator = torch.Generator().manual_seed(drawing.SEED)
        assert torch.equal(torch.rand(3), torch.rand(3, generator=generator))
