"""The emitted source: readable, formatted, self-contained, and the same as the live module."""

import ast
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch
from hypothesis import Phase, find, settings
from random_specs import spec as random_spec

import archc
from archc.pipeline import check

SPECS = sorted((p for p in Path("specs").rglob("*.yaml") if "recipes" not in p.parts), key=str)


def source_of(layers: Any, **keys: Any) -> str:
    return archc.load(
        {"archc": 1, "name": "net", "input": [4, 8, 8], "layers": layers, **keys}
    ).source()


def body_of(source: str, class_name: str, method: str) -> list[str]:
    """Return a method's statements, comments gone."""
    tree = ast.parse(source)
    defined = next(c for c in tree.body if isinstance(c, ast.ClassDef) and c.name == class_name)
    function = next(f for f in defined.body if isinstance(f, ast.FunctionDef) and f.name == method)
    return [ast.unparse(statement) for statement in function.body]


def signature(source: str, class_name: str) -> str:
    tree = ast.parse(source)
    defined = next(c for c in tree.body if isinstance(c, ast.ClassDef) and c.name == class_name)
    function = next(f for f in defined.body if isinstance(f, ast.FunctionDef))
    return ast.unparse(function.args)


def formatted(sources: list[str], folder: Path) -> None:
    """Assert that `ruff format` changes nothing, in one process for all sources."""
    for i, source in enumerate(sources):
        (folder / f"model{i}.py").write_text(source)
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_format_leaves_shipped_sources_as_they_are(tmp_path: Path) -> None:
    formatted([archc.load(path).source() for path in SPECS], tmp_path)


@pytest.mark.parametrize("count", [25, pytest.param(200, marks=pytest.mark.long)])
def test_ruff_format_leaves_random_sources_as_they_are(count: int, tmp_path: Path) -> None:
    sources: set[str] = set()

    def collect(source: dict[str, Any]) -> bool:
        graph = check(source).sound
        if graph is not None and len(graph.nodes) > 3:
            sources.add(archc.load(source).source())
        return len(sources) >= count

    # Generate alone: to shrink what was found last, Hypothesis would draw a thousand more.
    limits = settings(max_examples=5_000, database=None, phases=[Phase.generate])
    find(random_spec(), collect, settings=limits, random=Random(0))
    formatted(sorted(sources), tmp_path)


def test_the_source_runs_where_only_torch_is_installed(tmp_path: Path) -> None:
    for name in ("googlenet", "resnet18"):
        (tmp_path / f"{name}.py").write_text(archc.load(f"specs/{name}.yaml").source())
    code = """
import sys
sys.modules["archc"] = None  # an import of archc would fail
import googlenet, resnet18, torch
for net in (googlenet.Googlenet().eval(), resnet18.Resnet18().eval()):
    assert net(torch.zeros(1, 3, 96, 96)).shape == (1, 1000)
"""
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


def test_a_block_is_one_class_with_the_arguments_that_a_person_would_give_it() -> None:
    source = archc.load("specs/resnet18.yaml").source()
    assert signature(source, "BasicBlock") == "self, in_channels, width, stride=1"
    assert signature(source, "Resnet18") == "self"
    assert "BasicBlockDownsample(64, 128, stride=2)" in source
    assert "nn.Conv2d(width, width, kernel_size=3, padding=1, bias=False)" in source


def test_googlenet_has_one_class_for_its_fifty_nine_convolutions() -> None:
    source = archc.load("specs/googlenet.yaml").source()
    assert source.count("nn.Conv2d(") == 1
    assert source.count("class ") == 5  # outputs, conv_bn, inception, aux_head, the network


def test_formulas_of_a_spec_stay_formulas() -> None:
    block = {
        "params": {"width": None},
        "layers": {
            "a": {"conv": "$width", "kernel": 1},
            "b": {"conv": "$(4 * width)", "kernel": 1},
            "n": "batch_norm",
            "c": {"conv": "$in_channels", "kernel": 1},
        },
    }
    source = source_of([{"wide": 2}, {"wide": 3}], blocks={"wide": block})
    assert body_of(source, "Wide", "__init__")[1:] == [
        "self.a = nn.Conv2d(in_channels, width, kernel_size=1)",
        "self.b = nn.Conv2d(width, 4 * width, kernel_size=1)",
        "self.n = nn.BatchNorm2d(4 * width)",
        "self.c = nn.Conv2d(4 * width, 4 * width, kernel_size=1)",
    ]


def test_concatenated_channels_are_a_sum_of_arguments() -> None:
    block = {
        "params": {"a": None, "b": None},
        "layers": [
            {
                "branches": [{"conv": "$a", "kernel": 1}, {"conv": "$b", "kernel": 1}],
                "join": "concat",
            },
            "batch_norm",
        ],
    }
    source = source_of([{"two": [2, 3]}, {"two": [5, 1]}], blocks={"two": block})
    assert "nn.BatchNorm2d(a + b)" in source


def test_numbers_that_only_differ_become_arguments() -> None:
    block = {"layers": ["flatten", {"linear": 3}]}
    layers = {
        "first": {"head": None},
        "pool": {"max_pool": 2, "from": "input"},
        "second": {"head": None},
        "sum": {"add": ["first", "second"]},
    }
    source = source_of(layers, blocks={"head": block})
    assert signature(source, "Head") == "self, layer1_in_features"
    assert "Head(256)" in source
    assert "Head(64)" in source
    assert source.count("class Head") == 1


def test_pairs_and_words_can_be_arguments() -> None:
    block = {
        "params": {"kernel": 1, "padding": 0},
        "layers": [{"conv": 4, "kernel": "$kernel", "padding": "$padding"}],
    }
    uses = [
        {"c": None, "kernel": [1, 3], "padding": "same"},
        {"c": None, "kernel": 3, "padding": 1},
    ]
    source = source_of(uses, blocks={"c": block})
    assert signature(source, "C") == "self, in_channels, kernel=1, padding=0"
    assert 'C(4, kernel=(1, 3), padding="same")' in source
    assert "kernel_size=kernel, padding=padding" in source


def test_a_residual_reads_like_one() -> None:
    layers = {
        "conv1": {"conv": 4, "kernel": 1},
        "relu": "relu",
        "conv2": {"conv": 4, "kernel": 1},
        "sum": {"add": ["conv2", "input"]},
        "last": "relu",
    }
    assert body_of(source_of(layers), "Net", "forward") == [
        "out = self.conv1(x)",
        "out = self.relu(out)",
        "out = self.conv2(out)",
        "out += x",
        "return self.last(out)",
    ]


def test_repeats_of_one_thing_are_a_loop() -> None:
    source = source_of({"tower": {"repeat": 5, "conv": 4, "kernel": 1}})
    assert "*[nn.Conv2d(4, 4, kernel_size=1) for _ in range(5)]" in source


def test_a_body_that_is_no_chain_is_a_class_of_its_own() -> None:
    layers = {
        "stem": {
            "layers": {
                "a": {"conv": 4, "kernel": 1},
                "b": {"conv": 4, "kernel": 1, "from": "input"},
                "c": {"add": ["a", "b"]},
            }
        }
    }
    source = source_of(layers)
    assert body_of(source, "Stem", "forward") == [
        "a = self.a(x)",
        "b = self.b(x)",
        "a += b",
        "return a",
    ]


def test_a_body_can_read_the_input_of_its_block() -> None:
    """`input` inside an anonymous body is the block's: the class is handed a second value."""
    block = {
        "layers": {
            "conv": {"conv": 4, "kernel": 1},
            "tail": {"layers": {"d": {"conv": 4, "kernel": 1}, "s": {"add": ["d", "input"]}}},
        }
    }
    arch = archc.load(
        {"archc": 1, "input": [4, 8, 8], "blocks": {"b": block}, "layers": [{"b": None}]}
    )
    module = arch.compile()
    assert "self.tail(conv, x)" in arch.source()
    assert module(torch.zeros(2, 4, 8, 8)).shape == (2, 4, 8, 8)


def test_names_of_the_spec_never_hide_what_the_module_needs() -> None:
    """A layer called like a variable or a class of the emitted module is still reached."""
    layers = {
        "x": {"conv": 4, "kernel": 1},
        "out": {"conv": 4, "kernel": 1},
        "Net": {"add": ["out", "x"]},
        "OrderedDict": "relu",
        "outer": {"add": ["OrderedDict", "x"]},
    }
    arch = archc.load({"archc": 1, "name": "net", "input": [4, 8, 8], "layers": layers})
    assert arch.compile()(torch.zeros(1, 4, 8, 8)).shape == (1, 4, 8, 8)


def test_nothing_of_a_spec_is_code_in_the_source() -> None:
    """Names are checked, texts are not copied: the source holds the title and identifiers."""
    with pytest.raises(archc.SpecError):
        source_of({"a; import os": "relu"})
    with pytest.raises(archc.SpecError):
        source_of(["relu"], name='"""\nimport os')


def test_a_body_can_read_several_values_from_outside() -> None:
    """A repeated join is a scope that reads what earlier siblings gave."""
    layers = {
        "n0": {"conv": 4, "kernel": 1},
        "n1": {"conv": 4, "kernel": 1},
        "n2": {"conv": 2, "kernel": 1},
        "n3": {"add": ["n0", "n1"], "repeat": 2},
    }
    arch = archc.load({"archc": 1, "input": [4, 8, 8], "layers": layers})
    assert arch.compile()(torch.zeros(2, 4, 8, 8)).shape == (2, 4, 8, 8)


def test_a_listed_chain_is_a_sequential_with_arguments() -> None:
    block = {"params": {"width": None}, "layers": [{"conv": "$width", "kernel": 1}, "relu"]}
    source = source_of([{"unit": 2}, {"unit": 3}], blocks={"unit": block})
    assert "class Unit(nn.Sequential):" in source
    assert signature(source, "Unit") == "self, in_channels, width"
    assert body_of(source, "Unit", "__init__") == [
        "super().__init__(nn.Conv2d(in_channels, width, kernel_size=1), nn.ReLU(inplace=True))"
    ]
    assert "class Net(nn.Sequential):" in source


def test_a_listed_body_that_is_no_chain_keeps_its_numbers() -> None:
    layers = [{"conv": 4, "kernel": 1}, {"add": [0, "input"]}, {"conv": 2, "kernel": 1}]
    arch = archc.load({"archc": 1, "input": [4, 8, 8], "layers": layers})
    assert "(nn.ModuleDict)" in arch.source()
    assert sorted(arch.compile().state_dict()) == ["0.bias", "0.weight", "2.bias", "2.weight"]


def test_the_shapes_beside_a_sequential_are_what_its_layers_give() -> None:
    arch = archc.load("specs/vgg16.yaml")
    lines = arch.source().partition("self.features = nn.Sequential(")[2].splitlines()[1:]
    said = [line.partition("# ")[2] for line in lines[: lines.index("        )")]]
    given = []
    x = torch.zeros(1, *arch.input_shape)
    for layer in arch.compile().features:
        x = layer(x)
        given.append("×".join(map(str, x.shape[1:])))
    assert said == given


def test_shapes_in_a_block_are_in_its_arguments() -> None:
    source = archc.load("specs/googlenet.yaml").source()
    assert "ConvBn(c3_reduce, c3, kernel=3, padding=1),  # c3×H×W" in source
    assert "dim=1\n        )  # (c1 + c3 + c5 + pool)×H×W" in source


def test_a_loop_shows_how_far_its_layers_shrink() -> None:
    tower = {"layers": [*[{"conv": 4, "kernel": 2}] * 4, "relu"]}
    loop = "*[nn.Conv2d(4, 4, kernel_size=2) for _ in range(4)],"
    assert f"{loop}  # 4×7×7 → … → 4×4×4\n" in source_of({"tower": tower})


def uses_of_unit(params: list[str], layers: Any, *uses: Any) -> str:
    block = {"params": dict.fromkeys(params), "layers": layers}
    named = {f"use{i}": {"unit": use} for i, use in enumerate(uses)}
    return source_of(named, blocks={"unit": block})


def test_a_formula_too_long_for_a_line_has_one_operand_a_line() -> None:
    main, side = "bottleneck_channels_of_the_main_path", "bottleneck_channels_of_the_side_path"
    layers = {
        "main": {"conv": f"$(({main} + {side}) * 2)", "kernel": 3},
        "norm": "batch_norm",
    }
    source = uses_of_unit([main, side], layers, [4, 8], [8, 8])
    assert (
        """
        self.main = nn.Conv2d(
            in_channels,
            (
                bottleneck_channels_of_the_main_path
                + bottleneck_channels_of_the_side_path
            )
            * 2,
            kernel_size=3,
        )
"""
        in source
    )
    assert "x = self.main(x)  # C×H×W" in source


def test_ruff_format_leaves_formulas_of_all_lengths_as_they_are(tmp_path: Path) -> None:
    random = Random(0)
    sources = []
    for width in (6, 18, 30, 42, 60, 84):
        names = [letter * width for letter in "abcd"]

        def formula(depth: int, names: list[str] = names) -> str:
            if depth == 0:
                return random.choice([*names, "2"])
            left, right = formula(random.randrange(depth)), formula(random.randrange(depth))
            return random.choice([f"({left} + {right})", f"({left} * {right})", f"({left} // 2)"])

        for _ in range(4):
            odd = f"$({names[0]} // 2 * 2 + 1)"
            layers = {
                "main": {"conv": f"$({formula(3)} + 1)", "kernel": [odd, 1], "padding": "same"},
                "norm": "batch_norm",
                "deep": {"repeat": 3, "conv": f"$({formula(2)} + 1)", "kernel": 1},
                "both": {"concat": ["norm", "deep"]},
                "last": "batch_norm",
            }
            sources.append(uses_of_unit(names, layers, [1, 2, 3, 4], [5, 4, 2, 3]))
    formatted(sources, tmp_path)


def test_a_long_sum_of_values_is_taken_apart() -> None:
    """Python's compiler gives up on expressions of some thousand levels."""
    layers = {f"n{i}": {"conv": 4, "kernel": 1} for i in range(205)}
    source = source_of({**layers, "total": {"add": [*layers]}})
    *_, first, second, last = body_of(source, "Net", "forward")
    assert first.startswith("total = n0 + n1 + ")
    assert (first.count("+"), second.count("+")) == (99, 100)
    assert second.startswith("total = total + n100 + ")
    assert last == "return total + n200 + n201 + n202 + n203 + n204"


@pytest.mark.parametrize("listed", [False, True])
def test_chains_deep_in_one_another_become_classes(listed: bool, tmp_path: Path) -> None:
    """Python's parser gives up on two hundred open brackets."""
    body: Any = ["relu", "tanh"]
    for _ in range(40):
        body = [body, "relu"] if listed else {"layers": {"a": body, "b": "relu"}}
    source = source_of({"deep": body})
    assert 2 <= source.count("class ") <= 10
    formatted([source], tmp_path)


def test_an_argument_is_not_called_what_the_constructor_needs() -> None:
    layers = {
        "c": {"conv": "$range", "kernel": 1},
        "deep": {"repeat": 4, "conv": "$range", "kernel": "$range_"},
    }
    source = uses_of_unit(["range", "range_"], layers, [8, 1], [6, 1])
    assert signature(source, "Unit") == "self, in_channels, range_, range__"
    assert "*[nn.Conv2d(range_, range_, kernel_size=range__) for _ in range(4)]" in source


@pytest.mark.parametrize(
    ("name", "class_name"),
    [
        *(("none", "None_"), ("none_", "None_"), ("exception", "Exception_"), ("nn", "Nn")),
        *(("ResNet²", "ResNet2"), ("½", "Network12"), ("ﬁrst net", "FirstNet"), ("৹", "Network")),
        *(
            ("ordered_dict", "OrderedDict2"),
            ("-.-", "Network"),
            (" ", "Network"),
            ("3d", "Network3d"),
        ),
    ],
)
def test_the_class_of_any_name_is_an_identifier_of_its_own(name: str, class_name: str) -> None:
    spec = {"archc": 1, "name": name, "input": [4, 8, 8], "layers": ["relu"]}
    assert f"class {class_name}(nn.Sequential):" in archc.load(spec).source()


def test_a_name_of_spaces_leaves_the_docstring_formatted(tmp_path: Path) -> None:
    formatted([source_of(["relu"], name=name) for name in (" ", " a net ", "-", "..")], tmp_path)


def test_a_chain_with_a_method_of_sequential_among_its_names_is_a_class() -> None:
    """``nn.Sequential`` refuses a layer called `append`: it has that already."""
    chain = {"layers": {"append": {"conv": 4, "kernel": 1}, "pop": "relu"}}
    arch = archc.load({"archc": 1, "input": [4, 8, 8], "layers": {"a": chain, "b": "relu"}})
    assert sorted(arch.compile().state_dict()) == ["a.append.bias", "a.append.weight"]


@pytest.mark.parametrize(
    ("heads", "field"),
    [
        (["aux"], "output"),
        (["output", "main"], "logits"),
        (["output", "main", "logits", "result"], "output2"),
        (["output", "main", "logits", "result", "output2"], "output3"),
    ],
)
def test_the_output_has_a_name_that_no_head_has(heads: list[str], field: str) -> None:
    head = {"from": "a", "conv": 2, "kernel": 1}
    module = archc.compile(
        {
            "archc": 1,
            "input": [4, 8, 8],
            "layers": {"a": {"conv": 4, "kernel": 1}, "r": "relu"},
            "auxiliary": dict.fromkeys(heads, head),
        }
    )
    assert module(torch.zeros(1, 4, 8, 8))._fields == (field, *heads)


def test_one_named_output_is_returned_in_a_named_tuple() -> None:
    source = source_of({"a": {"conv": 4, "kernel": 1}, "r": "relu"}, outputs={"features": "r"})
    assert "class Outputs(NamedTuple):" in source
    assert body_of(source, "Net", "forward")[-1] == "return Outputs(x)"


def test_variables_are_found_whatever_layers_are_called() -> None:
    """Each of the names for the value that runs through a class is a layer's that is read later."""
    conv = {"conv": 4, "kernel": 1}
    names = ["x", "out", "y", "z", "value", "value2"]
    layers = {
        **dict.fromkeys(names, conv),
        "s": {"add": names},
        "t": conv,
        "u": {"add": ["t", "x"]},
    }
    numbered = [conv, conv, {"add": [0, 1]}, {"add": [0, 2]}]
    heads = {name: {"from": "0", **conv} for name in ("x0", "x0_", "x1", "x4", "x5")}
    for spec in ({"layers": layers}, {"layers": numbered, "auxiliary": heads}):
        module = archc.compile({"archc": 1, "input": [4, 8, 8], **spec})
        module(torch.zeros(1, 4, 8, 8))


def test_what_does_not_compile_is_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from archc.emit import emit as module
    from archc.emit.validity import InternalError

    monkeypatch.setattr(module.NamePool, "class_name", lambda self, words: "None")
    with pytest.raises(InternalError, match=r"for <dict> does not compile: .*, line \d+; .*report"):
        source_of(["relu"])
