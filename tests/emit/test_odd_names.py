"""Whatever archc accepts as a name, at whatever place, gives Python with the keys of that name."""

import builtins
import keyword
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import archc
from archc.emit.emit import emit
from archc.module.live import load

Spec = dict[str, Any]
Place = Callable[[str], tuple[Spec, list[str]]]


def _words(text: str) -> list[str]:
    return text.split()


USED = _words("""
x x_ x0 out value outer module init_weights Outputs TrainingOutputs Network Unit none None_
range range_ super_ OrderedDict OrderedDict_ PackedConv2d output weight index in_channels_ append
pop match print isinstance
forward half class None self torch nn super input NamedTuple in_channels
""")
UNICODE = _words("""
größe κ 网络 ß ǰ ŉ ﬁ ᵢ ſ ｒｅｌｕ ｒａｎｇｅ 𝐬𝐮𝐩𝐞𝐫 𝐍𝐨𝐧𝐞 x² ½ _ __init__ a__
""")
LONG = ["w" * 40, "w" * 75, "w" * 100, "网络" * 20]
NAMES = list(dict.fromkeys((*USED, *UNICODE, *LONG)))
ALL = dict.fromkeys(
    (*NAMES, *keyword.kwlist, *keyword.softkwlist, *dir(builtins), *dir(nn.ModuleDict()))
)

CONV = {"conv": 4, "kernel": 1}
SUM = {"a": CONV, "r": "relu", "s": {"add": ["a", "r"]}}


def keys(*prefixes: str) -> list[str]:
    return [f"{prefix}.{kind}" for prefix in prefixes for kind in ("weight", "bias")]


def network(name: str) -> tuple[Spec, list[str]]:
    return {"name": name, "layers": SUM}, keys("a")


def layer(name: str) -> tuple[Spec, list[str]]:
    layers = {name: CONV, "r": "relu", "s": {"add": ["r", name]}, "c": {"concat": ["s", name]}}
    return {"layers": layers}, keys(name)


def chained(name: str) -> tuple[Spec, list[str]]:
    inner = {"layers": {name: CONV, "q": "relu"}}
    return {"layers": {"g": inner, "s": {"add": ["g", "input"]}}}, keys(f"g.{name}")


def body(name: str) -> tuple[Spec, list[str]]:
    return {"layers": {name: {"layers": SUM}, "end": CONV}}, keys(f"{name}.a", "end")


def block(name: str) -> tuple[Spec, list[str]]:
    layers = {"a": {"conv": "$w", "kernel": 1}, "s": {"add": ["a", "input"]}}
    blocks = {name: {"params": {"w": None}, "layers": layers}}
    return {"blocks": blocks, "layers": [{name: 4}, {name: 4}]}, keys("0.a", "1.a")


def listed_block(name: str) -> tuple[Spec, list[str]]:
    blocks = {name: {"params": {"w": None}, "layers": [{"conv": "$w", "kernel": 1}, "relu"]}}
    return {"blocks": blocks, "layers": [{name: 4}, {name: 3}]}, keys("0.0", "1.0")


def parameter(name: str) -> tuple[Spec, list[str]]:
    chain = {"p": {"conv": f"$(2 * {name})", "kernel": 1}, "o": {"conv": f"${name}", "kernel": 1}}
    layers = {
        "c": {"conv": f"${name}", "kernel": "$side", "padding": 1},
        "d": {"repeat": 3, "conv": f"${name}", "kernel": 1},
        "k": {"layers": chain},
        "s": {"add": ["c", "d", "k"]},
    }
    blocks = {"unit": {"params": {name: None, "side": 3}, "layers": layers}}
    inner = ("c", "d.0", "d.1", "d.2", "k.p", "k.o")
    found = keys(*(f"{use}.{one}" for use in "ab" for one in inner))
    return {"blocks": blocks, "layers": {"a": {"unit": 8}, "b": {"unit": 6}}}, found


def optional_parameter(name: str) -> tuple[Spec, list[str]]:
    conv = {"conv": 4, "kernel": f"${name}", "padding": f"$({name} // 2)"}
    layers = {"c": conv, "d": {"repeat": 3, "conv": 4, "kernel": 1}, "s": {"add": ["c", "d"]}}
    blocks = {"unit": {"params": {name: 3}, "layers": layers}}
    uses = {"a": {"unit": 1}, "b": {"unit": 5}}
    inner = [f"{use}.{one}" for use in "ab" for one in ("c", "d.0", "d.1", "d.2")]
    return {"blocks": blocks, "layers": uses}, keys(*inner)


def output(name: str) -> tuple[Spec, list[str]]:
    return {"layers": {"a": CONV, "r": "relu"}, "outputs": {name: "r"}}, keys("a")


def head(name: str) -> tuple[Spec, list[str]]:
    heads = {name: {"from": "a", "conv": 2, "kernel": 1}}
    return {"layers": {"a": CONV, "r": "relu"}, "auxiliary": heads}, keys("a", name)


def argument(name: str) -> tuple[Spec, list[str]]:
    """The layer's name is in that of an argument, since the two uses differ in its features."""
    blocks = {"h": {"layers": {name: {"layers": ["flatten", {"linear": 3}]}, "r": "relu"}}}
    layers = {"f": "h", "p": {"max_pool": 2, "from": "input"}, "q": "h", "s": {"add": ["f", "q"]}}
    return {"blocks": blocks, "layers": layers}, keys(f"f.{name}.1", f"q.{name}.1")


def initialised(name: str) -> tuple[Spec, list[str]]:
    layers = {name: {**CONV, "init": "zeros", "bias": False}, "r": "relu", "t": CONV}
    return {"init": "ones", "layers": layers}, [f"{name}.weight", *keys("t")]


PLACES: list[Place] = [
    *(network, layer, chained, body, block, listed_block, parameter, optional_parameter),
    *(output, head, argument, initialised),
]


def source_and_problems(spec: Spec, wanted: list[str]) -> tuple[str | None, archc.SpecError | None]:
    """Return the source of a spec that has the wanted keys and runs, or what is wrong with it."""
    try:
        arch = archc.load({"archc": 1, "input": [4, 4, 4], **spec})
    except archc.SpecError as error:
        return None, error
    emitted = emit(arch.graph)
    module = getattr(load(emitted.source), emitted.class_name)()
    assert sorted(module.state_dict()) == sorted(wanted)
    with torch.no_grad():
        module(torch.zeros(1, 4, 4, 4))
    return emitted.source, None


@pytest.mark.parametrize("place", PLACES)
def test_every_name_is_valid_python_or_one_error_whose_advice_works(
    place: Place, tmp_path: Path
) -> None:
    for index, name in enumerate(NAMES):
        source, wrong = source_and_problems(*place(name))
        if wrong is not None:
            (advice,) = [problem_help(one) for one in wrong.diagnostics]
            advised = re.search(r"for example to `(.+)`", advice)
            assert advised or name == "_" or place is network
            source = source_and_problems(*place(advised[1]))[0] if advised else "\n"
        assert source is not None
        (tmp_path / f"model{index}.py").write_text(source)
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def problem_help(diagnostic: archc.Diagnostic) -> str:
    assert diagnostic.problem.code == "AR206"
    return diagnostic.problem.help() or ""


def accepted(place: Place) -> list[str]:
    """All words of Python and torch that can stand at a place."""
    found = []
    for name in ALL:
        spec, _ = place(name)
        if not any(d.severity == "error" for d in archc.check({"archc": 1, "input": [4], **spec})):
            found.append(name)
    return found


def test_all_words_of_python_and_torch_at_once() -> None:
    """Layers, blocks, parameters, outputs and heads, each named as everything they can be."""
    act = {"relu": None}
    layers = accepted(lambda name: ({"layers": {name: act}}, []))
    outputs = accepted(lambda name: ({"layers": {"a": act}, "outputs": {name: "a"}}, []))
    blocks = accepted(lambda name: ({"blocks": {name: {"layers": [act]}}, "layers": [name]}, []))
    heads = [f"{name}_head" for name in layers]
    assert {"range", "print", "match", "pop", "None_"} <= {*layers, *outputs, *blocks}
    join = {"add": ["r", "input"]}
    unit = {"layers": {"c": CONV, "r": "relu", "joined": join}}
    spec = {
        "blocks": dict.fromkeys(blocks, unit),
        "layers": {
            **dict.fromkeys(layers, CONV),
            "joined": {"add": layers},
            "uses": {"layers": {f"u{i}": name for i, name in enumerate(blocks)}},
        },
        "auxiliary": {name: {"from": "joined", **CONV} for name in heads},
        "outputs": dict.fromkeys(outputs, "joined"),
    }
    uses = [f"uses.u{i}.c" for i in range(len(blocks))]
    source, wrong = source_and_problems(spec, keys(*layers, *uses, *heads))
    assert source, wrong


def test_all_words_of_python_and_torch_as_parameters_of_one_block() -> None:
    names = accepted(lambda n: ({"params": {n: 3}, "layers": [{"linear": f"${n}"}]}, []))
    assert "range" in names
    layers = {f"l{i}": {"conv": f"${name}", "kernel": 1} for i, name in enumerate(names)}
    blocks = {"unit": {"params": dict.fromkeys(names), "layers": layers}}
    uses = [{"unit": [number] * len(names)} for number in (2, 3)]
    wanted = keys(*(f"{use}.l{i}" for use in (0, 1) for i in range(len(names))))
    source, wrong = source_and_problems({"blocks": blocks, "layers": uses}, wanted)
    assert source, wrong
