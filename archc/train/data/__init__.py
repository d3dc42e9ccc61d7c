"""The data of a recipe: samples, their order, their way to the network."""
