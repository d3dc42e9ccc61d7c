"""Labelled images, in memory and in files: what a data set consists of."""
