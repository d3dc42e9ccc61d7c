import os
import warnings

import numpy
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_sample_image
from torchvision.transforms.v2.functional import pil_to_tensor

from archc.samples.decoding import check, decoded
from archc.samples.samples import DataError


@pytest.fixture(scope="module")
def photograph():
    return Image.fromarray(load_sample_image("china.jpg")).crop((0, 0, 60, 50))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr"])
@pytest.mark.parametrize(("channels", "as_pillow"), [(1, "L"), (3, "RGB")])
def test_images_of_bytes_are_read_as_pillow_converts_them(
    photograph, tmp_path, mode, channels, as_pillow
):
    path = tmp_path / "image.tif"
    photograph.convert(mode).save(path)
    with Image.open(path) as image:
        expected = pil_to_tensor(image.convert(as_pillow))
    assert torch.equal(decoded(path, channels), expected)


@pytest.mark.parametrize("suffix", ["png", "tif", "pgm"])
def test_of_16_bits_the_upper_8_are_taken(tmp_path, suffix):
    values = numpy.arange(256 * 16, dtype=numpy.uint16).reshape(64, 64) * 16
    path = tmp_path / f"deep.{suffix}"
    Image.fromarray(values).save(path)
    assert torch.equal(decoded(path, 1)[0], torch.tensor(values // 256).byte())
    assert decoded(path, 3).shape == (3, 64, 64)


@pytest.mark.parametrize("kind", [numpy.int32, numpy.float32])
def test_32_bits_have_no_known_white(tmp_path, kind):
    path = tmp_path / "wide.tif"
    Image.fromarray(numpy.ones((4, 4), kind)).save(path)
    with pytest.raises(DataError, match="value for white is unknown"):
        decoded(path, 1)


@pytest.mark.parametrize("whole", [True, False])
def test_an_image_too_large_to_be_meant_is_one_error(photograph, tmp_path, monkeypatch, whole):
    path = tmp_path / "huge.png"
    photograph.save(path)
    for limit in (50 * 60 - 1, 50 * 60 // 2 - 1):  # a warning of Pillow's, and an error
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        with pytest.raises(DataError, match=f"more pixels than the limit of {limit:,}"):
            check(path, whole=whole)


def test_pillows_warnings_are_kept_from_the_lines_of_training(photograph, tmp_path):
    path = tmp_path / "palette.png"
    photograph.convert("P").save(path, transparency=bytes(range(256)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert decoded(path, 3).shape == (3, 50, 60)


def test_a_truncated_photograph_has_a_sound_header(photograph, tmp_path):
    path = tmp_path / "half.jpg"
    photograph.resize((600, 500)).save(path)
    check(path, whole=True)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    check(path, whole=False)
    with pytest.raises(DataError, match="truncated"):
        check(path, whole=True)


def test_a_pipe_is_not_waited_for(tmp_path):
    path = tmp_path / "pipe.png"
    os.mkfifo(path)
    with pytest.raises(DataError, match="it is not a file"):
        check(path, whole=False)


@pytest.mark.parametrize("content", [b"", b"no image"])
def test_what_is_no_image_is_reported_as_such(tmp_path, content):
    path = tmp_path / "odd.png"
    path.write_bytes(content)
    with pytest.raises(DataError, match="it is empty, or not an image"):
        check(path, whole=False)
