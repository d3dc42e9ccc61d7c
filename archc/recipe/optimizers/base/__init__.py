"""What optimizers share: their kind, and settings that several have."""
