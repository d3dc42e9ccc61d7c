"""Where data sets, losses, optimizers, schedules and transforms are found by name."""

from archc.doors import Door
from archc.recipe.data_sets.base.kind import DataSet
from archc.recipe.losses.base.kind import Loss
from archc.recipe.optimizers.base.kind import Optimizer
from archc.recipe.schedules.base.kind import Schedule
from archc.recipe.transforms.base.kind import Transform

DATA_SETS = Door("archc.recipe.data_sets", DataSet)
LOSSES = Door("archc.recipe.losses", Loss)
OPTIMIZERS = Door("archc.recipe.optimizers", Optimizer)
SCHEDULES = Door("archc.recipe.schedules", Schedule)
TRANSFORMS = Door("archc.recipe.transforms", Transform)
