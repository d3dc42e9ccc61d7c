"""What every part of a recipe is made of: settings, their values, and how they are read."""
