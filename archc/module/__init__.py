"""The live module: the emitted source, executed."""
