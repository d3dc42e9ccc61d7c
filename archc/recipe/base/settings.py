"""The base of every part of a recipe: a pydantic model, frozen and strict, without other keys."""

from typing import Any, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from archc.diagnostics import Diagnostics
from archc.language.respelling import respelt
from archc.problems.forms import MappingOf
from archc.problems.structure import WrongForm
from archc.syntax.tree import Mapping, Tree, Unreadable


class Conflict(NamedTuple):
    """Settings that are valid by themselves, but not together.

    Args:
        setting: the one to change.
        needs: what it must be beside the others.
        value: what it is.
    """

    setting: str
    needs: str
    value: str


class Settings(BaseModel):
    """Settings by name; a default is that of torch where the setting is torch's.

    Validated with a dictionary as context, it puts each valid field into that dictionary, also
    where others are not.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, arbitrary_types_allowed=True
    )
    principal: ClassVar[str | None] = None
    """The setting that may be written without its name, as in ``{center_crop: 224}``."""

    @property
    def given(self) -> dict[str, Any]:
        """The settings that a recipe gives; torch has its own defaults for the others."""
        names = type(self).model_fields
        return {name: getattr(self, name) for name in names if name in self.model_fields_set}

    def conflict(self) -> Conflict | None:
        """Return what does not go together in these settings, if anything."""
        return None

    @classmethod
    def arranged(cls, tree: Tree, where: str, diagnostics: Diagnostics) -> Mapping | None:
        """Return `tree` as a mapping whose keys are the fields of this model.

        Keys that are unknown are reported and read as what they were meant to be. None: `tree` is
        something else, which is reported.
        """
        if isinstance(tree, Mapping):
            return respelt(tree, tuple(cls.model_fields), where, diagnostics)
        if not isinstance(tree, Unreadable):
            problem = WrongForm(where, MappingOf("settings"), tree.described())
            diagnostics.report(problem, tree.span)
        return None

    @field_validator("*", mode="before")
    @classmethod
    def _require_value(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("nothing", "a key needs a value")
        return value

    @field_validator("*", mode="after")
    @classmethod
    def _note_valid(cls, value: Any, info: ValidationInfo) -> Any:
        if info.context is not None and info.field_name is not None:
            info.context[info.field_name] = value
        return value

    @model_validator(mode="after")
    def _require_agreement(self) -> Self:
        conflict = self.conflict()
        if conflict is not None:
            raise PydanticCustomError("conflict", "{needs}", conflict._asdict())
        return self
