"""The recipe: a YAML file that says how a network learns. Nothing here imports torch."""
