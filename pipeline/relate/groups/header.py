"""The grade of a list whose heading stands in the sentence before.

"Grade 3-5 adverse events occurred in 68%. The most frequent were A (33%) and B (11%)"      grade 3-5
"Grade 3-5 adverse events occurred in 68%. The most frequent adverse events were A (33%)"   none: of all events
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.relate.context import SentenceView
from pipeline.relate.groups.statements import Statement

_GOES_ON = re.compile(
    r"\s*(?:(?:The\s)?(?:most\s(?:frequent|common|often\sreported|frequently\sreported|commonly\sreported)|commonest|main|leading)"
    r"(?:\s(?:ones?|among\s(?:these|them)|of\s(?:these|them)))?|These|They)\s(?:were|was|being|included|comprised|consisted\sof)\b",
    re.IGNORECASE,
)
_OF_EFFECTS = re.compile(
    r"\s(?:[\w-]+\s){0,2}?(?:adverse|toxicit\w+|AEs?|events|side[\s-]effects|toxic\s\w+)\b", re.IGNORECASE
)
_SEVERE = 3


def with_grade_before(view: SentenceView, stated: Sequence[Statement]) -> list[Statement]:
    """The statements of a sentence that goes on with the effects of the one before, with the grade of those."""
    if not stated or view.grades or not view.index or not _GOES_ON.match(view.text):
        return list(stated)
    before = view.context.sentences[view.index - 1]
    grades = [g for g in before.grades if (g.low or 0) >= _SEVERE]
    if before.section != view.section or len(grades) != len(before.grades) or len(grades) != 1:
        return list(stated)
    if not _OF_EFFECTS.match(before.section_text, grades[0].end):
        return list(stated)
    return [replace(s, grade=grades[0]) if s.grade is None else s for s in stated]
