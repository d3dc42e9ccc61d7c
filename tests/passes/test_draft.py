"""A changed graph is one that the emitter writes as it would have been written by hand."""

from graphs import network

from archc import passes
from archc.emit.emit import emit


def body(source: str, name: str) -> str:
    """Return the lines of a class of a module's source."""
    return source.partition(f"class {name}(")[2].partition("\n\n\n")[0]


def test_a_scope_begins_from_what_takes_the_place_of_its_input() -> None:
    branches = [{"relu": None, "from": "input"}, "sigmoid"]  # what is read first is not its input
    layers = {
        "conv": {"conv": 2, "kernel": 1},
        "bn": "batch_norm",
        "both": {"branches": branches, "join": "add"},
    }
    graph = network(layers, (2, 4, 4))
    source = emit(passes.optimise(graph, "fold_batch_norm").graph).source
    assert body(source, "Both") == body(emit(graph).source, "Both")
    assert "self.both(conv, x)" in source


def test_a_scope_whose_first_operations_moved_out_begins_from_what_is_left_to_read() -> None:
    reduced = [{"conv": 2, "kernel": 1}, "tanh"]
    graph = network([{"branches": {"a": reduced, "b": reduced}, "join": "add"}], (2, 4, 4))
    source = emit(passes.optimise(graph, "merge_siblings").graph).source
    assert "nn.Sequential" in source
    assert "outer" not in source
