"""`archc rf`: the table, the object for a program, one layer, and the pictures."""

import json

import pytest
import torch
from click.testing import CliRunner, Result
from safetensors.torch import save_file

import archc
from archc.cli import archc as command_line

LENET = "specs/lenet5.yaml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command_line, ["rf", *arguments])


def test_every_layer_has_a_line() -> None:
    lines = run(LENET).stdout.splitlines()
    assert lines[1].split() == ["conv1", "5", "1", "2", "0", "0", "+", "0"]
    assert lines[-1].endswith("global")


def test_a_block_is_reported_by_its_exit() -> None:
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
                "smallest": [5, 5],
                "jump": [1, 1],
                "first_centre": [2, 2],
                "first_padding": [0, 0],
                "beyond": [[0, 0], [0, 0]],
            }
        ],
    }


def told(tmp_path, layers: str, shape: str = "1, 8, 8") -> list[str]:
    """Return the cells of the last layer's line."""
    spec = tmp_path / "spec.yaml"
    spec.write_text(f"archc: 1\ninput: [{shape}]\nlayers: {layers}\n")
    return run(str(spec)).stdout.splitlines()[-1].split()


def test_an_upper_bound_is_marked(tmp_path) -> None:
    small = "{layers: [{max_pool: 2}, flatten]}"
    cells = told(tmp_path, f"[{{branches: [flatten, {small}], join: concat}}]")
    assert cells[1:3] == ["≤", "8"]


def test_what_is_too_large_to_follow_is_one_error(tmp_path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text("archc: 1\ninput: [1, 2147483647, 1]\nlayers: [{conv: 1, kernel: 1}]\n")
    for more in ([], ["--effective"]):
        result = run(str(spec), *more)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "500,000 rows and columns" in result.stderr
        assert len(result.stderr.splitlines()) == 1


def test_where_sizes_vary_the_smallest_and_the_largest_are_reported(tmp_path) -> None:
    assert told(tmp_path, "[{adaptive_avg_pool: [3, 4]}]")[1] == "3–4×2"


@pytest.mark.parametrize("more", [(), ("--effective",)])
def test_an_unknown_layer_is_answered_with_the_nearest(more) -> None:
    result = run(LENET, "conv11", *more)
    assert result.exit_code == 2
    assert "did you mean `conv1`?" in result.stderr


def test_options_of_the_measurement_need_it() -> None:
    assert run(LENET, "--samples", "2").exit_code == 2


def test_a_picture_is_a_png(tmp_path) -> None:
    result = run(LENET, "-o", str(tmp_path / "fields.jpg"))
    assert result.exit_code == 2
    assert "'fields.jpg'" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_that_is_none_is_reported(tmp_path) -> None:
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


def test_without_matplotlib_nothing_is_measured_for_a_picture(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = run(LENET, "--effective", "-o", str(tmp_path / "rf.png"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "pip install 'archc-nn[picture]'" in result.stderr


def test_a_head_and_a_join_are_layers_as_others() -> None:
    for path in ("aux1.conv", "inception3a.join"):
        assert run("specs/googlenet.yaml", path).stdout.splitlines()[1].startswith(path)


def test_the_figures_of_a_measurement(tmp_path) -> None:
    data = json.loads(
        run(LENET, "conv1", "--effective", "--samples", "2", "--format", "json").stdout
    )
    assert (data["path"], data["samples"], data["seed"]) == ("conv1", 2, 0)
    assert [last - first + 1 for first, last in data["theory"]] == [5, 5]
    assert 0 < data["ratio"] <= 1


@pytest.mark.parametrize("form", ["pt", "safetensors"])
def test_weights_may_come_from_a_file(tmp_path, form) -> None:
    path = tmp_path / f"w.{form}"
    state = archc.compile(LENET, seed=3).state_dict()
    (torch.save if form == "pt" else save_file)(state, path)
    asked = (LENET, "conv1", "--effective", "--samples", "2", "--format", "json")
    own, others = run(*asked).stdout, run(*asked, "--weights-from", str(path)).stdout
    assert json.loads(own)["theory"] == json.loads(others)["theory"]
    assert own != others


def test_what_sees_everything_is_not_drawn(tmp_path) -> None:
    last = run(LENET).stdout.splitlines()[-1].split()[0]
    result = run(LENET, last, "-o", str(tmp_path / "rf.png"))
    assert result.exit_code == 1
    assert "nothing to draw" in result.stderr
