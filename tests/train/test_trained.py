"""A run put to use: wherever it lies by now, and what is told where it is not what it was."""

import json
import shutil

import pytest
import torch
from PIL import Image
from runs import run
from safetensors.torch import load_file, save_file

from archc.train.problems import RunError, UnfitDataError
from archc.train.trained import open_run

CPU = torch.device("cpu")


@pytest.fixture
def kept(recipe, tmp_path):
    """A run of one epoch, elsewhere by now, its recipe gone and its spec changed."""
    run(recipe(epochs="1"), tmp_path / "run")
    shutil.move(tmp_path / "run", tmp_path / "moved")
    (tmp_path / "recipe.yaml").unlink()
    (tmp_path / "small.yaml").write_text("archc: 1\nchanged: since\n")
    return tmp_path / "moved"


def test_a_run_that_was_moved_tells_what_it_told(kept):
    scores, confusion = open_run(kept, device=CPU).evaluate()
    (row,) = torch.load(kept / "state.pt", weights_only=True)["progress"]["history"]
    assert scores._asdict() == pytest.approx(row["test"])
    counts = torch.tensor(confusion.counts())
    assert counts.sum() == scores.samples
    assert counts.trace() == round(scores.accuracy * scores.samples)


def test_images_of_any_mode_are_seen_and_never_more_classes_than_there_are(kept, tmp_path):
    paths = []
    for mode in ("L", "RGB", "RGBA", "1", "CMYK"):
        paths.append(tmp_path / f"{mode}.tiff")
        Image.new(mode, (8, 8)).save(paths[-1])
    told = open_run(kept, device=CPU).predict(paths, top=99)
    for likely in told:
        names, shares = zip(*likely, strict=True)
        assert sorted(names) == [str(number) for number in range(10)]
        assert list(shares) == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1)


def spoil_run_json(path):
    (path / "run.json").write_text("[1")


def strip_run_json(path):
    (path / "run.json").write_text("{}")


def remove_run_json(path):
    (path / "run.json").unlink()


def remove_weights(path):
    (path / "best.safetensors").unlink()


def spoil_weights(path):
    (path / "best.safetensors").write_bytes(b"half a file")


def change_spec(path):
    spec = path / "spec.yaml"
    spec.write_text(spec.read_text().replace("conv: 8", "conv: 9"))


def add_weights(path):
    weights = load_file(path / "best.safetensors")
    save_file({**weights, "more": torch.zeros(1)}, path / "best.safetensors")


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (spoil_run_json, r"cannot read .*run\.json"),
        (strip_run_json, r"run\.json is not what a run writes"),
        (remove_run_json, r"is not the directory of a run: it has no run\.json"),
        (remove_weights, r"has no best\.safetensors yet: the first epoch writes it"),
        (spoil_weights, r"cannot read .*best\.safetensors"),
        (change_spec, "`conv.weight` is 8×1×3×3, in the spec 9×1×3×3"),
        (add_weights, "the spec has no `more`"),
    ],
)
def test_what_is_wrong_with_a_run_is_told_in_a_line(kept, harm, told):
    harm(kept)
    with pytest.raises(RunError, match=told) as error:
        open_run(kept, device=CPU)
    assert "\n" not in str(error.value)


def test_a_spec_that_is_none_any_more_is_told_with_its_place(kept):
    (kept / "spec.yaml").write_text("archc: 1\nlayers: 3\n")
    with pytest.raises(UnfitDataError) as error:
        open_run(kept, device=CPU)
    assert {each.span.source.name for each in error.value.diagnostics} == {str(kept / "spec.yaml")}


def test_data_of_other_classes_is_told(kept):
    facts = json.loads((kept / "run.json").read_text())
    facts["classes"][0] = "naught"
    (kept / "run.json").write_text(json.dumps(facts))
    with pytest.raises(RunError, match=r"other classes .* 0, 1, 2, 3, 4 and 5 more, not naught"):
        open_run(kept, device=CPU).evaluate()
