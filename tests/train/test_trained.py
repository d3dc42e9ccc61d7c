"""A trained run put to use: wherever it was moved, and what is reported where it was changed."""

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


def test_a_run_that_was_moved_gives_the_same_answers(kept):
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
    for found in open_run(kept, device=CPU).predict(paths, top=99):
        assert found.error is None
        assert found.scaled_from is None
        names, shares = zip(*found.classes, strict=True)
        assert sorted(names) == [str(number) for number in range(10)]
        assert list(shares) == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1)


def test_an_image_of_another_size_is_scaled_to_the_networks(kept, tmp_path):
    Image.linear_gradient("L").resize((20, 12)).save(tmp_path / "large.png")
    Image.linear_gradient("L").resize((8, 8)).save(tmp_path / "right.png")
    trained = open_run(kept, device=CPU)
    large, right = trained.predict([tmp_path / "large.png", tmp_path / "right.png"])
    assert (large.error, large.scaled_from) == (None, (12, 20))
    assert len(large.classes) == 5
    assert right.scaled_from is None


def test_one_bad_image_hides_no_other(kept, tmp_path):
    Image.new("L", (8, 8)).save(tmp_path / "good.png")
    (tmp_path / "empty.png").touch()
    paths = [tmp_path / name for name in ("empty.png", "good.png", "none.png", "good.png")]
    found = list(open_run(kept, device=CPU).predict(paths))
    assert [one.image for one in found] == paths
    assert [bool(one.classes) for one in found] == [False, True, False, True]
    assert found[0].error == "it is empty, or not an image"
    assert found[2].error == "no such file or directory"


@pytest.mark.parametrize("side", [8, 31])
def test_a_network_of_vectors_is_shown_images_of_its_data_sets_size(recipe, tmp_path, side):
    flat = "archc: 1\ninput: [64]\nlayers: [{linear: 10}]\n"
    run(recipe(spec=flat, epochs="1"), tmp_path / "run")
    Image.new("L", (side, side)).save(tmp_path / "a.png")
    (found,) = open_run(tmp_path / "run", device=CPU).predict([tmp_path / "a.png"])
    assert len(found.classes) == 5
    assert found.scaled_from == (None if side == 8 else (side, side))


def test_a_norm_without_averages_is_reported_for_a_single_image(recipe, tmp_path):
    spec = "archc: 1\ninput: [1, 8, 8]\nlayers: [flatten, NORM, {linear: 10}]\n"
    spec = spec.replace("NORM", "{batch_norm: , track_running_stats: false}")
    run(recipe(spec=spec, epochs="1"), tmp_path / "run")
    Image.new("L", (8, 8)).save(tmp_path / "a.png")
    (found,) = open_run(tmp_path / "run", device=CPU).predict([tmp_path / "a.png"])
    assert "the network cannot process a single image" in found.error


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
    ("harm", "message"),
    [
        (spoil_run_json, r"cannot read .*run\.json"),
        (strip_run_json, r"run\.json is not the run\.json of a run"),
        (remove_run_json, r"is not the directory of a run: it has no run\.json"),
        (remove_weights, r"has no best\.safetensors yet: the first epoch writes it"),
        (spoil_weights, r"cannot read .*best\.safetensors"),
        (change_spec, "`conv.weight` is 8×1×3×3, in the spec 9×1×3×3"),
        (add_weights, "the spec has no `more`"),
    ],
)
def test_what_is_wrong_with_a_run_is_reported_in_a_line(kept, harm, message):
    harm(kept)
    with pytest.raises(RunError, match=message) as error:
        open_run(kept, device=CPU)
    assert "\n" not in str(error.value)


def test_a_spec_that_is_none_any_more_is_reported_with_its_location(kept):
    (kept / "spec.yaml").write_text("archc: 1\nlayers: 3\n")
    with pytest.raises(UnfitDataError) as error:
        open_run(kept, device=CPU)
    assert {each.span.source.name for each in error.value.diagnostics} == {str(kept / "spec.yaml")}


def test_data_of_other_classes_is_reported(kept):
    facts = json.loads((kept / "run.json").read_text())
    facts["classes"][0] = "naught"
    (kept / "run.json").write_text(json.dumps(facts))
    with pytest.raises(RunError, match=r"other classes .* 0, 1, 2, 3, 4 and 5 more, not naught"):
        open_run(kept, device=CPU).evaluate()
