import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from archc.graph.graph import Graph
from archc.picture.page import page
from archc.pipeline import check

SPECS = Path(__file__).parents[3] / "specs"
EVIL = "</script><script>alert('1')</script><!-- &amp; \u2028 \x07"


def shipped(name: str) -> Graph:
    graph = check(str(SPECS / f"{name}.yaml")).sound
    assert graph is not None
    return graph


class Elements(HTMLParser):
    """The elements of a page, each with what it holds as text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.found:
            tag, attributes, text = self.found[-1]
            self.found[-1] = (tag, attributes, text + data)


def test_it_is_one_file_that_refers_to_nothing() -> None:
    elements = Elements(page(shipped("googlenet"))).found
    assert {"link", "img", "iframe", "object", "base"}.isdisjoint(tag for tag, _, _ in elements)
    assert not any({"src", "href", "style", "onclick"} & set(about) for _, about, _ in elements)
    policy = next(about["content"] for _, about, _ in elements if "http-equiv" in about)
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_names_cannot_end_what_they_stand_in() -> None:
    graph = shipped("lenet5")
    graph.spec.name = graph.nodes[0].name = EVIL  # no spec can have it
    elements = Elements(page(graph)).found
    scripts = [text for tag, _, text in elements if tag == "script"]
    assert len(scripts) == 2
    assert json.loads(scripts[0])["name"].startswith("</script><script>alert('1')")
    assert "<" not in scripts[0]
    assert next(text for tag, _, text in elements if tag == "h1").startswith(EVIL[:40])


def test_a_page_is_small() -> None:
    assert len(page(shipped("googlenet")).encode()) < 200_000


def test_the_same_network_gives_the_same_page() -> None:
    assert page(shipped("resnet18")) == page(shipped("resnet18"))


def test_what_is_asked_for_is_open_and_coloured() -> None:
    told = page(shipped("resnet18"), depth=2, weights="macs")
    assert '"weight":"macs","depth":2,' in told


def test_a_network_without_layers_has_a_page() -> None:
    graph = check({"archc": 1, "input": [4], "layers": [{"relu": None, "if": False}]}).sound
    assert graph is not None
    assert '"boxes":[]' in page(graph)


NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_the_script_is_javascript(tmp_path: Path) -> None:
    script = re.findall(r"<script>(.*?)</script>", page(shipped("lenet5")), re.DOTALL)[0]
    (tmp_path / "page.js").write_text(script, encoding="utf-8")
    done = subprocess.run([str(NODE), "--check", tmp_path / "page.js"], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
