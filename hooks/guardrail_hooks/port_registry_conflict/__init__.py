"""Host ports of Compose files, checked against each other and against the repository's written port registry."""
