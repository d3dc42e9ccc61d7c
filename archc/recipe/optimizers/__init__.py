"""The optimizers, one file each: those of ``torch.optim`` that step once a dense gradient.

`maximize`, `capturable` and `differentiable` are left out: they are not for training a classifier.

Source: https://pytorch.org/docs/stable/optim.html
"""
