import json
import math
import warnings
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from runs import counted
from sklearn.metrics import confusion_matrix, top_k_accuracy_score
from torch import Tensor, distributed
from torch.nn import functional

from archc.train.data.batch import IGNORED
from archc.train.metrics import Confusion, Epoch, Running, Scores

numbers = st.floats(allow_nan=True, allow_infinity=True)
scores = st.builds(Scores, numbers, numbers, numbers, st.integers(0, 2**40))
epochs = st.builds(
    Epoch, st.integers(1, 10**6), scores, scores, numbers, numbers, numbers, st.booleans()
)


@given(epochs)
def test_an_epoch_goes_through_json_exactly(epoch: Epoch) -> None:
    read = Epoch.from_dict(json.loads(json.dumps(epoch.to_dict())))
    assert repr(read) == repr(epoch)
    assert type(read.test) is Scores


def batch(seed: int, samples: int, classes: int, ignored: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(samples, classes, generator=generator)
    labels = torch.randint(classes, (samples,), generator=generator)
    labels[samples - ignored :] = IGNORED
    loss = functional.cross_entropy(logits, labels, ignore_index=IGNORED, reduction="sum")
    return loss, logits, labels


def measured(*batches: tuple[Tensor, Tensor, Tensor]) -> Running:
    running = Running()
    for one in batches:
        running.update(*one)
    return running


@given(st.integers(0, 10**6), st.integers(1, 30), st.integers(1, 12), st.data())
def test_scores_are_those_of_topk(
    seed: int, samples: int, classes: int, data: st.DataObject
) -> None:
    ignored = data.draw(st.integers(0, samples - 1))
    loss, logits, labels = batch(seed, samples, classes, ignored)
    true, kept = samples - ignored, logits[: samples - ignored]
    asked = labels[:true].unsqueeze(1)
    found = measured((loss, logits, labels)).scores()
    among = (kept.topk(min(5, classes)).indices == asked).any(1).sum().item()
    right = (kept.argmax(1, keepdim=True) == asked).sum().item()
    assert found == Scores(float(loss.double() / true), right / true, among / true, true)


@given(st.integers(0, 10**6), st.integers(1, 12))
def test_equal_logits_rank_as_argmax_ranks_them(seed: int, classes: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randint(3, (20, classes), generator=generator).float()
    labels = torch.randint(classes, (20,), generator=generator)
    found = measured((torch.tensor(0.0), logits, labels)).scores()
    assert found.accuracy == (logits.argmax(1) == labels).double().mean().item()
    first = logits.sort(stable=True, dim=1, descending=True).indices[:, :5]
    assert found.top5 == (first == labels.unsqueeze(1)).any(1).double().mean().item()


def test_top5_is_that_of_scikit_learn() -> None:
    loss, logits, labels = batch(0, 200, 10)
    expected = top_k_accuracy_score(labels, logits, k=5, labels=range(10))
    assert measured((loss, logits, labels)).scores().top5 == pytest.approx(expected, abs=1e-12)


def test_a_network_that_says_the_same_of_all_is_right_once_in_a_hundred() -> None:
    labels = torch.arange(100)
    found = measured((torch.tensor(0.0), torch.zeros(100, 100), labels)).scores()
    assert (found.accuracy, found.top5) == (0.01, 0.05)


@pytest.mark.parametrize("classes", [1, 2, 4, 5, 10])
@pytest.mark.parametrize("where", ["all", "true"])
def test_nan_is_never_right(classes: int, where: str) -> None:
    logits = torch.zeros(classes, classes)
    labels = torch.arange(classes)
    if where == "all":
        logits.fill_(float("nan"))
    else:
        logits[labels, labels] = float("nan")
    found = measured((torch.tensor(float("nan")), logits, labels)).scores()
    assert (found.accuracy, found.top5) == (0, 0)
    assert math.isnan(found.loss)


def test_nan_beside_the_true_class_stands_before_it() -> None:
    logits = torch.tensor([[float("nan"), 9.0, 1.0]])
    found = measured((torch.tensor(0.0), logits, torch.tensor([1]))).scores()
    assert (found.accuracy, found.top5) == (0, 1)


def test_infinity_is_a_number() -> None:
    logits = torch.tensor([[float("inf"), 0.0], [0.0, float("-inf")]])
    found = measured((torch.tensor(0.0), logits, torch.tensor([0, 1]))).scores()
    assert found.accuracy == 0.5


def test_no_samples_have_no_scores() -> None:
    found = Running().scores()
    assert found.samples == 0
    assert all(math.isnan(value) for value in found[:3])


@given(st.lists(st.integers(0, 100), min_size=1, max_size=6), st.data())
def test_going_on_gives_the_same_bits(seeds: list[int], data: st.DataObject) -> None:
    batches = [batch(seed, 7, 6, seed % 3) for seed in seeds]
    cut = data.draw(st.integers(0, len(batches)))
    resumed = Running()
    resumed.load(measured(*batches[:cut]).state())
    for one in batches[cut:]:
        resumed.update(*one)
    assert resumed.scores() == measured(*batches).scores()


def test_a_kept_state_does_not_move() -> None:
    running = measured(batch(0, 7, 6))
    kept = running.state()
    before = {name: value.clone() for name, value in kept.items()}
    running.update(*batch(1, 7, 6))
    assert all(torch.equal(kept[name], before[name]) for name in before)


def test_small_losses_are_not_lost_in_a_large_sum() -> None:
    running = Running()
    labels = torch.zeros(1, dtype=torch.int64)
    running.update(torch.tensor(2.0**25), torch.ones(1, 2), labels)
    for _ in range(3):
        running.update(torch.tensor(1.0), torch.ones(1, 2), labels)
    assert running.scores().loss == (2**25 + 3) / 4


def test_alone_the_sums_over_all_processes_are_its_own() -> None:
    running = measured(batch(0, 7, 6))
    total = running.reduced()
    assert total.scores() == running.scores()
    total.update(*batch(1, 7, 6))
    assert total.scores() != running.scores()


def test_an_update_does_not_read_the_device() -> None:
    running, confusion = Running("meta"), Confusion(10, "meta")
    logits = torch.empty(4, 10, device="meta")
    labels = torch.empty(4, dtype=torch.int64, device="meta")
    running.update(torch.empty((), device="meta"), logits, labels)  # meta has no values to read
    confusion.update(logits, labels)


@given(st.integers(0, 10**6), st.integers(1, 12))
def test_confusion_is_that_of_scikit_learn(seed: int, classes: int) -> None:
    confusion = Confusion(classes)
    _, logits, labels = batch(seed, 30, classes, seed % 5)
    confusion.update(logits[:11], labels[:11])
    confusion.update(logits[11:], labels[11:])
    counted = labels != IGNORED
    taken = logits.argmax(1)[counted]
    with warnings.catch_warnings():  # scikit-learn warns of a single class
        warnings.simplefilter("ignore")
        expected = confusion_matrix(labels[counted], taken, labels=range(classes))
    assert confusion.reduced().counts() == expected.tolist()


def test_nan_is_taken_for_another_class() -> None:
    confusion = Confusion(3)
    logits = torch.full((3, 3), float("nan"))
    confusion.update(logits, torch.arange(3))
    counts = confusion.counts()
    assert [counts[label][label] for label in range(3)] == [0, 0, 0]
    assert [sum(row) for row in counts] == [1, 1, 1]


@pytest.mark.skipif(not distributed.is_available(), reason="torch was built without it")
def test_two_processes_have_the_sums_of_one(tmp_path: Path) -> None:
    both = batch(0, 9, 6), batch(1, 9, 6, 2)
    assert counted(both, tmp_path) == [0, 0]
    (scores, counts), (same_scores, same_counts) = (
        json.loads((tmp_path / f"sums.{rank}").read_text()) for rank in (0, 1)
    )
    assert (same_scores, same_counts) == (scores, counts)
    alone = Confusion(6)
    for one in both:
        alone.update(*one[1:])
    assert Scores(*scores) == measured(*both).scores()
    assert counts == alone.counts()


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_an_update_does_not_wait_for_the_gpu() -> None:
    loss, logits, labels = (one.cuda() for one in batch(0, 64, 10))
    running, confusion = Running("cuda"), Confusion(10, "cuda")
    torch.cuda.set_sync_debug_mode("error")
    try:
        running.update(loss, logits, labels)
        confusion.update(logits, labels)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert running.scores().accuracy == measured(batch(0, 64, 10)).scores().accuracy
