"""What a graph becomes: Python source, a live module, a table."""
