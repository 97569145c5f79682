"""The shop's public API."""
