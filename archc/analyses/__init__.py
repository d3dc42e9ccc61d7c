"""Facts about a graph, each a pure function that gives a frozen table keyed by node."""
