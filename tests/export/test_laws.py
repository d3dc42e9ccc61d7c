"""What holds for every export format that is found."""

from pathlib import Path

import click
import pytest
from graphs import small

from archc import passes
from archc.cli.export import command
from archc.export import FORMATS
from archc.export.base.format import Format
from archc.export.base.request import Request
from archc.module.live import compile_graph

EVERY = pytest.mark.parametrize("kind", list(FORMATS), ids=FORMATS.names())


@pytest.fixture
def request_of_lenet5() -> Request:
    graph = small("lenet5")
    return Request(graph, compile_graph(graph, 0).eval())


def test_all_formats_are_found() -> None:
    assert set(FORMATS.names()) >= {"onnx", "pt2", "safetensors"}


@EVERY
def test_what_it_takes_is_an_option_of_the_command(kind: type[Format]) -> None:
    options = {param.name for param in command.params if isinstance(param, click.Option)}
    assert set(kind.takes) <= options - {"output", "weights", "seed"}


@EVERY
def test_its_passes_exist(kind: type[Format]) -> None:
    assert bool(kind.passes) == ("optimize" in kind.takes)
    passes.optimise(small("lenet5"), kind.passes)


@EVERY
def test_it_writes_the_file_alone_and_leaves_the_module_as_it_was(
    kind: type[Format], request_of_lenet5: Request, tmp_path: Path
) -> None:
    module = request_of_lenet5.module
    before = {key: tensor.clone() for key, tensor in module.state_dict().items()}
    path = tmp_path / f"net.{kind.name}"
    kind().write(request_of_lenet5, path)
    assert path.stat().st_size > 0
    assert all(one.name.startswith(path.name) for one in tmp_path.iterdir())
    assert not module.training
    after = module.state_dict()
    assert list(after) == list(before)
    assert all(after[key].equal(tensor) for key, tensor in before.items())


@EVERY
def test_a_folder_that_is_missing_is_an_error_of_the_system(
    kind: type[Format], request_of_lenet5: Request, tmp_path: Path
) -> None:
    with pytest.raises(OSError, match="nowhere"):
        kind().write(request_of_lenet5, tmp_path / "nowhere" / f"net.{kind.name}")


@EVERY
def test_it_says_where_it_is_from(
    kind: type[Format], request_of_lenet5: Request, tmp_path: Path
) -> None:
    path = tmp_path / f"net.{kind.name}"
    kind().write(request_of_lenet5, path)
    assert request_of_lenet5.metadata["archc"].encode() in path.read_bytes()
