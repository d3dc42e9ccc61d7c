"""The optimizer and the learning-rate schedules of a recipe, built."""

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
    """The phases of the learning rate in order; each advances by epochs or by steps."""

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
            # Each phase begins from the recipe's own rate, as if it were the first.
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
        """Advance after a step of the optimizer."""
        if self._current is not None and SCHEDULES[self._call.name].each_step:
            self._current.step()

    def epoch_done(self, epochs: int, loss: float) -> None:
        """Advance after an epoch; `epochs` are complete, and `loss` is that of the test split."""
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


def _check_length(call: Call, needed: Mapping[str, int], epochs: int, steps: int) -> None:
    """Reject a schedule that is shorter than its epochs; torch would fail at its end."""
    total, least = call.settings.get("total_steps"), needed.get("total_steps")
    if least is None or not isinstance(total, int) or total >= least:
        return
    diagnostics = Diagnostics()
    expected = f"at least {least}, {epochs} epochs of {steps} steps, or left out"
    diagnostics.report(BadValue("total_steps", expected, str(total)), call.span)
    raise UnfitDataError(diagnostics)


def _ends(recipe: Recipe) -> list[int]:
    """Return the epoch at which each phase ends."""
    ends: list[int] = []
    for phase in recipe.schedule:
        begin = ends[-1] if ends else 0
        ends.append(recipe.epochs if phase.epochs is None else begin + phase.epochs)
    return ends
