"""What may come back instead of an answer."""

from __future__ import annotations


class NotFound(Exception):
    """The registry answered, and does not have it."""


class Trouble(Exception):
    """Nothing was found out; the text is one clause that names the host and holds no credentials."""


class RateLimited(Trouble):
    """The registry wants no more requests for now."""


class Passing(Trouble):
    """Trouble that may be over at the next attempt; `wait` is how many seconds the registry asks for, 0 if none."""

    def __init__(self, message: str, wait: float = 0) -> None:
        super().__init__(message)
        self.wait = wait
