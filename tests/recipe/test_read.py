"""What recipes say is read, and what is wrong with them is reported at its location."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archc.diagnostics import Diagnostics
from archc.recipe.as_used import as_used
from archc.recipe.data import Normalize
from archc.recipe.model import EarlyStopping
from archc.recipe.read import read_recipe

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "specs" / "recipes").glob("*.yaml"))
SPEC = """archc: 1
input: [1, 8, 8]
params: {classes: 10}
layers: [{conv: 4, kernel: 3}, relu, flatten, {linear: $classes}]
"""
GOOD = """archc: 1
spec: spec.yaml
data:
  digits:
  normalize: {mean: [0.5], std: [0.25]}
  batch_size: 32
loss: {cross_entropy: {label_smoothing: 0.1}}
optimizer: {adam: {lr: 0.001, betas: [0.9, 0.99]}}
schedule: [{linear: {start_factor: 0.1}, epochs: 2}, cosine_annealing]
epochs: 10
early_stopping: {patience: 5, monitor: loss}
ema: 0.99
"""


@pytest.fixture
def write(tmp_path):
    (tmp_path / "spec.yaml").write_text(SPEC)

    def write(text):
        path = tmp_path / "recipe.yaml"
        path.write_text(text)
        return path

    return write


def errors_of(path, overrides=()):
    found = Diagnostics()
    recipe = read_recipe(path, found, overrides)
    return recipe, [(d.problem.code, d.span.source.name.split("/")[-1], d.span.line) for d in found]


def called(choice):
    return choice.name, choice.given


def settings_of(recipe):
    left_out = ("document", "network", "data", "spec")
    keys = {name: value for name, value in recipe if name not in left_out}
    data = {name: value for name, value in recipe.data if name != "source"}
    return {**keys, **data, "source": (recipe.data.source.name, recipe.data.source.given)}


def test_a_recipe_is_read(write):
    recipe, wrong = errors_of(write(GOOD))
    assert wrong == []
    assert called(recipe.optimizer) == ("adam", {"lr": 0.001, "betas": (0.9, 0.99)})
    assert [(p.schedule.name, p.epochs) for p in recipe.schedule] == [
        ("linear", 2),
        ("cosine_annealing", None),
    ]
    assert recipe.data.normalize == Normalize(mean=(0.5,), std=(0.25,))
    assert recipe.early_stopping == EarlyStopping(patience=5, monitor="loss")
    assert (recipe.loss.label_smoothing, recipe.ema, recipe.epochs) == (0.1, 0.99, 10)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_is_sound_without_its_data(path):
    recipe, wrong = errors_of(path)
    assert recipe is not None
    assert {code for code, *_ in wrong} <= {"AR404"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_recipe_as_used_reads_as_the_same(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    recipe, _ = errors_of(path, [("optimizer.lr", "3e-4"), ("data.batch_size", "7")])
    (tmp_path / "spec.yaml").write_text(recipe.network.source.text)
    (tmp_path / "recipe.yaml").write_text(as_used(recipe))
    again, _ = errors_of(tmp_path / "recipe.yaml")
    assert as_used(again) == as_used(recipe)
    first, second = settings_of(recipe), settings_of(again)
    if "root" in recipe.data.source.given:
        name, given_ = first["source"]
        first["source"] = (name, {**given_, "root": str(tmp_path / given_["root"])})
    assert first == second


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1), min_size=1, max_size=3))
def test_names_of_classes_survive_being_written(names):
    import json
    from tempfile import TemporaryDirectory

    printable = all(c.isprintable() for text in (*names, *names.values()) for c in text)
    if not printable:
        return
    with TemporaryDirectory() as folder:
        (Path(folder) / "spec.yaml").write_text(SPEC)
        path = Path(folder) / "recipe.yaml"
        written = json.dumps(names, ensure_ascii=False)
        data = f"{{image_folder: x, test_split: 0.2, class_names: {written}}}"
        path.write_text(
            f"archc: 1\nspec: spec.yaml\ndata: {data}\noptimizer: sgd\nepochs: 1\n", "utf-8"
        )
        recipe, wrong = errors_of(path)
        assert wrong == []
        assert dict(recipe.data.source.class_names) == names
        path.write_text(as_used(recipe), "utf-8")
        assert dict(errors_of(path)[0].data.source.class_names) == names


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("epochs: 10", "epocs: 10", "AR201", 10),
        ("adam:", "adm:", "AR201", 8),
        ("lr: 0.001", "lr: -1", "AR301", 8),
        ("lr: 0.001", "rate: 1", "AR201", 8),
        ("betas: [0.9, 0.99]", "betas: [0.9, 1.0]", "AR301", 8),
        ("ema: 0.99", "ema: 1", "AR301", 12),
        ("epochs: 2}", "epochs: 20}", "AR301", 9),
        (", epochs: 2}", "}", "AR202", 9),
        ("digits:", "digit:", "AR201", 4),
        ("  digits:\n", "", "AR202", 4),
        ("epochs: 10\n", "", "AR202", 1),
        ("spec: spec.yaml", "spec: gone.yaml", "AR101", 2),
        ("archc: 1", "archc: 2", "AR207", 1),
        ("ema: 0.99", "params: {classses: 5}", "AR303", 12),
        ("ema: 0.99", "params: {classes: 5}", "AR501", 4),
        ("ema: 0.99", "input: [3, 8, 8]", "AR501", 4),
        ("ema: 0.99", "input: [1, 9, 9]", "AR501", 4),
        ("patience: 5, ", "", "AR202", 11),
        ("std: [0.25]", "std: [0]", "AR301", 5),
        ("lr: 0.001", "fused: true, foreach: true", "AR301", 8),
        ("batch_size: 32", "train_transforms: [{resiz: 8}]", "AR201", 6),
        ("batch_size: 32", "train_transforms: [resize]", "AR202", 6),
    ],
)
def test_a_mistake_is_reported_at_its_place(write, old, new, code, line):
    assert GOOD.count(old) == 1
    _, wrong = errors_of(write(GOOD.replace(old, new)))
    assert [(found, at) for found, _, at in wrong] == [(code, line)]


def test_several_mistakes_are_reported_at_once(write):
    text = GOOD.replace("lr: 0.001", "lr: -1").replace("32", "0").replace("0.99\n", "2\n")
    _, wrong = errors_of(write(text))
    assert sorted(line for *_, line in wrong) == [6, 8, 12]


def test_what_is_wrong_with_the_spec_is_reported_in_the_spec(write, tmp_path):
    path = write(GOOD)
    (tmp_path / "spec.yaml").write_text(SPEC.replace("relu", "rleu"))
    _, wrong = errors_of(path)
    assert wrong == [("AR204", "spec.yaml", 4)]


def test_a_spec_in_the_place_of_a_recipe_is_reported_as_that(write):
    _, wrong = errors_of(write(SPEC))
    assert wrong == [("AR214", "recipe.yaml", 1)]


@pytest.mark.parametrize(
    ("path", "text", "holds"),
    [
        ("optimizer.lr", "3e-4", lambda r: r.optimizer.lr == 3e-4),
        ("optimizer.adam.lr", "0.5", lambda r: r.optimizer.lr == 0.5),
        ("optimizer", "sgd", lambda r: called(r.optimizer) == ("sgd", {})),
        ("epochs", "3", lambda r: r.epochs == 3),
        ("data.batch_size", "64", lambda r: r.data.batch_size == 64),
        ("data.workers", "2", lambda r: r.data.workers == 2),
        ("loss.label_smoothing", "0.2", lambda r: r.loss.label_smoothing == 0.2),
        ("schedule.0.epochs", "4", lambda r: r.schedule[0].epochs == 4),
        (
            "schedule.1.eta_min",
            "0.1",
            lambda r: r.schedule[1].schedule.given == {"eta_min": 0.1},
        ),
        ("data.normalize", "computed", lambda r: r.data.normalize == "computed"),
        ("early_stopping.patience", "9", lambda r: r.early_stopping.patience == 9),
    ],
)
def test_an_override_takes_its_place(write, path, text, holds):
    recipe, wrong = errors_of(write(GOOD), [(path, text)])
    assert wrong == []
    assert holds(recipe)


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("optimizer.lr", "-1", "AR301"),
        ("optimizer.rate", "1", "AR201"),
        ("epocs", "3", "AR201"),
        ("epochs.x", "3", "AR203"),
        ("epochs", "[", "AR103"),
        ("params.classs", "3", "AR303"),
    ],
)
def test_a_wrong_override_is_reported_at_its_place(write, path, text, code):
    _, wrong = errors_of(write(GOOD), [(path, text)])
    assert ("--set", 1) in [(name, line) for found, name, line in wrong if found == code]
