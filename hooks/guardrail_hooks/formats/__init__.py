"""Readers with positions: bytes in, structure out. They know no rule and import nothing of `core`."""
