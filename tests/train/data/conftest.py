"""Small folders of real image files, and recipes that read them."""

import numpy
import pytest
from PIL import Image

NETWORK = """\
archc: 1
name: small
input: [3, 16, 16]
layers:
  flatten: flatten
  out: {linear: 2}
"""
RECIPE = """\
archc: 1
spec: small.yaml
data:
  image_folder: FOLDER
  test_split: 0.2
  batch_size: 3
  normalize: computed
  train_transforms: [{random_resized_crop: 16}, random_horizontal_flip]
  test_transforms: [{resize: [16, 16]}]
optimizer: {adam: {lr: 0.01}}
epochs: 1
"""


@pytest.fixture
def folder(tmp_path):
    """A folder of two classes of ten files each, of differing sizes and kinds."""
    random = numpy.random.default_rng(0)
    root = tmp_path / "pictures of ünicode"
    for name in ("cane", "gatto"):
        (root / name).mkdir(parents=True)
        for number, mode in enumerate(["RGB", "L", "RGBA", "P", "CMYK"] * 2):
            pixels = random.integers(0, 256, (20 + number, 24, 3), dtype=numpy.uint8)
            suffix = "jpg" if mode == "CMYK" else "png"
            path = root / name / f"a picture {number}.{suffix}"
            Image.fromarray(pixels).convert(mode).save(path)
    return root


@pytest.fixture
def of_folder(recipe, folder):
    """Return a function that reads a recipe of `folder`, with words of it replaced."""

    def read(*swaps: tuple[str, str], spec: str = NETWORK):
        text = RECIPE.replace("FOLDER", str(folder))
        for old, new in swaps:
            assert old in text
            text = text.replace(old, new)
        return recipe(spec=spec, recipe=text)

    return read
