"""Dates, time stamps and durations as numbers: importing datetime would cost a tenth of the budget."""

from __future__ import annotations

import re
import time

from guardrail_hooks.core.finding import CannotJudge

DAY = 86400
DATE = r"(?a)(\d{4})-(\d\d)-(\d\d)"
# Rule 15: to the second, in UTC; Rule 19 allows fractions
STAMP = r"(?a)(\d{4}-\d\d-\d\d)(?: (\d\d):(\d\d):(\d\d)(\.\d{1,6})? UTC|T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?Z)"
MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
UNITS = {"s": 1, "m": 60, "h": 3600, "d": DAY, "w": 7 * DAY}


def day_number(text: str) -> int | None:
    """Days since 1970-01-01 of an ISO date, None for anything else and for days that no calendar has."""
    match = re.fullmatch(DATE, text)
    if not match:
        return None
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= month <= 12 or not 1 <= day <= MONTHS[month - 1] or (month == 2 and day == 29 and not leap):
        return None
    # Howard Hinnant, days_from_civil: https://howardhinnant.github.io/date_algorithms.html
    year -= month <= 2
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


def seconds(text: str) -> float | None:
    """Seconds since 1970 of a precise UTC stamp, None for anything else and for times that no clock shows."""
    match = re.fullmatch(STAMP, text)
    day = day_number(match[1]) if match else None
    if match is None or day is None:
        return None
    hour, minute, second, fraction = match.groups()[1:5] if match[2] else match.groups()[5:]
    if int(hour) > 23 or int(minute) > 59 or int(second) > 59:
        return None
    return day * DAY + int(hour) * 3600 + int(minute) * 60 + int(second) + float(fraction or 0)


def written(moment: float) -> str:
    """A moment in the form of Rule 15: `YYYY-MM-DD HH:MM:SS UTC`."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(moment))


def read_now(text: str) -> float:
    """The moment that `--now` names, or the clock's. Raises `CannotJudge`."""
    if not text:
        return time.time()
    day = day_number(text)
    moment = seconds(text) if day is None else float(day * DAY)
    if moment is None:
        raise CannotJudge(f"--now {text}: write it as 2025-12-01T12:00:00Z")
    return moment


def read_duration(option: str, text: str) -> int | None:
    """Seconds of a duration such as `5m` or `2d`, None for an empty text. Raises `CannotJudge`."""
    if not text:
        return None
    if text[:-1].isdecimal() and text[-1] in UNITS:
        return int(text[:-1]) * UNITS[text[-1]]
    raise CannotJudge(f"--{option} {text}: write a number and a unit, such as 30s, 5m, 2h, 1d or 1w")
