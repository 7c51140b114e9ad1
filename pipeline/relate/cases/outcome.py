"""How an episode ended: whether an outcome word speaks of it, and recovery told by a later count (10^9/L) alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.concepts.assertion import role_of
from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.course import Course
from pipeline.concepts.interval import Interval
from pipeline.records import Evidence, Mention
from pipeline.relate.cases.account import Episode
from pipeline.relate.cases.draft import Draft
from pipeline.relate.cases.status import is_low
from pipeline.relate.cases.wording import OTHER_ILLNESS, SUBJECTS, clause_of
from pipeline.relate.context import Context, SentenceView

BACK, BACK_ABOVE, TOO_MANY = 1.5, 1.0, 50.0
"""10^9/L: a later count from here on is a recovery; "above 1.0" is enough. The last is a misprint."""
NEAR, FAR = 30, 70
"""Characters between a time and a count that it leads to, with and without a comma between them."""
_IT_WAS = re.compile(
    r"\b(?:it|this|they|these|(?:the|his|her) (?:count|value|level)s?) (?:was|were|had risen to|rose to|reached"
    r"|came to|(?:had |soon )?(?:passed|climbed to|went above|rose above))\s$"
    # a bound is part of the count: "the count exceeded"
    r"|\b(?:the|his|her) (?:count|value|level)s? (?:had |soon )?$"
    r"|\b(?:left (?:the )?(?:hospital|ward)|went home|discharged(?: home)?)\s(?:\w+\s){0,3}?with\s(?:a count of\s)?$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\b(?:day|week|month|visit)\s\d", re.IGNORECASE)
# "A second fall occurred three weeks later and went by itself": when it came, not how long it lasted
_HAPPENED = re.compile(
    r"\b(?:occurred|happened|appeared|developed|came|arose|noted|seen|found|set\sin|recurred|began|started|followed)\s(?:about\s)?$",
    re.IGNORECASE,
)
_AT = re.compile(r"\bat\s(?:the\s)?$", re.IGNORECASE)  # "at 5 months it was 1.9": counted from the drug
_MORE = re.compile(r"\b(?:another|further|more)\s(?:\w+\s)?$", re.IGNORECASE)
_HELD_UP = re.compile(
    r"\b(?:to (?:hold|keep|maintain|reach|achieve)|until|once|when|if|baseline|before)\b", re.IGNORECASE
)
_NOT_COUNTED = re.compile(r"\b(?:after|dose|infusion|filgrastim|G-CSF)\b", re.IGNORECASE)
# "After 27 days in intensive care", "after five days of meropenem": how long a stay or a treatment was
_OF_A_STAY = re.compile(
    r"\s(?:(?:in|on|of|at|under|with)\s(?:(?:the|an?|his|her|our)\s)?(?:[\w-]+\s){0,2}?(?:ICU|intensive[-\s]care|hospital\w*|wards?|units?"
    r"|isolation|in-?patient|admission|care|stay|antibiotics?|antimicrobials?|therapy|treatment|injections?|support"
    r"|(?:G-?|GM-?)CSF|filgrastim|lenograstim|\w+penem|\w+cillin|cef\w+|vancomycin|steroids?|prednisolone|prednisone)\b"
    r"|in\sbed\b|hospitali[sz]ed)",
    re.IGNORECASE,
)
_WHITE = re.compile(r"\b(?:white|leu[ck]ocytes?|WBC|WCC|granulocytes?)\b", re.IGNORECASE)
# "died of stroke": not of the event. An infection named with it may still be one of the event.
_OTHER_CAUSES = (
    r"(?:strokes?|apoplexy|ha?emorrhages?|bleeding|infarct\w*|heart|cardiac|cancer|carcinoma|lymphoma|leuka?emia|myeloma"
    r"|malignan\w+|tumou?r|progression|progressive|relapse\w*|embol\w+|accident|suicide|unrelated|other causes?"
    r"|another cause|dementia|graft|disease|arrhythmia|trauma|rejection)"
)
_ONE_OF_THE_EVENT = (
    r"(?![^.;]*\b(?:sepsis|septic|infect\w*|pneumonia|neutropeni\w+|fungal|aspergill\w+|bacter\w+|candid\w+|shock|covid\S*"
    r"|agranulocytosis)\b)"
)
OF_ANOTHER_CAUSE = re.compile(
    r"\b(?:died|death|succumbed|passed away|demise|fatal|killed)\b" + _ONE_OF_THE_EVENT + r"[^.;]{0,40}?"
    r"\b(?:of|from|in|due to|by|after|because of|caused by|with|to)\s[^.;]{0,25}?\b" + _OTHER_CAUSES + r"\b"
    # "The cause of death was a stroke", "a fatal stroke", "stroke was the eventual cause of death"
    r"|\bcause of (?:\w+\s)?death (?:was|being|proved to be)\s"
    + _ONE_OF_THE_EVENT
    + r"[^.;,]{0,25}?\b"
    + _OTHER_CAUSES
    + r"\b"
    r"|\b(?:fatal|lethal)\s"
    + _ONE_OF_THE_EVENT
    + r"(?:(?!(?:in|with|after|of|and|for|under|on|case)\b)[\w-]+\s){0,2}?"
    + _OTHER_CAUSES
    + r"\b|\b"
    + _OTHER_CAUSES
    + r"\s"
    + _ONE_OF_THE_EVENT
    + r"(?:\w+\s){0,2}?(?:was|were|proved|being|as|led\sto|resulted\sin|caused)\s(?:\w+\s){0,4}?"
    r"(?:death|fatal|lethal)\b",
    re.IGNORECASE,
)
_AUTOPSY = re.compile(r"\b(?:autopsy|autopsies|post-?\s?mortem|necropsy)\b", re.IGNORECASE)
_OTHER_FINDING = re.compile(
    r"\b(?:lymphoma|leuka?emia|carcinoma|malignan\w+|tumou?r|Reed|metasta\w+|infarct\w*|embol\w+|ha?emorrhage"
    r"|transformation|infiltrat\w+)\b",
    re.IGNORECASE,
)
_FATAL = re.compile(r"\b(?<!non-)(?<!near-)(?<!near )(?P<word>fatal|lethal)\s(?:[\w-]+\s){0,2}$", re.IGNORECASE)
LONGEST = 62.0
"""Days: at a later look the count has long been normal."""
_NORMAL_SINCE = re.compile(
    r"\b(?:afterwards?|thereafter|since|subsequently|from then on|later|ever since)\b[^.;]{0,60}\bnormal\b"
    r"|\bnormal\b[^.;]{0,30}\b(?:afterwards?|thereafter|since|from then on|ever since)\b",
    re.IGNORECASE,
)
_OF_WHAT = re.compile(r"\s(?:of|in)\s(?:the|his|her|their|all|both)\s", re.IGNORECASE)
_OF_B_CELLS = re.compile(
    r"\b(?:B[- ]?(?:cells?|lymphocytes?)|CD(?:19|20|27)\S*(?:\scells?)?)\s(?:count\s)?$", re.IGNORECASE
)
# "CD20+ cells rose to 7%, within the normal range", "B cells were 2% at LON and normal two months later"
_SHARE_OF_CELLS = re.compile(
    r"\d\s?%\)?,?\s(?:\(?(?:which\s)?(?:is|was|i\.e\.,?)?\s?)?(?:(?!(?:and|but|when|s?he)\b)[\w-]+\s){0,3}$",
    re.IGNORECASE,
)
_NEXT_CLAUSE = re.compile(r"[,;:]|\b(?:and|but|while|when|who|which|counts?)\b", re.IGNORECASE)
_B_CELLS_ARE = re.compile(
    r"(?:[\w-]+,?\s){0,6}?(?:B[- ]?(?:cells?|lymphocytes?)|CD(?:19|20|27)\S*)\s"
    r"(?!(?:deplet|recover|reconstitut|therap|antibod)\w*)"
    r"(?:[\w-]+\s){0,4}?(?:was|were|had|rose|returned|recovered|reappeared|remained|began|became)\b",
    re.IGNORECASE,
)
_NORMAL = re.compile(r"\bnormal$", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?:counts?|cells?|neutro\w+|granulocyt\w+|leu[ck]ocytes?|ANC|WBC|WCC|values?|levels?|blood\s(?:picture|tests?|results)|bloods"
    r"|h(?:a)?emogram|it|they|both|all|everything|differential)\b",
    re.IGNORECASE,
)
_TO_NOUN = 18
_EPISODE = re.compile(r"\bepisodes?\b", re.IGNORECASE)
_ADJECTIVE = re.compile(r"(?:recurrent|recurring|relapsing)$", re.IGNORECASE)
# "recurrent fever": what came back is named behind; "was recurrent and" has no name behind it
_NAMED_BEHIND = re.compile(
    r"\s(?!(?:and|but|in|on|at|after|with|despite|over|for|during|or|when|until|so|within|once|whenever|every|under)\b)[\w-]+",
    re.IGNORECASE,
)


def count_recovery(ctx: Context, draft: Draft, episode: Episode) -> tuple[Evidence, float | None] | None:
    """Recovery told by a later count alone, and the days until then where the text counts them from the low count."""
    lowest = draft.values.get("anc_nadir")
    opening = episode.opening
    low_seen = lowest is None
    for piece in episode.pieces:
        view = piece.view
        if role_of(view) in ("background", "aim", "conclusions", "title"):
            continue
        for count in view.counts:
            if not piece.holds(count.start) or (view is opening.view and count.start < opening.start):
                continue
            if count.concept in (ctx.analyte, None) and count.value == lowest:
                low_seen = True
                continue
            own = count.concept == ctx.analyte or (
                count.has_unit and _IT_WAS.search(view.text[: count.start - view.start])
            )
            if not own or not low_seen or count.moment in ("earlier", "threshold") or count.censored == "<":
                continue
            if _HELD_UP.search(view.section_text, max(view.start, count.start - 60), count.start):
                continue
            if count.value >= (BACK_ABOVE if count.censored == ">" else BACK) and count.value < TOO_MANY:
                later = [
                    i
                    for i in view.intervals
                    if i.role == "later"
                    and i.days
                    and not _MORE.search(view.section_text, max(view.start, i.start - 12), i.start)
                    and not _NUMBERED.search(view.section_text, i.start, i.end)
                    and not _AT.search(view.section_text, max(view.start, i.start - 8), i.start)
                    and (_leads_to(view, i, count) or 0 <= i.phrase_start - count.end < 3)
                ]
                days = later[-1].days if later and not _counted_from_treatment(view, later[-1]) else None
                return view.evidence("", count.start, count.end), days
    return None


def days_until_normal(view: SentenceView, course: Course) -> float | None:
    """ "After nine days the count was normal", "two weeks later it had resolved": the days that lead to the words."""
    for interval in view.intervals:
        if interval.role != "later" or not interval.days or interval.days > LONGEST or interval.start > course.start:
            continue
        ahead = view.section_text[max(view.start, interval.start - 12) : interval.start]
        if (
            _MORE.search(ahead)
            or _AT.search(ahead)
            or _HAPPENED.search(ahead)
            or _counted_from_treatment(view, interval)
        ):
            continue
        between = range(interval.end, course.start)
        fell = any(is_low(view, c) and c.start in between for c in view.counts)
        if fell or any(c.value == "recurred" and c.start < interval.start for c in view.courses):
            continue  # "relapse 5 weeks later (0.7), self-limited": when it fell
        if not _NUMBERED.search(view.section_text, interval.start, interval.end) and _leads_to(view, interval, course):
            return interval.days
    return None


def fatal_by_title(ctx: Context) -> Evidence | None:
    """ "Fatal agranulocytosis after X": the title's word for the event."""
    for view in ctx.sentences:
        if view.section > 0:
            break
        for mention in view.named_events:
            word = _FATAL.search(view.section_text, view.start, mention.start)
            if word is not None:
                return view.evidence("", word.start("word"), word.end("word"))
    return None


def other_cause_at_autopsy(ctx: Context) -> bool:
    """ "At autopsy, lymphoma was found in many organs": what the patient died of, unless it is an infection."""
    return any(_AUTOPSY.search(v.text) and _OTHER_FINDING.search(v.text) for v in ctx.sentences if v.section > 0)


def tells_normal_cells(view: SentenceView, course: Course) -> bool:
    """ "Afterwards the neutrophils stayed normal": of the cells of the event, and said of the time behind it."""
    start, end = clause_of(view, course)
    own = any(m.concept == view.context.analyte and start <= m.start < end for m in view.mentions)
    return own and _NORMAL_SINCE.search(view.section_text, start, end) is not None


def _leads_to(view: SentenceView, interval: Interval, count: BloodCount | Course) -> bool:
    """ "After 17 days the neutrophils had come up unaided to 2.3": the time is before the count, in its clause."""
    between = view.section_text[interval.phrase_end : count.start]
    return interval.phrase_end <= count.start and (
        len(between) < NEAR or (len(between) < FAR and not re.search(r"[;,.]\s", between))
    )


def _counted_from_treatment(view: SentenceView, interval: Interval) -> bool:
    """ "After three doses of filgrastim", "5 days after the infusion": the time runs from a treatment."""
    ahead = view.section_text[view.start : interval.phrase_start]
    text = view.section_text
    behind = _NOT_COUNTED.search(text, interval.end, view.end) or _OF_A_STAY.match(text, interval.end)
    return bool(_NOT_COUNTED.search(ahead) or behind)


def _is_of_something_behind(view: SentenceView, course: Course, own: Sequence[Mention]) -> bool:
    """ "Recurrent thrombocytopenia", "relapsing fever": the adjective's noun is not the event."""
    text = view.section_text
    if not _ADJECTIVE.search(text, course.start, course.end) or not _NAMED_BEHIND.match(text, course.end):
        return False
    if any(0 <= m.start - course.end < _TO_NOUN for m in own):
        return False
    return _EPISODE.search(text, course.end, course.end + _TO_NOUN) is None


def _is_normal_finding(view: SentenceView, start: int, course: Course) -> bool:
    """ "Cultures were sterile and the scan was normal": no count is named in the clause."""
    text = view.section_text
    return bool(_NORMAL.search(text, course.start, course.end)) and not _COUNTED.search(text, start, course.start)


def _is_of_b_cells(view: SentenceView, course: Course) -> bool:
    """ "CD20+ cells were 0.1% when it began and 7%, within the normal range, later": what the sentence is about."""
    text = view.section_text
    told = _B_CELLS_ARE.match(text, view.start, course.start)
    if told is None:
        return False
    if _SHARE_OF_CELLS.search(text, max(told.end(), course.start - 30), course.start):
        return True
    return _NEXT_CLAUSE.search(text, told.end(), course.start) is None


def concerns_event(view: SentenceView, course: Course) -> bool:
    """Whether an outcome word speaks of the event or the patient, and not of an infection, a condition, other cells.

    A recurrence needs the event or an episode in its clause; recovery only must not be that of something else.
    """
    start, end = clause_of(view, course)
    clause = [m for m in view.mentions if start <= m.start < end and m.label in SUBJECTS]
    own = [m for m in clause if m.label == "event" or (m.label == "analyte" and m.concept == view.context.analyte)]
    if course.value == "resolved" and not own and OTHER_ILLNESS.search(view.section_text, start, course.start):
        return False
    if course.value == "resolved" and not own and _is_normal_finding(view, start, course):
        return False
    if _OF_B_CELLS.search(view.section_text, max(start, course.start - 30), course.start):
        return False  # "LON developed just before B-cell recovery"
    if course.value == "resolved" and _is_of_b_cells(view, course):
        return False
    of_it = _OF_WHAT.match(view.section_text, course.end) if course.value == "resolved" else None
    if of_it is not None and OTHER_ILLNESS.search(view.section_text, of_it.end(), of_it.end() + _TO_NOUN):
        return False  # "with resolution of the lesions"
    if course.value == "resolved" and all(m.label == "infection" for m in clause):
        last = max((m.end for m in clause if m.end <= course.start), default=start)
        if any(c.value == "gcsf" and last <= c.start < course.start for c in view.courses):
            return True  # "had tonsillitis and was given antibiotics and G-CSF, with recovery"
    if course.value == "fatal" and all(
        m.label == "infection" or (m.label == "indication" and m.end <= course.start) for m in clause if m not in own
    ):
        return True  # "a woman with A was found dead of septic shock"
    if course.value == "resolved" and any(m.label == "analyte" and _WHITE.search(m.text) for m in clause):
        return True
    if course.value == "recurred" and _is_of_something_behind(view, course, own):
        return False
    if course.value == "recurred":
        others = [m for m in clause if m not in own and m.end <= course.start and course.start - m.end <= 30]
        if course.negated and not [m for m in clause if m not in own]:
            return True
        return (bool(own) and not others) or bool(_EPISODE.search(view.section_text, start, end))
    return bool(own) or not clause or bool(_EPISODE.search(view.section_text, start, end))
