"""What several tests of training ask of a run."""

import torch
from safetensors.torch import load_file

from archc.train.session import train
from archc.train.show.reporter import Reporter


def run(recipe, out, **options):
    return train(recipe, out, Reporter(), device="cpu", **options)


def learnt(out):
    """Return what must be equal to the bit: weights, and what the metrics say but for times."""
    state = torch.load(out / "state.pt", weights_only=True)
    rows = [
        {key: value for key, value in row.items() if key not in ("seconds", "images_per_second")}
        for row in state["progress"]["history"]
    ]
    files = {name: load_file(out / f"{name}.safetensors") for name in ("last", "best")}
    return state["learner"]["model"], rows, files


def assert_equal(one, other):
    assert one[1] == other[1]
    for mine, theirs in ((one[0], other[0]), *((one[2][n], other[2][n]) for n in one[2])):
        assert mine.keys() == theirs.keys()
        for key in mine:
            assert torch.equal(mine[key], theirs[key]), key
