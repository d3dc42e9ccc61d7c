"""One good value for each setting of a call in a recipe that torch has no default for."""

GIVEN = {
    "gamma": 0.9,
    "step_size": 2,
    "milestones": (1, 3),
    "T_0": 2,
    "T_max": 4,
    "base_lr": 0.1,
    "max_lr": 0.2,
    "total_steps": 10,
    "size": 8,
    "padding": 2,
    "degrees": 30,
    "bits": 4,
    "min_size": 8,
    "max_size": 20,
    "target_size": (16, 20),
    "kernel_size": 3,
    "threshold": 128,
    "sharpness_factor": 2.0,
}
