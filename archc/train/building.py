"""What a recipe names, built: the optimizer, and what moves its learning rate."""

from collections.abc import Iterable, Mapping
from typing import Any

from torch import nn, optim
from torch.optim import lr_scheduler

from archc.diagnostics import Diagnostics
from archc.language.calls import Call
from archc.problems.values import BadValue
from archc.recipe.model import Recipe
from archc.recipe.optimizers import OPTIMIZERS
from archc.recipe.schedules import SCHEDULES
from archc.train.problems import UnfitDataError


def build_optimizer(recipe: Recipe, parameters: Iterable[nn.Parameter]) -> optim.Optimizer:
    """Return the recipe's optimizer over `parameters`."""
    call = recipe.optimizer
    kind = getattr(optim, OPTIMIZERS[call.name].torch_name)
    built: optim.Optimizer = kind(parameters, **call.settings)
    return built


class Schedules:
    """The learning rate's phases, one after the other; each steps an epoch or a step at a time."""

    def __init__(self, recipe: Recipe, optimizer: optim.Optimizer, steps: int) -> None:
        self._optimizer = optimizer
        self._initial = [dict(group) for group in optimizer.param_groups]
        self._phases = recipe.schedule
        self._steps = steps
        self._ends = _ends(recipe)
        self._phase = 0
        self._current = self._build()

    def _build(self) -> Any:
        if not self._phases:
            return None
        call = self._phases[self._phase].schedule
        begin = self._ends[self._phase - 1] if self._phase else 0
        epochs = self._ends[self._phase] - begin
        for group, initial in zip(self._optimizer.param_groups, self._initial, strict=True):
            # Each phase begins from the recipe's own rate, as if there had been none before.
            group.update({name: value for name, value in initial.items() if name != "params"})
            group.pop("initial_lr", None)
        filled = SCHEDULES[call.name].filled(epochs, self._steps)
        _check_length(call, filled, epochs, self._steps)
        settings = {**filled, **call.settings}
        return getattr(lr_scheduler, SCHEDULES[call.name].torch_name)(self._optimizer, **settings)

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return float(self._optimizer.param_groups[0]["lr"])

    @property
    def _call(self) -> Call:
        return self._phases[self._phase].schedule

    def stepped(self) -> None:
        """Move on after a step of the optimizer."""
        if self._current is not None and SCHEDULES[self._call.name].each_step:
            self._current.step()

    def epoch_done(self, epochs: int, loss: float) -> None:
        """Move on after an epoch, `epochs` being done, with the test split's loss."""
        if self._current is None:
            return
        if self._phase + 1 < len(self._phases) and epochs >= self._ends[self._phase]:
            self._phase += 1
            self._current = self._build()
        elif isinstance(self._current, lr_scheduler.ReduceLROnPlateau):
            self._current.step(loss)
        elif not SCHEDULES[self._call.name].each_step:
            self._current.step()

    def state(self) -> dict[str, Any]:
        """Return where the schedule stands."""
        current = None if self._current is None else self._current.state_dict()
        return {"phase": self._phase, "current": current}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave; the optimizer has its own rates back already."""
        if self._current is None:
            return
        rates = [dict(group) for group in self._optimizer.param_groups]
        self._phase = state["phase"]
        self._current = self._build()
        self._current.load_state_dict(state["current"])
        for group, kept in zip(self._optimizer.param_groups, rates, strict=True):
            group.update({name: value for name, value in kept.items() if name != "params"})


def _check_length(call: Call, needed: Mapping[str, int], epochs: int, steps: int) -> None:
    """Refuse a schedule that would end before its epochs do; torch finds out when it happens."""
    given, needs = call.settings.get("total_steps"), needed.get("total_steps")
    if needs is None or not isinstance(given, int) or given >= needs:
        return
    diagnostics = Diagnostics()
    expected = f"at least {needs}, {epochs} epochs of {steps} steps, or left out"
    diagnostics.report(BadValue("total_steps", expected, str(given)), call.span)
    raise UnfitDataError(diagnostics)


def _ends(recipe: Recipe) -> list[int]:
    """Return the epoch at which each phase ends."""
    ends: list[int] = []
    for phase in recipe.schedule:
        begin = ends[-1] if ends else 0
        ends.append(recipe.epochs if phase.epochs is None else begin + phase.epochs)
    return ends
