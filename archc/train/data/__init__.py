"""The data of a recipe: samples, their order, and the batches that a network receives."""
