"""One step: where its tensors are, and that it is the step a person would have typed."""

import pytest
import torch
from torch import nn

from archc.diagnostics import Diagnostics
from archc.module.live import compile_graph
from archc.train.data.batch import IGNORED, Batch
from archc.train.data.batches import Batches, to_device
from archc.train.data.opening import open_data
from archc.train.evaluation import evaluate
from archc.train.learner import Learner
from archc.train.metrics import Confusion, Running
from archc.train.problems import UnfitDataError
from archc.train.processes import Processes

CPU = torch.device("cpu")


def learner(recipe, device=CPU, precision="fp32", steps=10):
    return Learner(recipe, device, precision, Processes(), steps)


def batch(size=16, *, seed=0, samples=None, closes=True):
    generator = torch.Generator().manual_seed(seed)
    images = torch.randn(size, 1, 8, 8, generator=generator)
    labels = torch.randint(10, (size,), generator=generator)
    return Batch(images, labels, samples or size, closes)


PLAIN = """\
archc: 1
name: small
input: [1, 8, 8]
layers:
  conv: {conv: 8, kernel: 3}
  relu: relu
  flatten: flatten
  out: {linear: 10}
"""


def test_it_is_the_step_of_a_hand_written_loop_to_the_bit(recipe):
    ours = learner(recipe(spec=PLAIN))
    model = compile_graph(ours.recipe.graph, ours.recipe.seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    criterion = nn.CrossEntropyLoss()
    for seed in range(20):
        given = batch(seed=seed)
        loss, _ = ours.learn(given)
        optimizer.zero_grad()
        expected = criterion(model(given.images), given.labels)
        expected.backward()
        optimizer.step()
        assert loss.item() / 16 == pytest.approx(expected.item(), rel=1e-6)
    for mine, theirs in zip(ours.model.parameters(), model.parameters(), strict=True):
        assert torch.equal(mine, theirs)


def test_accumulated_batches_make_the_step_of_a_large_one(recipe):
    whole, parts = learner(recipe(spec=PLAIN)), learner(recipe(spec=PLAIN))
    large = batch(30)
    whole.learn(large)
    for start, end in ((0, 16), (16, 30)):
        piece = Batch(large.images[start:end], large.labels[start:end], 30, end == 30)
        parts.learn(piece)
    for one, other in zip(whole.model.parameters(), parts.model.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def test_a_filler_changes_nothing(recipe):
    with_filler, without = learner(recipe(spec=PLAIN)), learner(recipe(spec=PLAIN))
    given = batch(15)
    without.learn(given)
    images = torch.cat([given.images, torch.randn(1, 1, 8, 8)])
    labels = torch.cat([given.labels, torch.tensor([IGNORED])])
    with_filler.learn(Batch(images, labels, 15, True))
    for one, other in zip(with_filler.model.parameters(), without.model.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


HEADED = """\
archc: 1
name: headed
input: [1, 8, 8]
layers:
  conv: {conv: 4, kernel: 3}
  flatten: flatten
  out: {linear: 10}
auxiliary:
  aux:
    from: conv
    loss_weight: 0.3
    layers: [flatten, {linear: 10}]
"""


def test_the_losses_of_heads_count_by_their_weights(recipe):
    ours = learner(recipe(spec=HEADED, optimizer="{sgd: {lr: 1.0}}"))
    model = compile_graph(ours.recipe.graph, ours.recipe.seed)
    given = batch()
    ours.learn(given)
    out, aux = model(given.images)
    criterion = nn.CrossEntropyLoss()
    (criterion(out, given.labels) + 0.3 * criterion(aux, given.labels)).backward()
    torch.optim.SGD(model.parameters(), lr=1.0).step()
    for mine, theirs in zip(ours.model.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-6, atol=1e-7)


def test_gradients_are_clipped(recipe):
    clipped = learner(recipe("clip_norm: 0.001\n", spec=PLAIN, optimizer="{sgd: {lr: 1.0}}"))
    before = [weight.clone() for weight in clipped.model.parameters()]
    clipped.learn(batch())
    moved = zip(before, clipped.model.parameters(), strict=True)
    norm = torch.stack([(one - other).norm() for one, other in moved]).norm()
    assert norm.item() == pytest.approx(0.001, rel=1e-2)


def test_the_moving_average_is_what_is_kept(recipe):
    averaged = learner(recipe("ema: 0.5\n", spec=PLAIN))
    first = averaged.model.state_dict()["out.weight"].clone()
    averaged.learn(batch())  # the average begins as what the first step gives
    second = averaged.model.state_dict()["out.weight"].clone()
    averaged.learn(batch(seed=1))
    third = averaged.model.state_dict()["out.weight"]
    torch.testing.assert_close(averaged.weights()["out.weight"], (second + third) / 2)
    assert not torch.equal(first, second)


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_it_learns_in_half_precision_too(recipe, precision):
    half = learner(recipe(spec=PLAIN), precision=precision)
    losses = [half.learn(batch())[0].item() for _ in range(20)]
    assert losses[-1] < losses[0] / 2
    assert all(weight.dtype == torch.float32 for weight in half.model.parameters())


def test_channels_last_is_laid_out_so(recipe):
    ours = learner(recipe("channels_last: true\n"))
    assert ours.model.conv.weight.is_contiguous(memory_format=torch.channels_last)
    assert ours.weights()["conv.weight"].is_contiguous()


EVERYTHING = """\
ema: 0.9
clip_norm: 1.0
clip_value: 0.5
loss: {cross_entropy: {label_smoothing: 0.1}}
schedule: {cosine_annealing: }
"""


BRANCHED = """\
archc: 1
name: branched
input: [1, 8, 8]
layers:
  conv: {conv: 4, kernel: 3}
  norm: batch_norm
  drop: {dropout: 0.2}
  flatten: flatten
  out: {linear: 10}
auxiliary:
  aux: {from: norm, loss_weight: 0.3, layers: [flatten, {linear: 10}]}
"""


def whole_step(recipe, device, precision="fp32"):
    """Return every tensor of two steps, of a look at the data, and of what is counted."""
    ours = learner(recipe, torch.device(device), precision)
    running, confusion = Running(device), Confusion(10, device)
    for closes in (False, True, False, True):
        given = to_device(batch(samples=32, closes=closes), ours.device)
        loss, logits = ours.learn(given)
        running.update(loss, logits, given.labels)
    data = open_data(recipe, Diagnostics())
    test = Batches.of(recipe, data.test, None, ours.device, Processes(), train=False)
    seen = evaluate(ours.evaluated, test, ours.device, ours.autocast, confusion)
    tensors = [*ours.model.state_dict().values(), *ours.evaluated.state_dict().values()]
    counted = [each for one in (running, seen, confusion) for each in one.__dict__.values()]
    tensors += [loss, logits, *(each for each in counted if isinstance(each, torch.Tensor))]
    states = ours.optimizer.state.values()
    return tensors + [value for state in states for value in state.values() if value.dim()]


def test_every_tensor_of_a_step_is_where_the_model_is(recipe):
    """On the meta device nothing has a value: to ask for one, or to mix devices, is an error."""
    tensors = whole_step(recipe(EVERYTHING, spec=BRANCHED), "meta")
    assert {tensor.device.type for tensor in tensors} == {"meta"}


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16"])
def test_a_step_runs_on_cuda(recipe, precision):
    tensors = whole_step(recipe(EVERYTHING, spec=BRANCHED), "cuda", precision)
    assert {tensor.device.type for tensor in tensors} == {"cuda"}


def test_a_schedule_that_ends_before_its_epochs_is_reported_with_its_place(recipe):
    short = recipe("schedule: {one_cycle: {max_lr: 0.1, total_steps: 19}}\n")
    with pytest.raises(UnfitDataError) as error:
        learner(short, steps=10)
    (found,) = error.value.diagnostics
    assert found.span.line == 10
    assert "at least 20, 2 epochs of 10 steps, or left out, not 19" in found.problem.message()
    assert learner(short, steps=9).rate == pytest.approx(0.1 / 25)


@pytest.mark.parametrize("schedule", ["{one_cycle: {max_lr: 0.1}}", "{exponential: {gamma: 0.5}}"])
def test_the_rate_is_the_one_that_the_last_step_took(recipe, schedule):
    ours = learner(recipe(f"schedule: {schedule}\n"), steps=3)
    for _ in range(3):
        taken = ours.optimizer.param_groups[0]["lr"]
        ours.learn(batch())
        assert ours.rate == taken
    ours.schedules.epoch_done(1, 1.0)
    assert ours.rate == taken != ours.optimizer.param_groups[0]["lr"]
