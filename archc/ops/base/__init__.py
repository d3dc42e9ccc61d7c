"""What operators are made of: rules, kinds of settings, windows, and shared families."""
