"""What archc prints: every table, and every JSON."""
