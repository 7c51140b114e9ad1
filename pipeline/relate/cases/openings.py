"""What opens an episode in a stretch of text: an event told as a fact, a low count, or a further "episode".

What is named there and opens none goes to the rejected, with its status.
"""

from __future__ import annotations

import re

from pipeline.concepts.assertion import role_of
from pipeline.concepts.course import SCOPE_COLUMNS as COURSE_SCOPE_COLUMNS
from pipeline.concepts.phrases import Match
from pipeline.records import Mention, Rejected
from pipeline.relate.cases.account import Opening, Piece
from pipeline.relate.cases.status import is_low, status_of
from pipeline.relate.cases.wording import NEW_CLAUSE, OUTSIDE
from pipeline.relate.context import SentenceView

EPISODE_COLUMNS = ("trigger", "role", "source")
_OF_THIS_ONE = re.compile(
    r"\b(?:hers|his|(?:in|for) (?:our|this) patient|(?:our|the) patient['\u2019]s)\b", re.IGNORECASE
)
_PRONOUN = re.compile(
    r"(?:it|this|which|that|and|but|again|the (?:same|condition|phenomenon|episode)|she|he|they|patient)?",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(?:but\s|and\s)?(?:she|he|they|(?:the\s)?patient)", re.IGNORECASE)
_DID_NOT = re.compile(r"\s(?:[\w-]+\s){0,3}(?:has|have|had|did|was|were)\s(?:\w+\s)?(?:not|never)\b", re.IGNORECASE)
APLASIA = 28.0
"""Days from the stem cells within which the marrow has not grown yet."""
_AFTER_STEM_CELLS = re.compile(
    r"\s(?:after|following|from|post)[-\s](?:the\s)?(?:(?:autologous|allogeneic|auto|allo|haematopoietic|hematopoietic|peripheral"
    r"|blood|bone)[-\s]){0,4}(?:stem[-\s]cells?|marrow|graft|progenitor[-\s]cells?|H?SCT|ASCT|autograft\w*|allograft\w*)\b",
    re.IGNORECASE,
)
_CAME_BACK = frozenset({"returned", "came back", "was back", "were back", "reappeared"})
_TO_NORMAL = re.compile(r"\s(?:\w+ly\s)?(?:to|towards?|into|within|above|in|up)\b", re.IGNORECASE)


# "multiple further grade 4 episodes": what may stand between the two words
FURTHER_EPISODES = re.compile(
    r"\b(?:further|more|additional|other|subsequent|new|recurrent|another|second|third|fourth),?\s(?:(?:dip|fall|drop)\b"
    r"|(?:(?!(?:the|of|to|and|or|in|with|after|was|were|had|dose|infusion|course|cycle|line|relapse)\b)[\w-]+,?\s){1,3}"
    r"(?:fall|drop|dip|decline|decrease)\s(?:in|of|to)\b"
    r"|(?:(?:severe|mild\w*|moderate|grade|\d|[IV]+|similar|late|late-onset|delayed|neutrop[ae]nic|a?symptomatic"
    r"|transient|brief\w*|short\w*|milder|deeper|self-limit\w+|such|LON)\s){1,4}(?:episodes?|bouts?|dip|fall|drop)\b)",
    re.IGNORECASE,
)


def find_opening(piece: Piece, rejected: list[Rejected], had_one: bool) -> Opening | None:
    """The first event of the piece that is told as a fact, else a low count, else a further "episode"."""
    view = piece.view
    found: Opening | None = None
    defined = bool(piece.events)
    for mention in piece.events:
        status = status_of(view, mention)
        defined = defined and status == "defined"
        if status == "affirmed" and _counted_from_transplant(view, mention):
            status = "other_cause"
        if status != "affirmed":
            rejected.append(Rejected(mention.section, mention.start, mention.end, mention.text, "event", status))
        elif found is None:
            found = Opening(view, mention.start, mention.end, mention)
    if found is not None:
        return found
    if role_of(view) in OUTSIDE:
        return None
    cut_off = piece.start > view.start  # "..., and after the fifth cycle, a third at 7 weeks (0.7)"
    for count in view.counts if defined or not piece.events else ():
        if defined and not _OF_THIS_ONE.search(view.section_text, piece.start, count.start):
            continue  # a bound; "defined as below 1.5; hers was 0.7" tells a count of the patient as well
        if piece.holds(count.start) and is_low(view, count) and (not had_one or cut_off):
            return Opening(view, count.start, count.end, None)
    if had_one:
        unsaid = [
            m.start
            for m in view.triggers("course_scope", COURSE_SCOPE_COLUMNS)
            if m.row["role"] in ("negates", "general", "feared", "prophylaxis")
        ]
        for cue in view.triggers("episodes", EPISODE_COLUMNS):
            denied = any(u < cue.end for u in unsaid) or _DID_NOT.match(view.section_text, cue.end)
            if not piece.holds(cue.start) or denied or cue.row["role"] == "first":
                continue
            if cue.row["role"] == "new" or (_it_came_back(piece, cue) and has_fact(piece)):
                return Opening(view, cue.start, cue.end, None)
        further = FURTHER_EPISODES.search(view.section_text, piece.start, piece.end)
        if further is not None and not any(u < further.end() for u in unsaid):
            return Opening(view, further.start(), further.end(), None)
    return None


def is_mentioned_again(opening: Opening) -> bool:
    """Whether an article or pronoun makes the event one that the text spoke of before."""
    before = opening.view.section_text[max(0, opening.start - 6) : opening.start].lower()
    return before.endswith((" the ", "the ", "this ", " his ", " her "))


def rejected_opening(opening: Opening, reason: str) -> Rejected:
    """What would have opened an episode, with the reason why it does not."""
    text = opening.view.section_text[opening.start : opening.end]
    return Rejected(opening.view.section, opening.start, opening.end, text, "event", reason)


def _it_came_back(piece: Piece, cue: Match) -> bool:
    """Whether what recurred is the event: a pronoun, the count or nothing stands before the word in its clause."""
    text = piece.view.section_text
    start = max((m.end() for m in NEW_CLAUSE.finditer(text, piece.start, cue.start)), default=piece.start)
    subject = text[start : cue.start].strip(" ,(")
    named = [m for m in piece.view.mentions if start <= m.start < cue.start and m.label == "analyte"]
    if (
        cue.row["trigger"] == "relapsed"
        and _PERSON.fullmatch(subject)
        and not any(piece.holds(c.start) and is_low(piece.view, c) for c in piece.view.counts)
    ):
        return False  # "he relapsed two years later": of the condition
    if cue.row["trigger"] in _CAME_BACK and (named or _TO_NORMAL.match(text, cue.end)):
        return False  # "the count returned to 1.9": the cells came back
    return bool(_PRONOUN.fullmatch(subject)) or any(m.concept == piece.view.context.analyte for m in named)


def has_fact(piece: Piece) -> bool:
    """Whether a piece has a time of the event or a low count."""
    times = [i for i in piece.view.intervals if piece.holds(i.start) and i.role in ("later", "onset")]
    return bool(times) or any(piece.holds(c.start) and is_low(piece.view, c) for c in piece.view.counts)


def _counted_from_transplant(view: SentenceView, mention: Mention) -> bool:
    """The event "on D+1", "a day after stem cell infusion": from a transplant, whose conditioning is the cause."""
    text = view.section_text
    return any(
        i.role == "other_clock"
        and (
            ("+" in text[i.start : i.end] and 0 <= i.start - mention.end <= 12)
            or (
                0 < (i.days or 0.0) <= APLASIA
                and 0 <= i.start - mention.end <= 30
                and _AFTER_STEM_CELLS.match(text, i.end)
            )
        )
        for i in view.intervals
    )
