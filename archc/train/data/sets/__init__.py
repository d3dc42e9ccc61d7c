"""The data sets, one file each, found by name: ``open_splits(settings, asked)`` of each."""
