"""Which of torchvision's classifiers a spec is, to the bit.

    python tests/bench/equality_table.py [--write] [NAME…]

For each of torchvision's classifiers that comes with archc: whether the keys and shapes of the
state are the same (K), whether the logits of evaluation are (E), and whether the logits, gradients
and running statistics of a step of training are (T): bit by bit, with the same weights, in one
thread. `--write` writes the table into docs/models.md.
"""

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

import torch
import torchvision
from torch import Tensor, nn

import archc
from archc import shipped

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tests" / "models"))

from equality import assert_same_results, exchange, one_thread, shapes  # noqa: E402

PAGE = ROOT / "docs" / "models.md"
START, END = "<!-- table: equality -->\n", "<!-- end -->"
SIDES = {"inception_v3": 299}
"""The sides of the images, if 64 are too few."""


class Row(NamedTuple):
    """What is true of one classifier."""

    name: str
    file: str
    keys: bool
    evaluation: bool
    training: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    classifiers = torchvision.models.list_models(module=torchvision.models)
    names = given.names or sorted({*classifiers} & {*shipped.models()})
    rows = []
    for name in names:
        rows.append(compared(name))
        print(line(rows[-1]), flush=True)
    missing = [name for name in classifiers if name not in names]
    print(total(rows, len(classifiers)))
    if not given.names:
        print("not here:", ", ".join(missing))
    if given.write:
        write(rows, missing)
    sys.exit(not all(row.keys and row.evaluation and row.training for row in rows))


def compared(name: str) -> Row:
    side = SIDES.get(name, 64)
    sample = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(1))
    mine, other = archc.compile(name, seed=0), theirs(name)
    file = str(shipped.models()[name].relative_to(ROOT))
    if shapes(mine) != shapes(other):
        return Row(name, file, False, False, False)
    return Row(name, file, True, evaluation(mine, other, sample), training(mine, other, sample))


def theirs(name: str) -> nn.Module:
    heads = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    more = {"aux_logits": True} if heads else {}
    return torchvision.models.get_model(name, weights=None, **heads, **more)


def evaluation(mine: nn.Module, other: nn.Module, sample: Tensor) -> bool:
    exchange(mine, other)
    with one_thread(), torch.no_grad():
        return torch.equal(mine.eval()(sample), other.eval()(sample))


def training(mine: nn.Module, other: nn.Module, sample: Tensor) -> bool:
    def in_order(outputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        return (outputs[0], *reversed(outputs[1:]))  # torchvision's GoogLeNet gives aux2, aux1

    try:
        assert_same_results(mine, other, sample, in_order)
    except AssertionError:
        return False
    return True


def line(row: Row) -> str:
    marks = ["yes" if one else "no" for one in (row.keys, row.evaluation, row.training)]
    arch = archc.load(row.name)
    cells = [f"`{row.name}`", f"[`{row.file}`](../{row.file})"]
    cells += [f"{arch.parameters:,}", f"{arch.macs:,}", *marks]
    return f"| {' | '.join(cells)} |"


def total(rows: list[Row], classifiers: int) -> str:
    keys, evaluation, training = (sum(row[i] for row in rows) for i in (2, 3, 4))
    return (
        f"Of torchvision's {classifiers} classifiers, {keys} have a spec with the same keys, "
        f"{evaluation} with the same\nresults in evaluation, and {training} with the same results "
        "in training."
    )


def write(rows: list[Row], missing: list[str]) -> None:
    text = PAGE.read_text("utf-8")
    before, rest = text.split(START)
    _, after = rest.split(END)
    head = "| name | file | parameters | MACs | keys | evaluation | training |\n"
    head += "| --- | --- | ---: | ---: | --- | --- | --- |\n"
    table = head + "\n".join(map(line, rows)) + "\n"
    said = total(rows, len(rows) + len(missing))
    absent = "There is no spec yet of: " + ", ".join(f"`{name}`" for name in missing) + "."
    PAGE.write_text(f"{before}{START}{table}\n{said}\n\n{absent}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
