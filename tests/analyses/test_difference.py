"""A difference is empty for the same, turned round for the reverse, and right on keys."""

from graphs import network
from hypothesis import given, settings
from random_specs import spec

import archc
from archc.analyses.difference import difference
from archc.backends.difference_text import difference_text
from archc.pipeline import check

RESNET = open("specs/resnet18.yaml").read()  # noqa: SIM115


@settings(max_examples=40)
@given(spec(), spec())
def test_the_laws_on_random_pairs(one: object, two: object) -> None:
    old, new = check(one).sound, check(two).sound
    if old is None or new is None:
        return
    assert difference(old, old).same
    there, back = difference(old, new), difference(new, old)
    assert (there.added, there.removed) == (back.removed, back.added)
    mine, theirs = (archc.compile(given).state_dict() for given in (two, one))
    assert set(there.keys.lost) == set(theirs) - set(mine)
    assert set(there.keys.fresh) == set(mine) - set(theirs)
    both = {key for key in mine if key in theirs}
    assert set(there.keys.reshaped) == {k for k in both if mine[k].shape != theirs[k].shape}
    assert set(there.keys.kept) == both - set(there.keys.reshaped)


def test_comments_and_spelling_are_no_difference() -> None:
    respelt = "# a comment\n" + RESNET.replace(
        "{conv: 64, kernel: 7,", "{conv: 64, kernel: [7, 7],"
    )
    assert difference(archc.load(RESNET).graph, archc.load(respelt).graph).same


def test_a_change_in_a_block_is_told_at_the_block() -> None:
    changed = RESNET.replace("bn2: batch_norm", "bn2: {batch_norm: , eps: 0.001}")
    new = archc.load(changed).graph
    told = difference_text(difference(archc.load(RESNET).graph, new), new)
    assert told.startswith("~ block basic_block (8 uses): bn2: eps 1e-05 → 0.001\n")
    assert "keys of a checkpoint: 122 kept\n" in told


def test_a_row_inserted_in_a_list_renumbers_and_changes_nothing_else() -> None:
    rows = [{"conv": 4, "kernel": 3}, "relu", {"conv": 8, "kernel": 3}]
    found = difference(network(rows), network([rows[0], "batch_norm", *rows[1:]]))
    assert [node.path for node in found.added] == ["1"]
    assert not found.changed
    assert [(a.path, b.path) for a, b in found.moved] == [("1", "2"), ("2", "3")]


def test_an_inserted_named_layer_keeps_every_other_key() -> None:
    changed = RESNET.replace("  maxpool:", "  extra: {conv: 64, kernel: 1}\n  maxpool:")
    found = difference(archc.load(RESNET).graph, archc.load(changed).graph)
    assert [node.path for node in found.added] == ["extra"]
    assert not [*found.changed, *found.keys.lost, *found.keys.reshaped]
    assert found.keys.fresh == ("extra.weight",)
