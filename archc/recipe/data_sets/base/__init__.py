"""What data sets share: their kind, and settings that several have."""
