"""How any check is run and told. Knows no rule and no file format."""
