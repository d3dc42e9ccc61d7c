"""What a word names: standard input, a path, Python, or a network that comes with archc."""

from pathlib import Path

import pytest

from archc import shipped
from archc.pipeline import check
from archc.problems.reading import PythonSource, UnknownModel, UnreadableFile
from archc.syntax.opener import locate

SPEC = "archc: 1\ninput: [3, 8, 8]\nlayers: [flatten]\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["resnet18", "train.py:Net", "spec", "no.yaml"])
def test_a_file_wins_whatever_it_is_called(name):
    Path(name).write_text(SPEC)
    assert check(name).sound


def test_a_link_that_leads_nowhere_is_a_path():
    Path("resnet18").symlink_to("nowhere")
    (found,) = check("resnet18").diagnostics
    assert isinstance(found.problem, UnreadableFile)


@pytest.mark.parametrize("word", ["a/resnet18", "resnet18.yaml", "resnet18.YML", "./resnet18"])
def test_what_is_written_as_a_path_is_one(word):
    (found,) = check(word).diagnostics
    assert isinstance(found.problem, UnreadableFile)


@pytest.mark.parametrize("word", ["train.py:Net", "a/b.py:make", "torchvision:resnet50", "a.b:C.d"])
def test_python_is_named_as_such(word):
    assert isinstance(locate(word), PythonSource)


@pytest.mark.parametrize("word", ["resnet18", "lenet5-digits", "vgg16-notebook"])
def test_any_other_word_is_a_name(word):
    assert locate(word) == str(shipped.find(word))


def test_an_unknown_word_is_compared_with_names_and_files():
    Path("mine.yaml").write_text(SPEC)
    assert locate("resnt18").help() == "did you mean `resnet18`?"
    assert locate("mine").help() == "did you mean `mine.yaml`?"
    assert isinstance(locate("zzz"), UnknownModel)


@pytest.mark.parametrize("word", ["", " ", ":", "a:", ":b", "a b:c", "-x", "ü"])
def test_an_odd_word_is_no_model(word):
    assert isinstance(locate(word), UnknownModel)


def test_a_recipe_may_name_a_network():
    Path("r.yaml").write_text("archc: 1\nspec: lenet5\n")
    from archc.diagnostics import Diagnostics
    from archc.recipe.read import read_recipe

    diagnostics = Diagnostics()
    read_recipe("r.yaml", diagnostics)
    assert all(one.problem.code == "AR202" for one in diagnostics)  # other keys are missing
