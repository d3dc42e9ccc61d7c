"""Where archc and torch differ on purpose: the laws of "Stricter than torch", and of the batch."""

import torch

STRICTER = {
    ("linear", "AR401"): "torch would take a map's last axis",
    ("dropout", "AR401"): "torch would take the batch for the channels",
    ("adaptive_avg_pool", "AR401"): "torch would take [batch, features] for an unbatched map",
    ("adaptive_max_pool", "AR401"): "likewise",
    ("add", "AR405"): "torch would broadcast",
    ("multiply", "AR405"): "torch would broadcast",
    ("slice", "AR406"): "Python cuts what is beyond the end",
    ("layer_norm", "AR406"): "torch is given sizes, not a number of axes",
}

TOO_FEW = "Expected more than 1 value per channel"
"""How torch refuses a batch of one of which a norm reads one value: a batch norm in training or
without running statistics, a group norm of one channel a group, on a vector or a 1×1 map. archc
accepts them: a spec says nothing of the batch, and a batch of two runs."""


def on_purpose(name: str, codes: set[str], result: object) -> bool:
    """Whether archc may refuse a layer with `codes`, of which torch gives `result`.

    torch lets some layers give a map without rows or columns, and takes the maximum, −∞, of nothing
    but padding; archc never does.
    """
    if any((name, code) in STRICTER for code in codes):
        return True
    if not isinstance(result, torch.Tensor):
        return False
    return result.numel() == 0 or (name == "max_pool" and bool((result == -torch.inf).any()))
