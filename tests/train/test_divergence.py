"""A loss or a weight that is not finite ends training, and what was kept before stays."""

import json
from math import inf, nan
from types import SimpleNamespace

import pytest
import torch
from PIL import Image
from runs import assert_equal, learnt, run, together
from safetensors.torch import load_file, save_file
from torch import nn

from archc.recipe.doors import OPTIMIZERS
from archc.train.divergence import DivergedError, Watch, culprit, first_broken, state_of
from archc.train.learner import Learner
from archc.train.metrics import Scores
from archc.train.problems import RunError
from archc.train.processes import Processes
from archc.train.session import train
from archc.train.show.base.reporter import Reporter
from archc.train.trained import open_run

CPU = torch.device("cpu")
HUGE = "{sgd: {lr: 1.0e+30}}"
EXPLODING = "schedule: {exponential: {gamma: 1.0e+30}}\n"


class Remarks(Reporter):
    """Keep the remarks of a run."""

    def begin(self, facts):
        self.found = list(facts.remarks)


def test_training_stops_at_the_first_loss_that_is_not_finite(recipe, tmp_path):
    with pytest.raises(DivergedError) as stopped:
        run(recipe(optimizer=HUGE), tmp_path / "run")
    message = str(stopped.value)
    assert "in epoch 1 at step 2 of 23, at a learning rate of 1e+30: the loss is nan" in message
    assert "the first layer whose output is not finite is `" in message
    assert "clip_norm" in message
    assert "\n" not in message
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert not names & {"best.safetensors", "last.safetensors", "state.pt"}
    with pytest.raises(RunError, match=r"has no best\.safetensors: training stopped in epoch 1"):
        open_run(tmp_path / "run", device=CPU)


@pytest.mark.parametrize("ema", ["", "ema: 0.9\n"])
def test_what_was_good_before_stays_and_resume_explains_itself(recipe, tmp_path, ema):
    good = recipe(f"{EXPLODING}{ema}", epochs="1")
    run(good, tmp_path / "good")
    bad = recipe(f"{EXPLODING}{ema}", epochs="3")
    with pytest.raises(
        DivergedError, match=r"in epoch 2 .* keeps the weights of epoch 1 and of the best epoch"
    ):
        run(bad, tmp_path / "run")
    assert_equal(learnt(tmp_path / "good"), learnt(tmp_path / "run"))
    assert open_run(tmp_path / "run", device=CPU).evaluate()[0].accuracy > 0.5
    json.loads((tmp_path / "run" / "run.json").read_text(), parse_constant=pytest.fail)
    remarks = Remarks()
    with pytest.raises(DivergedError, match="in epoch 2 "):
        train(bad, tmp_path / "run", remarks, device="cpu", resume=True)
    (remark,) = remarks.found
    assert "training stopped in epoch 2" in remark
    assert "same steps again" in remark


def test_nothing_is_kept_within_an_epoch_that_is_not_finite(recipe, tmp_path, monkeypatch):
    monkeypatch.setattr(Learner, "broken", lambda self: "conv.weight")
    message = r"at step 1 of 23, .* the weights are not finite; `conv.weight` is the first"
    with pytest.raises(DivergedError, match=message):
        run(recipe("checkpoint_steps: 1\n"), tmp_path / "run")
    assert not (tmp_path / "run" / "state.pt").exists()


def test_a_loss_on_the_test_split_alone_stops_training_too(recipe, tmp_path, monkeypatch):
    scores = Scores(inf, 0.5, 0.5, 10)
    sums = SimpleNamespace(reduced=lambda: SimpleNamespace(scores=lambda: scores))
    monkeypatch.setattr("archc.train.loop.evaluate", lambda *given: sums)
    with pytest.raises(DivergedError, match="the loss is inf on the test split"):
        run(recipe(), tmp_path / "run")
    assert not (tmp_path / "run" / "best.safetensors").exists()


def test_where_the_loss_is_not_read_at_once_the_step_is_known_all_the_same(
    recipe, tmp_path, monkeypatch
):
    """As on a device that would have to be waited for."""
    plain = Learner.__init__

    def unseeing(self, *given):
        plain(self, *given)
        self._looks = False

    monkeypatch.setattr(Learner, "__init__", unseeing)
    with pytest.raises(DivergedError, match=r"in epoch 1 at step 2 of 23, .* not finite"):
        run(recipe(optimizer=HUGE), tmp_path / "run")
    assert not (tmp_path / "run" / "state.pt").exists()


@pytest.mark.long
def test_every_process_stops_at_the_same_step(recipe, tmp_path):
    assert together(recipe(optimizer=HUGE), tmp_path / "run", Reporter()) == [1, 1]
    for rank in (0, 1):
        errors = (tmp_path / f"run.errors.{rank}").read_text()
        assert "DivergedError: training stopped in epoch 1 at step 2 of 12" in errors
    assert not (tmp_path / "run" / "state.pt").exists()


@pytest.mark.parametrize("optimizer", sorted(set(OPTIMIZERS.names()) - {"muon"}))
def test_a_huge_learning_rate_ends_every_optimizer_in_a_line(recipe, tmp_path, optimizer):
    """Or does no harm: Rprop steps by signs within bounds of its own."""
    message = ended(recipe(optimizer=f"{{{optimizer}: {{lr: 3.0e+38}}}}", epochs="1"), tmp_path)
    best = tmp_path / "run" / "best.safetensors"
    if message is None:
        assert first_broken(load_file(best).items()) is None
    else:
        assert "\n" not in message
        assert "learning rate of 3e+38" in message
        assert not best.exists()


def ended(recipe, tmp_path):
    """Train, and return what ended it before its time; None where nothing did."""
    try:
        run(recipe, tmp_path / "run")
    except RunError as error:
        return str(error)
    return None


def test_a_run_of_before_with_broken_weights_is_no_answer(recipe, tmp_path):
    run(recipe(epochs="1"), tmp_path / "run")
    path = tmp_path / "run" / "best.safetensors"
    weights = load_file(path)
    weights["out.bias"].fill_(nan)
    save_file(weights, path)
    Image.new("L", (8, 8)).save(tmp_path / "a.png")
    trained = open_run(tmp_path / "run", device=CPU)
    with pytest.raises(RunError, match="the loss on the test split is nan"):
        trained.evaluate()
    (found,) = trained.predict([tmp_path / "a.png"])
    assert found.error == "the network's output is not finite"


def test_the_watch_keeps_the_first_step():
    watch = Watch(CPU)
    losses = [(1.0, 1), (inf, 4), (nan, 3), (2.0, 2), (nan, 9)]
    for number, (loss, step) in enumerate(losses):
        watch.note(torch.tensor(loss), step)
        assert watch.first(Processes()) == [None, 4, 3, 3, 3][number]


def test_the_first_layer_that_is_not_finite_is_found():
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2), nn.Linear(2, 1))
    images = torch.ones(1, 2)
    assert culprit(model, images) is None
    with torch.no_grad():
        model[2].weight.fill_(inf)
    assert culprit(model, images) == "2"
    assert first_broken(state_of([model])) == "2.weight"
    assert not any(module._forward_hooks for module in model.modules())
