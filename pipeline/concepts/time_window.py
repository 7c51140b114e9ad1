"""What is read around a length of time to tell its role and its clock.

The words, drugs, events and other lengths near it, as offsets in the text; and the signs that end a clause or sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.concepts.interval import Interval, Span
from pipeline.concepts.phrases import Word

# "the sixth, last dose": one dose, told twice
CLAUSE_BREAK = re.compile(
    r"[;:()\[\]]|(?<!\bno)(?<!\bNo)(?<!\bnr)[.](?=\s|$)"
    r"|,(?!\d|\s(?:and\s)?(?:(?:the|her|his)\s)?(?:last|final)\s(?:[\w-]+\s)?(?:dose|infusion|injection|cycle|course)\b)"
)
SENTENCE_BREAK = re.compile(r"[;]|[.](?=\s)")


@dataclass(frozen=True, slots=True)
class Window:
    """What stands around a time: the whole text, where the look back ends, and the words, drugs and times near it."""

    text: str
    start: int
    tokens: Sequence[Word]
    drugs: Sequence[Span]
    others: Sequence[Interval]
    events: Sequence[Span] = ()
