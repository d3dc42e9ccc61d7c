import struct

import torch

from archc.diagnostics import Diagnostics
from archc.train.data.opening import open_data
from archc.train.data.prepare import prepare
from archc.train.data.samples import stratified

from .conftest import NETWORK

SPEC = NETWORK.replace("[3, 16, 16]", "[1, 28, 28]").replace("linear: 2", "linear: 10")
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
    assert "mucca" in refusal(of_folder()).problem.message()


def test_broken_images_are_named_or_skipped_and_counted(of_folder, folder):
    (folder / "cane" / "empty.png").touch()
    (folder / "gatto" / "text.jpg").write_text("no image")
    message = refusal(of_folder()).problem.message()
    assert "empty.png" in message
    assert "text.jpg" in message
    skipping = of_folder(("batch_size: 3", "batch_size: 3\n  on_error: skip"))
    assert open_data(skipping, Diagnostics()).skipped == 2


def test_other_classes_than_the_networks_are_told_with_both_places(of_folder):
    found = refusal(of_folder(spec=NETWORK.replace("linear: 2", "linear: 5")))
    assert found.problem.code == "AR501"
    assert found.labels[0].span.source.name.endswith("small.yaml")


def test_another_size_than_the_networks_is_told_with_both_places(of_folder):
    found = refusal(of_folder(("resize: [16, 16]", "resize: [16, 20]")))
    assert "3×16×20" in found.problem.message()
    assert found.labels


def test_an_image_is_prepared_as_the_test_split_is(of_folder, folder):
    recipe = of_folder()
    found = prepare([folder / "cane" / "a picture 1.png"] * 2, recipe, None)
    assert found.shape == (2, 3, 16, 16)
    assert 0 <= found.min() <= found.max() <= 1
