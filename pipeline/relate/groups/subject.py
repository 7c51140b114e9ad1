"""What a time, a recovery or a treatment is said of, where a sentence speaks of other things than the event.

"hypogammaglobulinaemia was found at a median of 8 months"     of another
"neutropenia came after a median of 8 months"                  of the event
"infections that responded to antibiotics"                     of another
"""

from __future__ import annotations

import re

from pipeline.relate.context import SentenceView

_ANOTHER = re.compile(
    r"\b(?:B[\s-]?(?:cells?|lymphocytes?)|CD(?:19|20|27)\b|hypogamma\w+|immunoglobulins?|Ig[GAM]\b|progression|survival|"
    r"responses?\s(?:was|were|occurred|lasted)|remissions?|engraftment|platelets?|thrombocytop\w+|an(?:a)?emia|"
    r"lymphop\w+|leu[ck]op\w+|infusion(?:-related|\srelated)?\sreactions?|serum\ssickness|follow-?up|"
    r"relapses?\s(?:of|was|were|occurred)|infections?|pneumonias?|herpes|rash|vaccinations?)\b(?!-)",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"\b(?:neutrop\w+|agranulocyt\w+|neutrophils?|granulocytop\w+|LON|EON|ANC|episodes?|onset|nadir|counts?)\b",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[;:]|,\s(?:and|but|while|whereas)\b|\band\s(?=(?:the|their|its|a|median|mean)\s)")


def is_of_another(view: SentenceView, position: int) -> bool:
    """Whether the words before the position speak last of something else than the event or its cells."""
    before = view.section_text[view.start : position]
    clause = max((m.end() for m in _BREAK.finditer(before)), default=0)
    named = [m.end - view.start for m in view.named_events if m.end <= position]
    named += [m.end() for m in _EVENT.finditer(before)]
    others = [m.end() for m in _ANOTHER.finditer(before)]
    last_other = max(others, default=-1)
    if last_other < 0 or (last_other <= clause and any(end > clause for end in named)):
        return False
    return not any(end > clause for end in named) if last_other > clause else max(named, default=-1) < last_other
