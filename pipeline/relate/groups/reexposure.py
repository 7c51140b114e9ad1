"""Whether the event came back when the drug was given again, for group rows: any recurrence is one.

"9 were re-treated; it recurred in 2"                  recurrence
"none of the 8 re-treated had it again"                no_recurrence
"given again to five; it did not recur in any"         no_recurrence
"4 had recurrent episodes"                             nothing: the drug is not said to be given again
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.relate.context import SentenceView
from pipeline.relate.groups.article import GroupArticle

if TYPE_CHECKING:
    from pipeline.relate.groups.rows import Row

_AGAIN = re.compile(
    r"\b(?:re-?\s?(?:treat|expos|challeng|administ|introduc|instat|institut|initiat|start|infus|dos|commenc)\w*|"
    r"resum(?:ed|ption|ing)|once\smore|anew|"
    r"(?:further|additional|another|subsequent|more|new|second|repeat\w*|maintenance)\s(?:\w+\s){0,2}?"
    r"(?:doses?|infusions?|courses?|cycles?|administrations?|injections?|treatments?|therapy|exposures?)|"
    r"(?:went\son|remained|stayed|kept|continued|carried\son)\s(?:with|on|to\sreceive)|continued|maintained|"
    r"(?:did|had|have)\snot\s(?:suspend\w*|stop\w*|discontinu\w*|interrupt\w*)|without\s(?:stopping|discontinuing|interrupting))\b",
    re.IGNORECASE,
)
# "after the maintenance infusions": the drug goes without its name
_INFUSED_AGAIN = re.compile(
    r"\b(?:further|additional|another|subsequent|later|more|new|second|third|next|repeat\w*|maintenance|booster|following|re-?treatment)\s"
    r"(?:\w+\s)?(?:infusions?|re-?infusions?)\b|\bre-?infus\w+",
    re.IGNORECASE,
)
_DRUG_AGAIN = re.compile(
    r"\s?(?:\([^()]{1,20}\)\s)?(?:\w+\s)?(?:was\s|were\s)?(?:given\s|received\s|used\s|administered\s)?(?:again|once\smore|anew|repeated|thereafter|afterwards?|subsequently)\b",
    re.IGNORECASE,
)
_AGAIN_DRUG = re.compile(r"\b(?:further|more|additional|again(?:\s\w+)?|another(?:\s\w+\sof)?)\s$", re.IGNORECASE)
_BACK = re.compile(
    r"\b(?:recur\w*|relaps\w+|came\sback|come\sback|coming\sback|returned|reappear\w*|re-?occurr\w*|re-?develop\w*|"
    r"(?:(?:had|developed|became|experienced|suffered)\s(?:\w+[\s-]){0,4}?(?:again|once\smore|anew|a\ssecond\stime))|"
    r"again\s(?:became|developed|had|experienced|seen|noted|observed|found)|"
    r"(?:seen|noted|observed|occurred|found|appeared|developed|detected)\sagain|(?:neutrop\w+|agranulocytosis|LON)(?:\s\w+)?\sagain|"
    r"(?:a\s)?(?:new|second|further|another|repeat\w*|more)\s(?:\w+\s){0,2}?"
    r"(?:episodes?|neutrop\w+|LON|EON|agranulocytosis|events?|bouts?|attacks?)|repeat\w*\s(?:neutrop\w+|LON))\b",
    re.IGNORECASE,
)
_RETURNED = re.compile(
    r"\b(?:recur(?:red|s|rences?)?\b|recurrent\s(?:LON|neutrop\w+|agranulocyt\w+|episodes?)|came\sback|reappear\w*|"
    r"again\s(?:became|developed|had)|again(?=\s?[.,;)(]|\sin\b|$)|"
    r"(?:second|another|new|further)\s(?:(?:episodes?|bouts?|attacks?)\b|neutrop\w+|LON\b|EON\b|agranulocyt\w+|late-onset\sneutrop\w+))\b",
    re.IGNORECASE,
)
_NOT_BACK = re.compile(
    r"\b(?:no|none|not|without|never|nobody|neither|zero|any|free)\b|\b0\s(?:of|out|/)|\b0(?:\.0)?\s?%", re.IGNORECASE
)
_IN_NONE = re.compile(r"[^.;,]{0,30}?\b(?:in\snone|in\sno\b|in\sany|in\s0\b|in\snobody)", re.IGNORECASE)
_NOBODY = re.compile(r"\b(?:none|nobody|neither|no\s(?:patient|one|case)s?)\b", re.IGNORECASE)
_BREAK = re.compile(r"[;]|,\s(?:and|but|while|whereas)\b|\b(?:but|although|whereas)\b", re.IGNORECASE)
_ILLNESS = re.compile(r"\b(?:disease|lymphoma|flares?|vasculitis|nephrotic|arthritis|leuk\w+)\s\w*\s?$", re.IGNORECASE)
_NOT_GIVEN = re.compile(r"\b(?:not|never|no|without)\s(?:\w+\s){0,2}$", re.IGNORECASE)
_NOT_STOPPED = re.compile(
    r"\b(?:(?:did|had|have)\snot\s(?:suspend\w*|stop\w*|discontinu\w*|interrupt\w*)|without\s(?:stopping|discontinuing|interrupting))\b",
    re.IGNORECASE,
)
_FEARED = re.compile(
    r"\b(?:may|might|can|could|should)\s(?:\w+\s)?(?:be|recur|lead|result|cause|induce|occur|have)\b", re.IGNORECASE
)
_NEXT_SENTENCE = 90


def read(article: GroupArticle, view: SentenceView, row: Row) -> None:
    """Give a row what a sentence, or the next one, says of the event after the drug was given again."""
    span = _given_again(view)
    if span is None or _FEARED.search(view.text):
        return
    back = _came_back(view.text)
    if back is None and not _is_safe(view):
        following = article.ctx.sentences[view.index + 1 : view.index + 2]
        if following and following[0].section == view.section:
            back = _came_back(following[0].text, _NEXT_SENTENCE)
    if back is None and _is_safe(view):
        back = False
    if back is None or (back is False and _is_of_fewer(article, view)):
        return
    if back and row.values.get("rechallenge") == "no_recurrence":
        row.values.pop("rechallenge")
        row.evidence = [e for e in row.evidence if e.field != "rechallenge"]
    row.set("rechallenge", "recurrence" if back else "no_recurrence", view, *span)


def tells_return(view: SentenceView, start: int, end: int) -> bool:
    """Whether the words from start to end, or close to them, tell of a return of the event: "did not recur in any"."""
    first = max(view.start, start - 30)
    for back in _RETURNED.finditer(view.section_text, first, min(view.end, end + 30)):
        apart = view.section_text[min(back.end(), end) : start] + view.section_text[end : back.start()]
        if not _BREAK.search(apart):
            return True
    return False


def _given_again(view: SentenceView) -> tuple[int, int] | None:
    """The words that say that the drug was given again."""
    for course in view.courses:
        if course.kind == "rechallenge" and not course.negated and not course.general:
            return course.start, course.end
    drugs = view.named_drugs
    for course in view.courses:
        if course.value == "drug_switched" and not course.negated and not course.general:
            to = next((d for d in drugs if 0 <= d.start - course.end <= 30), None)
            if to is not None:
                return course.start, to.end
    for drug in drugs:
        behind = _DRUG_AGAIN.match(view.section_text[: view.end], drug.end)
        if behind:
            return drug.start, behind.end()
        ahead = _AGAIN_DRUG.search(view.section_text[view.start : drug.start])
        if ahead:
            return view.start + ahead.start(), drug.end
    of_event = "infus" in view.low and ("relaps" not in view.low or view.named_events)  # else it is the illness
    pattern = _AGAIN if drugs else _INFUSED_AGAIN if of_event else None
    if pattern is not None:
        for again in pattern.finditer(view.text):
            if not _NOT_GIVEN.search(view.text[: again.start()]):
                return view.start + again.start(), view.start + again.end()
    return None


def _came_back(text: str, reach: int | None = None) -> bool | None:
    """Whether a text says that the event came back, or did not; None where it says neither."""
    told: bool | None = None
    text = _NOT_STOPPED.sub(lambda m: " " * len(m[0]), text)
    for back in _BACK.finditer(text, 0, reach if reach is not None else len(text)):
        if _ILLNESS.search(text[: back.start()]):
            continue
        clause = max((m.end() for m in _BREAK.finditer(text, 0, back.start())), default=0)
        denied = (
            _NOT_BACK.search(text, max(clause, back.start() - 40), back.end())
            or _IN_NONE.match(text, back.end())
            or _NOBODY.search(text, clause, back.start())
        )
        if not denied:
            return True
        told = False
    return told


def _is_of_fewer(article: GroupArticle, view: SentenceView) -> bool:
    """Whether it stayed away in some only: "given again in eight, without recurrence in seven"."""
    counts = [c for c in article.counts(view) if c.events]
    for back in _BACK.finditer(view.text):
        behind = next((c for c in counts if c.start >= back.end()), None)
        if behind is not None and view.text[back.end() : behind.start].strip().lower() in ("in", "in only", "among"):
            return any(c.end <= back.start() and (c.events or 0) > (behind.events or 0) for c in counts)
    return False


def _is_safe(view: SentenceView) -> bool:
    return any(c.value == "no_recurrence" and c.kind == "rechallenge" for c in view.courses) or any(
        c.kind == "uneventful" for c in view.courses
    )
