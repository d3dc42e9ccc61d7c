"""Diagnostics as a person, a program or GitHub reads them; nothing here prints."""
