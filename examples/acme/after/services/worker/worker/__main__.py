"""Packs what was ordered, one order after the other."""

import time


def main() -> None:
    """Wait for orders."""
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main()
