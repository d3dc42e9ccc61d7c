"""2-D convolution."""

from archc.ops.base.convolution import Convolution
from archc.ops.base.operator import invalid, valid


class Conv(Convolution):
    """`conv: C_out` slides C_out kernels over a map: [C, H, W] → [C_out, OH, OW].

    OH = ⌊(H + 2P − F')/S⌋ + 1 with F' = D (F − 1) + 1. Weights: C_out × C/groups × F × F, and
    C_out biases. One MAC per weight (biases apart) and output position. This is the
    cross-correlation, as in every CNN library.

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """

    examples = (
        valid("{conv: 6, kernel: 5}", (1, 28, 28), (6, 24, 24)),
        valid("{conv: 64, kernel: 7, stride: 2, padding: 3}", (3, 224, 224), (64, 112, 112)),
        valid("{conv: 8, kernel: [1, 7], padding: [0, 3]}", (4, 9, 9), (8, 9, 9)),
        valid("{conv: 8, kernel: 3, dilation: 2, padding: same}", (4, 9, 9), (8, 9, 9)),
        valid("{conv: 8, kernel: 4, padding: same}", (4, 9, 9), (8, 9, 9)),
        valid("{conv: 8, kernel: 3, padding: valid, bias: false}", (4, 9, 9), (8, 7, 7)),
        valid("{conv: 8, kernel: 3, groups: 4, stride: [2, 1]}", (4, 9, 9), (8, 4, 7)),
        valid("{conv: 8, kernel: 3, padding: 2, padding_mode: reflect}", (4, 5, 5), (8, 7, 7)),
        valid("{conv: 8, kernel: 3, padding: 5, padding_mode: circular}", (4, 5, 5), (8, 13, 13)),
        valid("{conv: 8, kernel: 3, padding: 7, padding_mode: replicate}", (4, 5, 5), (8, 17, 17)),
        valid("{conv: 4, kernel: 4, padding: same, padding_mode: reflect}", (2, 5, 5), (4, 5, 5)),
        invalid("{conv: 8, kernel: 5}", (4, 4, 4), "AR403"),
        invalid("{conv: 8, kernel: 3, dilation: 4}", (4, 8, 9), "AR403"),
        invalid("{conv: 8, kernel: 3, groups: 3}", (4, 9, 9), "AR402"),
        invalid("{conv: 9, kernel: 3, groups: 2}", (4, 9, 9), "AR402"),
        invalid("{conv: 8, kernel: 3, padding: same, stride: 2}", (4, 9, 9), "AR406"),
        invalid("{conv: 8, kernel: 3, padding: 5, padding_mode: reflect}", (4, 5, 5), "AR406"),
        invalid("{conv: 8, kernel: 3, padding: 6, padding_mode: circular}", (4, 5, 5), "AR406"),
        invalid("{conv: 8, kernel: 3}", (16,), "AR401"),
        invalid("{conv: 0, kernel: 3}", (4, 9, 9), "AR301"),
        invalid("{conv: -8, kernel: 3}", (4, 9, 9), "AR301"),
        invalid("{conv: 8, kernel: 3, padding: full}", (4, 9, 9), "AR301"),
    )
