"""Modules whose outputs depend on their input as those of trained networks do.

A fresh network's need not: with PyTorch's own initialisation each layer of VGG16 shrinks what it
is given, until the logits are the last bias, and a batch norm with statistics that are not those
of what it reads leaves nothing behind its ReLU. An error before it would be seen in no logit.
"""

import torch
from torch import nn

from archc.graph.graph import Graph
from archc.module.live import compile_graph

SAMPLES = 8
SEEN = 1e-2
"""The least that samples' outputs differ by, relative to the largest output."""


def trained_module(graph: Graph) -> nn.Module:
    """Return a module in evaluation whose layers hand on the scale of what they are given.

    Weights have the variance 2/fan-in (He et al. 2015, https://arxiv.org/abs/1502.01852); batch
    norms have the statistics of what they read of a batch, and shift by more than they scale to,
    so that a ReLU cuts off little: where it cuts off half, a deep network of random weights is
    chaotic (the float32 logits of ResNet152 are 6e-4 from the float64 ones), and no bound of 1e-5
    can hold.
    """
    module = compile_graph(graph, 0)
    norms = [each for each in module.modules() if isinstance(each, nn.modules.batchnorm._BatchNorm)]
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(1)
        for layer in module.modules():
            if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
                weight = layer.weight
                weight.mul_((2 / weight[0].numel()) ** 0.5 / weight.std())
        for norm in norms:
            nn.init.uniform_(norm.weight, 0.3, 0.7)
            nn.init.uniform_(norm.bias, 0.5, 1)
            norm.momentum = None  # the statistics are the mean over all batches, which is one
        if norms:
            module.train()(torch.randn(SAMPLES, *graph.input.shape))
    return module.eval()


def depends(output: torch.Tensor) -> bool:
    """Whether the samples of an output differ by more than rounding."""
    return bool((output - output[:1]).abs().max() > SEEN * output.abs().max())
