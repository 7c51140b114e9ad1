"""Calendar dates in full: "3 August 2016", "October 12, 2016", "2018-02-01".

Reads a text; gives dates with their offsets in it.
"""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DATE = re.compile(
    r"\b(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:\sof)?\s(?P<month>[A-Z][a-z]{2,8})\.?,?\s(?P<year>(?:19|20)\d\d)"
    r"|(?P<month2>[A-Z][a-z]{2,8})\.?\s(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<year2>(?:19|20)\d\d)"
    r"|(?P<iso>(?:19|20)\d\d-\d\d-\d\d))\b"
)


def find_dates(text: str) -> tuple[tuple[int, int, date], ...]:
    """Full calendar dates (day, month and year) with their spans; what names a month only is no date."""
    found = []
    for match in _DATE.finditer(text):
        try:
            if match["iso"]:
                value = date.fromisoformat(match["iso"])
            else:
                month = (match["month"] or match["month2"])[:3].lower()
                value = date(
                    int(match["year"] or match["year2"]), _MONTHS.index(month) + 1, int(match["day"] or match["day2"])
                )
        except ValueError:
            continue
        found.append((match.start(), match.end(), value))
    return tuple(found)
