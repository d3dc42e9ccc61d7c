import pytest

from archc.diagnostics import Diagnostics
from archc.train.data.opening import open_data
from archc.train.problems import RunError
from archc.train.session import train
from archc.train.show.base.reporter import Reporter


def digest(recipe):
    return open_data(recipe, Diagnostics()).digest()


def test_the_digest_of_data_differs_for_other_samples(of_folder, folder, recipe):
    assert digest(recipe()) == digest(recipe())
    before = digest(of_folder())
    assert digest(of_folder()) == before
    moved = folder.rename(folder.with_name("moved"))
    there = (str(folder), str(moved))
    assert digest(of_folder(there)) == before
    assert digest(of_folder(there, ("test_split: 0.2", "test_split: 0.3"))) != before
    (moved / "cane" / "a picture 1.png").unlink()
    assert digest(of_folder(there)) != before


def test_a_run_does_not_go_on_with_other_data(of_folder, folder, tmp_path):
    out = tmp_path / "run"
    train(of_folder(), out, Reporter(), device="cpu")
    train(of_folder(), out, Reporter(), device="cpu", resume=True)
    (folder / "gatto" / "a picture 3.png").unlink()
    with pytest.raises(RunError, match="other images than when"):
        train(of_folder(), out, Reporter(), device="cpu", resume=True)
