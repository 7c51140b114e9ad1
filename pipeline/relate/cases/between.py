"""What is told between a dose and a time that is counted from what was told last ("5 days later").

    "She received the drug. Ten weeks later"                              from the dose
    "On 2 May her neutrophils numbered 4.1; 8 days later"            from a count
    "She received the drug and was admitted with zoster. A week later"    from an admission
    "Response was complete. Ten weeks later"                              says nothing of time: from the dose before

"Later", "thereafter", "afterwards" refer to the clause right before, so that whatever happened there starts the clock.
"""

from __future__ import annotations

import re

from pipeline.relate.context import SentenceView

_WAS = r"(?:was|were|is|got|had been|has been|being)\s(?:\w+\s)?"
_HAPPENED = re.compile(
    rf"\b{_WAS}(?:admitted|readmitted|hospitali[sz]ed|discharged|diagnosed|detected|found|noted|seen|referred"
    r"|vaccinated|immuni[sz]ed|operated|transplanted|delivered|intubated|transfused|transferred|biopsied|infected)\b"
    r"|\b(?:presented|consulted|developed|experienced|suffered|contracted|caught|underwent|fell\s(?:ill|pregnant)"
    r"|gave\sbirth|conceived|went\sinto|entered|achieved|reached|attained|went\shome|left\s(?:the\s)?hospital"
    r"|flared|recurred|progressed|worsened|became\s(?:ill|pregnant|febrile|unwell)|came\sto|visited|attended)\b"
    r"|\b(?:tests?|counts?|checks?|films?|results?|values?|samples?)\s(?:was|were|had been|proved|remained)"
    r"\s(?:\w+\s)?normal\b"
    r"|\brelapsed(?=\s?(?:[.,;]|$|in\b|with\b|and\b|again\b))|\b(?:had|at)\s(?:an?|the|his|her)\s(?:[\w-]+\s){0,2}"
    r"(?:visit|relapse|flare|operation|surgery|biopsy|vaccination|infection|check-?up|control|blood\s(?:test|count))\b",
    re.IGNORECASE,
)
_OWN_CLOCK = frozenset({"analyte", "infection", "event", "other_cytopenia"})
_JOINED = re.compile(
    r"[;:]|\.(?=\s)|,?\s(?:and|but|then|yet)\s(?=\S{0,12}\s?\S{0,12}\s?$)|,\s(?:and|but|then|yet|so)\s"
)
_STATE = re.compile(
    r"^\W*(?:(?:the|her|his|their|this|she|he|patient|treatment|infusions?|drug|therapy|it|was|were|is|had|been|there"
    r"|remained|initially|at|first|fully|very|completely|well|tolerated|uneventful|good|no|without|incident|problems?"
    r"|complications?|side|effects?|and|but|then|response|disease|lesions?|arthritis|skin|symptoms?|responded|improved"
    r"|quickly|complete|partial|stable|asymptomatic|in|remission|on|about|around|some|only|approximately|as|just"
    r"|exactly|a|an|unfortunately|however|nevertheless)\b\W*)*$",
    re.IGNORECASE,
)
MOST_HEAD = 12
"""Characters: no clause of its own is as short as this ("Then, about")."""


def starts_its_own_clock(view: SentenceView, start: int, end: int) -> bool:
    """Whether something happened or was counted in a stretch of a sentence, from which a time behind it may run."""
    if any(start <= c.start < end for c in view.counts):
        return True
    if any(m.label in _OWN_CLOCK and start <= m.start < end for m in view.mentions):
        return True
    return bool(_HAPPENED.search(view.section_text, start, end))


def clause_before(view: SentenceView, start: int, position: int) -> int | None:
    """Where the clause before that of a time ends, counted from `start`; None where the time stands in the first one.

    A clause that only says how the patient was or took the treatment ("she was well, and") is none to count from.
    """
    breaks = [m for m in _JOINED.finditer(view.section_text, start, position) if m.start() - start > MOST_HEAD]
    if not breaks or _STATE.match(view.section_text[start : breaks[-1].start()]):
        return None
    return breaks[-1].start()
