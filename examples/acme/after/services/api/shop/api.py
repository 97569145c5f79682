"""The public API."""

from flask import Flask, request

app = Flask(__name__)
ORDERS = [{"id": 1, "day": "2025-11-20"}, {"id": 2, "day": "2025-11-21"}]
PAGE = 50


@app.get("/health")
def health() -> str:
    """Say that the API is up."""
    return "ok"


@app.get("/orders")
def orders() -> list[dict]:
    """One page of the orders, of one day if the caller names it."""
    day, page = request.args.get("day"), request.args.get("page", 1, type=int)
    chosen = [order for order in ORDERS if day in (None, order["day"])]
    return chosen[(page - 1) * PAGE : page * PAGE]
