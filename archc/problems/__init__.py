"""What can be wrong with a spec: a small frozen class each, with a code that never changes."""
