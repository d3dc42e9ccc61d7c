"""What passes share: the kind of a pass, drafts of graphs, and how weights travel."""
