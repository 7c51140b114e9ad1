"""The grade of a list whose heading stands in the sentence before.

"Grade 3-5 adverse events occurred in 68%. The most frequent were A (33%) and B (11%)"      grade 3-5
"Grade 3-5 adverse events occurred in 68%. These most often were A (33%) and B (11%)"       grade 3-5
"Grade 3-5 adverse events occurred in 68%. The most frequent adverse events were A (33%)"   none: of all events
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.relate.context import SentenceView
from pipeline.relate.groups.statements import Statement

_COMMONLY = (
    r"(?:(?:most\s)?(?:frequent|common|often|frequently|commonly)(?:\s(?:reported|observed|seen|recorded|noted))?)"
)
_BE = (
    r"(?:were|was|being|are|included|comprised|consisted\s(?:mainly\s|mostly\s|chiefly\s)?of|concerned|involved|affected|occurred|developed|reported|observed"
    r"|seen|noted|recorded)\b"
)
_OF_THESE = r"(?:of|among|amongst)\s(?:these|those|them|which)"
_GOES_ON = re.compile(
    rf"\s*(?:(?:The\s)?(?:{_COMMONLY}|commonest|main|leading|chief|predominant|principal)(?:\sones?)?(?:\s{_OF_THESE})?"
    rf"|(?:These|They|Those|It|This)(?:\s(?:events|AEs|toxicities|effects))?(?:\s(?:{_COMMONLY}|mainly|mostly|chiefly|primarily))?"
    rf"|{_OF_THESE},?\s[^.;]{{1,60}}?)\s{_BE}",
    re.IGNORECASE,
)
_OF_EFFECTS = re.compile(
    r"\s(?:[\w-]+\s){0,2}?(?:adverse|toxicit\w+|AEs?|events|side[\s-]effects|toxic\s\w+)\b", re.IGNORECASE
)
_EFFECTS_OF = re.compile(
    r"\b(?:(?:adverse|side|toxic)\s(?:events?|effects?|reactions?)|AEs?|TEAEs?|toxicit(?:y|ies)|events)\s?(?:\([^()]*\)\s)?"
    r"(?:of|at|with|being|were|reaching|[(,])?\s?$",
    re.IGNORECASE,
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
    if not (
        _OF_EFFECTS.match(before.section_text, grades[0].end)
        or _EFFECTS_OF.search(before.section_text, before.start, grades[0].start)
    ):
        return list(stated)
    return [replace(s, grade=grades[0]) if s.grade is None else s for s in stated]
