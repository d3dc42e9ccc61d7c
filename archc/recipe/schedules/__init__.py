"""The schedules of the learning rate, one file each: those of ``torch.optim.lr_scheduler``.

A name is the class's, without ``LR``. `last_epoch` is left out: archc resumes by itself. So are
`mode` of ``ReduceLROnPlateau``, which watches the test split's loss, `scale_fn`, which is a
function, and `epochs` and `steps_per_epoch`, which say `total_steps` in another way.

Source: https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
"""
