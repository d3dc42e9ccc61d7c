"""The structure of a spec: what its tree says, checked as far as no shape is needed."""
