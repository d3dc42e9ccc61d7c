"""The structure of a spec, read from its tree and checked as far as no shape is needed."""
