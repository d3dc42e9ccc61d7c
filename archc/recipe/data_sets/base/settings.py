"""Settings that several data sets have."""

from typing import Annotated

from pydantic import Field

from archc.recipe.base.values import Text

Root = Annotated[Text, Field(description="torchvision's `root`, from the working directory")]
Download = Annotated[bool, Field(description="download the files if they are missing")]
