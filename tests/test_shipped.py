"""What comes with archc is found by name, and names are unique."""

from pathlib import Path

import archc
from archc import shipped
from archc.pipeline import check

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


def test_a_variant_of_a_file_is_a_name() -> None:
    assert shipped.find("resnet34") == SPECS / "resnet.yaml"
    assert shipped.variant("resnet34") == "resnet34"
    assert shipped.variant("resnet18") is None  # the file resnet18.yaml
    assert archc.load("resnet34").parameters == 21_797_672
    assert archc.load("resnet34").name == "resnet34"


def test_the_names_of_variants_are_those_of_the_files() -> None:
    read = [
        name
        for path in SPECS.rglob("*.yaml")
        if path.parent.name != "recipes"
        for name in check(path).network.spec.variants
    ]
    files = {path.stem for path in SPECS.glob("*.yaml")}
    assert len(read) == len(set(read))
    found = {name for name in shipped.models() if shipped.variant(name)}
    assert found == {*read} - files


def test_a_file_in_the_way_is_that_file(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("resnet34").write_text("archc: 1\ninput: [4]\nlayers: [relu]\n")
    assert archc.load("resnet34").parameters == 0


def test_every_variant_is_clean() -> None:
    for path in SPECS.glob("*.yaml"):
        found = archc.check(path)
        assert {one.severity for one in found} <= {"note"}, "\n".join(map(str, found))


def test_a_network_is_loaded_by_name_from_any_folder(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert archc.load("resnet18", classes=10).parameters == 11_181_642
