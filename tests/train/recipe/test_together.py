"""What an optimizer, a schedule and several processes must be to go together."""

import pytest

from archc.diagnostics import Diagnostics
from archc.train.recipe.read import read_recipe


def told(path):
    diagnostics = Diagnostics()
    read_recipe(str(path), diagnostics)
    return [(each.span.line, each.problem.message()) for each in diagnostics]


CYCLES = ["{one_cycle: {max_lr: 0.1}}", "{cyclic: {base_lr: 0.01, max_lr: 0.1}}"]


@pytest.mark.parametrize("schedule", CYCLES)
@pytest.mark.parametrize("optimizer", ["adagrad", "adadelta", "asgd", "rprop"])
def test_a_schedule_moves_no_momentum_where_there_is_none(written, optimizer, schedule):
    path = written(f"schedule: {schedule}\n", optimizer=optimizer)
    needs = f"false with `{optimizer}`, which has no momentum"
    assert told(path) == [(10, f"`cycle_momentum` must be {needs}, not true, its default")]
    path.write_text(path.read_text().replace("max_lr: 0.1", "max_lr: 0.1, cycle_momentum: false"))
    assert told(path) == []


@pytest.mark.parametrize("schedule", CYCLES)
@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop", "nadam"])
def test_a_schedule_moves_the_momentum_that_there_is(written, optimizer, schedule):
    assert told(written(f"schedule: {schedule}\n", optimizer=optimizer)) == []


@pytest.mark.parametrize("optimizer", ["adafactor", "rprop"])
def test_an_optimizer_of_whole_weights_is_refused_with_fsdp(written, optimizer):
    assert told(written("parallel: ddp\n", optimizer=optimizer)) == []
    ((line, message),) = told(written("parallel: fsdp\n", optimizer=optimizer))
    assert line == 7
    assert message.startswith("`parallel` must be `ddp` with this optimizer")
