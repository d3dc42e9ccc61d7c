"""`archc rf`: the table, the object for a program, one layer, and the pictures."""

import json

import pytest
from click.testing import CliRunner, Result

from archc.cli import archc as command_line

LENET = "specs/lenet5.yaml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command_line, ["rf", *arguments])


def test_every_layer_has_a_line() -> None:
    lines = run(LENET).stdout.splitlines()
    assert lines[1].split() == ["conv1", "5", "1", "2", "0", "0", "+", "0"]
    assert lines[-1].endswith("global")


def test_a_block_is_told_by_its_exit() -> None:
    told = run("specs/resnet18.yaml", "layer2.0").stdout.splitlines()[1]
    assert told.split() == ["layer2.0", "67", "8", "0", "33", "33", "+", "26"]


def test_the_object_has_the_same_numbers() -> None:
    data = json.loads(run(LENET, "conv1", "--format", "json").stdout)
    assert data == {
        "version": 1,
        "layers": [
            {
                "path": "conv1",
                "global": False,
                "exact": True,
                "size": [5, 5],
                "jump": [1, 1],
                "first_centre": [2, 2],
                "first_padding": [0, 0],
                "beyond": [[0, 0], [0, 0]],
            }
        ],
    }


def test_an_upper_bound_is_marked(tmp_path) -> None:
    spec = tmp_path / "up.yaml"
    spec.write_text("archc: 1\ninput: [1, 8, 8]\nlayers: [{upsample: 2, mode: bilinear}]\n")
    assert "≤ 2" in run(str(spec)).stdout


@pytest.mark.parametrize("more", [(), ("--effective",)])
def test_an_unknown_layer_is_answered_with_the_nearest(more) -> None:
    result = run(LENET, "conv11", *more)
    assert result.exit_code == (1 if more else 2)
    assert "did you mean `conv1`?" in result.stderr


def test_options_of_the_measurement_need_it() -> None:
    assert run(LENET, "--samples", "2").exit_code == 2


def test_a_checkpoint_that_is_none_is_told(tmp_path) -> None:
    result = run(LENET, "--effective", "--weights-from", str(tmp_path / "none.pt"))
    assert result.exit_code == 1
    assert "none.pt" in result.stderr


@pytest.mark.parametrize("more", [(), ("conv1",), ("--effective", "--samples", "1")])
def test_pictures_are_pngs(tmp_path, more) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "rf.png"
    assert run(LENET, *more, "-o", str(path)).exit_code == 0
    assert path.read_bytes().startswith(b"\x89PNG")
    assert list(tmp_path.iterdir()) == [path]


def test_what_sees_everything_is_not_drawn(tmp_path) -> None:
    last = run(LENET).stdout.splitlines()[-1].split()[0]
    result = run(LENET, last, "-o", str(tmp_path / "rf.png"))
    assert result.exit_code == 1
    assert "nothing to draw" in result.stderr
