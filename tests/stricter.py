"""Where archc refuses on purpose what torch would run: the laws of "Stricter than torch"."""

import torch

STRICTER = {
    ("linear", "AR401"): "torch would take a map's last axis",
    ("adaptive_avg_pool", "AR401"): "torch would take [batch, features] for an unbatched map",
    ("adaptive_max_pool", "AR401"): "likewise",
    ("add", "AR405"): "torch would broadcast",
    ("multiply", "AR405"): "torch would broadcast",
    ("layer_norm", "AR406"): "torch is given sizes, not a number of axes",
}


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
