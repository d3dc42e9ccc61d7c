"""What comes with archc is found by name, and names are unique."""

from pathlib import Path

import archc
from archc import shipped

SPECS = Path(__file__).parents[1] / "specs"


def test_every_spec_has_a_name() -> None:
    found = {*shipped.models().values(), *shipped.recipes().values()}
    assert found == set(SPECS.rglob("*.yaml"))


def test_names_are_unique_and_are_no_paths() -> None:
    names = [*shipped.models(), *shipped.recipes()]
    assert len(names) == len(set(names))
    assert not [name for name in names if "/" in name or name.endswith(".yaml")]


def test_a_folder_is_part_of_the_name() -> None:
    assert shipped.find("resnet18-notebook") == SPECS / "notebook" / "resnet18.yaml"
    assert shipped.find("resnet18-cifar") == SPECS / "cifar" / "resnet18.yaml"
    assert shipped.find("notebook") is None


def test_a_network_is_loaded_by_name_from_any_folder(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert archc.load("resnet18", classes=10).parameters == 11_181_642
