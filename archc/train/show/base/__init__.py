"""What reporters share: the kind that they are, and the texts, tables and pictures they show."""
