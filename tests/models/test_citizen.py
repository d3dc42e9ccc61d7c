"""A compiled network is an ordinary `nn.Module`: whatever torch does to one, it takes."""

import copy
import inspect
import io
import linecache
import multiprocessing
import os
import pickle
import shutil
import subprocess
import sys
import traceback

import pytest
import torch
from equality import SPECS, one_thread
from torch import nn
from torch.export import Dim

import archc

VARIED = """
archc: 1
name: varied
input: [4, 16, 16]
blocks:
  gate:
    layers:
      squeeze: {adaptive_avg_pool: 1}
      excite: {conv: $in_channels, kernel: 1}
      open: sigmoid
      scale: {multiply: [input, open]}
layers:
  stem: {conv: 8, kernel: 3, padding: same, bias: false}
  norm: {group_norm: 2}
  act: prelu
  gated: gate
  twice: {repeat: 2, layers: [{conv: 8, kernel: 3, padding: 1, groups: 4}, batch_norm, leaky_relu]}
  sum: {add: [gated, twice]}
  down: {avg_pool: 2}
  drop: {dropout: 0.5}
  up: {conv_transpose: 8, kernel: 2, stride: 2}
  ways: {branches: {a: hardswish, b: [relu6, tanh], c: {conv: 8, kernel: 1}}, join: concat}
  small: {upsample: 0.5}
  flat: flatten
  even: layer_norm
  logits: {linear: 5}
outputs: {features: sum, logits: logits}
auxiliary:
  early: {from: gated, layers: [{adaptive_max_pool: 2}, flatten, {dropout: 0.3}, {linear: 5}]}
  late: {from: even, linear: 5}
"""

NETWORKS = {
    "lenet5": (SPECS / "lenet5.yaml", (1, 28, 28)),
    "resnet18": (SPECS / "resnet18.yaml", (3, 32, 32)),
    "googlenet": (SPECS / "googlenet.yaml", (3, 64, 64)),
    "varied": (VARIED, (4, 16, 16)),
}
each = pytest.mark.parametrize("name", NETWORKS)


def compiled(name: str, seed: int = 0) -> nn.Module:
    return archc.compile(NETWORKS[name][0], seed=seed)


def sample(name: str, batch: int = 2) -> torch.Tensor:
    generator = torch.Generator().manual_seed(batch)
    return torch.randn(batch, *NETWORKS[name][1], generator=generator)


def results(module: nn.Module, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Return all that the module gives in its mode, always as a tuple, on fixed random numbers."""
    torch.manual_seed(0)
    with torch.no_grad():
        given = module(x)
    return given if isinstance(given, tuple) else (given,)


def assert_twins(first: nn.Module, second: nn.Module, x: torch.Tensor) -> None:
    with one_thread():
        for training in (False, True):
            first.train(training), second.train(training)
            for a, b in zip(results(first, x), results(second, x), strict=True):
                assert torch.equal(a, b)
    assert type(first) is type(second)


class TestCopies:
    @each
    def test_deepcopy(self, name):
        model = compiled(name)
        twin = copy.deepcopy(model)
        assert_twins(model, twin, sample(name))
        assert not {p.data_ptr() for p in model.parameters()} & {
            p.data_ptr() for p in twin.parameters()
        }

    @each
    def test_state_dict(self, name):
        model, other = compiled(name, seed=0), compiled(name, seed=1)
        other.load_state_dict(model.state_dict(), strict=True)
        assert_twins(model, other, sample(name))

    @each
    def test_pickle_and_save(self, name):
        model = compiled(name)
        file = io.BytesIO()
        torch.save(model, file)
        file.seek(0)
        assert_twins(pickle.loads(pickle.dumps(model)), model, sample(name))
        assert_twins(torch.load(file, weights_only=False), compiled(name), sample(name))

    def test_weights_alone_load_safely(self, tmp_path):
        model = compiled("resnet18")
        torch.save(model.state_dict(), tmp_path / "weights.pt")
        other = compiled("resnet18", seed=1)
        other.load_state_dict(torch.load(tmp_path / "weights.pt", weights_only=True))
        assert_twins(model, other, sample("resnet18"))

    @each
    def test_named_results(self, name):
        given = compiled(name).train()(sample(name))
        copied = pickle.loads(pickle.dumps(given))
        assert type(copied) is type(given)
        assert all(map(torch.equal, copied, given))

    def test_a_process_that_has_never_seen_the_spec_loads_it(self, tmp_path):
        expected = []
        torch.save(sample("varied"), tmp_path / "x.pt")
        for training in (False, True):
            model = compiled("varied").train(training)
            torch.save(model, tmp_path / f"model.{training}.pt")
            with one_thread():
                expected.append(results(compiled("varied").train(training), sample("varied")))
        script = """
            import inspect, sys, torch, traceback
            torch.set_num_threads(1)
            x = torch.load("x.pt")
            for training in (False, True):
                model = torch.load(f"model.{training}.pt", weights_only=False)
                torch.manual_seed(0)
                with torch.no_grad():
                    given = model(x)
                assert type(given).__name__ in ("Outputs", "TrainingOutputs"), type(given)
                assert "self.stem" in inspect.getsource(type(model).forward)
                torch.save(tuple(given), f"given.{training}.pt")
            try:
                model(torch.zeros(2, 5, 16, 16))
            except RuntimeError:
                assert "self.stem(x)" in traceback.format_exc()  # a traceback shows the line
            else:
                raise AssertionError
        """
        command = [sys.executable, "-c", inspect.cleandoc(script)]
        environment = {**os.environ, "PYTHONPATH": str(SPECS.parent)}
        subprocess.run(command, check=True, cwd=tmp_path, env=environment)
        for training, results_here in zip((False, True), expected, strict=True):
            given = torch.load(tmp_path / f"given.{training}.pt")
            assert all(map(torch.equal, given, results_here))

    def test_so_does_a_spawned_worker(self):
        model = compiled("varied").eval()
        with one_thread():
            expected = results(model, sample("varied"))
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            given = pool.apply(_work, (pickle.dumps((model, sample("varied"))),))
        assert all(map(torch.equal, pickle.loads(given), expected))


def _work(job: bytes) -> bytes:
    model, x = pickle.loads(job)
    torch.set_num_threads(1)
    return pickle.dumps(results(model, x))


compilers = pytest.mark.parametrize(
    "name",
    [n if n in ("lenet5", "varied") else pytest.param(n, marks=pytest.mark.long) for n in NETWORKS],
)
"""Capturing a large network takes a minute."""


class TestCompilers:
    @compilers
    @pytest.mark.parametrize("training", [False, True])
    def test_torch_compile_sees_one_whole_graph(self, name, training):
        # The eager backend runs what was captured as it is: what is held here is the capture.
        torch.compiler.reset()
        model = compiled(name).train(training)
        captured = torch.compile(model, fullgraph=True, backend="eager")
        with one_thread():
            given = results(captured, sample(name))
            torch.manual_seed(0)
            again = compiled(name).train(training)
            for a, b in zip(given, results(again, sample(name)), strict=True):
                assert torch.equal(a, b)

    @pytest.mark.parametrize("name", ["varied", pytest.param("resnet18", marks=pytest.mark.long)])
    def test_and_aot_autograd_its_backward(self, name):
        torch.compiler.reset()
        model = compiled(name).train()
        given = torch.compile(model, fullgraph=True, backend="aot_eager")(sample(name))
        outputs = given if isinstance(given, tuple) else (given,)
        sum(output.sum() for output in outputs).backward()
        assert all(p.grad is not None for p in model.parameters())

    @pytest.mark.long
    @pytest.mark.skipif(shutil.which("g++") is None, reason="inductor needs a C++ compiler")
    def test_and_inductor_compiles_it(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
        torch.compiler.reset()
        model = compiled("lenet5").eval()
        given = torch.compile(model, fullgraph=True)(sample("lenet5"))
        torch.testing.assert_close(given, model(sample("lenet5")))

    @compilers
    def test_torch_export(self, name):
        model = compiled(name).eval()
        program = torch.export.export(model, (sample(name),))
        with one_thread():
            for a, b in zip(
                results(program.module(), sample(name)), results(model, sample(name)), strict=True
            ):
                assert torch.equal(a, b)

    @compilers
    def test_torch_export_for_any_batch(self, name):
        model = compiled(name).eval()
        shapes = ({0: Dim("batch", min=1, max=64)},)
        program = torch.export.export(model, (sample(name),), dynamic_shapes=shapes)
        for batch in (1, 5):
            for a, b in zip(
                results(program.module(), sample(name, batch)),
                results(model, sample(name, batch)),
                strict=True,
            ):
                torch.testing.assert_close(a, b)

    @compilers
    def test_symbolic_tracing(self, name):
        model = compiled(name).eval()
        traced = torch.fx.symbolic_trace(model)
        with one_thread():
            pairs = zip(results(traced, sample(name)), results(model, sample(name)), strict=True)
            assert all(torch.equal(a, b) for a, b in pairs)


class TestPlaces:
    @each
    def test_the_meta_device(self, name):
        model = compiled(name).to("meta")
        given = results(model.eval(), sample(name).to("meta"))
        expected = results(compiled(name).eval(), sample(name))
        assert [output.shape for output in given] == [output.shape for output in expected]
        assert all(parameter.is_meta for parameter in model.parameters())

    @each
    def test_built_on_the_meta_device_and_filled_later(self, name):
        with torch.device("meta"):
            model = archc.compile(NETWORKS[name][0])
        model.load_state_dict(compiled(name).state_dict(), assign=True)
        assert_twins(model, compiled(name), sample(name))

    @each
    @pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64])
    def test_other_kinds_of_numbers(self, name, kind):
        given = results(compiled(name).to(kind).eval(), sample(name).to(kind))
        expected = results(compiled(name).eval(), sample(name))
        for output, full in zip(given, expected, strict=True):
            assert output.dtype is kind
            assert torch.isfinite(output).all()
            scale = full.abs().max().item()
            torch.testing.assert_close(output.float(), full, atol=0.06 * scale, rtol=0)

    @each
    def test_channels_last(self, name):
        model = compiled(name).eval().to(memory_format=torch.channels_last)
        x = sample(name).to(memory_format=torch.channels_last)
        for output, expected in zip(
            results(model, x), results(compiled(name).eval(), sample(name)), strict=True
        ):
            torch.testing.assert_close(output, expected, atol=1e-4, rtol=1e-4)

    @pytest.mark.cuda
    @pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
    @each
    def test_cuda(self, name):
        given = results(compiled(name).eval().cuda(), sample(name).cuda())
        expected = results(compiled(name).eval(), sample(name))
        for output, other in zip(given, expected, strict=True):
            torch.testing.assert_close(output.cpu(), other, atol=1e-2, rtol=1e-2)


class TestTraining:
    @each
    def test_every_parameter_has_a_gradient(self, name):
        model = compiled(name).train()
        given = model(sample(name))
        sum(output.square().sum() for output in _tuple(given)).backward()
        for key, parameter in model.named_parameters():
            assert parameter.grad is not None, key
            assert parameter.grad.isfinite().all(), key

    @each
    def test_what_it_reads_stays_as_it_is(self, name):
        x = sample(name)
        for training in (False, True):
            compiled(name).train(training)(x)
        assert torch.equal(x, sample(name))

    @each
    @pytest.mark.parametrize("batch", [2, 3, 5])
    def test_any_batch(self, name, batch):
        model = compiled(name)
        for training in (True, False):
            given = _tuple(model.train(training)(sample(name, batch)))
            assert {len(output) for output in given} == {batch}

    @each
    def test_one_sample_in_evaluation(self, name):
        model = compiled(name).eval()
        three = results(model, sample(name, 3))
        first = results(model, sample(name, 3)[:1])
        for all_of_them, alone in zip(three, first, strict=True):
            torch.testing.assert_close(all_of_them[:1], alone, atol=1e-4, rtol=1e-4)

    def test_evaluation_is_deterministic_and_training_is_not(self):
        model = compiled("varied")
        x = sample("varied")
        with one_thread():
            assert all(map(torch.equal, model.eval()(x), model.eval()(x)))
            assert not torch.equal(model.train()(x).logits, model.train()(x).logits)

    def test_batch_norm_counts_and_averages_in_training_only(self):
        model = compiled("resnet18")
        before = copy.deepcopy(model.bn1.state_dict())
        model.eval()(sample("resnet18"))
        assert all(torch.equal(before[key], value) for key, value in model.bn1.state_dict().items())
        model.train()(sample("resnet18"))
        assert model.bn1.num_batches_tracked == 1
        assert not torch.equal(model.bn1.running_mean, before["running_mean"])

    def test_heads_run_in_training_only_and_come_after_the_outputs(self):
        model = compiled("varied")
        calls = []
        model.early.register_forward_hook(lambda *_: calls.append("early"))
        model.late.register_forward_hook(lambda *_: calls.append("late"))
        assert model.eval()(sample("varied"))._fields == ("features", "logits")
        assert calls == []
        given = model.train()(sample("varied"))
        assert given._fields == ("features", "logits", "early", "late")
        assert calls == ["early", "late"]
        features, logits, *heads = given
        assert features.shape == (2, 8, 16, 16)
        assert [tuple(output.shape) for output in (logits, *heads)] == [(2, 5)] * 3

    def test_one_output_is_given_as_it_is_and_heads_name_it(self):
        assert isinstance(compiled("lenet5").train()(sample("lenet5")), torch.Tensor)
        model = compiled("googlenet")
        assert isinstance(model.eval()(sample("googlenet")), torch.Tensor)
        assert model.train()(sample("googlenet"))._fields == ("output", "aux1", "aux2")

    def test_a_head_runs_right_after_the_layer_it_reads(self):
        """Dropout draws its numbers in the order of the calls: torchvision's."""
        model = compiled("googlenet").train()
        order = []
        for name, child in model.named_children():
            child.register_forward_hook(lambda *_, name=name: order.append(name))
        model(sample("googlenet"))
        assert order[order.index("inception4a") + 1] == "aux1"
        assert order[order.index("inception4d") + 1] == "aux2"

    def test_it_learns(self):
        model = compiled("lenet5").train()
        optimizer = torch.optim.Adam(model.parameters())
        x, labels = sample("lenet5", 16), torch.arange(16) % 10
        losses = []
        for _ in range(60):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x), labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        assert losses[-1] < losses[0] / 10


def _tuple(given) -> tuple[torch.Tensor, ...]:
    return given if isinstance(given, tuple) else (given,)


class TestSeeds:
    def test_a_seed_makes_the_weights_reproducible(self):
        first, second = compiled("resnet18", seed=7), compiled("resnet18", seed=7)
        other = compiled("resnet18", seed=8)
        assert torch.equal(first.conv1.weight, second.conv1.weight)
        assert torch.equal(first.fc.weight, second.fc.weight)
        assert not torch.equal(first.conv1.weight, other.conv1.weight)

    def test_and_leaves_torchs_generator_alone(self):
        before = torch.get_rng_state()
        compiled("lenet5", seed=7)
        assert torch.equal(torch.get_rng_state(), before)

    def test_without_one_the_weights_come_from_torchs_generator(self):
        torch.manual_seed(7)
        first = archc.compile(SPECS / "lenet5.yaml")
        assert not torch.equal(
            first.conv1.weight, archc.compile(SPECS / "lenet5.yaml").conv1.weight
        )
        torch.manual_seed(7)
        again = archc.compile(SPECS / "lenet5.yaml")
        assert torch.equal(first.conv1.weight, again.conv1.weight)
        assert torch.equal(first.conv1.weight, compiled("lenet5", seed=7).conv1.weight)

    def test_each_call_gives_a_module_of_its_own(self):
        arch = archc.load(SPECS / "lenet5.yaml")
        assert arch.compile(seed=0) is not arch.compile(seed=0)
        assert type(arch.compile()) is type(arch.compile())


class TestSource:
    @each
    def test_getsource(self, name):
        model = compiled(name)
        source = archc.load(NETWORKS[name][0]).source()
        assert inspect.getsource(type(model)) in source
        assert inspect.getsource(type(model).forward) in source
        for module in model.modules():
            if not type(module).__module__.startswith("torch."):
                assert inspect.getsource(type(module)) in source

    def test_tracebacks_show_the_line(self):
        model = compiled("lenet5")
        with pytest.raises(RuntimeError) as raised:
            model(torch.zeros(2, 1, 32, 32))
        shown = "".join(traceback.format_exception(raised.value))
        assert "x = self.fc1(x)" in shown

    def test_also_after_linecache_has_checked_its_files(self):
        model = compiled("lenet5")
        linecache.checkcache()
        with pytest.raises(RuntimeError) as raised:
            model(torch.zeros(2, 1, 32, 32))
        assert "x = self.fc1(x)" in "".join(traceback.format_exception(raised.value))

    @each
    def test_it_prints_as_modules_do(self, name):
        shown = repr(compiled(name))
        assert shown.startswith(f"{type(compiled(name)).__name__}(\n  (")
