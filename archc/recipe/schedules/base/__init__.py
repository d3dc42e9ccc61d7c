"""What schedules share: their kind, and settings that several have."""
