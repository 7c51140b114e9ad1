"""What starts the clock of a time: a dose, the start or end of treatment, recovery, or something else.

    "after the fourth dose"                    nth_dose, dose 4
    "after the last infusion"                  last_dose
    "after the drug was initiated"             treatment_start
    "after completion of radiotherapy"         other

Reads the words behind "after", or between a cue and its time; which words are anchors is told by
corpora/common/triggers/time_anchors.csv. Offsets are those of the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.concepts.interval import Span
from pipeline.concepts.ordinals import cycle_number, dose_number, ordinal_value
from pipeline.concepts.phrases import Word, trigger_table, words
from pipeline.concepts.time_window import CLAUSE_BREAK, SENTENCE_BREAK, Window

ANCHOR_COLUMNS = ("trigger", "kind", "source")
# "the median time to first onset was": the first event, no first dose
_TO_FIRST = re.compile(
    r"\bto\s(?:the\s)?(?:first|initial)\s(?:onset|episode|event|occurrence|neutrop\w+)\b", re.IGNORECASE
)
_AND_CLAUSE = re.compile(r",\s(?:and|but|while|whereas)\s")
_AFTER_WORD = re.compile(r"\b(?:after|following)\b", re.IGNORECASE)
_CYCLE_ONE = re.compile(r"\b(?:cycle|course)\s(?:no\.?\s|number\s|#\s?)?(?:1|one|I)\b")
_THE_NTH_ONE = re.compile(
    r"(?:the|her|his)\s(?P<nth>second|third|fourth|fifth|sixth|seventh|eighth|last)"
    r"(?:\sone\b|\sof\s(?:these|them|the\stwo)\b|(?P<bare>\b)(?=\s?[.,;()]|\s(?:and|demonstrated|showed|revealed)\b|$))",
    re.IGNORECASE,
)
_A_DOSE = re.compile(r"\b(?:dose|infusion|injection|course|cycle)s?\b", re.IGNORECASE)
_EPISODE = re.compile(r"\b(?:episodes?|attacks?|bouts?|relapses?|transplant\w*)\b", re.IGNORECASE)
_WAS_BEGUN = re.compile(
    r"\s(?:(?:therapy|treatment|maintenance)\s)?(?:was|were|had been|has been)\s(?:first\s|newly\s)?"
    r"(?:initiated|started|commenced|begun|introduced|instituted)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """What starts the clock: `kind` is an onset_anchor of the data dictionary, or "other"."""

    kind: str
    start: int
    end: int
    dose: int | None = None


def find_anchors(text: str, drugs: Sequence[Span] = (), tokens: Sequence[Word] | None = None) -> tuple[Anchor, ...]:
    """The starts of a clock that stand without a time: "After the fourth cycle, she had it at 9 weeks"."""
    if not _AFTER_WORD.search(text):
        return ()
    window = Window(text, 0, words(text) if tokens is None else tokens, drugs, ())
    found = (anchor_behind(window, match.end()) for match in _AFTER_WORD.finditer(text))
    return tuple(anchor for anchor in found if anchor is not None and anchor.start >= 0)


def anchor_behind(window: Window, position: int) -> Anchor | None:
    """What the words behind "after" name as the start of the clock; up to the end of the clause."""
    text = window.text
    stop = min([o.start for o in window.others if o.start >= position], default=len(text))
    stop = min(stop, position + 120)
    closing = CLAUSE_BREAK.search(text, position + 1, stop)
    while closing is not None and closing.group() in "([" and closing.start() - position < 40:
        # "after the drug (short form) infusion": a bracket in the anchor does not end it
        end = text.find(")", closing.start(), stop)
        closing = CLAUSE_BREAK.search(text, end + 1, stop) if end >= 0 else None
    return read_anchor(window, position, closing.start() if closing else stop)


def anchor_before(window: Window, start: int, stop: int) -> Anchor | None:
    """The anchor in "time from the last infusion to onset was": between the cue and the time."""
    breaks = [m.end() for m in SENTENCE_BREAK.finditer(window.text, window.start, max(start, window.start))]
    sentence = breaks[-1] if breaks else window.start
    clauses = [m.end() for m in _AND_CLAUSE.finditer(window.text, sentence, stop)]
    own = read_anchor(window, clauses[-1], stop) if clauses else None
    anchor = own if own is not None else read_anchor(window, sentence, stop)
    if anchor is not None and anchor.kind == "other" and _TO_FIRST.search(window.text, sentence, stop):
        return None
    return anchor


def read_anchor(window: Window, start: int, stop: int) -> Anchor | None:
    """Reads an anchor phrase: ordinal, last, first, start or end of treatment, a dose, the drug, or another clock."""
    phrase = [w for w in window.tokens if w.start >= start and w.end <= stop][:24]
    if not phrase:
        return None
    named = [d for d in window.drugs if d[0] < stop and d[1] > start]
    kinds: dict[str, tuple[int, int]] = {}
    order: list[tuple[int, str]] = []
    for match in trigger_table("time_anchors", ANCHOR_COLUMNS).find(phrase):
        kind = match.row["kind"]
        if kind == "stop":
            if order or (named and named[0][0] < match.start):
                phrase = [w for w in phrase if w.end <= match.start]
                named = [d for d in named if d[0] < match.start]
                break
            continue
        order.append((match.start, kind))
        kinds.setdefault(kind, (match.start, match.end))
    the_nth = _THE_NTH_ONE.match(window.text, phrase[0].start, stop)
    if the_nth is not None and the_nth["bare"] is not None:
        # "before her seventh dose, 25 weeks after the sixth"
        the_nth = the_nth if _A_DOSE.search(window.text, window.start, the_nth.start()) else None
    if the_nth is not None and not named and not _EPISODE.search(window.text, window.start):
        dose = ordinal_value(the_nth["nth"].lower())
        kind = "last_dose" if dose is None else "nth_dose"
        return Anchor(kind, the_nth.start(), the_nth.end(), dose=dose)  # "two infusions; 98 days after the second one"
    first_drug = named[0] if named else None
    ends = [span[1] for span in kinds.values()] + ([first_drug[1]] if first_drug else [])
    end = max(ends, default=phrase[0].end)
    place = (phrase[0].start, end)
    other = kinds.get("other")
    treatment = min([s for k, (s, _) in kinds.items() if k in {"dose", "treatment"}], default=None)
    before = first_drug[0] if first_drug else stop
    if other is not None and other[0] < min(before, stop if treatment is None else treatment):
        return Anchor("other", other[0], other[1])
    recovery = kinds.get("recovery")
    if recovery is not None and first_drug is None and (treatment is None or recovery[0] < treatment):
        return Anchor("recovery", *recovery)
    if "chemotherapy" in kinds and first_drug is None:
        # "after the last chemotherapy": the drug's clock only where that held the drug, which the caller knows
        return Anchor("chemotherapy", *place)
    if not (
        first_drug or treatment is not None or {"last", "first", "first_dose", "start", "this_treatment"} & kinds.keys()
    ):
        # "sixteen weeks after completion she was": of the treatment told before
        return Anchor("last_dose", *place) if _bare_completion(phrase) else None
    dose = dose_number(phrase, window.text)
    if (
        treatment is None
        and first_drug is None
        and not {"last", "start", "end", "first_dose", "this_treatment"} & kinds.keys()
    ):
        return Anchor("other", *place)  # "4 weeks after the first": an episode, not a dose
    if "start" in kinds:
        return Anchor("treatment_start", *place)
    begun = _WAS_BEGUN.match(window.text, end)
    if begun and begun.end() <= stop and not {"last", "end", "dose"} & kinds.keys():
        return Anchor("treatment_start", place[0], begun.end())  # "6 days after the drug was initiated"
    if "last" in kinds:
        return Anchor("last_dose", *place)
    if "end" in kinds and (dose is None or dose == 1):
        return Anchor("last_dose", *place)
    if phrase[0].text in ("each", "every", "all") and "dose" in kinds:
        return Anchor("last_dose", *place)
    texts = [w.text for w in phrase[:4]]
    if "single" in texts[:3] and ("course" in texts or "cycle" in texts):
        return Anchor("last_dose", *place)  # of several doses, all given
    if "dose" in kinds and "single" in texts[:3]:
        return Anchor("first_dose", *place, dose=1)
    later_cycle = cycle_number(phrase)
    if later_cycle is not None:
        return Anchor("nth_dose", *place, dose=later_cycle)
    if dose is not None and dose > 1:
        return Anchor("nth_dose", *place, dose=dose)  # "the second infusion of the first course"
    if dose == 1 and _CYCLE_ONE.search(window.text, phrase[0].start, stop):
        return Anchor("nth_dose", *place, dose=1)  # "day 8 of cycle 1": numbered like the others
    if dose == 1 or {"first", "first_dose"} & kinds.keys():
        return Anchor("first_dose", *place, dose=1)
    if "dose" in kinds or "this_treatment" in kinds:
        return Anchor("last_dose", *place)
    return Anchor("unspecified", *place)


def _bare_completion(phrase: Sequence[Word]) -> bool:
    """ "after completion", with nothing said of what was completed."""
    texts = [word.text for word in phrase[:4]]
    return "completion" in texts and "of" not in texts[texts.index("completion") :][1:2]
