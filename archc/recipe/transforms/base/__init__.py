"""What transforms share: their kind, and settings that several have."""
