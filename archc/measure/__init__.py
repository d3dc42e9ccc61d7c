"""What running a network measures: its time, its numbers against torch, its effective field."""
