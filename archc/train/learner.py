"""What learning changes: the weights, and all that an optimizer keeps beside them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, get_ema_avg_fn, get_ema_multi_avg_fn

from archc.module.live import compile_graph
from archc.recipe.model import Recipe
from archc.train.building import Schedules, build_optimizer
from archc.train.data.batch import IGNORED, Batch
from archc.train.finite import NotFiniteError, Watch, culprit, first_broken, state_of
from archc.train.problems import RunError
from archc.train.processes import Processes
from archc.train.sharding import (
    full_optimizer_state,
    full_state,
    load_full_optimizer_state,
    load_full_state,
    shard,
)

_TYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}


class Learner:
    """A network that learns by a recipe, on one device, alone or as one of several processes.

    Args:
        recipe: what it learns by.
        device: where its tensors are.
        precision: ``fp32``, ``bf16`` or ``fp16``, of the forward pass.
        processes: who else learns.
        steps: the optimizer's steps in one epoch.

    Attributes:
        rate: the learning rate of the last step; before any, of the first.
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
        self.model = self._model()
        self.averaged = self._averaged()
        self.network = self._wrapped()
        self.optimizer = build_optimizer(recipe, self.model.parameters())
        self.schedules = Schedules(recipe, self.optimizer, steps)
        self.rate = self.schedules.rate
        scaled = precision == "fp16"
        self.scaler = torch.amp.GradScaler(device.type, enabled=scaled)
        self._type = _TYPES.get(precision)
        self._weights = [1.0, *(head.loss_weight for head in recipe.graph.heads)]
        self.watch = Watch(device)
        # Elsewhere to read a loss would make the processor wait, or one process leave the others.
        self._looks = device.type == "cpu" and processes.world == 1

    def _model(self) -> nn.Module:
        model = compile_graph(self.recipe.graph, self.recipe.seed).to(self.device)
        if self.recipe.channels_last:
            model = model.to(memory_format=torch.channels_last)
        if self.recipe.compile:
            model.compile()
        return model

    def _averaged(self) -> AveragedModel | None:
        if self.recipe.ema is None:
            return None
        decay = self.recipe.ema
        if self.sharded:  # divided weights and whole buffers cannot be averaged in one call
            one = get_ema_avg_fn(decay)  # type: ignore[no-untyped-call]  # torch's is untyped
            return AveragedModel(self.model, avg_fn=one, use_buffers=True)
        many = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]  # likewise
        return AveragedModel(self.model, multi_avg_fn=many, use_buffers=True)

    def _wrapped(self) -> nn.Module:
        if self.processes.world == 1:
            return self.model
        if self.sharded:
            if self.averaged is not None:
                shard(self.averaged.module)
            return shard(self.model)
        devices = [self.device] if self.device.type == "cuda" else None
        return DistributedDataParallel(self.model, device_ids=devices)

    @property
    def sharded(self) -> bool:
        """Whether each process holds a part of the weights alone."""
        return self.processes.world > 1 and self.recipe.parallel == "fsdp"

    @property
    def evaluated(self) -> nn.Module:
        """The network that is looked at and kept: the moving average, where there is one."""
        return self.model if self.averaged is None else self.averaged.module

    def learn(self, batch: Batch, step: int = 1) -> tuple[Tensor, Tensor]:
        """Take one batch of a step, and the step where the batch closes it.

        Returns:
            the summed loss of the network's own output (without auxiliary losses), and its logits.

        Raises:
            NotFiniteError: the loss is not finite, where that is known at once: alone on a CPU.
                Nothing is learnt from it. Elsewhere `watch` notes it.
            RunError: the optimizer cannot take the step.
        """
        self.network.train()
        with self._synchronised(batch.closes):
            with self.autocast():
                outputs = self.network(batch.images)
            losses = [self._loss(logits, batch.labels) for logits in _each(outputs)]
            # Processes average their gradients, so that each counts `world` times too little.
            share = batch.samples / self.processes.world
            weighted = zip(self._weights, losses, strict=True)
            total = torch.stack([weight * (loss / share) for weight, loss in weighted]).sum()
            self._look_at(total.detach(), batch, step)
            self.scaler.scale(total).backward()  # type: ignore[no-untyped-call]  # likewise
        if batch.closes:
            self._step()
        return losses[0].detach(), next(_each(outputs)).detach()

    def _look_at(self, loss: Tensor, batch: Batch, step: int) -> None:
        if not self._looks:
            self.watch.note(loss, step)
        elif not loss.isfinite():
            raise NotFiniteError(loss.item(), self._culprit(batch))

    def _culprit(self, batch: Batch) -> str | None:
        """Say where numbers stopped being finite."""
        if self.recipe.compile:  # what is compiled does not show its layers
            return None
        with self.autocast():
            layer = culprit(self.model, batch.images)
        return layer and f"the first layer whose output is not finite is `{layer}`"

    def broken(self) -> str | None:
        """Return the first weight or buffer of this process that is not finite, if any."""
        kept = [self.model] if self.averaged is None else [self.model, self.averaged.module]
        return first_broken(state_of(kept))

    def _loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        return functional.cross_entropy(
            logits.float(),
            labels,
            ignore_index=IGNORED,
            reduction="sum",
            label_smoothing=self.recipe.label_smoothing,
        )

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
        if self._type is None:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=self._type)

    def _synchronised(self, closes: bool) -> AbstractContextManager[Any]:
        """Exchange gradients only where a step follows."""
        if closes or not isinstance(self.network, DistributedDataParallel):
            return nullcontext()
        wait: Callable[[], AbstractContextManager[Any]] = self.network.no_sync
        return wait()

    def weights(self) -> dict[str, Tensor]:
        """Return the whole state of `evaluated`, on CPU; every process must ask."""
        state = self._whole(self.evaluated)
        return {key: value.detach().cpu().contiguous() for key, value in state.items()}

    def _whole(self, model: nn.Module) -> dict[str, Any]:
        return full_state(model) if self.sharded else model.state_dict()

    def state(self) -> dict[str, Any]:
        """Return all that is needed to go on; every process must ask."""
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
        """Go on from what `state` gave."""
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
