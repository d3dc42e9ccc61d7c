"""A residual network on a folder of photographs: it learns, and goes on exactly where it died."""

import random
import signal

import numpy
import pytest
from PIL import Image
from runs import KilledAfter, alone, assert_equal, learnt, run, together
from sklearn.datasets import load_sample_images

from archc.train.show.base.reporter import Reporter

RESIDUAL = """\
archc: 1
name: residual
input: [3, 32, 32]
defaults: {conv: {bias: false}}
blocks:
  basic_block:
    params: {width: , stride: 1}
    layers:
      conv1: {conv: $width, kernel: 3, stride: $stride, padding: 1}
      bn1: batch_norm
      relu1: relu
      conv2: {conv: $width, kernel: 3, padding: 1}
      bn2: batch_norm
      shortcut: {from: input, layers: [{conv: $width, kernel: 1, stride: $stride}, batch_norm]}
      sum: {add: [bn2, shortcut]}
      relu2: relu
layers:
  conv1: {conv: 8, kernel: 7, stride: 2, padding: 3}
  bn1: batch_norm
  relu: relu
  blocks: [{basic_block: 8}, {basic_block: 16, stride: 2}]
  pool: {adaptive_avg_pool: 1}
  flatten: flatten
  drop: {dropout: 0.1}
  out: {linear: 4}
"""
RECIPE = """\
archc: 1
spec: small.yaml
data:
  image_folder: FOLDER
  test_split: 0.25
  normalize: computed
  batch_size: 8
  workers: 2
  train_transforms:
    - {random_resized_crop: 32, scale: [0.5, 1.0]}
    - random_horizontal_flip
    - {color_jitter: {brightness: 0.3, contrast: 0.3, saturation: 0.3}}
  test_transforms: [{resize: [32, 32]}]
optimizer: {adam: {lr: 0.01}}
schedule: {one_cycle: {max_lr: 0.01}}
ema: 0.8
epochs: 2
checkpoint_steps: 2
seed: 1
"""


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    """A folder of crops of two photographs: left and right of each is a class."""
    root = tmp_path_factory.mktemp("photographs")
    choose = random.Random(0)
    for number, image in enumerate(load_sample_images().images):
        for side in (0, 1):
            folder = root / f"class-{number}{side}"
            folder.mkdir()
            for crop in range(16):
                top, left = choose.randrange(300), choose.randrange(230) + side * 320
                pixels = numpy.ascontiguousarray(image[top : top + 90, left : left + 90])
                Image.fromarray(pixels).save(folder / f"{crop}.jpg")
    return root


@pytest.fixture
def of_photographs(recipe, photographs):
    def read(extra="", text=RECIPE):
        return recipe(extra, spec=RESIDUAL, recipe=text.replace("FOLDER", str(photographs)))

    return read


def test_the_loss_falls_over_an_epoch(of_photographs, tmp_path):
    plain = RECIPE.replace("ema: 0.8\n", "")
    history = run(of_photographs(text=plain), tmp_path / "run").history
    losses = [epoch.train.loss for epoch in history]
    assert losses[-1] < losses[0] < 1.6
    assert history[-1].test.accuracy > 0.5


@pytest.mark.parametrize("steps", [5, 9])
def test_a_run_with_workers_that_was_killed_goes_on_exactly(of_photographs, tmp_path, steps):
    recipe = of_photographs()
    run(recipe, tmp_path / "whole")
    assert alone(recipe, tmp_path / "cut", KilledAfter(steps)) == [-signal.SIGKILL]
    assert run(recipe, tmp_path / "cut", resume=True).ended == "done"
    assert_equal(learnt(tmp_path / "whole"), learnt(tmp_path / "cut"))


@pytest.mark.parametrize("parallel", ["ddp", "fsdp"])
def test_two_processes_that_were_killed_go_on_exactly(of_photographs, tmp_path, parallel):
    text = RECIPE.replace("workers: 2", "workers: 1")
    recipe = of_photographs(f"parallel: {parallel}\n", text)
    assert together(recipe, tmp_path / "whole", Reporter()) == [0, 0]
    assert -signal.SIGKILL in together(recipe, tmp_path / "cut", KilledAfter(6))
    assert together(recipe, tmp_path / "cut", Reporter()) == [0, 0]
    assert_equal(learnt(tmp_path / "whole"), learnt(tmp_path / "cut"))
