"""Report formats: findings in, one string out."""
