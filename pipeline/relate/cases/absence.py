"""The event said to be absent in the only patient: a group of one without the event."""

from __future__ import annotations

import re

from pipeline.concepts import indication
from pipeline.concepts.assertion import role_of
from pipeline.concepts.regimen import mention_drug
from pipeline.records import Evidence, Finding, Mention
from pipeline.relate.cases.account import Case, quote
from pipeline.relate.cases.draft import Draft, finding_of
from pipeline.relate.cases.status import LOW, status_of
from pipeline.relate.cases.wording import CLAUSE_END
from pipeline.relate.context import Context, SentenceView

_OFFSPRING = re.compile(r"\b(?:newborns?|neonates?|neonatal|baby|infants?|donor)\b", re.IGNORECASE)
_NORMAL = re.compile(
    r"\bnormal\b(?!\s(?:ranges?|limits?|values?|reference))|\b(?:within|in)\s(?:the\s)?normal\s(?:range|limits)\b",
    re.IGNORECASE,
)
_WERE_NORMAL = re.compile(
    r"\bneutrophils?(?:\scounts?)?(?:\s\([^()]*\))?\s(?:(?:taken|measured|checked|obtained|done|determined)\s(?:[\w-]+\s){1,4})?"
    r"(?:(?:was|were|remained|stayed|had\sremained)\s)(?:\w+ly\s|always\s)?"
    r"(?:normal\b|(?:not|never)\s(?:reduced|low|decreased|diminished|depressed|lowered|abnormal)\b|unremarkable\b|(?:within|in)\s(?:the\s)?normal)|\bnormal\s(?:absolute\s)?neutrophil\scounts?\b",
    re.IGNORECASE,
)
_AT_ANOTHER_TIME = re.compile(
    r"\b(?:before|prior\sto|baseline|pre-?treatment|initial(?:ly)?|(?:at|on|upon|since)\s(?:diagnosis|presentation|admission|entry|birth"
    r"|first\sreferral)|until\sthen|previous(?:ly)?|earlier|had\s(?:always\s)?been|again|back|recover\w*|return\w*|normali[sz]\w+|became|rose"
    r"|risen|reached|resol\w+)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"[^.;]{0,12}\b(?:again|before|until|at\s(?:baseline|diagnosis|the\s(?:start|outset|time\sof\sdiagnosis)))\b",
    re.IGNORECASE,
)
_NEVER = re.compile(r"\bnever\b", re.IGNORECASE)
_BEHIND, _AHEAD = 25, 40
"""Characters around a count in which it is called normal."""


def absent_finding(ctx: Context, case: Case, of_several: bool = False) -> Finding | None:
    """The event is said to be absent: a group of one, with no event. None where that is not said after the drug.

    Of one of several patients it must be said in that patient's own text.
    """
    place = _absence(ctx, case, of_several)
    if place is None:
        return None
    draft = Draft()
    draft.put("event_definition", "any_grade", place)
    draft.put("n_events", 0, place)
    drugs = [m for m in ctx.labelled("drug", "regimen") if mention_drug(m, ctx.protocol)]
    if not drugs:
        return None
    named = [m for m in drugs if m.section > 0] or drugs
    draft.put(
        "drug", mention_drug(named[0], ctx.protocol), quote(ctx, "drug", named[0].section, named[0].start, named[0].end)
    )
    treated = indication.of_article(ctx)
    if treated is not None:
        draft.put("indication", treated.preferred_name, quote(ctx, "", treated.section, treated.start, treated.end))
    label = f"case {case.number}" if of_several else "single patient"
    return finding_of(ctx, draft, "group", label, n_treated=1)


def _absence(ctx: Context, case: Case, of_several: bool) -> Evidence | None:
    """Where the text says that the patient did not have the event, after the drug was named."""
    drug_seen = of_several
    for view in () if of_several else ctx.sentences:
        if view.section > 0 or not view.named_drugs:
            break
        denied = next((m for m in view.named_events if status_of(view, m) == "negated" or _is_without(m)), None)
        if denied is not None:
            return view.evidence("", denied.start, denied.end)
    for piece in case.pieces:
        view = piece.view
        if role_of(view) in ("background", "aim", "conclusions"):
            continue
        for mention in view.mentions:
            if mention.label in ("drug", "regimen"):
                drug_seen = True
            if drug_seen and mention.label == "event" and status_of(view, mention) == "negated":
                return view.evidence("", mention.start, mention.end)
        if not drug_seen or _OFFSPRING.search(view.text):
            continue
        for count in view.counts:
            around = max(view.start, count.start - _AHEAD), min(view.end, count.end + _BEHIND)
            own = count.concept == ctx.analyte and count.value >= LOW and count.moment != "earlier"
            never_low = count.censored == ">" and _NEVER.search(view.section_text, around[0], count.end) is not None
            if (
                own
                and (never_low or _NORMAL.search(view.section_text, *around))
                and not _of_another_time(view, count.start, count.end)
            ):
                return view.evidence("", count.start, count.end)
        normal = _WERE_NORMAL.search(view.section_text, piece.start, piece.end)
        if normal is not None and not _of_another_time(view, normal.start(), normal.end()):
            return view.evidence("", normal.start(), normal.end())
    return None


def _is_without(mention: Mention) -> bool:
    """ "X in a non-neutropenic man on the drug": a name for not having it."""
    return bool(mention.concept and mention.concept.startswith("non_"))


def _of_another_time(view: SentenceView, start: int, end: int) -> bool:
    """ "Before treatment the count was normal", "the count was normal again": of the time before, or of recovery."""
    text = view.section_text
    clause = max((m.end() for m in CLAUSE_END.finditer(text, view.start, start)), default=view.start)
    return bool(_AT_ANOTHER_TIME.search(text, clause, end) or _AGAIN.match(text, end, view.end))
