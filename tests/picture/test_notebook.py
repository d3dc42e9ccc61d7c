import base64
from pathlib import Path
from xml.etree import ElementTree

import pytest

import archc
from archc.analyses import summary as summaries
from archc.analyses.summary import summarise
from archc.picture.notebook import notebook
from archc.pipeline import check

SPECS = Path(__file__).parents[2] / "specs"


def shown(arch: archc.Architecture) -> ElementTree.Element:
    return ElementTree.fromstring(arch._repr_html_())


def rows(root: ElementTree.Element) -> list[list[str]]:
    """Return the texts of the table's cells, without its head."""
    return [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")][1:]


@pytest.mark.parametrize("name", ["lenet5", "vgg16", "resnet18", "googlenet", "resnet152"])
def test_shipped_specs_show_their_picture_and_their_totals(name: str) -> None:
    arch = archc.load(SPECS / f"{name}.yaml")
    root = shown(arch)
    (image,) = root.iter("img")
    kind, data = image.attrib["src"].split(",")
    assert kind == "data:image/svg+xml;base64"
    assert ElementTree.fromstring(base64.b64decode(data)).tag.endswith("svg")
    (told,) = root.iter("summary")
    assert told.text == f"{arch.parameters:,} parameters, {arch.macs:,} MACs"


def test_the_rows_are_those_of_the_report() -> None:
    arch = archc.load(SPECS / "resnet18.yaml")
    found = {row.attrib["title"]: row for row in shown(arch).iter("th") if "title" in row.attrib}
    assert {row.path for row in arch} <= found.keys()
    assert ["fc", "linear 1000", "1000", "513,000", "512,000", ""] in rows(shown(arch))


def test_what_is_closed_in_the_picture_is_one_row() -> None:
    names = [row[0] for row in rows(shown(archc.load(SPECS / "googlenet.yaml")))]
    assert "inception3a" in names
    assert "branch1" not in names


def test_the_summary_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    arch, computed = archc.load("resnet18"), []
    cost = summaries.cost
    monkeypatch.setattr(summaries, "cost", lambda graph: computed.append(graph) or cost(graph))
    arch._repr_html_()
    arch._repr_html_()
    assert (arch.parameters, len(computed)) == (11_689_512, 1)


def test_nothing_is_loaded_and_no_id_is_taken() -> None:
    root = shown(archc.load(SPECS / "googlenet.yaml"))
    for element in root.iter():
        assert not {"id", "href", "class"} & element.attrib.keys()
        assert element.tag not in ("script", "style", "link", "svg")
        assert element.attrib.get("src", "data:").startswith("data:")


def test_names_are_text_whatever_they_are() -> None:
    graph = check("archc: 1\ninput: [4]\nlayers: {a: relu, b: {linear: 2}}\n").sound
    assert graph is not None
    graph.nodes[0].name = hostile = '<script>alert("1")</script>&'  # no spec can have it
    root = ElementTree.fromstring(notebook(graph, summarise(graph)))
    assert not list(root.iter("script"))
    assert rows(root)[0][0] == hostile


def test_what_is_remarked_is_shown_above() -> None:
    arch = archc.load("archc: 1\ninput: [3, 8, 8]\nlayers: [{conv: 4, kernel: 3, stride: 2}]\n")
    (above,) = shown(arch).iter("pre")
    assert "AR404" in (above.text or "")
    assert not list(shown(archc.load(SPECS / "lenet5.yaml")).iter("pre"))


def test_a_very_long_network_is_shown_in_few_bytes() -> None:
    layers = "".join(f"  l{i}: {{conv: 4, kernel: 1}}\n" for i in range(1000))
    arch = archc.load(f"archc: 1\ninput: [4, 8, 8]\nlayers:\n{layers}")
    text = arch._repr_html_()
    assert len(text) < 100_000
    assert "750 more rows" in text
    assert "too tall" in text
