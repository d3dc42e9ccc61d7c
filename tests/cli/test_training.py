"""The three commands of training, as a user runs them."""

import contextlib
import json

import pytest
from click.testing import CliRunner
from PIL import Image

from archc.cli import archc as cli

RECIPE = """\
archc: 1
spec: small.yaml
data: {digits: , normalize: computed, batch_size: 128}
optimizer: {adam: {lr: 0.01}}
epochs: 3
"""
SPEC = """\
archc: 1
name: small
input: [1, 8, 8]
layers: [{conv: 8, kernel: 3}, relu, flatten, {linear: 10}]
"""


def archc(*arguments, cwd, code=0):
    """Run a command here, which spares a process that imports torch."""
    with contextlib.chdir(cwd):
        done = CliRunner().invoke(cli, list(map(str, arguments)))
    assert done.exit_code == code, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a recipe that was run once."""
    path = tmp_path_factory.mktemp("training")
    (path / "small.yaml").write_text(SPEC)
    (path / "recipe.yaml").write_text(RECIPE)
    (path / "told.txt").write_text(archc("train", "recipe.yaml", cwd=path).output)
    return path


def test_training_prints_each_epoch_in_a_pipe(folder):
    told = (folder / "told.txt").read_text()
    for number in (1, 2, 3):
        assert f"{number}/3" in told
    assert "\x1b" not in told
    assert (folder / "runs" / "recipe" / "best.safetensors").exists()


def test_a_run_that_is_there_is_refused_in_one_line(folder):
    done = archc("train", "recipe.yaml", cwd=folder, code=1)
    (line,) = done.stderr.splitlines()
    assert line == (
        "Error: runs/recipe is not empty: resume its run with --resume, or choose another "
        "directory with --out"
    )


def test_quiet_is_quiet(folder):
    done = archc("train", "recipe.yaml", "--quiet", "--epochs", 1, "--out", "quiet", cwd=folder)
    assert done.stdout == done.stderr == ""


def test_overrides_are_kept_with_the_run(folder):
    arguments = ["--set", "optimizer.lr=0.002", "--epochs", "1", "--out", "other"]
    archc("train", "recipe.yaml", *arguments, cwd=folder)
    told = (folder / "other" / "recipe.yaml").read_text()
    assert "0.002" in told
    assert "epochs: 1" in told
    archc("check", "other/recipe.yaml", cwd=folder)


def test_evaluate_prints_the_scores_of_the_best_epoch(folder):
    done = archc("evaluate", "runs/recipe", "--format", "json", cwd=folder)
    scores = json.loads(done.stdout)
    header, *rows = (folder / "runs" / "recipe" / "metrics.csv").read_text().splitlines()
    cells = [dict(zip(header.split(","), row.split(","), strict=True)) for row in rows]
    best = max(cells, key=lambda row: float(row["test_accuracy"]))
    assert list(scores) == ["loss", "accuracy", "top5", "samples"]
    assert scores["accuracy"] == float(best["test_accuracy"])
    assert scores["loss"] == pytest.approx(float(best["test_loss"]), rel=1e-6)
    told = archc("evaluate", "runs/recipe", "--split", "train", cwd=folder).stdout
    assert told.startswith("train: loss")


def test_predict_prints_the_classes(folder):
    from sklearn.datasets import load_digits

    digits = load_digits()
    pixels = (digits.images[:20] * 255 / 16).round().astype("uint8")
    for number, image in enumerate(pixels):
        Image.fromarray(image).save(folder / f"{number}.png")
    names = [f"{number}.png" for number in range(20)]
    done = archc("predict", "runs/recipe", *names, "--format", "json", cwd=folder)
    told = json.loads(done.stdout)
    right = sum(
        one["classes"][0]["name"] == str(digits.target[number]) for number, one in enumerate(told)
    )
    assert right >= 15
    for one in told:
        assert sum(likely["probability"] for likely in one["classes"]) <= 1 + 1e-6
    line = archc("predict", "runs/recipe", "0.png", "--top", 1, cwd=folder).stdout
    assert line.startswith("0.png: ")


@pytest.mark.parametrize("command", ["evaluate", "predict"])
def test_what_is_no_run_is_reported_in_one_line(folder, command):
    images = ["0.png"] if command == "predict" else []
    done = archc(command, ".", *images, cwd=folder, code=1)
    (line,) = done.stderr.splitlines()
    assert "is not the directory of a run" in line


def test_a_wrong_recipe_is_reported_with_its_place(folder):
    (folder / "wrong.yaml").write_text(RECIPE.replace("lr:", "lrr:"))
    done = archc("train", "wrong.yaml", cwd=folder, code=1)
    assert "wrong.yaml:4:20" in done.stderr
    assert "did you mean `lr`?" in done.stderr
    assert not (folder / "runs" / "wrong").exists()


def test_a_device_that_is_not_there_is_reported_in_one_line(folder):
    arguments = ["--device", "cuda:99", "--out", "nowhere"]
    done = archc("train", "recipe.yaml", *arguments, cwd=folder, code=1)
    (line,) = done.stderr.splitlines()
    assert "cannot use the device `cuda:99`" in line
    assert not (folder / "nowhere").exists()


@pytest.mark.parametrize("place", ["small.yaml/run", "/proc/nowhere/run"])
def test_a_place_that_cannot_be_written_is_reported_in_one_line(folder, place):
    done = archc("train", "recipe.yaml", "--epochs", 1, "--out", place, cwd=folder, code=1)
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Error: cannot write {place.removesuffix('/run')}")


def test_a_file_is_no_directory_of_a_run(folder):
    done = archc("train", "recipe.yaml", "--out", "small.yaml", cwd=folder, code=2)
    assert "is a file" in done.stderr
    assert (folder / "small.yaml").read_text() == SPEC
