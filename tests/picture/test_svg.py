import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from archc.picture.mermaid import mermaid
from archc.picture.svg import svg
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
    assert "<" not in mermaid(graph)


def test_resnet18_is_drawn_with_its_skips_open() -> None:
    told = "".join(drawn(str(SPECS / "resnet18.yaml")).itertext())
    assert told.count("→ ReLU") >= 7
    assert "downsample" in told


def test_the_colour_can_tell_of_macs() -> None:
    spec = str(SPECS / "resnet18.yaml")
    assert any("MACs: 0 to" in text for text in drawn(spec, weights="macs").itertext())
    assert any("parameters: 0 to" in text for text in drawn(spec).itertext())


def test_five_thousand_layers_are_drawn_in_seconds() -> None:
    layers = "".join(f"  l{i}: {{conv: 4, kernel: 1}}\n" for i in range(5000))
    graph = check(f"archc: 1\ninput: [4, 8, 8]\nlayers:\n{layers}").sound
    assert graph is not None
    start = time.perf_counter()
    svg(graph)
    assert time.perf_counter() - start < 10


def test_mermaid_has_a_subgraph_for_each_open_block_and_the_skips() -> None:
    graph = check(str(SPECS / "resnet18.yaml")).sound
    assert graph is not None
    lines = [line.strip() for line in mermaid(graph, depth=3).splitlines()]
    assert lines[:3] == [
        "flowchart TD",
        'b(["input 3×224×224"])',
        'b_0["conv1 conv 7×7/2, 64 +BN +ReLU"]',
    ]
    assert sum(line.startswith("subgraph") for line in lines) == lines.count("end") == 4 + 7
    assert "b_1 --> b_2_0_2" in lines
