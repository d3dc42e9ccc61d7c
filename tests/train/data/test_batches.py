import pytest
import torch
from PIL import Image
from torchvision import transforms

from archc.diagnostics import Diagnostics
from archc.train.data.batch import IGNORED
from archc.train.data.batches import Batches
from archc.train.data.opening import open_data
from archc.train.data.samples import DataError
from archc.train.data.statistics import statistics
from archc.train.processes import Processes
from archc.train.recipe.model import Numbers

CPU = torch.device("cpu")
ALONE = Processes()


def batches(recipe, train=True, processes=ALONE, numbers=None):
    data = open_data(recipe, Diagnostics())
    samples = data.train if train else data.test
    return Batches.of(recipe, samples, numbers, CPU, processes, train=train)


def same(first, second):
    first, second = list(first), list(second)
    return len(first) == len(second) > 0 and all(
        torch.equal(a.images, b.images) and torch.equal(a.labels, b.labels) and a[2:] == b[2:]
        for a, b in zip(first, second, strict=True)
    )


def test_batches_from_memory_are_bit_for_bit_totensor_and_normalize(recipe):
    numbers = Numbers((0.3,), (0.37,))
    found = batches(recipe(), train=False, numbers=numbers)
    each = transforms.Compose([transforms.ToTensor(), transforms.Normalize(*numbers)])
    whole = found.loading.samples.stacked
    images = torch.cat([batch.images for batch in found.epoch(0)])
    assert torch.equal(images, torch.stack([each(image[0].numpy()) for image in whole]))


def test_a_constant_channel_is_only_centred(recipe):
    found = batches(recipe(), numbers=Numbers((0.5,), (0.0,)))
    assert next(found.epoch(0)).images.isfinite().all()


def test_workers_change_nothing(of_folder):
    none, two = of_folder(), of_folder(("batch_size: 3", "batch_size: 3\n  workers: 2"))
    assert (none.data.workers, two.data.workers) == (0, 2)
    numbers = statistics(none, open_data(none, Diagnostics()).train)
    assert statistics(two, open_data(two, Diagnostics()).train) == numbers
    here, there = batches(none, numbers=numbers), batches(two, numbers=numbers)
    assert same(here.epoch(0), there.epoch(0))
    assert same(here.epoch(1, 2), there.epoch(1, 2))


def test_skipped_steps_leave_the_tail_of_the_epoch(of_folder):
    found = batches(of_folder())
    assert same(found.epoch(3, 2), list(found.epoch(3))[2:])


def test_each_epoch_draws_other_augmentations(of_folder):
    loading = batches(of_folder()).loading
    assert torch.equal(loading[0, 1][0], loading[0, 1][0])
    assert not torch.equal(loading[0, 1][0], loading[1, 1][0])


def test_the_main_generator_is_left_alone(of_folder):
    found = batches(of_folder())
    before = torch.get_rng_state()
    list(found.epoch(0))
    assert torch.equal(torch.get_rng_state(), before)


def test_a_process_without_a_sample_gets_a_filler(recipe):
    few = recipe()
    shares = [batches(few, False, Processes(rank, 400)) for rank in (0, 399)]
    first, last = (list(each.epoch(0)) for each in shares)
    assert len(first) == len(last) == 1
    assert (last[0].labels == IGNORED).all()
    assert first[0].samples == last[0].samples == len(shares[0].loading.samples)


@pytest.mark.parametrize("workers", [0, 2])
def test_an_image_that_breaks_while_training_is_named(of_folder, workers):
    recipe = of_folder(("batch_size: 3", f"batch_size: 3\n  workers: {workers}"))
    found = batches(recipe)
    path = found.loading.samples.paths[0]
    with open(path, "r+b") as file:
        file.truncate(60)
    with pytest.raises(DataError, match="a picture") as caught:
        list(found.epoch(0))
    assert "\n" not in str(caught.value)


def test_where_asked_an_image_that_breaks_becomes_a_filler(of_folder):
    found = batches(of_folder(("batch_size: 3", "batch_size: 3\n  on_error: skip")))
    with open(found.loading.samples.paths[0], "r+b") as file:
        file.truncate(60)
    labels = torch.cat([batch.labels for batch in found.epoch(0)])
    assert (labels == IGNORED).sum() == 1


def test_an_image_of_another_size_is_named(of_folder, folder):
    for path in folder.glob("*/*"):
        Image.open(path).convert("RGB").resize((16, 16)).save(path)
    recipe = of_folder(
        ("  train_transforms: [{random_resized_crop: 16}, random_horizontal_flip]\n", "")
    )
    found = batches(recipe)
    Image.new("RGB", (30, 20)).save(found.loading.samples.paths[1])
    with pytest.raises(DataError, match="it is 3×20×30, but the network takes 3×16×16"):
        list(found.epoch(0))
