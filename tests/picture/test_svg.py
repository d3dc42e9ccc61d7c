import re
from collections.abc import Callable
from cProfile import Profile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from archc.picture.svg import drawing, svg
from archc.pipeline import check

SPECS = Path(__file__).parents[2] / "specs"


def drawn(spec: str, **options: int | str) -> ElementTree.Element:
    graph = check(spec).sound
    assert graph is not None
    return ElementTree.fromstring(svg(graph, **options))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["lenet5", "vgg16", "resnet18", "googlenet", "resnet152"])
def test_shipped_specs_fit_a_portrait_page_and_are_legible_there(name: str) -> None:
    root = drawn(str(SPECS / f"{name}.yaml"))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    assert width <= 1200
    assert height <= 2200
    sizes = [float(e.attrib["font-size"]) for e in root.iter() if "font-size" in e.attrib]
    assert min(sizes) >= 10


def test_names_are_text_whatever_they_are() -> None:
    graph = check("archc: 1\ninput: [4]\nlayers: {a: relu, b: {linear: 2}}\n").sound
    assert graph is not None
    graph.nodes[0].name = hostile = '<script>alert("1")</script>&'  # no spec can have it
    root = ElementTree.fromstring(svg(graph))
    assert not [e for e in root.iter() if e.tag.endswith("script")]
    assert hostile in list(root.itertext())


def test_resnet18_is_drawn_with_its_skips_open() -> None:
    told = "".join(drawn(str(SPECS / "resnet18.yaml")).itertext())
    assert told.count("→ ReLU") >= 7
    assert "downsample" in told


def test_the_colour_can_show_macs() -> None:
    spec = str(SPECS / "resnet18.yaml")
    assert any("MACs: 0 to" in text for text in drawn(spec, weights="macs").itertext())
    assert any("parameters: 0 to" in text for text in drawn(spec).itertext())


def test_memory_is_shown_in_bytes() -> None:
    texts = list(drawn(str(SPECS / "lenet5.yaml"), weights="memory").itertext())
    # fc1: (256·120 + 120) numbers of weights, and 120 that its ReLU gives; four bytes each.
    assert "training memory: 0 to 124 kB" in texts
    assert any("30,840 parameters, 30,720 MACs, 124 kB in training" in text for text in texts)


def test_a_drawing_can_stand_beside_others_in_a_page() -> None:
    root = drawn(str(SPECS / "resnet18.yaml"))
    assert not [e for e in root.iter() if "id" in e.attrib]
    assert root.attrib["class"] == "archc"
    text = ElementTree.tostring(root, encoding="unicode")
    assert not re.search(r"url\(|href|src=|@import", text)


def test_a_shape_stands_where_no_line_leaves() -> None:
    root = drawn(str(SPECS / "googlenet.yaml"))
    lines = [e for e in root.iter() if "text-anchor" in e.attrib]
    sides = {"".join(line.itertext()): line.attrib["text-anchor"] for line in lines}
    assert sides["512×14×14"] == sides["528×14×14"] == "end"  # the heads leave to the right
    assert sides["832×14×14"] == "start"


def test_the_input_is_within_the_page_beside_a_wide_branch() -> None:
    text = """
archc: 1
input: [1, 30000, 30000]
layers:
  a: relu
  b: relu
  an_average_pooling_that_has_a_long_name_indeed_and_stands_aside: {from: a, avg_pool: 1}
  c: {add: [b, an_average_pooling_that_has_a_long_name_indeed_and_stands_aside]}
"""
    root = drawn(text)
    box = next(e for e in root.iter() if e.attrib.get("rx") == "13")
    trunk = re.search(r"translate\(([\d.]+)", ElementTree.tostring(root, encoding="unicode"))
    assert trunk is not None
    assert float(trunk[1]) + float(box.attrib["x"]) >= 24


def test_every_class_that_is_drawn_has_a_rule_for_light_and_for_dark() -> None:
    root = drawn(str(SPECS / "googlenet.yaml"))
    style = next(e.text or "" for e in root.iter() if e.tag.endswith("style"))
    light, dark = style.split("@media screen and (prefers-color-scheme:dark)")
    used = {name for e in root.iter() for name in e.attrib.get("class", "").split()}
    for name in used - {"archc", "name", "aside"}:
        assert f".archc .{name}{{" in light
        assert f".archc .{name}{{" in dark


def test_a_long_name_and_the_legend_stand_apart_in_a_wide_enough_page() -> None:
    name = "W" * 80
    layers = "layers: {a: relu}"
    graph = check(f"archc: 1\nname: {name}\ninput: [4]\n{layers}\n").sound
    assert graph is not None
    size = drawing(graph)
    assert size.width > 17 * 0.6 * len(name)


def written_out(length: int) -> str:
    layers = "".join(f"  l{i}: {{conv: 4, kernel: 1}}\n" for i in range(length))
    return f"archc: 1\ninput: [4, 8, 8]\nlayers:\n{layers}"


def repeated(length: int) -> str:
    layers = f"layers: [{{repeat: {length}, layers: [{{conv: 4, kernel: 1}}, relu]}}]"
    return f"archc: 1\ninput: [4, 8, 8]\n{layers}\n"


@pytest.mark.parametrize("text", [written_out, repeated])
def test_the_work_for_a_picture_grows_as_its_layers(text: Callable[[int], str]) -> None:
    """Twice the layers are at most 2.5 times the calls; a picture of 5,000 is in `tests/bench`."""
    few, many = (calls(text(length)) for length in (300, 600))
    assert many < 2.5 * few


def calls(text: str) -> int:
    """Return how many functions drawing a spec calls: the same number on every machine."""
    graph = check(text).sound
    assert graph is not None
    profile = Profile()
    profile.runcall(svg, graph)
    return sum(entry.callcount for entry in profile.getstats())
