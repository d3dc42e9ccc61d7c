"""Operators that only passes use: no spec can name them."""
