"""Whether the patient had the event before the drug was given, and was given the drug for it."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.concepts.assertion import role_of
from pipeline.records import Mention
from pipeline.relate.cases.account import Case, CaseText, Episode
from pipeline.relate.cases.drug import LINK, drugs_in, view_of
from pipeline.relate.cases.status import is_late, is_low, status_of
from pipeline.relate.context import Context, SentenceView

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
    r"|administered|initiated|added|infused|commenced|begun|instituted|introduced|prescribed|employed|used)\b|"
    r"\b(?:received|responded|response|started on|treatment with|therapy with|trial of|decided (?:on|to)"
    r"|we (?:tried|chose|gave|used|added)|"
    r"was (?:tried|offered|chosen|attempted|effective|ineffective|without effect)|had (?:no|little|only"
    r"|a) \w*\s?effect|failed)\b|"
    r"\b(?:(?:doses|infusions|courses|cycles) of|followed by|brought|induced a|led to)\b",
    re.IGNORECASE,
)
_AFTER_DRUG = re.compile(
    r"\b(?:after|following|induced|due to|secondary to|caused by|associated with|under|on)\b", re.I
)
_UNDER_DRUG = re.compile(
    r"\b(?:on|under|after|following|receiving|during|maintenance|received|given)\s(?:[\w-]+\s){0,3}$", re.IGNORECASE
)
NEAR = 15
"""Characters before the event in which a word of its course stands ("relapse of neutropenia")."""
_STILL = re.compile(
    r"\b(?:still|unchanged|remained|remain|stayed|persist\w+|never (?:rose|exceeded)|no higher than|as low as before)\b"
    r"[^.;,]{0,25}$",
    re.IGNORECASE,
)
_INDUCED = re.compile(r"[-\s](?:induced|related|associated)\b", re.IGNORECASE)
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


def was_there_before(ctx: Context, told: CaseText, case: Case, episode: Episode) -> bool:
    """Had the event, and was given the drug for it: the drug is first named behind the event, as what was given then.

    Not so where the text goes back in time ("she had received the drug 3 months earlier") or counts an onset, or where
    the title ties the event to the drug.
    """
    if is_the_disease_itself(ctx, told, case):
        return True
    opening = episode.announced or episode.opening
    place = (opening.view.section, opening.start)
    named = [m for m in drugs_in(ctx, [p.view for p in (*episode.before, *case.pieces)])]
    if not named:
        titles = [v for v in ctx.sentences if v.section == 0]
        return any(status_of(v, m) == "treated" for v in titles for m in v.named_events)
    if any((m.section, m.start) < place for m in named) or _tied_in_title(ctx):
        return False
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


def is_the_disease_itself(ctx: Context, told: CaseText, case: Case) -> bool:
    """ "A patient with Felty syndrome was given the drug": the event is the disease, unless told after the drug."""
    if _tied_in_title(ctx) or not _has_the_disease(ctx, told, case):
        return False
    views = {id(p.view): p.view for p in (*told.shared, *case.pieces)}
    account = [v for v in views.values() if role_of(v) not in ("background", "aim", "conclusions", "title")]
    drugs = drugs_in(ctx, account)
    if not drugs:
        return False
    first = min((m.section, m.start) for m in drugs)
    return not any(_tells_event_after(ctx, v) for v in account if (v.section, v.end) > first)


_HAD_BEEN = re.compile(r"\bhad\s(?:\w+\s)?been\s(?:[\w-]+\s){0,4}$", re.IGNORECASE)  # "had been below 500"


def _tells_event_after(ctx: Context, view: SentenceView) -> bool:
    """Whether a sentence tells the event as one after or under the drug, and not as the disease that came back."""
    events = [m for m in _events_proper(ctx, view) if status_of(view, m) == "affirmed"]
    text = view.section_text
    lows = [
        c for c in view.counts if is_low(view, c) and not _HAD_BEEN.search(text, max(view.start, c.start - 60), c.start)
    ]
    if not events and not lows:
        return False
    if any(_STILL.search(text, max(view.start, c.start - 30), c.start) for c in lows):
        return False  # "after 6 months neutrophils were still 0.4"
    from_here = min([m.start for m in events] + [c.start for c in lows]) - NEAR
    went = [c for c in view.courses if c.kind == "outcome" and not c.negated and c.start >= from_here]
    if went and not any(is_late(view, m) for m in events):
        return False
    if any(i.role in ("onset", "onset_before", "later") for i in view.intervals):
        return True
    for drug in drugs_in(ctx, [view]):
        for event in events:
            if event.end <= drug.start and _AFTER_DRUG.search(text, event.end, drug.start):
                return not _GIVEN_FOR_IT.search(text, event.end, drug.start)
            if drug.end <= event.start and _UNDER_DRUG.search(text, max(view.start, drug.start - 40), drug.start):
                return True
            if 0 <= event.start - drug.end <= 30 and _INDUCED.match(text, drug.end):
                return True
    return False


def _has_the_disease(ctx: Context, told: CaseText, case: Case) -> bool:
    """Whether the patient or the title has a disease that consists of the event or brings it."""
    terms = ctx.protocol.event_diseases
    if not terms:
        return False
    named = _naming(terms)
    titles = [v.text for v in ctx.sentences if v.section == 0]
    account = (*(p.text for p in told.shared[:3]), *(p.text for p in case.pieces[:3]))
    return any(named.search(text.replace("\u2019", "'")) for text in (*titles, *account))


def _events_proper(ctx: Context, view: SentenceView) -> list[Mention]:
    """The events that a sentence names, without those inside the name of a disease ("autoimmune neutropenia")."""
    events = view.named_events
    terms = ctx.protocol.event_diseases
    if not terms or not events:
        return list(events)
    text = view.text.replace("\u2019", "'")
    inside = [(view.start + m.start(), view.start + m.end()) for m in _naming(terms).finditer(text)]
    return [m for m in events if not any(a < m.end and m.start < b for a, b in inside)]


@lru_cache(maxsize=8)
def _naming(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the names, in any capitals and with any space or hyphen between their words."""
    words = [r"[\s-]".join(re.escape(w) for w in re.split(r"[\s-]", term)) for term in terms]
    named = "|".join(w.replace("neutropenia", "neutropa?enia") for w in words)
    return re.compile(rf"\b(?:{named})\b", re.IGNORECASE)


def _tied_in_title(ctx: Context) -> bool:
    """Whether the title ties the event to the drug: the event after it, or induced by it."""
    for view in ctx.sentences:
        if view.section > 0:
            return False
        events, drugs = _events_proper(ctx, view), drugs_in(ctx, [view])
        for event in events:
            for drug in drugs:
                if drug.start >= event.end and LINK.search(view.section_text, event.end, drug.start):
                    return not _SUCCESS.search(_IN_A_PERSON_TREATED.sub(" ", view.text))
                if drug.end <= event.start and event.start - drug.end <= 30 and not _SUCCESS.search(view.text):
                    return " for " not in view.section_text[drug.end : event.start]
    return False
