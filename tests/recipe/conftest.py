"""Recipes without training."""

from small_recipe import recipe, written

__all__ = ["recipe", "written"]
