"""AR5xx: a recipe's data cannot be used, or does not fit the network."""

from typing import Literal

from archc.problems.base import Problem, listing

_SAID = {
    "channels": "the images have {} channels, but the network takes {}",
    "classes": "the data has {} classes, but the network outputs {}",
    "size": "the images are {}, but the network takes {}",
    "normalize": "`normalize` has numbers for {} channels, but the images have {}",
}
_ADVICE = {
    "channels": "change `input` of the spec, or give the recipe an `input`",
    "classes": "change the size of the spec's last layer, or give the recipe `params`",
    "size": "or give the recipe an `input`",
    "normalize": "give `mean` and `std` a number for each channel, or `normalize: computed`",
}


class DataMisfit(Problem):
    """The data has other channels, sizes or classes than the network or `normalize` takes."""

    code = "AR501"
    what: Literal["channels", "classes", "size", "normalize"]
    data_has: int | str
    spec_takes: int | str
    classes: tuple[str, ...] = ()
    resizing: str = "resize the images by transforms"

    def message(self) -> str:
        return _SAID[self.what].format(self.data_has, self.spec_takes)

    def help(self) -> str:
        if self.what == "size":
            return f"{self.resizing}, {_ADVICE[self.what]}"
        if self.classes:
            return f"the classes are {listing(list(self.classes))}: {_ADVICE[self.what]}"
        return _ADVICE[self.what]


class UnusableData(Problem):
    """The data of a recipe is missing, empty or corrupt."""

    code = "AR502"
    reason: str
    advice: str | None = None

    def message(self) -> str:
        return f"this data cannot be used: {self.reason}"

    def help(self) -> str | None:
        return self.advice


class BatchNormOfOne(Problem):
    """A batch of one sample reaches a batch norm that has one value per channel of each sample."""

    code = "AR503"
    layer: str
    split: Literal["training", "test"]
    samples: int | None
    batch_size: int
    accumulate: int
    world: int
    fitting: int | None

    def message(self) -> str:
        return f"{self._batches()}, which gives `{self.layer}` one value per channel"

    def _batches(self) -> str:
        if self.batch_size == 1 or self.samples is None:
            return f"each {self.split} batch is of 1 sample"
        samples = f"{self.samples:,} {self.split} samples in batches of {self.batch_size:,}"
        if self.accumulate * self.world == 1:
            return f"{samples} leave a last batch of 1"
        several = [(self.accumulate, "accumulated"), (self.world, "processes")]
        parts = " × ".join(f"{number} {what}" for number, what in several if number > 1)
        return f"{samples} ({parts}) leave a batch of 1 in the last step"

    def help(self) -> str:
        needs = "batch norm divides by the deviation over the batch, for which it needs two values"
        if self.fitting is None:
            return f"{needs}: use more images, or another norm, such as `group_norm`"
        if self.samples is None:
            return f"{needs}: set `batch_size` to 2 or more"
        return f"{needs}: `batch_size: {self.fitting}` leaves no batch of 1"


class BrokenPackage(Problem):
    """Another package adds what the recipe names, but it cannot be used."""

    code = "AR504"
    key: str
    cause: Exception

    def message(self) -> str:
        return f"`{self.key}` cannot be used: {self.cause}"

    def help(self) -> str:
        return "update or uninstall that package, or use another name"
