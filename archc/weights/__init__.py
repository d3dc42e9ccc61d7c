"""Weights: reading and writing checkpoints, and holding them against what a network needs."""
