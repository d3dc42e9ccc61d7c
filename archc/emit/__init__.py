"""The one emitter for PyTorch: a graph as readable Python, without importing torch."""
