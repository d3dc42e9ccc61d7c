"""What is seen of training: on the screen, and in the files that a run leaves behind."""
