"""changelog-required: every change is written down, in words, in the changelog that governs the changed files."""
