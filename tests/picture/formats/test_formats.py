import io
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from archc.cli.graph import command
from archc.graph.graph import Graph
from archc.picture.formats import PICTURE_FORMATS
from archc.picture.formats.base.format import PictureError, Request
from archc.picture.svg import WEIGHTS, drawing
from archc.pipeline import check

SPECS = Path(__file__).parents[3] / "specs"


def graph(name: str) -> Graph:
    found = check(str(SPECS / f"{name}.yaml")).sound
    assert found is not None
    return found


def chain(length: int) -> Graph:
    layers = "".join(f"  l{i}: {{conv: 4, kernel: 1}}\n" for i in range(length))
    found = check(f"archc: 1\ninput: [4, 8, 8]\nlayers:\n{layers}").sound
    assert found is not None
    return found


def drawn(form: str, network: Graph, depth: int | None = None, weights: str = "params") -> bytes:
    return PICTURE_FORMATS.find(form)().draw(Request(network, depth, weights))


@pytest.mark.parametrize("name", PICTURE_FORMATS.names())
def test_every_file_is_a_format_whole(name: str) -> None:
    options = {option.name for option in command.params}
    assert set(PICTURE_FORMATS.find(name).takes) <= options & {*Request._fields}
    assert isinstance(drawn(name, graph("lenet5")), bytes)


@pytest.mark.parametrize("name", ["svg", "mmd", "png", "pdf"])
def test_the_same_network_is_the_same_file(name: str) -> None:
    if name in ("png", "pdf"):
        pytest.importorskip("typst")
    assert drawn(name, graph("lenet5")) == drawn(name, graph("lenet5"))


@pytest.mark.parametrize("name", ["lenet5", "vgg16", "resnet18", "googlenet", "resnet152"])
def test_a_png_has_two_pixels_a_unit(name: str) -> None:
    pytest.importorskip("typst")
    network = graph(name)
    size = drawing(network)
    data = drawn("png", network)
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    assert (width, height) == pytest.approx((2 * size.width, 2 * size.height), abs=1)


def test_a_png_is_white_where_nothing_is_drawn_and_opaque_but_for_round_corners() -> None:
    pytest.importorskip("typst")
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(drawn("png", graph("lenet5"))))
    assert image.getpixel((60, 300)) == (255, 255, 255, 255)


def test_a_pdf_is_one_page_of_the_drawings_size_with_text() -> None:
    pytest.importorskip("typst")
    network = graph("lenet5")
    size = drawing(network)
    data = drawn("pdf", network)
    assert data.startswith(b"%PDF-")
    (box,) = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert list(map(float, box)) == pytest.approx([0.75 * size.width, 0.75 * size.height], abs=0.1)
    assert b"/ToUnicode" in data


@pytest.mark.parametrize("form", ["png", "pdf"])
def test_names_that_are_code_to_typst_are_text(form: str) -> None:
    pytest.importorskip("typst")
    network = graph("lenet5")
    network.spec.name = network.nodes[0].name = "#nothing $x *y"  # no spec can have it
    data = drawn(form, network)
    assert form == "png" or b"(#nothing $x *y)" in data


def test_what_is_too_large_is_said_to_be_so() -> None:
    pytest.importorskip("typst")
    for form in ("png", "pdf"):
        with pytest.raises(PictureError, match=rf"a \.{form} of [\d,]+×[\d,]+ is too large"):
            drawn(form, chain(320))


def test_without_typst_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(PictureError, match=r"pip install 'archc-nn\[picture\]'"):
        drawn("png", graph("lenet5"))


def test_typst_is_imported_by_what_needs_it_alone() -> None:
    code = (
        "import sys; from archc.cli import archc; "
        f"archc(['graph', {str(SPECS / 'lenet5.yaml')!r}], standalone_mode=False); "
        "assert not {'typst', 'matplotlib'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize("weights", WEIGHTS)
def test_the_colour_can_show_each_weight(weights: str) -> None:
    assert f"{WEIGHTS[weights]}: 0 to" in drawn("svg", graph("lenet5"), None, weights).decode()
