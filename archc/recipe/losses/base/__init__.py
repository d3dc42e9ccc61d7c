"""What losses share: their kind."""
