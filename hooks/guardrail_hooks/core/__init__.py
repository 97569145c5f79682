"""How any check is run and told. Knows no rule and no file format."""

import gc

# A hook lives for milliseconds and makes next to no cycles. At Python's 700 objects the collector would go through the
# modules that are just being loaded, again and again: a tenth of the time of a small commit.
gc.set_threshold(100_000)
