"""The measured field against the paper's theory, and against what cannot be seen."""

from math import sqrt

import pytest
import torch
from graphs import SPECS, network
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_specs import spec

from archc.analyses.keys import state_keys
from archc.measure.effective_field import NoMapError, _up_to, effective_field
from archc.module.live import compile_graph
from archc.pipeline import check


def uniform(count, kernel, size=64):
    """Return a linear chain of equal convolutions, and its weights, all of them 1/k²."""
    layer = {"conv": 1, "kernel": kernel, "padding": kernel // 2, "bias": False}
    graph = network([layer] * count, (1, size, size))
    state = compile_graph(graph, 0).state_dict()
    return graph, {key: torch.full_like(value, kernel**-2) for key, value in state.items()}


@pytest.mark.parametrize(("count", "kernel"), [(1, 3), (4, 3), (12, 3), (5, 5)])
def test_the_variance_of_equal_weights_is_the_papers(count, kernel):
    # n uniform distributions over k places, added: n(k² − 1)/12 along each axis.
    graph, weights = uniform(count, kernel)
    found = effective_field(graph, samples=1, weights=weights)
    deviation = sqrt(count * (kernel**2 - 1) / 12)
    assert found.sigma == pytest.approx((deviation, deviation), rel=1e-5)
    assert found.centre == pytest.approx((32, 32), abs=1e-4)


def test_one_layer_of_equal_weights_has_its_whole_field_as_effective():
    graph, weights = uniform(1, 5)
    found = effective_field(graph, samples=1, weights=weights)
    assert (found.size, found.ratio) == (5, 1)


def test_the_deeper_the_smaller_is_the_effective_part():
    parts = []
    for count in (2, 6, 12):
        graph, weights = uniform(count, 3)
        parts.append(effective_field(graph, samples=1, weights=weights).ratio)
    assert parts == sorted(parts, reverse=True)


@pytest.mark.parametrize(
    ("name", "path", "size"),
    [
        ("lenet5", None, (1, 32, 32)),
        ("vgg16", "features.9", (3, 64, 64)),
        ("resnet18", "layer2", (3, 128, 128)),
        ("resnet152", "layer1", (3, 96, 96)),
        ("googlenet", "inception3a", (3, 128, 128)),
    ],
)
def test_nothing_outside_of_the_theoretical_field_counts(name, path, size):
    graph = check(SPECS / f"{name}.yaml", input_shape=size).sound
    found = effective_field(graph, path, samples=2)
    (top, bottom), (left, right) = found.theory
    outside = found.heat.clone()
    outside[max(top, 0) : bottom + 1, max(left, 0) : right + 1] = 0
    assert outside.sum() == 0
    assert float(found.heat.sum()) == pytest.approx(1)


@settings(max_examples=25)
@given(spec(), st.data())
def test_what_is_built_up_to_a_layer_is_the_networks_own_beginning(random, data):
    graph = check(random).sound
    assume(graph is not None and graph.nodes)
    node = data.draw(st.sampled_from(graph.nodes))
    part = _up_to(graph, node)
    whole = compile_graph(graph, 0).train(node in graph.auxiliary)
    state = whole.state_dict()
    assert {key: key in state for key in state_keys(part)} == dict.fromkeys(state_keys(part), True)
    found = []
    if node.path not in dict(whole.named_modules()):
        assume(False)  # a join, or an activation that is called as a function
    whole.get_submodule(node.path).register_forward_hook(lambda *it: found.append(it[2].clone()))
    image = torch.rand(2, *graph.input.shape)
    whole.eval() if node not in graph.auxiliary else _still(whole)
    with torch.no_grad():
        whole(image)
        own = compile_graph(part, weights={key: state[key] for key in state_keys(part)}).eval()
        torch.testing.assert_close(own(image), found[0], equal_nan=True)


def _still(module):
    """Put all but the root, whose heads run in training alone, in evaluation mode."""
    for child in module.children():
        child.eval()


def test_a_join_and_a_head_have_effective_fields():
    graph = check(SPECS / "googlenet.yaml", input_shape=(3, 96, 96)).sound
    for path in ("inception3a.join", "aux1.conv"):
        assert effective_field(graph, path, samples=1).path == path


def test_the_number_of_draws_follows_what_one_costs():
    cheap = network([{"conv": 1, "kernel": 3}], (1, 9, 9))
    assert effective_field(cheap).samples == 100
    assert effective_field(cheap, samples=3).samples == 3


def test_with_random_weights_the_field_grows_as_the_root_of_the_depth():
    deviations = []
    for count in (4, 16):
        layer = {"conv": 8, "kernel": 3, "padding": 1, "bias": False}
        graph = network([layer] * count, (1, 65, 65))
        deviations.append(effective_field(graph, samples=12).sigma[0])
    # The theoretical field grows from 9 to 33, 3.7 times as large; σ from √4 to √16.
    assert deviations[1] / deviations[0] == pytest.approx(2, rel=0.15)


def test_a_seed_makes_it_reproducible_and_another_one_differs():
    graph = network([{"conv": 2, "kernel": 3}], (1, 9, 9))
    one, same, other = (effective_field(graph, samples=2, seed=s).heat for s in (1, 1, 5))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


@pytest.mark.parametrize(
    ("path", "message"),
    [("1", "sees the whole input"), ("cnv", "there is no"), ("0", None)],
)
def test_a_layer_without_a_map_is_refused(path, message):
    graph = network([{"conv": 2, "kernel": 3}, {"adaptive_avg_pool": 1}, "flatten"], (1, 9, 9))
    names = [node.path for node in graph.nodes]
    asked = names[int(path)] if path.isdigit() else path
    if message is None:
        assert effective_field(graph, asked, samples=1).path == asked
        return
    with pytest.raises(NoMapError, match=message):
        effective_field(graph, asked, samples=1)
