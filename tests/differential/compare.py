"""Run our hooks beside other tools over public repositories, and say who is right where they disagree.

    python -m tests.differential.compare [--home DIR] [--scratch DIR] [--examples N] COMPARISON SOURCE...

COMPARISON is one of the names below, or `all`. Each SOURCE is a checkout, a git directory, or a bare repository; only
the files that a comparison reads are written out, below the scratch folder, and nothing of them is run. The other tools
are installed by name into --home (from PyPI into one environment each, DCLint from npm); that alone uses the network.
Prints a Markdown table for each comparison: what was compared, and every class of disagreement with its count and its
verdict. The exit code is 1 if a disagreement has no verdict, or one in which the other tool is right.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.differential import changelogs, images, peers, ports, secrets, users

COMPARISONS = {
    "root-hadolint": users.hadolint,
    "root-checkov": users.checkov,
    "pinned-hadolint": images.hadolint,
    "pinned-checkov": images.checkov,
    "pinned-checkov-k8s": images.kubernetes,
    "pinned-zizmor": images.zizmor,
    "ports-dclint": ports.dclint,
    "ports-oracle": ports.oracle,
    "changelog-towncrier": changelogs.towncrier,
    "secrets-detect-secrets": secrets.detect_secrets,
}


def main() -> int:
    """Run the comparisons that were asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--home", type=Path, default=peers.default_home(), help="where the other tools are installed")
    parser.add_argument("--scratch", type=Path, help="where files are written out (default: a temporary folder)")
    parser.add_argument("--examples", type=int, default=0, help="places to print for each class")
    parser.add_argument("comparison", choices=[*COMPARISONS, "all"])
    parser.add_argument("sources", nargs="+", type=Path)
    options = parser.parse_args()
    names = list(COMPARISONS) if options.comparison == "all" else [options.comparison]
    unexplained = 0
    with tempfile.TemporaryDirectory() as temporary:
        for name in names:
            scratch = (options.scratch or Path(temporary)) / name
            scratch.mkdir(parents=True, exist_ok=True)
            account = COMPARISONS[name](options.sources, options.home.absolute(), scratch.absolute())
            print(account.table(options.examples), flush=True)
            unexplained += len(account.unexplained)
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
