"""The optimizer and the learning-rate schedules of a recipe, built."""

from collections.abc import Iterable
from typing import Any

from torch import nn, optim

from archc.diagnostics import Diagnostics
from archc.problems.values import BadValue
from archc.recipe.model import Recipe
from archc.recipe.schedules.base.kind import Schedule
from archc.train.problems import UnfitDataError


def build_optimizer(recipe: Recipe, parameters: Iterable[nn.Parameter]) -> optim.Optimizer:
    """Return the recipe's optimizer over `parameters`."""
    return recipe.optimizer.build(parameters)


class Schedules:
    """The phases of the learning rate in order; each advances by epochs or by steps."""

    def __init__(self, recipe: Recipe, optimizer: optim.Optimizer, steps: int) -> None:
        self._optimizer = optimizer
        self._initial = [dict(group) for group in optimizer.param_groups]
        self._recipe = recipe
        self._phases = recipe.schedule
        self._steps = steps
        self._ends = _ends(recipe)
        self._phase = 0
        self._current = self._build()

    def _build(self) -> Any:
        if not self._phases:
            return None
        begin = self._ends[self._phase - 1] if self._phase else 0
        epochs = self._ends[self._phase] - begin
        for group, initial in zip(self._optimizer.param_groups, self._initial, strict=True):
            # Each phase begins from the recipe's own rate, as if it were the first.
            group.update({name: value for name, value in initial.items() if name != "params"})
            group.pop("initial_lr", None)
        schedule = self._schedule
        self._check_length(schedule, epochs)
        settings = {**schedule.filled(epochs, self._steps), **schedule.given}
        return schedule.build(self._optimizer, settings)

    def _check_length(self, schedule: Schedule, epochs: int) -> None:
        """Reject a schedule that would end before its epochs do; torch raises when it happens."""
        given = schedule.given.get("total_steps")
        needs = schedule.filled(epochs, self._steps).get("total_steps")
        if needs is None or given is None or given >= needs:
            return
        diagnostics = Diagnostics()
        expected = f"at least {needs}, {epochs} epochs of {self._steps} steps, or left out"
        problem = BadValue("total_steps", expected, str(given))
        diagnostics.report(problem, self._recipe.document.name_span("schedule", self._phase))
        raise UnfitDataError(diagnostics)

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return float(self._optimizer.param_groups[0]["lr"])

    @property
    def _schedule(self) -> Schedule:
        return self._phases[self._phase].schedule

    def stepped(self) -> None:
        """Move on after a step of the optimizer."""
        if self._current is not None and self._schedule.moves == "step":
            self._current.step()

    def epoch_done(self, epochs: int, loss: float) -> None:
        """Advance after an epoch; `epochs` are complete, and `loss` is that of the test split."""
        if self._current is None:
            return
        if self._phase + 1 < len(self._phases) and epochs >= self._ends[self._phase]:
            self._phase += 1
            self._current = self._build()
        elif self._schedule.moves == "loss":
            self._current.step(loss)
        elif self._schedule.moves == "epoch":
            self._current.step()

    def state(self) -> dict[str, Any]:
        """Return the state that `load` restores."""
        current = None if self._current is None else self._current.state_dict()
        return {"phase": self._phase, "current": current}

    def load(self, state: dict[str, Any]) -> None:
        """Restore what `state` returned; the optimizer is restored already."""
        if self._current is None:
            return
        rates = [dict(group) for group in self._optimizer.param_groups]
        self._phase = state["phase"]
        self._current = self._build()
        self._current.load_state_dict(state["current"])
        for group, restored in zip(self._optimizer.param_groups, rates, strict=True):
            group.update({name: value for name, value in restored.items() if name != "params"})


def _ends(recipe: Recipe) -> list[int]:
    """Return the epoch at which each phase ends."""
    ends: list[int] = []
    for phase in recipe.schedule:
        begin = ends[-1] if ends else 0
        ends.append(recipe.epochs if phase.epochs is None else begin + phase.epochs)
    return ends
