"""Words that several rules for patients ask for.

How authors announce a case, speak of one person or of several, and where a clause ends; offsets in the section.
"""

from __future__ import annotations

import re

from pipeline.concepts.course import Course
from pipeline.concepts.phrases import Match
from pipeline.relate.context import SentenceView

CLAUSE_END = re.compile(
    r"[;]|(?<!\bi\.e)(?<!\be\.g)\.(?=\s)|,\s(?:but|and|while|whereas|yet)\s|\b(?:but|whereas|although)\b"
)
SUBJECTS = frozenset({"event", "analyte", "infection", "indication", "other_cytopenia"})
SINGLE_COLUMNS = ("trigger", "kind", "source")
# The parts of an abstract in which authors do not tell a case, unless they say that it is theirs
OUTSIDE = frozenset({"title", "background", "aim", "conclusions"})
SEVERAL_PERSONS = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|both|several|[2-9]|\d{2,})\s(?:[\w-]+\s){0,3}"
    r"(?:patients|cases|children|women|men|persons|people|girls|boys|adults|recipients)\b|\bcase series\b",
    re.IGNORECASE,
)
# What else may have cleared within some days
OTHER_ILLNESS = re.compile(
    r"\b(?:rash|lesions?|ulcers?|ulcerations?|stomatitis|mucositis|diarrh\w+|cough|abscess|swelling|arthritis"
    r"|h[ae]+mor\w+|proteinuria|inhibitor|eruption|blisters?|headache|colitis|oedema|edema|delirium|hypotension"
    r"|(?:renal|kidney|liver|hepatic|cardiac|lung|thyroid|marrow)\sfunction|enzymes|transaminases|creatinine|CD\d+\S*"
    r"|B[- ]cells?|vision|gait|consciousness|jaundice|hepatitis|symptoms of"
    r"|marrow\s(?:examination|biopsy|aspirat\w+|smear|cytology|histology)|biopsy|radiographs?|X-rays?|karyotype|cytogenetics"
    r"|echocardiogra\w+|colonoscopy|tomography|(?:physical|neurological)\sexamination|urinalysis|imaging)\b",
    re.IGNORECASE,
)
REPORTED = re.compile(r"\b(?:we|here|herein)\b[^.;]{0,40}\b(?:report|describe|present|discuss)\b", re.IGNORECASE)
# "the count dropped again to", "it fell to": whose cells were named before
THE_COUNT_FELL = re.compile(
    r"\b(?:(?:the|her|his)\s(?:count|value|level)|it)\s(?:(?:had|has|then|again|once\smore|further)\s){0,2}"
    r"(?:fell|fallen|dropped|decreased|declined|sank|went\sdown|gone\sdown|was|plunged)\s(?:(?:again|back|once\smore|further|only|down)\s)?"
    r"(?:to\s)?(?:only\s|below\s|about\s|as\slow\sas\s)?[<\u2264]?\s?$",
    re.IGNORECASE,
)
NEW_CLAUSE = re.compile(r";\s|,\s(?:but|and|then|yet|while|only to)\s|\bbut\s")


def clause_of(view: SentenceView, course: Course) -> tuple[int, int]:
    """Where the clause of a course word begins and ends."""
    text = view.section_text
    start = max((m.end() for m in CLAUSE_END.finditer(text, view.start, course.start)), default=view.start)
    stop = CLAUSE_END.search(text, course.end, view.end)
    return start, stop.start() if stop else view.end


def single_person_cues(view: SentenceView) -> tuple[Match, ...]:
    """The words that speak of one patient."""
    return tuple(m for m in view.triggers("single_patient", SINGLE_COLUMNS) if m.row["kind"] != "group")


# "The third was postponed by a month", "the second was given on time": what befalls a dose and no patient
OF_A_DOSE = (
    r"(?:was|had\sbeen)\s(?:\w+ly\s)?(?:(?:postponed|delayed|deferred|put\s(?:off|back)|brought\sforward|infused|halved"
    r"|repeated)\b|(?:given|administered)(?=[,.;]|\s(?:on|at|after|in|as|only|without|by|late"
    r"|a|an|\d+|two|three|four|five|six|\w+\slater)\b(?!\sof\b)))"
)
