"""What strangers may see of somebody's name and words, the same on every public list and paper."""

import re

MASK = "**"
NUMBER = re.compile(r"\d(?:[\s\-—.()（）+]*\d){6,}")
"""Seven digits or more, however they are grouped: a phone, a card, an identity number."""


def masked(name: str | None) -> str:
    """Return a name as strangers see it: its first character and nothing of its length, 王小明 → 王** (PIPL, art. 25)."""
    return f"{(name or '')[:1]}{MASK}"


def without_numbers(text: str) -> str:
    """Return what somebody wrote without the phone that they wrote into it (PIPL, article 23)."""
    return NUMBER.sub("…", text)
