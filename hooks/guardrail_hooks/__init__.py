"""Five pre-commit hooks for engineering rules that nobody checks at the moment they go wrong.

Every hook is a small program of its own; what they share lives in `core` (how a check is run and told) and in
`formats` (readers with positions).
"""

__version__ = "0.1.0"
