#!/usr/bin/env python3
"""Stand in for a hook: write down what the driver hands over. recorder.py LOG ID [FILE ...]."""

from __future__ import annotations

import json
import sys

with open(sys.argv[1], "a", encoding="ascii") as log:
    log.write(json.dumps(sys.argv[2:]) + "\n")
