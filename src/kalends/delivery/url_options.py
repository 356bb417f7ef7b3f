"""What the addresses of carriers have in common: the options behind the question mark of EMAIL_URL, SMS_URL, FAX_URL.

`refuse` makes the error of that setting from a sentence that says what to write instead.
"""

from __future__ import annotations

from collections.abc import Callable

LONGEST_TIMEOUT = 120.0
MOST_CONNECTIONS = 50

Refuse = Callable[[str], Exception]


def seconds(given: str, usual: float, refuse: Refuse) -> float:
    """`timeout=`: how long an answer may take."""
    try:
        found = float(given or usual)
    except ValueError:
        found = 0.0
    if not 0 < found <= LONGEST_TIMEOUT:
        raise refuse(f"timeout= is a number of seconds, at most {LONGEST_TIMEOUT:.0f}, or left out.")
    return found


def connections(given: str, usual: int, refuse: Refuse) -> int:
    """`connections=`: how many one worker may have at a time."""
    text = given or str(usual)
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= MOST_CONNECTIONS):
        raise refuse(f"connections= is a number from 1 to {MOST_CONNECTIONS}, or left out.")
    return int(text)
