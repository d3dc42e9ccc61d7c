import hashlib
import os
import pickle
import shutil
import struct

import numpy
import pytest
import torch
from PIL import Image
from torchvision.datasets import CIFAR10

from archc.diagnostics import Diagnostics
from archc.samples.samples import stratified
from archc.train.data.opening import open_data
from archc.train.data.prepare import prepare

from .conftest import NETWORK

SPEC = NETWORK.replace("[3, 16, 16]", "[1, 28, 28]").replace("linear: 2", "linear: 10")
SKIPPING = ("batch_size: 3", "batch_size: 3\n  on_error: skip")
RECIPE = """\
archc: 1
spec: small.yaml
data: {digits: }
optimizer: adam
epochs: 1
"""


def refusal(recipe):
    """The one thing that is wrong with the data of a recipe."""
    diagnostics = Diagnostics()
    assert open_data(recipe, diagnostics) is None
    (found,) = diagnostics.errors
    return found


def test_digits_are_split_into_the_same_parts_by_the_same_seed(recipe):
    first, second = (open_data(recipe(), Diagnostics()) for _ in range(2))
    assert len(first.train) + len(first.test) == 1797
    assert torch.equal(first.test.stacked, second.test.stacked)
    assert first.train.stacked.max() == 255


def test_truncated_files_of_mnist_and_missing_ones_are_refused(recipe, tmp_path):
    raw = tmp_path / "MNIST" / "raw"
    swaps = {"spec": SPEC, "recipe": RECIPE.replace("digits: ", f"mnist: {tmp_path}")}
    assert "does not hold it" in refusal(recipe(**swaps)).problem.message()
    raw.mkdir(parents=True)
    for split, count in (("train", 20), ("t10k", 10)):
        images, labels = bytes(range(98)) * 8 * count, bytes(number % 10 for number in range(count))
        header = struct.pack(">IIII", 2051, count, 28, 28)
        (raw / f"{split}-images-idx3-ubyte").write_bytes(header + images)
        (raw / f"{split}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 2049, count) + labels)
    found = open_data(recipe(**swaps), Diagnostics())
    assert (len(found.train), len(found.test)) == (20, 10)
    with (raw / "t10k-images-idx3-ubyte").open("r+b") as file:
        file.truncate(1000)
    assert "cannot be read" in refusal(recipe(**swaps)).problem.message()


def test_each_class_gives_its_share_to_the_test_split():
    labels = torch.tensor([0] * 10 + [1] * 30 + [2] * 2)
    train, test = stratified(labels, 0.2, seed=0)
    assert sorted(train + test) == list(range(42))
    assert labels[test].bincount().tolist() == [2, 6, 1]


def test_files_of_every_kind_are_read_as_rgb(of_folder):
    found = open_data(of_folder(), Diagnostics())
    assert (len(found.train), len(found.test)) == (16, 4)
    assert found.classes == ("cane", "gatto")
    assert {found.train.image(index).shape[0] for index in range(16)} == {3}


def test_classes_are_renamed(of_folder):
    recipe = of_folder(("  test_split", "  class_names: {cane: dog}\n  test_split"))
    assert open_data(recipe, Diagnostics()).classes == ("dog", "gatto")


def test_renaming_a_class_that_is_not_there_is_refused(of_folder):
    recipe = of_folder(("  test_split", "  class_names: {cne: dog}\n  test_split"))
    assert "renames cne" in refusal(recipe).problem.message()


def test_a_missing_folder_is_named(of_folder, folder):
    recipe = of_folder()
    folder.rename(folder.with_name("moved"))
    assert "there is no directory" in refusal(recipe).problem.message()


def test_an_empty_class_is_named(of_folder, folder):
    (folder / "mucca").mkdir()
    refused = refusal(of_folder()).problem
    assert "no image in the folder `mucca`" in refused.message()
    assert ".png" in refused.help()


def test_broken_images_are_named_or_skipped_and_counted(of_folder, folder):
    (folder / "cane" / "empty.png").touch()
    (folder / "gatto" / "text.jpg").write_text("no image")
    message = refusal(of_folder()).problem.message()
    assert "empty.png" in message
    assert "text.jpg" in message
    empty, text = open_data(of_folder(SKIPPING), Diagnostics()).skipped
    assert empty.endswith("empty.png: it is empty, or not an image")
    assert "text.jpg" in text


def test_names_that_are_not_utf8_are_reported_as_text(of_folder, folder):
    (folder / "cane").rename(os.fsdecode(os.fsencode(folder) + b"/c\xffne"))
    with open(os.fsencode(folder) + b"/gatto/\xfe.png", "wb"):
        pass
    recipe = of_folder(SKIPPING)
    found = open_data(recipe, Diagnostics())
    assert found.classes == ("c\ufffdne", "gatto")
    (reason,) = found.skipped
    assert reason.endswith("gatto/\ufffd.png: it is empty, or not an image")
    assert found.train.image(0).shape[0] == 3


def test_a_directory_named_as_an_image_is_none(of_folder, folder):
    (folder / "cane" / "x.png").mkdir()
    found = open_data(of_folder(), Diagnostics())
    assert len(found.train) + len(found.test) == 20


def test_suffixes_in_capitals_links_and_nested_folders_are_found(of_folder, folder):
    first = folder / "cane" / "a picture 0.png"
    (folder / "cane" / "ünter" / "deeper").mkdir(parents=True)
    first.rename(folder / "cane" / "ünter" / "deeper" / "LOUD.PNG")
    (folder / "gatto" / "link.png").symlink_to(folder / "cane" / "ünter" / "deeper" / "LOUD.PNG")
    found = open_data(of_folder(), Diagnostics())
    assert len(found.train) + len(found.test) == 21


def test_a_folder_that_links_to_itself_is_refused(of_folder, folder):
    (folder / "cane" / "again").symlink_to(folder / "cane")
    assert "is a link to a folder that it is in" in refusal(of_folder()).problem.message()


def test_a_folder_that_cannot_be_read_is_named(of_folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("os.scandir", refuse)
    message = refusal(of_folder()).problem.message()
    assert "pictures of ünicode: Permission denied" in message
    assert "\n" not in message


@pytest.mark.parametrize("held_back", ["test", "val"])
def test_splits_in_folders_are_read(of_folder, folder, held_back):
    parts = {"train": folder / "train", held_back: folder / held_back}
    for split, path in parts.items():
        for name in ("cane", "gatto"):
            (path / name).mkdir(parents=True)
            for file in sorted((folder / name).glob("*"))[:: 1 if split == "train" else 2]:
                file.rename(path / name / file.name)
    for name in ("cane", "gatto"):
        (folder / name).rmdir()
        Image.new("RGB", (20, 20)).save(parts[held_back] / name / "more.png")
    recipe = of_folder(("  test_split: 0.2\n", ""))
    found = open_data(recipe, Diagnostics())
    assert (len(found.train), len(found.test)) == (20, 2)
    (parts[held_back] / "mucca").mkdir()
    Image.new("RGB", (20, 20)).save(parts[held_back] / "mucca" / "one.png")
    assert "differ in the classes mucca" in refusal(recipe).problem.message()


def test_a_share_of_what_is_split_already_is_refused(of_folder, folder):
    (folder / "cane").rename(folder / "train")
    (folder / "gatto").rename(folder / "val")
    assert "split already, into `train` and `val`" in refusal(of_folder()).problem.message()


def test_neither_split_nor_share_is_refused_with_what_to_do(of_folder):
    found = refusal(of_folder(("  test_split: 0.2\n", "")))
    assert "no folders `train` and `test`" in found.problem.message()
    assert "test_split" in found.problem.help()


def test_a_folder_without_classes_is_refused(of_folder, folder):
    for path in folder.glob("*"):
        shutil.rmtree(path)
    assert "has no folders, which would be the classes" in refusal(of_folder()).problem.message()


SPLIT_NAMES = [("train", "valid"), ("Train", "VAL"), ("training", "Validation"), ("TRAIN", "Test")]


@pytest.mark.parametrize(("learnt", "looked_at"), SPLIT_NAMES)
def test_splits_by_any_of_their_names_are_no_classes(of_folder, folder, learnt, looked_at):
    whole = folder.rename(folder.with_name("whole"))
    for name in (learnt, looked_at):
        shutil.copytree(whole, folder / name)
    found = open_data(of_folder(("  test_split: 0.2\n", "")), Diagnostics())
    assert found.classes == ("cane", "gatto")
    assert (len(found.train), len(found.test)) == (20, 20)
    refused = refusal(of_folder())
    message = refused.problem.message()
    assert f"split already, into `{learnt}` and `{looked_at}`" in message
    assert refused.problem.help() == "leave out `test_split`"


def test_a_class_may_be_called_train(of_folder, folder):
    (folder / "cane").rename(folder / "train")
    assert open_data(of_folder(), Diagnostics()).classes == ("gatto", "train")


def test_splits_without_one_to_learn_from_are_refused(of_folder, folder):
    (folder / "cane").rename(folder / "test")
    (folder / "gatto").rename(folder / "valid")
    assert "are called as splits are, `test` and `valid`" in refusal(of_folder()).problem.message()


def test_a_split_that_is_not_used_is_remarked_on(of_folder, folder):
    whole = folder.rename(folder.with_name("whole"))
    for name in ("train", "val", "test"):
        shutil.copytree(whole, folder / name)
    found = open_data(of_folder(("  test_split: 0.2\n", "")), Diagnostics())
    (remark,) = found.remarks
    assert "`val` not used" in remark


def test_splits_that_differ_in_case_alone_are_refused(of_folder, folder):
    for name in ("train", "Train", "test"):
        (folder / name).mkdir()
    if len(list(folder.iterdir())) < 5:
        pytest.skip("this file system does not distinguish them")
    message = refusal(of_folder(("  test_split: 0.2\n", ""))).problem.message()
    assert "differ in case alone" in message


@pytest.mark.parametrize("name", [".ipynb_checkpoints", "__MACOSX", ".git", "@eaDir"])
@pytest.mark.parametrize("empty", [True, False])
def test_hidden_folders_and_those_of_systems_are_no_classes(of_folder, folder, name, empty):
    (folder / name).mkdir()
    if not empty:
        shutil.copy(folder / "cane" / "a picture 0.png", folder / name / "copy.png")
    found = open_data(of_folder(), Diagnostics())
    assert found.classes == ("cane", "gatto")
    assert len(found.train) + len(found.test) == 20
    (remark,) = found.remarks
    assert f"`{name}`" in remark


def test_hidden_files_and_folders_in_a_class_are_no_images(of_folder, folder):
    (folder / ".DS_Store").touch()
    (folder / "cane" / "._a picture 0.png").write_bytes(b"of a Macintosh")
    (folder / "cane" / ".ipynb_checkpoints").mkdir()
    shutil.copy(
        folder / "cane" / "a picture 0.png", folder / "cane" / ".ipynb_checkpoints" / "c.png"
    )
    found = open_data(of_folder(), Diagnostics())
    assert len(found.train) + len(found.test) == 20


def test_one_class_alone_is_refused(of_folder, folder):
    shutil.rmtree(folder / "gatto")
    message = refusal(of_folder(spec=NETWORK.replace("linear: 2", "linear: 1"))).problem.message()
    assert "only one class, cane" in message


def test_one_folder_around_the_classes_is_named(of_folder, folder):
    whole = folder.rename(folder.with_name("whole"))
    folder.mkdir()
    whole.rename(folder / "archive")
    refused = refusal(of_folder()).problem
    assert "only one class, archive" in refused.message()
    assert (
        f"if the classes are `cane` and `gatto`, name the folder {folder}/archive" in refused.help()
    )


def test_a_split_without_images_is_named(of_folder, folder):
    for name in ("cane", "gatto"):
        for path in sorted((folder / name).iterdir())[1:]:
            path.unlink()
    assert "the test split has no images" in refusal(of_folder()).problem.message()


def test_two_folders_of_one_name_are_refused(of_folder):
    recipe = of_folder(("  test_split", "  class_names: {cane: beast, gatto: beast}\n  test_split"))
    assert "several folders beast" in refusal(recipe).problem.message()


def test_broken_pixels_under_a_sound_header_are_skipped_by_workers_too(of_folder, folder):
    path = folder / "cane" / "half.jpg"
    Image.effect_noise((64, 64), 60).save(path)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    assert open_data(of_folder(), Diagnostics()) is not None
    for workers in (0, 2):
        given = f"batch_size: 3\n  on_error: skip\n  workers: {workers}"
        found = open_data(of_folder(("batch_size: 3", given)), Diagnostics())
        (reason,) = found.skipped
        assert "half.jpg: image file is truncated" in reason


def test_cifar10_is_read_from_torchvisions_own_files(recipe, tmp_path, monkeypatch):
    base = tmp_path / "cifar-10-batches-py"
    base.mkdir()
    random = numpy.random.default_rng(0)
    pixels = random.integers(0, 256, (60, 3072), dtype=numpy.uint8)
    names = [*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"]
    for number, name in enumerate(names):
        part = pixels[10 * number : 10 * number + 10]
        content = {"data": part, "labels": list(range(10)), "batch_label": name}
        (base / name).write_bytes(pickle.dumps(content))
    classes = {"label_names": [f"class {n}" for n in range(10)]}
    (base / "batches.meta").write_bytes(pickle.dumps(classes))
    spec = SPEC.replace("[1, 28, 28]", "[3, 32, 32]")
    swaps = {"spec": spec, "recipe": RECIPE.replace("digits: ", f"cifar10: {tmp_path}")}
    # Its checksums are of the true files, which these are not.
    assert "does not hold it" in refusal(recipe(**swaps)).problem.message()
    sums = {name: hashlib.md5((base / name).read_bytes()).hexdigest() for name in names}
    of_meta = hashlib.md5((base / "batches.meta").read_bytes()).hexdigest()
    monkeypatch.setattr(CIFAR10, "train_list", [[name, sums[name]] for name in names[:5]])
    monkeypatch.setattr(CIFAR10, "test_list", [["test_batch", sums["test_batch"]]])
    monkeypatch.setattr(CIFAR10, "meta", {**CIFAR10.meta, "md5": of_meta})
    found = open_data(recipe(**swaps), Diagnostics())
    assert found.classes[3] == "class 3"
    assert torch.equal(found.test.image(4), torch.tensor(pixels[54]).view(3, 32, 32))
    assert found.train.labels.tolist() == list(range(10)) * 5


def test_other_classes_than_the_networks_are_reported_with_both_places(of_folder):
    found = refusal(of_folder(spec=NETWORK.replace("linear: 2", "linear: 5")))
    assert found.problem.code == "AR501"
    assert found.labels[0].span.source.name.endswith("small.yaml")
    assert found.problem.help().startswith("the classes are `cane` and `gatto`: ")


@pytest.mark.parametrize(
    ("calls", "advice"),
    [
        ("[]", "add `test_transforms: [{resize: [16, 16]}]`"),
        ("[{resize: 16}]", "`resize: 16` scales the shorter side to 16: write `resize: [16, 16]`"),
        ("[{resize: 16}]", "or add `center_crop: 16` after it"),
        ("[{resize: [16, 20]}]", "end `test_transforms` with `resize: [16, 16]`"),
        ("[{center_crop: 20}]", "end `test_transforms` with `resize: [16, 16]`"),
    ],
)
def test_what_gives_images_the_networks_size_is_said_with_the_image(of_folder, calls, advice):
    found = refusal(of_folder(("[{resize: [16, 16]}]", calls))).problem
    assert advice in found.help()
    assert "test split, " in found.message()
    assert "a picture " in found.message()


@pytest.mark.parametrize("calls", ["resize: [16, 16]", "resize: 16}, {center_crop: 16"])
def test_what_the_help_says_is_fine(of_folder, calls):
    assert open_data(of_folder(("resize: [16, 16]", calls)), Diagnostics()) is not None


def test_another_size_than_the_networks_is_reported_with_both_places(of_folder):
    found = refusal(of_folder(("resize: [16, 16]", "resize: [16, 20]")))
    assert "3×16×20" in found.problem.message()
    assert found.labels


def test_an_image_is_prepared_as_the_test_split_is(of_folder, folder):
    recipe = of_folder()
    found, scaled_from = prepare(folder / "cane" / "a picture 1.png", recipe, None)
    assert found.shape == (1, 3, 16, 16)
    assert scaled_from is None
    assert 0 <= found.min() <= found.max() <= 1
