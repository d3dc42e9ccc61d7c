"""The page in a real browser: Chromium, where there is one."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from random_specs import spec

from archc.cli import archc
from archc.graph.graph import Graph
from archc.picture.boxes import diagram, levels, opened
from archc.picture.layout import Layout, layout
from archc.picture.page import page as page_of
from archc.picture.page.data import data
from archc.pipeline import check

playwright = pytest.importorskip(
    "playwright.sync_api", reason="no playwright: pip install -e '.[test]'"
)

SPECS = Path(__file__).parents[3] / "specs"
NAMES = ["lenet5", "vgg16", "resnet18", "googlenet", "resnet152"]
EVIL = "</script><script>alert(1)</script>"

Page = Any  # playwright.sync_api.Page, where there is one
Show = Callable[[Graph], Page]


def chromium(driver: Any) -> str | None:
    """Return the path of the system's Chromium, else of playwright's own, where there is one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    own = driver.chromium.executable_path
    installed = [*filter(None, map(shutil.which, names)), *([own] if Path(own).exists() else [])]
    return next(iter(installed), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        path = chromium(driver)
        if path is None:
            pytest.skip("no browser: apt-get install chromium, or playwright install chromium")
        launched = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Show]:
    """Open a network's page from disk; afterwards, that nothing was complained of or fetched."""
    complaints: list[str] = []
    fetched: list[str] = []
    context = browser.new_context(viewport={"width": 1300, "height": 850})
    context.set_default_timeout(5000)

    def opened_page(graph: Graph) -> Page:
        file = tmp_path / "net.html"
        file.write_text(page_of(graph), encoding="utf-8")
        shown = context.new_page()
        shown.on("console", lambda message: complaints.append(message.text))
        shown.on("pageerror", lambda error: complaints.append(str(error)))
        shown.on("dialog", lambda dialog: complaints.append(dialog.message))
        shown.on("request", lambda request: fetched.append(request.url))
        shown.goto(file.as_uri())
        return shown

    yield opened_page
    context.close()
    assert complaints == []
    assert all(url.endswith("/net.html") for url in fetched)


def graph_of(described: Any) -> Graph:
    graph = check(described).sound
    assert graph is not None
    return graph


def shipped(name: str) -> Graph:
    return graph_of(str(SPECS / f"{name}.yaml"))


def box(shown: Page, path: str) -> Any:
    """Return the box that is drawn for a path."""
    number = shown.evaluate("path => rowOf.get(path).box", path)
    return shown.locator(f'[data-box="{number}"]')


def row(shown: Page, path: str) -> Any:
    return shown.locator(f'#rows .row[data-path="{path}"]')


# The two layouts


def places(drawn: Layout) -> Any:
    """Return all coordinates of a layout; the script in `PLACES` does so in the browser."""
    boxes = [
        [b.x, b.y, b.width, b.height, b.trunk, b.inner and places(b.inner)] for b in drawn.boxes
    ]
    routes = [[[list(p) for p in r.points], r.text, r.arrow, r.auxiliary] for r in drawn.routes]
    return [boxes, routes, drawn.left, drawn.right, drawn.height]


PLACES = """([diagram, depths]) => {
  const inLevel = (drawn, level) => {
    for (const box of drawn.boxes) {
      box.level = level;
      if (box.inner) inLevel(box.inner, level + 1);
    }
  };
  const places = (drawn) => [
    drawn.boxes.map((b) =>
      [b.x, b.y, b.width, b.height, b.trunk, b.inner ? places(b.inner) : null]),
    drawn.routes.map((r) => [r.points, r.text, r.arrow, r.auxiliary]),
    drawn.left, drawn.right, drawn.height,
  ];
  inLevel(diagram ?? DATA.diagram, 1);
  return depths.map((depth) =>
    places(layout(diagram ?? DATA.diagram, (box) => box.level < depth)));
}"""


def assert_laid_out_alike(shown: Page, graph: Graph, told: Any = None) -> None:
    whole, depths = diagram(graph, levels(graph)), list(range(1, levels(graph) + 1))
    expected = [places(layout(opened(whole, depth))) for depth in depths]
    assert_close(shown.evaluate(PLACES, [told, depths]), expected)


def assert_close(found: Any, expected: Any) -> None:
    if isinstance(expected, list):
        assert len(found) == len(expected)
        for a, b in zip(found, expected, strict=True):
            assert_close(a, b)
    elif isinstance(expected, float):
        assert abs(found - expected) < 0.1
    else:
        assert found == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_spec_is_laid_out_as_python_does(show: Show, name: str) -> None:
    graph = shipped(name)
    shown = show(graph)
    assert_laid_out_alike(shown, graph)


@pytest.fixture(scope="module")
def any_page(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Page:
    file = tmp_path_factory.mktemp("page") / "net.html"
    file.write_text(page_of(shipped("lenet5")), encoding="utf-8")
    shown = browser.new_page()
    shown.goto(file.as_uri())
    return shown


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(described=spec())
def test_a_random_network_is_laid_out_as_python_does(
    any_page: Page, described: dict[str, Any]
) -> None:
    graph = check(described).sound
    if graph is not None:
        told = json.loads(json.dumps(data(graph, 1, "params")["diagram"]))
        assert_laid_out_alike(any_page, graph, told)


# What a reader does


def test_the_totals_are_those_of_the_summary(show: Show) -> None:
    shown = show(shipped("googlenet"))
    told = CliRunner().invoke(archc, ["summary", str(SPECS / "googlenet.yaml"), "--format", "json"])
    summary = json.loads(told.stdout)
    for total in ("params", "trainable_params", "buffers", "macs"):
        text = shown.locator(f'[data-total="{total}"]').text_content()
        assert int(text.replace(",", "")) == summary[total]


def test_a_click_opens_a_block_and_another_on_its_title_closes_it(show: Show) -> None:
    shown = show(shipped("googlenet"))
    block = box(shown, "inception4a")
    assert block.get_attribute("aria-expanded") == "false"
    block.click()
    assert block.get_attribute("aria-expanded") == "true"
    inner = box(shown, "inception4a.branch2")
    assert inner.is_visible()
    block.locator("> .title").click()
    assert block.get_attribute("aria-expanded") == "false"
    assert inner.count() == 0


def test_a_shape_stands_where_no_line_leaves(show: Show) -> None:
    shown = show(shipped("googlenet"))
    sides = {
        shape: shown.locator("#content text", has_text=shape).get_attribute("text-anchor")
        for shape in ("512×14×14", "528×14×14", "832×14×14")
    }
    assert sides == {"512×14×14": "end", "528×14×14": "end", "832×14×14": "start"}


def test_a_block_that_is_opened_stays_where_it_was(show: Show) -> None:
    shown = show(shipped("googlenet"))
    block = box(shown, "inception4a")
    before = block.locator("> .border").bounding_box()
    block.click()
    after = block.locator("> .border").bounding_box()
    assert after["y"] == pytest.approx(before["y"], abs=0.5)


def test_a_row_shows_its_box_and_a_box_its_row(show: Show) -> None:
    shown = show(shipped("resnet152"))
    row(shown, "layer3").click()
    assert "chosen" in box(shown, "layer3").get_attribute("class")
    box(shown, "fc").click(force=True)
    assert row(shown, "fc").get_attribute("aria-selected") == "true"
    assert shown.locator('.row[aria-selected="true"]').count() == 1
    assert "513,000" not in shown.locator("#facts").text_content()
    assert "2,049,000" in shown.locator("#facts").text_content()


def test_a_search_finds_layers_and_opens_what_holds_them(show: Show) -> None:
    shown = show(shipped("resnet152"))
    shown.keyboard.press("/")
    shown.keyboard.type("layer3.7.conv2")
    assert shown.locator("#rows .row").count() == 1
    shown.keyboard.press("Enter")
    assert shown.locator("#chosen").text_content() == "layer3.7.conv2"
    chosen = shown.locator("#content .chosen")
    assert "conv2" in chosen.get_attribute("aria-label")
    shown.wait_for_timeout(300)
    frame, found = shown.locator("#picture").bounding_box(), chosen.bounding_box()
    assert frame["y"] <= found["y"] <= frame["y"] + frame["height"]
    shown.keyboard.press("Escape")
    assert shown.locator("#search").input_value() == ""
    assert shown.locator("#content .chosen").count() == 0


def test_the_keys_walk_through_the_boxes_and_open_them(show: Show) -> None:
    shown = show(shipped("googlenet"))
    shown.locator("#content .box").first.focus()
    for _ in range(5):
        shown.keyboard.press("ArrowDown")
    assert shown.locator("#chosen").text_content() == "inception3a"
    shown.keyboard.press("Enter")
    assert box(shown, "inception3a").get_attribute("aria-expanded") == "true"
    shown.keyboard.press("ArrowRight")
    assert shown.locator("#chosen").text_content() == "inception3a.branch1"
    shown.keyboard.press("ArrowLeft")
    assert shown.locator("#chosen").text_content() == "inception3a"
    shown.keyboard.press("ArrowLeft")
    assert box(shown, "inception3a").get_attribute("aria-expanded") == "false"
    assert shown.evaluate("document.activeElement.getAttribute('aria-label')").startswith(
        "inception3a"
    )


def test_the_keys_walk_through_the_rows_and_open_them(show: Show) -> None:
    shown = show(shipped("resnet18"))
    row(shown, "layer1").click()
    row(shown, "layer1").focus()
    shown.keyboard.press("ArrowRight")
    shown.keyboard.press("ArrowRight")
    assert shown.locator("#chosen").text_content() == "layer1.0"
    shown.keyboard.press("ArrowLeft")
    shown.keyboard.press("ArrowLeft")
    assert row(shown, "layer1").get_attribute("aria-expanded") == "false"
    assert row(shown, "layer1.0").count() == 0


def test_what_the_pointer_is_on_is_reported(show: Show) -> None:
    shown = show(shipped("lenet5"))
    box(shown, "conv1").hover()
    told = shown.locator("#hint").text_content()
    assert "conv1" in told
    assert "1×28×28 → 6×24×24" in told
    assert "156 parameters" in told
    assert "86,400 MACs" in told
    assert "14.4 kB in training" in told  # 156 parameters and the 6×24×24 that pool1 keeps
    assert "receptive field 5, stride 1" in told


def test_of_blocks_that_are_drawn_once_all_is_reported(show: Show) -> None:
    shown = show(shipped("resnet18"))
    box(shown, "layer1.0").locator("> .title").hover()
    told = shown.locator("#hint").text_content()
    assert "147,968 parameters" in told
    assert "receptive field 43, stride 4" in told


def test_the_picture_moves_and_zooms(show: Show) -> None:
    shown = show(shipped("lenet5"))
    shown.mouse.move(120, 400)
    shown.mouse.down()
    shown.mouse.move(170, 430, steps=4)
    shown.mouse.up()
    x, y, scale = shown.evaluate("[view.x, view.y, view.scale]")
    shown.keyboard.press("+")
    assert shown.evaluate("view.scale") == pytest.approx(scale * 1.25)
    shown.keyboard.press("0")
    assert shown.evaluate("[view.x, view.y]") != [x, y]


def test_dark_and_light_are_a_click_apart(show: Show) -> None:
    shown = show(shipped("lenet5"))
    color = "getComputedStyle(document.body).backgroundColor"
    light = shown.evaluate(color)
    shown.locator("#theme").click()
    dark = shown.evaluate(color)
    assert light != dark
    shown.reload()
    assert shown.evaluate(color) == dark


def test_dark_pages_are_for_those_who_prefer_them(show: Show) -> None:
    shown = show(shipped("lenet5"))
    color = "getComputedStyle(document.body).backgroundColor"
    light = shown.evaluate(color)
    shown.emulate_media(color_scheme="dark")
    assert shown.evaluate(color) != light


def test_the_picture_is_printed_alone(show: Show) -> None:
    shown = show(shipped("lenet5"))
    shown.emulate_media(media="print")
    assert shown.locator("#picture").is_visible()
    assert not shown.locator("aside").is_visible()
    assert shown.locator(".bar:visible").count() == 0


def test_what_is_computed_in_training_only_is_reported(show: Show) -> None:
    shown = show(shipped("googlenet"))
    row(shown, "fc").click()
    assert "training" not in shown.locator("#facts").text_content()
    row(shown, "aux1").click()
    assert "in training only" in shown.locator("#facts").text_content()


def test_names_that_are_markup_are_text(show: Show) -> None:
    graph = shipped("lenet5")
    graph.spec.name = graph.nodes[0].name = EVIL  # no spec can have it
    shown = show(graph)
    assert shown.title() == EVIL
    assert shown.locator("h1").text_content() == EVIL
    assert shown.locator("#rows .row b").first.text_content() == EVIL
    first = shown.locator("#content .box").first
    assert first.locator(".name").text_content() == EVIL
    first.hover()
    assert EVIL in shown.locator("#hint").text_content()
    assert shown.locator("script").count() == 2


def test_of_a_long_chain_only_what_is_near_is_painted(show: Show) -> None:
    layers = [{"conv": 4, "kernel": 1 + 2 * (i % 2), "padding": i % 2} for i in range(600)]
    shown = show(graph_of({"archc": 1, "input": [4, 8, 8], "layers": layers}))
    shown.keyboard.press("/")
    shown.keyboard.type("432")
    shown.keyboard.press("Enter")
    assert box(shown, "432").is_visible()
    assert shown.locator("#content .box").count() < 200
    box(shown, "432").focus()
    shown.keyboard.press("ArrowDown")
    assert shown.locator("#chosen").text_content() == "433"
    shown.keyboard.press("Escape")
    assert shown.locator("#rows .row").count() < 200
