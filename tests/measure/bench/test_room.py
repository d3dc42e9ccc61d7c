"""What cannot fit into a machine is refused before anything is allocated."""

import pytest
import torch
from graphs import network, shipped

from archc.measure.bench import room
from archc.measure.bench.room import RoomError, require_room

CPU = torch.device("cpu")
MEBI = 2**20


def test_a_batch_that_is_too_large_is_reported_with_what_it_needs():
    with pytest.raises(RoomError, match=r"a batch of 1,000,000 needs at least .* GiB"):
        require_room(shipped("vgg16"), 1_000_000, CPU)


def test_training_needs_a_gradient_for_every_weight_and_what_it_keeps(monkeypatch):
    graph = network({"flat": "flatten", "fc": {"linear": 256, "bias": False}}, (4, 16, 16))
    weights = 4 * 1024 * 256
    assert weights == MEBI
    monkeypatch.setattr(room, "_memory_of", lambda device: 2 * weights)
    require_room(graph, 1, CPU)
    with pytest.raises(RoomError):
        require_room(graph, 1, CPU, train=True)


@pytest.mark.parametrize("name", ["lenet5", "googlenet"])
def test_what_ships_fits_at_a_batch_of_one(name):
    require_room(shipped(name), 1, CPU, train=True)
