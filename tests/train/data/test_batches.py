import pytest
import torch
from PIL import Image
from torchvision import transforms

from archc.diagnostics import Diagnostics
from archc.recipe.data import Numbers
from archc.samples.samples import DataError
from archc.train.data.batch import IGNORED
from archc.train.data.batches import Batches
from archc.train.data.opening import open_data
from archc.train.data.statistics import statistics
from archc.train.processes import Processes

SKIPPING = ("batch_size: 3", "batch_size: 3\n  on_error: skip")
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
@pytest.mark.parametrize("on_error", ["fail", "skip"])
def test_an_image_that_breaks_while_training_is_named(of_folder, workers, on_error):
    given = f"batch_size: 3\n  on_error: {on_error}\n  workers: {workers}"
    found = batches(of_folder(("batch_size: 3", given)))
    path = found.loading.samples.paths[0]
    with open(path, "r+b") as file:
        file.truncate(60)
    message = ""
    try:  # what pytest.raises keeps would keep the workers waiting
        list(found.epoch(0))
    except DataError as error:
        message = str(error)
    assert path in message
    assert "\n" not in message


def test_skipping_broken_images_is_as_if_they_were_not_there(of_folder, folder):
    """Their pixels alone are broken: the headers are sound."""
    sound = [batches(of_folder(SKIPPING), processes=Processes(rank, 2)) for rank in (0, 1)]
    expected = [list(each.epoch(0)) for each in sound]
    for name, kind in (("cane", "a.jpg"), ("gatto", "z.jpg")):
        path = folder / name / kind
        Image.effect_noise((64, 64), 60).save(path)
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size // 2)
    for rank in (0, 1):
        found = batches(of_folder(SKIPPING), processes=Processes(rank, 2))
        assert same(found.epoch(0), expected[rank])
        assert same(found.epoch(0, 1), expected[rank][1:])
    assert sum(batch.samples for batch in expected[0] if batch.closes) == 16


def transformed(calls):
    return {"  batch_size": f"64\n  train_transforms: {calls}"}


def test_images_in_memory_are_transformed_once_and_taken_together(recipe):
    found = batches(recipe(**transformed("[{pad: 2}, {resize: 8}]")))
    assert found.loading.transform is None
    assert found.loading.samples.stacked.shape[1:] == (1, 8, 8)


def test_what_is_drawn_for_images_in_memory_is_a_function_of_seed_epoch_and_index(recipe):
    changes = transformed("[{resize: 10}, {random_crop: 8}, random_horizontal_flip]")
    first, second = (batches(recipe(**changes)) for _ in range(2))
    torch.manual_seed(7)
    assert same(first.epoch(2, 3), list(second.epoch(2))[3:])
    drawn = [torch.stack([first.loading[n, i][0] for i in range(9)]) for n in (0, 1)]
    assert not torch.equal(*drawn)


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
