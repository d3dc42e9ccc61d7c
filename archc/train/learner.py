"""One step of training: the network, its optimizer and their state."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from archc.recipe.model import Recipe
from archc.train.building import Schedules, build_optimizer
from archc.train.data.batch import IGNORED, Batch
from archc.train.divergence import NotFiniteError, Watch, culprit, first_broken, state_of
from archc.train.networks import build_networks
from archc.train.problems import RunError
from archc.train.processes import Processes
from archc.train.sharding import (
    full_optimizer_state,
    full_state,
    load_full_optimizer_state,
    load_full_state,
)

_DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}


class Learner:
    """A network that learns by a recipe, on one device, in one process or one of several.

    Args:
        recipe: the recipe.
        device: the device of its tensors.
        precision: the precision of the forward pass: ``fp32``, ``bf16`` or ``fp16``.
        processes: the processes that train together.
        steps: the optimizer's steps in one epoch.

    Attributes:
        rate: the learning rate of the last step; before the first step, of that.
        model: the network.
        averaged: the moving average of its weights, if the recipe has `ema`.
        sharded: whether each process holds only a part of the weights.
        watch: the first step whose loss is not finite.
    """

    def __init__(
        self,
        recipe: Recipe,
        device: torch.device,
        precision: str,
        processes: Processes,
        steps: int,
    ) -> None:
        self.recipe = recipe
        self.device = device
        self.processes = processes
        networks = build_networks(recipe, device, processes)
        self.model = networks.model
        self.averaged = networks.averaged
        self.sharded = networks.sharded
        self._parallel = networks.parallel
        self.optimizer = build_optimizer(recipe, self.model.parameters())
        self.schedules = Schedules(recipe, self.optimizer, steps)
        self.rate = self.schedules.rate
        self.scaler = torch.amp.GradScaler(device.type, enabled=precision == "fp16")
        self._dtype = _DTYPES.get(precision)
        self._criterion = recipe.loss.build(IGNORED).to(device)
        self._loss_weights = [1.0, *(head.loss_weight for head in recipe.graph.heads)]
        self.watch = Watch(device)
        # Elsewhere, reading a loss makes the processor wait, and raising leaves other processes.
        self._checks_at_once = device.type == "cpu" and processes.world == 1

    @property
    def evaluated(self) -> nn.Module:
        """The network to evaluate and save: the moving average if there is one."""
        return self.model if self.averaged is None else self.averaged.module

    def learn(self, batch: Batch, step: int = 1) -> tuple[Tensor, Tensor]:
        """Learn from one batch, and take the optimizer's step if the batch is the last of it.

        Returns:
            the summed loss of the network's main output (without auxiliary losses), and its logits.

        Raises:
            NotFiniteError: the loss is not finite; the weights are unchanged. Only one process on
                a CPU raises it; others record the step in `watch`.
            RunError: the optimizer cannot take the step.
        """
        self._parallel.train()
        with self._synchronised(batch.closes):
            with self.autocast():
                outputs = self._parallel(batch.images)
            losses = [self._loss(logits, batch.labels) for logits in _each(outputs)]
            # Processes average their gradients, which divides each by `world` once more.
            share = batch.samples / self.processes.world
            weighted = zip(self._loss_weights, losses, strict=True)
            total = torch.stack([weight * (loss / share) for weight, loss in weighted]).sum()
            self._check(total.detach(), batch, step)
            self.scaler.scale(total).backward()  # type: ignore[no-untyped-call]  # likewise
        if batch.closes:
            self._step()
        return losses[0].detach(), next(_each(outputs)).detach()

    def _check(self, loss: Tensor, batch: Batch, step: int) -> None:
        if not self._checks_at_once:
            self.watch.note(loss, step)
        elif not loss.isfinite():
            raise NotFiniteError(loss.item(), self._culprit(batch))

    def _culprit(self, batch: Batch) -> str | None:
        """Return where numbers stopped being finite, if that can be found out."""
        if self.recipe.compile:  # a compiled network calls no hooks of its layers
            return None
        with self.autocast():
            layer = culprit(self.model, batch.images)
        return layer and f"the first layer whose output is not finite is `{layer}`"

    def broken(self) -> str | None:
        """Return the first weight or buffer of this process that is not finite, if any."""
        models = [self.model] if self.averaged is None else [self.model, self.averaged.module]
        return first_broken(state_of(models))

    def _loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        loss: Tensor = self._criterion(logits.float(), labels)
        return loss

    def _step(self) -> None:
        if self.recipe.clip_norm is not None or self.recipe.clip_value is not None:
            self.scaler.unscale_(self.optimizer)
        if self.recipe.clip_value is not None:
            nn.utils.clip_grad_value_(self.model.parameters(), self.recipe.clip_value)
        if self.recipe.clip_norm is not None:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip_norm)
        self.rate = self.schedules.rate
        try:
            self.scaler.step(self.optimizer)
        except (ArithmeticError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and "without overflow" not in str(error):
                raise
            raise RunError(
                f"`{self.recipe.optimizer.name}` cannot take a step at a learning rate of "
                f"{self.rate:g}: {error}"
            ) from error
        self.scaler.update()
        self.optimizer.zero_grad()
        self.schedules.stepped()
        if self.averaged is not None:
            self.averaged.update_parameters(self.model)

    def autocast(self) -> AbstractContextManager[Any]:
        """Return the context in which the network computes in its precision."""
        if self._dtype is None:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=self._dtype)

    def _synchronised(self, closes: bool) -> AbstractContextManager[Any]:
        """Return a context that exchanges gradients only if a step follows."""
        if closes or not isinstance(self._parallel, DistributedDataParallel):
            return nullcontext()
        no_sync: Callable[[], AbstractContextManager[Any]] = self._parallel.no_sync
        return no_sync()

    def weights(self) -> dict[str, Tensor]:
        """Return the whole state of `evaluated`, on CPU; every process must call this."""
        state = self._whole(self.evaluated)
        return {key: value.detach().cpu().contiguous() for key, value in state.items()}

    def _whole(self, model: nn.Module) -> dict[str, Any]:
        return full_state(model) if self.sharded else model.state_dict()

    def state(self) -> dict[str, Any]:
        """Return the state that `load` restores; every process must call this."""
        averaged = self.averaged
        return {
            "model": self._whole(self.model),
            "optimizer": (
                full_optimizer_state(self.model, self.optimizer)
                if self.sharded
                else self.optimizer.state_dict()
            ),
            "schedules": self.schedules.state(),
            "scaler": self.scaler.state_dict(),
            "averaged": averaged and self._whole(averaged.module),
            "averages": averaged and averaged.n_averaged,
        }

    def load(self, state: dict[str, Any]) -> None:
        """Restore what `state` returned."""
        load = load_full_state if self.sharded else nn.Module.load_state_dict
        load(self.model, state["model"])
        if self.sharded:
            load_full_optimizer_state(self.model, self.optimizer, state["optimizer"])
        else:
            self.optimizer.load_state_dict(state["optimizer"])
        self.schedules.load(state["schedules"])
        self.scaler.load_state_dict(state["scaler"])
        if self.averaged is not None:
            load(self.averaged.module, state["averaged"])
            self.averaged.n_averaged.copy_(state["averages"])


def _each(outputs: Any) -> Iterator[Tensor]:
    """Yield the logits, then those of the auxiliary heads."""
    return iter(outputs) if isinstance(outputs, tuple) else iter((outputs,))
