"""Batch normalisation."""

from archc.ops.base.kinds import Flag, Number, Positive
from archc.ops.base.norm import scale_and_shift
from archc.ops.base.operator import (
    FLOAT32,
    GLOBAL,
    POINTWISE,
    Saved,
    Shape,
    Window,
    invalid,
    valid,
)
from archc.ops.base.same_shape import SameShape
from archc.ops.base.torch_code import Module


class BatchNorm(SameShape):
    """`batch_norm` normalises each channel of a map, or each feature of a vector, over the batch.

    y = (x − mean)/√(variance + eps) · weight + bias; the shape stays. In training mean and
    variance are the batch's; in evaluation they are running averages, r ← (1 − momentum)·r +
    momentum·batch, unless `track_running_stats: false`. Weights: C and C, where `affine`.

    Source: Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167, and
    https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
    """

    eps: Positive = 1e-5
    momentum: Number = 0.1
    affine: Flag = True
    track_running_stats: Flag = True

    symbol = "BN"
    follows = "norm"
    examples = (
        valid("batch_norm", (8, 7, 7), (8, 7, 7)),
        valid("batch_norm", (16,), (16,)),
        valid("{batch_norm: , eps: 0.001, momentum: 0.01}", (8, 5, 5), (8, 5, 5)),
        valid("{batch_norm: , momentum: 0}", (8, 1, 1), (8, 1, 1)),
        valid("{batch_norm: , affine: false}", (8, 5, 5), (8, 5, 5)),
        valid("{batch_norm: , track_running_stats: false}", (8, 5, 5), (8, 5, 5)),
        valid("{batch_norm: , track_running_stats: false, affine: false}", (16,), (16,)),
        invalid("{batch_norm: , eps: 0}", (8, 7, 7), "AR301"),
        invalid("{batch_norm: , eps: -0.001}", (8, 7, 7), "AR301"),
        invalid("{batch_norm: , eps: small}", (8, 7, 7), "AR301"),
        invalid("{batch_norm: , momentum: slow}", (8, 7, 7), "AR301"),
        invalid("{batch_norm: , affine: 1}", (8, 7, 7), "AR301", stricter=True),
        invalid("{batch_norm: , track_running_stats: 1}", (8, 7, 7), "AR301", stricter=True),
    )

    def weights(self, x: Shape) -> dict[str, Shape]:
        return scale_and_shift((x[0],)) if self.affine else {}

    def buffers(self, x: Shape) -> dict[str, Shape]:
        if not self.track_running_stats:
            return {}
        return {"running_mean": (x[0],), "running_var": (x[0],), "num_batches_tracked": ()}

    def windows(self, x: Shape) -> tuple[Window, Window] | None:
        return POINTWISE if self.track_running_stats or len(x) == 1 else GLOBAL

    def saved(self, x: Shape) -> Saved:
        # The batch's mean and 1/√(variance + eps) of each channel.
        return Saved(input=True, batch_bytes=2 * FLOAT32 * x[0])

    def torch(self, x: Shape) -> Module:
        settings = self.changed(
            eps="eps",
            momentum="momentum",
            affine="affine",
            track_running_stats="track_running_stats",
        )
        return Module("BatchNorm1d" if len(x) == 1 else "BatchNorm2d", (x[0],), settings)
