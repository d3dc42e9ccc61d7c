import re
from pathlib import Path

import pytest

from archc.graph.graph import Graph
from archc.picture.boxes import levels
from archc.picture.mermaid import mermaid
from archc.pipeline import check

SPECS = Path(__file__).parents[2] / "specs"


def graph(spec: str) -> Graph:
    found = check(spec).sound
    assert found is not None
    return found


def test_there_is_a_subgraph_for_each_open_block_and_a_link_for_each_skip() -> None:
    lines = [
        line.strip() for line in mermaid(graph(str(SPECS / "resnet18.yaml")), depth=3).splitlines()
    ]
    assert lines[:3] == [
        "flowchart TD",
        'b(["input 3×224×224"])',
        'b_0["conv1 conv 7×7/2, 64 +BN +ReLU"]',
    ]
    assert sum(line.startswith("subgraph") for line in lines) == lines.count("end") == 4 + 7
    assert "b_1 --> b_2_0_2" in lines


@pytest.mark.parametrize("name", ["lenet5", "vgg16", "resnet18", "googlenet", "resnet152"])
def test_links_stand_below_all_boxes_and_name_no_other(name: str) -> None:
    network = graph(str(SPECS / f"{name}.yaml"))
    for depth in range(1, levels(network) + 1):
        boxes, links = [], []
        for line in mermaid(network, depth=depth).splitlines()[1:]:
            (links if "-->" in line else boxes).append(line)
            assert "-->" in line or not links
        named = {re.split(r"[\[(]", line.strip())[0] for line in boxes if '"' in line}
        ends = {end for line in links for end in re.findall(r"\bb[_\d]*(?![^|]*\"\|)", line)}
        assert ends <= {name for name in named if not name.startswith("subgraph")}


@pytest.mark.parametrize(
    "name",
    ['"quoted"', "[a](b){c}", "<script>", "#35;", "a;b", "`md`", "|p|", "%% c", "a\nb", "&lt;"],
)
def test_signs_that_mean_something_to_mermaid_are_written_as_codes(name: str) -> None:
    # What each code is drawn as was seen with Mermaid 11.17.
    network = graph("archc: 1\ninput: [4]\nlayers: {a: relu}\n")
    network.nodes[0].name = name  # no spec can have it
    (label,) = re.findall(r'b_0\["(.*)"\]\n', mermaid(network))
    assert not re.search(r"[^\w #;,.·×–/+→]", label)
    read = re.sub(r"#(\d+);", lambda code: chr(int(code[1])), label)
    assert read == f"{name} relu".replace("\n", "\N{SYMBOL FOR LINE FEED}")


def test_letters_of_any_language_stay_as_they_are() -> None:
    network = graph("archc: 1\ninput: [4]\nlayers: {a: relu}\n")
    network.nodes[0].name = "합성곱_é"
    assert '["합성곱_é relu"]' in mermaid(network)
