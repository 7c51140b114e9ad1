"""Two patients of one family: "a mother (52) and her son (27)", "a 48-year-old woman and her sister (44)".

Both are patients where both have an age. Further on "the mother" and "the son" name them; so do "she" and "he" at the
head of a clause where their sexes differ. A relative without an age, or one who "was well", is no patient.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.concepts.patients import Patient
from pipeline.relate.cases.enumerated import Listed
from pipeline.relate.cases.status import status_of
from pipeline.relate.context import SentenceView

_FEMALE = ("mother", "daughter", "sister", "wife", "grandmother", "aunt", "niece", "woman", "girl")
_MALE = ("father", "son", "brother", "husband", "grandfather", "uncle", "nephew", "man", "boy")
_NAMES = "|".join((*_FEMALE, *_MALE))
_AGE = (
    r"\s?(?:\((?:aged\s)?{0}(?:\s?(?:years?|yrs?|y)(?:\sold)?)?\)|,?\saged\s{1}(?:\syears)?,?"
    r"|,\s{2}(?:\syears)?(?:\sold)?,)"
)


def _person(number: int) -> str:
    """One of the two, with the age before or behind the name."""
    ages = [rf"(?P<age{number}{letter}>\d{{1,2}})" for letter in "abcd"]
    behind = _AGE.format(*ages[:3])
    return (
        rf"(?:{ages[3]}[-\s]year[-\s]old\s(?:[\w-]+\s)?(?P<name{number}a>{_NAMES})"
        rf"|(?:[\w-]+\s)?(?P<name{number}b>{_NAMES}){behind})"
    )


_PAIR = re.compile(rf"\b(?:an?|the|our)\s{_person(1)},?\s(?:and|as well as)\s(?:her|his)\s{_person(2)}", re.IGNORECASE)
_MAY_BE = re.compile(r"\s(?:and|as well as)\s(?:her|his)\s")


def relatives(body: Sequence[SentenceView]) -> Listed | None:
    """The two relatives of an account that have the event, each with an age; None without such."""
    for order, view in enumerate(body):
        match = _PAIR.search(view.text) if _MAY_BE.search(view.low) else None
        if match is None or not any(status_of(v, m) == "affirmed" for v in body[order:] for m in v.named_events):
            continue
        names = [match[f"name{n}a"] or match[f"name{n}b"] for n in (1, 2)]
        places = [match.span(f"name{n}a" if match[f"name{n}a"] else f"name{n}b") for n in (1, 2)]
        ages = [next(float(match[f"age{n}{x}"]) for x in "abcd" if match[f"age{n}{x}"]) for n in (1, 2)]
        people = [
            Patient(view.start + start, view.start + end, age, "female" if name.lower() in _FEMALE else "male")
            for (start, end), age, name in zip(places, ages, names, strict=True)
        ]
        return Listed(order, view, tuple(people), view.start + match.end(), tuple(n.lower() for n in names))
    return None
