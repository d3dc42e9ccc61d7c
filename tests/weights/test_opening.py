"""What a checkpoint's tensors are is the same by every way of reading it, and without torch."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from archc.weights.opening import read_places, read_shapes

STATE = {"module.a": torch.ones(2, 3), "module.b": torch.tensor(7), "module.c": torch.ones(4)}
SHAPES = {"a": (2, 3), "b": (), "c": (4,)}
WRITE = {
    "safetensors": save_file,
    "zip": torch.save,
    "legacy": lambda state, path: torch.save(state, path, _use_new_zipfile_serialization=False),
}


@pytest.mark.parametrize("kind", WRITE)
def test_shapes_and_remarks_are_the_same_in_every_format(kind: str, tmp_path: Path) -> None:
    WRITE[kind](STATE, tmp_path / "w")
    shapes, remarks = read_shapes(tmp_path / "w")
    assert shapes == SHAPES
    assert [remark.split("(")[0] for remark in remarks] == [
        "the prefix `module.` was taken off every key "
    ]
    assert (read_places(tmp_path / "w") is None) == (kind == "legacy")


@pytest.mark.parametrize("kind", ["safetensors", "zip"])
def test_torch_is_not_imported_for_shapes(kind: str, tmp_path: Path) -> None:
    WRITE[kind](STATE, tmp_path / "w")
    code = (
        "import sys; from archc.weights.opening import read_shapes;"
        "print(len(read_shapes(sys.argv[1]).shapes), 'torch' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "w")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "3 False\n"
