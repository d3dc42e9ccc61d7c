"""Variants: a name for values of the file's parameters."""

from textwrap import dedent

import pytest
import torch

import archc
from archc.diagnostics import Diagnostic
from archc.graph import budget
from archc.pipeline import check

FAMILY = """\
archc: 1
name: family
input: [3, 32, 32]
params: {width: 16, kernel: 3, hidden: $(2 * width), deep: false}
variants:
  narrow: {width: 8}
  wide: {width: 32, kernel: 5, hidden: $(width + kernel)}
  deep: {deep: true}
  same: {}
layers:
  conv: {conv: $width, kernel: $kernel}
  more: {if: $deep, conv: $hidden, kernel: 3}
  flatten: flatten
  fc: {linear: $hidden}
"""
VALUES = {
    None: {},
    "narrow": {"width": 8},
    "wide": {"width": 32, "kernel": 5, "hidden": 37},
    "deep": {"deep": True},
    "same": {},
}


def found_in(text: str, **given) -> list[Diagnostic]:
    return list(check(dedent(text), every_variant=True, **given).diagnostics)


def labels(one: Diagnostic) -> list[tuple[int, str]]:
    return [(label.span.line, label.text) for label in one.labels]


@pytest.mark.parametrize("variant", VALUES)
def test_a_variant_is_the_file_with_these_values(variant):
    chosen = archc.load(FAMILY, variant=variant)
    given = archc.load(FAMILY, **VALUES[variant])
    assert chosen.summary().splitlines()[1:] == given.summary().splitlines()[1:]
    assert chosen.name == (variant or "family")


@pytest.mark.parametrize("variant", VALUES)
def test_the_module_of_a_variant_is_that_of_these_values(variant):
    chosen = archc.compile(FAMILY, variant=variant, seed=0).eval()
    given = archc.compile(FAMILY, seed=0, **VALUES[variant]).eval()
    sample = torch.linspace(-1, 1, 3 * 32 * 32).reshape(1, 3, 32, 32)
    assert torch.equal(chosen(sample), given(sample))


def test_a_value_from_outside_replaces_that_of_the_variant():
    arch = archc.load(FAMILY, variant="wide", width=4)
    assert arch["conv"].output_shape == (4, 28, 28)
    assert arch["fc"].output_shape == (9,)  # the variant's $(width + kernel)


def test_every_variant_is_clean():
    assert found_in(FAMILY) == []
    assert archc.check(FAMILY) == []


BROKEN = """\
archc: 1
input: [3, 8, 8]
params: {kernel: 3, stride: 1}
variants:
  fits: {kernel: 8}
  large: {kernel: 9}
  larger: {kernel: 11}
  uneven: {stride: 2}
layers: [{conv: 4, kernel: $kernel, stride: $stride}]
"""


def test_a_problem_of_variants_alone_names_them():
    empty, inexact = found_in(BROKEN)
    assert (empty.problem.code, empty.span.line) == ("AR403", 9)
    assert (6, "in the variants `large` and `larger`") in labels(empty)
    assert inexact.problem.code == "AR404"
    assert labels(inexact)[-1] == (8, "in the variant `uneven`")


def test_a_problem_of_the_defaults_is_told_once_and_names_no_variant():
    (found,) = found_in(BROKEN.replace("kernel: 3,", "kernel: 10,").replace("stride: 2", ""))
    assert [text for _, text in labels(found) if "variant" in text] == []


def test_one_that_is_chosen_is_checked_alone():
    assert found_in(BROKEN, variant="fits") == []
    (found,) = found_in(BROKEN, variant="larger")
    assert "(8 + 2·0 − 11)/1 + 1 = −2" in found.problem.message()


def test_values_from_outside_hold_in_every_variant():
    (found,) = found_in(BROKEN, params={"kernel": 5})
    assert found.problem.code == "AR404"


@pytest.mark.parametrize(
    ("variants", "code", "column"),
    [
        ("[a, b]", "AR203", 11),
        ("{a: 3}", "AR203", 15),
        ("{a: {wdth: 3}}", "AR303", 16),
        ("{a: {width: $kernel}}", "AR303", 24),  # declared after it
        ("{a-b: {}}", "AR206", 12),
        ("{a: {}, a: {}}", "AR104", 19),
    ],
)
def test_what_is_no_variant(variants, code, column):
    text = f"""\
archc: 1
input: [3, 8, 8]
params: {{width: 3, kernel: 3}}
variants: {variants}
layers: [{{conv: $width, kernel: $kernel}}]
"""
    (found,) = found_in(text)
    assert (found.problem.code, found.span.line, found.span.column) == (code, 4, column)


def test_a_misspelt_name_gets_the_one_that_is_meant():
    (found,) = check(FAMILY, variant="wdie").diagnostics
    assert found.problem.help() == "did you mean `wide`?"
    (found,) = check(FAMILY, variant="x" * 90).diagnostics
    assert found.problem.help().startswith("available variants: `deep`, `narrow`")
    (found,) = check("archc: 1\ninput: [3]\nlayers: [relu]", variant="a").diagnostics
    assert found.problem.help() == "this file has no `variants:`"


def test_all_variants_together_cost_what_one_network_may(monkeypatch):
    monkeypatch.setattr(budget, "MAX_STEPS", 5_000)
    names = "\n".join(f"  v{i}: {{width: {i + 1}}}" for i in range(200))
    text = FAMILY[: FAMILY.index("  narrow")] + names + FAMILY[FAMILY.index("\nlayers") :]
    assert "AR210" in [one.problem.code for one in found_in(text)]


def test_without_a_choice_the_defaults_hold():
    plain = FAMILY[: FAMILY.index("variants")] + FAMILY[FAMILY.index("layers") :]
    assert archc.load(plain).summary() == archc.load(FAMILY).summary()
