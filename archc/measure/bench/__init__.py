"""How fast a network is, and how fast this machine lets it be."""
