"""The graph: every operation of a network with its shape, and the scopes they came from."""
