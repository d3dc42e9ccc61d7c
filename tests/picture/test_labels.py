import pytest

from archc.picture.boxes import diagram
from archc.pipeline import check


def labels(layers: str) -> list[tuple[str, str]]:
    graph = check(f"archc: 1\ninput: [3, 16, 16]\nlayers:\n{layers}").sound
    assert graph is not None
    return [(box.title, box.label) for box in diagram(graph, 1).boxes]


@pytest.mark.parametrize(
    ("layer", "told"),
    [
        ("{conv: 8, kernel: 3}", "conv 3×3, 8"),
        ("{conv: 8, kernel: [1, 3], stride: [1, 2]}", "conv 1×3/1×2, 8"),
        ("{max_pool: 2}", "max_pool 2×2"),
        ("{max_pool: 3, stride: 2}", "max_pool 3×3/2"),
        ("flatten", "flatten"),
        ("{dropout: 0.2}", "dropout 0.2"),
    ],
)
def test_a_layer_is_written_as_papers_do(layer: str, told: str) -> None:
    assert labels(f"  x: {layer}\n")[0] == ("x", told)


def test_a_name_that_says_what_the_layer_is_is_not_said_twice() -> None:
    layers = "  conv: {conv: 8, kernel: 3}\n  flatten: flatten\n  dropout: {dropout: 0.2}\n"
    assert labels(layers) == [("conv", "3×3, 8"), ("flatten", ""), ("dropout", "0.2")]


def test_what_holds_one_layer_is_called_as_it_is_itself() -> None:
    assert labels("  x: {layers: {flatten: flatten}}\n  y: {linear: 2}\n")[0] == ("x", "flatten")


def test_a_join_is_a_sign_whatever_it_is_called() -> None:
    layers = "  a: {conv: 3, kernel: 1}\n  add: {add: [a, input]}\n"
    assert labels(layers)[-1] == ("", "+")


def test_a_plain_body_says_how_many_layers_are_in_it_however_deep() -> None:
    assert labels("  x: {repeat: 5, layers: [{conv: 3, kernel: 1}, {max_pool: 1}]}\n") == [
        ("x", "10 layers")
    ]
    assert labels("  x: [{conv: 3, kernel: 1}, {conv: 3, kernel: 1}]\n") == [("x", "conv × 2")]
