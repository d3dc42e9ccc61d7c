"""Emitted source lives as long as what it defines: then nothing of it is left."""

import copy
import gc
import inspect
import linecache
import pickle
import sys
import traceback
import tracemalloc
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from statistics import median

import pytest
import torch
from torch import nn

import archc
from archc.module.executed import load

SPEC = """
archc: 1
name: net{0}
input: [3, 8, 8]
blocks:
  b:
    layers:
      conv: {{conv: {1}, kernel: 3}}
      relu: relu
layers:
  first: {{b: }}
  second: {{conv: 2, kernel: 3}}
outputs: {{one: first, two: second}}
"""


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    """Let the collector look at what a test makes alone, not at torch."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def net(number: int) -> nn.Module:
    return archc.compile(SPEC.format(number, number % 7 + 1))


def kept() -> tuple[set[str], set[str]]:
    return set(sys.modules), set(linecache.cache)


def test_nothing_is_left_of_networks_that_are_gone() -> None:
    for number in range(4):
        module = net(number)
        result = copy.deepcopy(module)(torch.zeros(1, 3, 8, 8))
        pickle.loads(pickle.dumps((module, result)))
        inspect.getsource(type(module))
        del module, result
        gc.collect()
        if number == 0:  # the first imports what all need
            before = kept()
    assert kept() == before


def test_the_memory_of_networks_that_are_gone_is_free() -> None:
    """It was 12 to 27 kB for each. Names that Python keeps in tables of fixed size may be left.

    Python's own tables grow now and then, by as much as the process holds already: what one network
    leaves is the median.
    """
    for number in range(8):
        net(number)
    gc.collect()
    tracemalloc.start()
    try:
        net(8)
        held = []
        for i in range(13):
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
            net(100 + i)
    finally:
        tracemalloc.stop()
    assert median(after - before for before, after in pairwise(held)) < 2_500


def test_a_part_of_a_network_keeps_what_it_needs() -> None:
    block, out = net(30).first, net(30)(torch.zeros(1, 3, 8, 8))
    gc.collect()
    for value in (block, out):
        assert "class " in inspect.getsource(type(value))
        assert type(pickle.loads(pickle.dumps(value))) is type(value)
    del out
    gc.collect()
    with pytest.raises(RuntimeError) as raised:
        block(torch.zeros(1, 5, 8, 8))
    assert "x = self.conv(x)" in "".join(traceback.format_exception(raised.value))
    assert type(net(30).first) is type(block)


def test_a_class_alone_keeps_its_source_and_is_pickled_by_name() -> None:
    defined, results = type(net(31)), type(net(31)(torch.zeros(1, 3, 8, 8)))
    gc.collect()
    assert "def forward" in inspect.getsource(defined)
    assert pickle.loads(pickle.dumps(defined)) is defined
    del defined
    gc.collect()
    assert inspect.getsource(results).startswith("class Outputs")
    assert pickle.loads(pickle.dumps(results)) is results


def test_what_is_loaded_again_is_new_and_stays() -> None:
    gc.collect()
    source = archc.load(SPEC.format(32, 1)).source()
    gone = weakref.ref(load(source))
    gc.collect()
    assert gone() is None
    module = load(source)
    gc.collect()
    assert sys.modules[module.__name__].Net32 is module.Net32
    assert linecache.getlines(module.__file__)


def test_a_class_that_inherits_is_pickled_as_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    class Own(type(net(33))):  # type: ignore[misc]
        pass

    monkeypatch.setattr(sys.modules[__name__], "Own", Own, raising=False)
    Own.__qualname__ = "Own"
    for twin in (pickle.loads(pickle.dumps(Own())), copy.deepcopy(Own())):
        assert type(twin) is Own


def test_threads_that_load_one_source_get_one_module() -> None:
    source = archc.load(SPEC.format(34, 1)).source()
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(lambda _: load(source), range(32)))
    assert len(set(map(id, loaded))) == 1
    assert sys.modules[loaded[0].__name__].Net34 is loaded[0].Net34
