"""What archc prints: every table, and the models of every JSON document."""
