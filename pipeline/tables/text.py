"""Text made safe for the file it goes into."""

from __future__ import annotations

import re
import unicodedata

# What a spreadsheet program would run: CSV injection (OWASP). The apostrophe makes it text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NO_XML = ("\ufffe", "\uffff")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def without_controls(text: str) -> str:
    """XML knows no control characters but tab and line end, and no lone surrogates."""
    return "".join(c for c in text if c in "\t\n" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in NO_XML))


def neutralised(text: str) -> str:
    """A CSV cell that no spreadsheet program runs as a formula; a number stays a number, its sign included."""
    if text.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def csv_cell(value: object) -> str:
    """Empty for None; lists joined by "; "; floats with as few digits as give the same number back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, tuple | list):
        return neutralised("; ".join(str(item) for item in value))
    return neutralised(str(value))
