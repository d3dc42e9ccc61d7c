"""What formats of pictures have in common."""
