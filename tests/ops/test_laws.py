"""Every example of every operator, held against torch."""

import inspect

import pytest
import torch
from against_torch import build, codes, instantiate, run, values_for, written
from footprints import footprints, hold_windows
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from archc import ops
from archc.ops.base.kinds import Size
from archc.ops.base.operator import GLOBAL, Operator, Saved, valid
from archc.ops.base.torch_code import Module

pytestmark = pytest.mark.filterwarnings("ignore")


def every(wanted):
    """Return a decorator: a law for an example is a test of each operator, with all its examples.

    A failure notes the example. A test of its own for each would cost more than what it tests.
    """
    examples = {name: [*filter(wanted, ops.find(name).examples)] for name in ops.names()}

    def decorate(law):
        @pytest.mark.parametrize("name", [name for name in examples if examples[name]])
        def test(name):
            for example in examples[name]:
                torch.manual_seed(0)
                try:
                    law(example)
                except Exception as error:
                    error.add_note(f"{example.settings} reads {example.reads}")
                    raise

        test.__doc__ = law.__doc__
        return test

    return decorate


VALID = every(lambda example: example.code is None)
INVALID = every(lambda example: example.code is not None)
OPERATORS = pytest.mark.parametrize("cls", [ops.find(n) for n in ops.names()], ids=ops.names())


@OPERATORS
def test_a_docstring_states_the_formula_the_shapes_and_the_source(cls):
    what, *paragraphs = inspect.getdoc(cls).split("\n\n")
    assert what.startswith(f"`{cls.name}")
    words = " ".join(inspect.getdoc(cls).lower().split())
    assert "→" in words or "the shape stays" in words
    assert paragraphs[-1].startswith("Source")
    assert "https://" in paragraphs[-1]


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def layer(example, **more):
    """Return an example's operator and its torch layer."""
    op = build(example.settings)
    return op, instantiate(op.torch(example.reads), **more)


def tensors(module, kind):
    named = getattr(module, kind)() if isinstance(module, nn.Module) else ()
    return [(name, tuple(tensor.shape)) for name, tensor in named]


# What is valid here is valid in torch, and is what torch makes of it.


@VALID
def test_shape_is_torchs(example):
    op, module = layer(example)
    assert codes(op, example.reads) == set()
    assert op.shape(example.reads) == example.gives
    assert tuple(module(*values_for(example.reads)).shape[1:]) == example.gives


@VALID
def test_weights_and_buffers_are_torchs(example):
    op, module = layer(example)
    assert list(op.weights(example.reads).items()) == tensors(module, "named_parameters")
    assert list(op.buffers(example.reads).items()) == tensors(module, "named_buffers")


@VALID
def test_macs_are_half_of_torchs_flops(example):
    op, module = layer(example)
    with FlopCounterMode(display=False) as counter:
        module(*values_for(example.reads, batch=2))
    assert 2 * 2 * op.macs(example.reads) == counter.get_total_flops()


@VALID
def test_is_view_where_the_memory_is_shared(example):
    op, module = layer(example)
    if isinstance(module, nn.Module):
        module.eval()
    values = values_for(example.reads)
    storages = {value.untyped_storage().data_ptr() for value in values}
    assert op.is_view == (module(*values).untyped_storage().data_ptr() in storages)


@VALID
def test_inplace_is_a_setting_that_trains(example):
    op = build(example.settings)
    code = op.torch(example.reads)
    if not getattr(code, "inplace", False):
        return
    (value,) = values_for(example.reads, requires_grad=True)
    given = value.clone()
    output = instantiate(code, inplace=True)(given)
    assert output.data_ptr() == given.data_ptr()
    output.sum().backward()


# What autograd keeps.


def kept(module, values):
    """Return what autograd saves: the values read, the value given, and the bytes of the rest."""
    saved = []
    with torch.autograd.graph.saved_tensors_hooks(saved.append, lambda nothing: nothing):
        output = module(*values)
    state = [*module.parameters(), *module.buffers()] if isinstance(module, nn.Module) else []
    storages = {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in saved}
    for tensor in state:
        storages.pop(tensor.untyped_storage().data_ptr(), None)
    inputs = [storages.pop(v.untyped_storage().data_ptr(), None) is not None for v in values]
    given = storages.pop(output.untyped_storage().data_ptr(), None) is not None
    return inputs, given, sum(storages.values())


@VALID
def test_saved_is_what_autograd_keeps(example):
    op, module = layer(example)
    saved: Saved = op.saved(example.reads)
    for batch in (2, 3):
        values = values_for(example.reads, batch, requires_grad=True)
        inputs, given, rest = kept(module, values)
        assert inputs == [saved.input] * len(values)
        assert given == saved.output
        assert rest == batch * saved.extra_bytes + saved.batch_bytes


# The windows.


@every(lambda example: example.gives and len(example.gives) == 3)
def test_windows_of_maps_are_the_footprints(example):
    hold_windows(build(example.settings), example.reads)


@every(lambda example: example.gives and len(example.gives) == 1)
def test_windows_of_vectors_show_whether_elements_mix(example):
    op = build(example.settings)
    for _, found in footprints(op, example.reads):
        most = sum(differs.int() for differs in found.values()).max()
        mixes = op.windows(example.reads) is GLOBAL
        assert most > 1 if mixes and len(found) > 1 else most <= 1


# What is invalid here is invalid in torch, unless archc is stricter on purpose.


@INVALID
def test_invalid_is_refused(example):
    assert codes(build(example.settings), example.reads) == {example.code}


@INVALID
def test_torch_refuses_too_unless_archc_is_stricter(example):
    cls, values = written(example.settings)
    result = run(cls(**values), example.reads)
    assert isinstance(result, Exception) != example.stricter, result


# The examples are complete, and an operator cannot be stated by halves.


@OPERATORS
def test_every_setting_has_a_valid_example(cls):
    given = [set(written(e.settings)[1]) for e in cls.examples if e.code is None]
    assert set().union(*given) == set(cls.kinds)


@OPERATORS
def test_what_can_be_refused_has_an_invalid_example(cls):
    can_refuse = cls.kinds or cls.check is not Operator.check
    assert bool(can_refuse) == any(e.code is not None for e in cls.examples)


STATED = {
    "__doc__": "A stand-in.",
    "__module__": __name__,
    "examples": (valid("stand_in", (1,), (1,)),),
    "shape": lambda self, x: x,
    "torch": lambda self, x: Module("Identity"),
}


def define(without=None, **more):
    stated = {name: value for name, value in STATED.items() if name != without}
    return type("StandIn", (Operator,), {**stated, **more})


def test_a_whole_operator_can_be_stated():
    sized = define(__annotations__={"size": Size}, principal="size")
    assert sized.required == ("size",)
    assert sized(size=3).size == 3


@pytest.mark.parametrize(
    ("without", "more", "complaint"),
    [
        (None, {"wieghts": lambda self, x: {}}, "wieghts"),
        ("__doc__", {}, "docstring"),
        ("shape", {}, "shape"),
        ("torch", {}, "torch"),
        ("examples", {}, "examples"),
        (None, {"principal": "size"}, "principal"),
    ],
)
def test_an_operator_stated_by_halves_is_refused(without, more, complaint):
    with pytest.raises(TypeError, match=complaint):
        define(without, **more)
