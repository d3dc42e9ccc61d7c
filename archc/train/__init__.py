"""Training: what a recipe says, its data, and the loop."""
