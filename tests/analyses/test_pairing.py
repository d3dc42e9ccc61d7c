"""Which layer of one network is which of another."""

from graphs import network

from archc.analyses.pairing import pair

ROWS = [{"conv": 1, "kernel": 1}, "relu"] * 1_000


def paths(old, new):
    """Return the paths of the paired layers, old to new, and those that one network alone has."""
    found = pair(old, new)
    named = {a.path: b.path for a, b in found.nodes.items()}
    alone = [[node.path for node in nodes] for nodes in (found.removed, found.added)]
    return named, *alone


def test_a_row_put_into_a_long_list_is_found():
    named, removed, added = paths(
        network(ROWS, (1, 2, 2)), network([*ROWS[:999], "batch_norm", *ROWS[999:]], (1, 2, 2))
    )
    assert (removed, added) == ([], ["999"])
    assert named["998"] == "998"
    assert named["999"] == "1000"


def test_a_name_wins_over_a_place():
    old = network({"a": "relu", "b": "sigmoid"})
    named, removed, added = paths(old, network({"b": "sigmoid", "a": "relu"}))
    assert named == {"a": "a", "b": "b"}
    assert removed == added == []


def test_what_is_left_over_is_paired_with_the_same_at_its_place():
    old = network({"a": {"conv": 1, "kernel": 1}, "b": "relu", "c": "sigmoid"})
    new = network({"x": {"conv": 1, "kernel": 1}, "b": "relu", "y": "tanh"})
    assert paths(old, new) == ({"a": "x", "b": "b"}, ["c"], ["y"])


def test_of_two_candidates_the_one_with_the_same_settings_is_taken():
    old = network({"a": {"conv": 1, "kernel": 3, "padding": 1}})
    new = network({"x": {"conv": 1, "kernel": 1}, "y": {"conv": 1, "kernel": 3, "padding": 1}})
    assert paths(old, new) == ({"a": "y"}, [], ["x"])


def test_a_block_of_another_name_is_paired_row_by_row():
    def of(name):
        body = {"layers": {"c": {"conv": 1, "kernel": 1}}}
        return network([name, name], blocks={name: body})

    assert paths(of("one"), of("two")) == ({"0.c": "0.c", "1.c": "1.c"}, [], [])
