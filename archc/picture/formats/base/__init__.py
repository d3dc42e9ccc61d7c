"""What formats of pictures share."""
