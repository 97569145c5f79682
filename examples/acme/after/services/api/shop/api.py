"""The public API."""

from flask import Flask

app = Flask(__name__)


@app.get("/health")
def health() -> str:
    """Say that the API is up."""
    return "ok"
