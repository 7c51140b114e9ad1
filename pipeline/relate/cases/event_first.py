"""Whether the patient had the event before the drug was given, and was given the drug for it."""

from __future__ import annotations

import re

from pipeline.records import Mention
from pipeline.relate.cases.account import Case, Episode
from pipeline.relate.cases.drug import LINK, drugs_in, view_of
from pipeline.relate.cases.status import status_of
from pipeline.relate.context import Context

_GIVEN_FOR_IT = re.compile(
    r"\b(?:was|were)\s(?:then\s|therefore\s|successfully\s)?(?:given|treated with)\b"
    r"|\b(?:responded|response|refractory|resistant) to\b|\bfor which\b"
    r"|(?<!been )(?<!being )\btreated (?:successfully )?with\b"
    r"|\b(?:resolved|improved|recovered|normalised|normalized) (?:with|on|under)\b",
    re.IGNORECASE,
)
_IN_A_PERSON_TREATED = re.compile(
    r"\b(?:patients?|woman|man|boy|girl|child|adult|female|male|person|recipient|neonate|infant|individual"
    r"|teenager|adolescent|case)\b"
    r"[^.;]{0,60}?\b(?:treated|managed)\s(?:\w+\s)?with\b",
    re.IGNORECASE,
)
"""The event "in a woman treated with" a drug: what she was treated for is something else."""
_GIVEN_THEN = re.compile(
    r"\b(?:was|were)\s(?:then\s|therefore\s|subsequently\s|successfully\s)?(?:given|treated|started"
    r"|administered|initiated|added|infused)\b|"
    r"\b(?:received|responded|response|started on|treatment with|therapy with|trial of|decided (?:on|to)"
    r"|we (?:tried|chose|gave|used|added)|"
    r"was (?:tried|offered|chosen|attempted|effective|ineffective|without effect)|had (?:no|little|only"
    r"|a) \w*\s?effect|failed)\b|"
    r"\b(?:(?:doses|infusions|courses|cycles) of|followed by|brought|induced a|led to)\b",
    re.IGNORECASE,
)
_NEUTROPENIC_DISEASE = re.compile(
    r"\bFelty|\b(?:auto|allo|iso)?-?immune[-\s](?:mediated\s)?(?:cyclic\w*\s)?(?:neutropeni\w+|agranulocytosis"
    r"|granulocytopenia)"
    r"|\b(?:cyclic(?:al)?|periodic|congenital|idiopathic|chronic)\s(?:\w+\s)?neutropeni\w+"
    r"|\bpure white cell aplasia\b"
    r"|\blarge granular lymphocyt|\bLGL\b",
    re.IGNORECASE,
)
_FAR_PAST = re.compile(
    r"\b(?:(?:many|several|some)\s)?(?<!\d\s)(?<!two\s)(?<!three\s)(?<!four\s)years\s(?:before|earlier|ago"
    r"|previously)\b[^.;]{0,40}\bhad\b"
    r"|\bhad\b[^.;]{0,90}\b(?:many|several|some|five|six|seven|eight|nine|ten|[5-9]|\d\d)\syears\s(?:before"
    r"|earlier|ago|previously)\b",
    re.IGNORECASE,
)
"""The drug given so long ago that the event is not told as one of it: "years before she had received"."""
_BACK_IN_TIME = re.compile(
    r"\bhad\s(?:been|received|undergone|had|completed)\b|\b(?:previously|earlier|ago|prior|before|last|history"
    r"|previous)\b",
    re.IGNORECASE,
)
_SUCCESS = re.compile(
    r"\b(?:success\w*|effective\w*|treatment of|therapy for|efficacy|respon\w+|treated with|use of|rescue\w*|"
    r"salvage)\b",
    re.IGNORECASE,
)


def was_there_before(ctx: Context, case: Case, episode: Episode) -> bool:
    """Had the event, and was given the drug for it: the drug is first named behind the event, as what was given then.

    Not so where the text goes back in time ("she had received the drug 3 months earlier") or counts an onset, or where
    the title ties the event to the drug.
    """
    opening = episode.announced or episode.opening
    place = (opening.view.section, opening.start)
    named = [m for m in drugs_in(ctx, [p.view for p in (*episode.before, *case.pieces)])]
    if not named:
        titles = [v for v in ctx.sentences if v.section == 0]
        return any(status_of(v, m) == "treated" for v in titles for m in v.labelled("event"))
    if any((m.section, m.start) < place for m in named) or _tied_in_title(ctx):
        return False
    if _is_the_disease(ctx, case) and not _has_onset_behind(case, named[0]):
        return True
    if all(_FAR_PAST.search(view_of(ctx, m).text) for m in named):
        return True
    first = named[0]
    view = view_of(ctx, first)
    if any(i.role in ("onset", "onset_before") for i in view.intervals):
        return False
    if view is opening.view:
        between = _IN_A_PERSON_TREATED.sub(" ", view.section_text[opening.end : first.start])
        return bool(_GIVEN_FOR_IT.search(between))
    text = view.section_text[view.start : view.end]
    near = view.section_text[max(view.start, first.start - 60) : first.end + 40]
    return bool(_GIVEN_THEN.search(near)) and not _BACK_IN_TIME.search(text)


def _is_the_disease(ctx: Context, case: Case) -> bool:
    """Whether the patient or the title has a disease that is neutropenia itself: Felty's, immune neutropenia."""
    titles = [v.text for v in ctx.sentences if v.section == 0]
    return any(_NEUTROPENIC_DISEASE.search(text) for text in (*titles, *(p.text for p in case.pieces[:3])))


def _has_onset_behind(case: Case, drug: Mention) -> bool:
    """Whether a sentence behind the one that first names the drug tells an event with its time after the drug."""
    return any(
        any(i.role == "onset" for i in p.view.intervals)
        and any(status_of(p.view, m) == "affirmed" for m in p.view.labelled("event"))
        for p in case.pieces
        if (p.view.section, p.view.start) > (drug.section, drug.start)
    )


def _tied_in_title(ctx: Context) -> bool:
    """Whether the title ties the event to the drug: the event after it, or induced by it."""
    for view in ctx.sentences:
        if view.section > 0:
            return False
        events, drugs = view.labelled("event"), drugs_in(ctx, [view])
        for event in events:
            for drug in drugs:
                if drug.start >= event.end and LINK.search(view.section_text, event.end, drug.start):
                    return not _SUCCESS.search(_IN_A_PERSON_TREATED.sub(" ", view.text))
                if drug.end <= event.start and event.start - drug.end <= 30 and not _SUCCESS.search(view.text):
                    return " for " not in view.section_text[drug.end : event.start]
    return False
