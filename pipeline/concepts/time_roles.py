"""What a length of time says: onset, duration, follow-up, recovery, interval between doses, age, ...

    "87 days after the last infusion"     onset, last_dose
    "followed for 87 days"                follow_up
    "resolved one week later"             duration

The nearest trigger decides, among the words before the time or those right behind it; the triggers and how far they
reach are corpora/common/triggers/time_roles_before.csv and time_roles_after.csv.
Source of the classes: the "Time_elapsed", "Duration" and "Age" arguments of PHEE (Sun et al., EMNLP 2022).
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.concepts.interval import Interval
from pipeline.concepts.ordinals import ordinal_value
from pipeline.concepts.phrases import trigger_table
from pipeline.concepts.time_anchors import Anchor, anchor_before, anchor_behind, read_anchor
from pipeline.concepts.time_ranges import BRACKET, with_range_behind
from pipeline.concepts.time_window import CLAUSE_BREAK, SENTENCE_BREAK, Window

ROLE_COLUMNS = ("trigger", "side", "reach", "role", "source")
_FOLLOWED_BY = re.compile(r"\bfollowed\s(?P<anchor>[^.;,]{3,60}?)\sby\s(?:\w+\s)?$", re.IGNORECASE)
_RESPECTIVELY = re.compile(r",?\srespectively,?(?=\s)", re.IGNORECASE)
# Roles of mere prepositions: a verb or noun further left says more ("recovered within", "followed for")
_WEAK = frozenset({"after", "within", "span"})
_ON_DRUG_FOR = re.compile(
    r"\bafter\s(?:being\s|having\s(?:been\s|received\s|taken\s)?|receiving\s|taking\s|treatment\swith\s|"
    r"using\s)?(?:on\s)?"
    r"[\w-]+(?:\s\([^)]{1,20}\))?\s(?:therapy\s|treatment\s)?for\s?$",
    re.IGNORECASE,
)
_DOSE_GIVEN = re.compile(
    r"\b(?:last|final|latest|most recent|first|second|third|fourth|fifth|sixth)\s(?:[\w-]+\s)?(?:dose|infusion"
    r"|course|cycle|"
    r"injection|administration)\b[^.;]{0,30}\b(?:given|received|administered|was|were|had been|infused|place"
    r"|completed)\b",
    re.IGNORECASE,
)
_LAST_GIVEN = re.compile(r"\b(?:last|most recently)\b", re.IGNORECASE)
_BEFORE_OTHER = re.compile(
    r"\s(?:the\s|his\s|her\s)?(?:\w+\s)?(?:\w*transplant\w*|surgery|operation|vaccin\w+|delivery|conception"
    r"|pregnancy|relapse|death)\b",
    re.IGNORECASE,
)
_FOR_THE_NTH_TIME = re.compile(r"\bfor the (?P<nth>\w+) time\b", re.IGNORECASE)
_SHOWED = re.compile(
    r"\b(?:showed|revealed|disclosed|demonstrated|detected|uncovered|found|identified|noted)\b", re.IGNORECASE
)
_WHO = re.compile(r"\b(?:who|when|whose),?\s?$", re.IGNORECASE)
_TO_FINDING = 70
"""Characters behind "after" in which a look says what it showed."""
# "in the four weeks after"
_IN_THE = re.compile(r"\b(?:in|during)\sthe\s(?:\d+|[a-z]+)\s(?:days|weeks|months)$", re.IGNORECASE)
_NOTHING_BEHIND = re.compile(r"\s?(?:,|;|\s?(?:that|this),)\s")
_LEADING_WORDS = re.compile(
    r"(?:\b(?:a|an|the|at|after|within|in|on|of|median|mean|average|time|was|being|about|approximately|"
    r"around|roughly|nearly|"
    r"almost|only|mere|just|some|over|than|more|less|up|to|between|from)\s)+$",
    re.IGNORECASE,
)


# "Normalisation of the count was noted 6 months after the last dose": no onset
_RECOVERY_SEEN = re.compile(
    r"(?<!after )(?<!following )(?<!before )(?<!without )\b(?:normali[sz]ation|recovery|resolution|restoration"
    r"|repopulation|return\sto\snormal)\b"
    r"(?:(?!\b(?:and|but|who|patients?|then|neutrop[ae]nia(?=\s(?:occurred|was|developed))|episodes?)\b)"
    r"[^.;,]){0,60}?\b(?:(?:was|were|had\sbeen)\s(?:\w+ly\s)?(?:noted|seen|observed|documented|recorded|achieved"
    r"|reached|attained|found|confirmed|obtained|complete)"
    r"|occurred|took\splace|ensued|came|followed)\s(?:only\s|about\s|at\s|within\s|after\s|a\smedian\sof\s|some\s)*$",
    re.IGNORECASE,
)


def with_role(window: Window, quantity: Interval) -> Interval:
    """The time with its role and anchor, by the words around it."""
    text, drugs = window.text, window.drugs
    phrase_start = _phrase_start(text, quantity.start)
    base = replace(quantity, role="unknown", phrase_start=phrase_start, phrase_end=quantity.end)
    if quantity.role == "other_clock":
        # "day +35": of a transplant, unless the drug or its dose is named as the clock
        role, end = _right_cue(window, quantity)
        counted = anchor_behind(window, end) if role == "after" else None
        if counted is None or counted.kind in ("other", "recovery", "chemotherapy"):
            return replace(base, role="other_clock")
        return _anchored(text, base, counted, None)
    if quantity.role == "later":
        return replace(base, role="later")
    followed = _FOLLOWED_BY.search(text, max(0, phrase_start - 90), quantity.start)
    if followed and quantity.days is not None:
        # "the second episode followed the third infusion by 14 weeks"
        return _anchored(text, base, read_anchor(window, followed.start("anchor"), followed.end("anchor")), None)
    left_role, left_end = _left_cue(window, quantity)
    right_role, right_end = _right_cue(window, quantity)
    if right_role == "after" and _RECOVERY_SEEN.search(text, max(window.start, quantity.start - 140), quantity.start):
        return replace(base, role="recovery")
    if right_role in {"age", "dose_interval", "follow_up", "duration", "disease_duration", "other_clock", "recovery"}:
        return replace(base, role=right_role)
    if left_role == "recovery" and quantity.role == "ordinal" and right_role is None:
        return replace(base, role="recovery")  # "normal again on day 4": counted from another day than the first
    if left_role == "recovery" and right_role == "later" and any(left_end <= d[0] < quantity.start for d in drugs):
        left_role = None  # "the count recovered and the drug was given again a year later"
    if left_role == "recovery" and right_role not in {"after", "of", "on", "before"}:
        # "resolved one week later", "normal after ten days": how long the event lasted
        return replace(base, role="duration")
    if left_role == "disease_duration" and right_role == "after":
        left_role = None  # "had a further episode 4 months after the drug"
    if left_role in {"follow_up", "other_clock"} and right_role == "after" and "," in text[left_end:phrase_start]:
        left_role = None  # "noted on routine follow-up, 4 months after the drug"
    if left_role == "recovery" and right_role == "after" and _WHO.search(text, left_end, phrase_start):
        left_role = None  # "in remission who, 20 weeks after the last dose, came"
    if left_role == "follow_up" and right_role == "after" and _SHOWED.search(text, right_end, right_end + _TO_FINDING):
        left_role = None  # "follow-up 3 months after the drug showed"
    if left_role in {"follow_up", "duration", "recovery", "dose_interval", "age", "disease_duration", "other_clock"}:
        return replace(base, role=left_role)
    if quantity.days is None and quantity.low_days is None and quantity.high_days is None:
        return replace(base, role="vague")
    if right_role in {"after", "of"}:
        if right_role == "of" and left_role not in {"within", "after", "ordinal"} and quantity.role != "ordinal":
            return replace(base, role="treatment_duration")
        anchor = anchor_behind(window, right_end)
        if anchor is None and right_role == "of":  # "within 4 weeks of treatment"
            anchor = anchor_behind(window, quantity.end)
        if anchor is None and right_role == "after" and _NOTHING_BEHIND.match(text, right_end):
            return replace(base, role="later", phrase_end=right_end)  # "One month after, she had it"
        loose = anchor is not None and anchor.kind in {"unspecified", "last_dose", "treatment_start"}
        last = anchor is not None and _LAST_GIVEN.search(text, max(anchor.start, 0), anchor.end) is not None
        if right_role == "of" and left_role == "after" and anchor is not None and loose and not last:
            anchor = replace(anchor, kind="treatment_start")  # "after four months of the drug"
        return _anchored(text, base, anchor, left_role)
    if right_role == "between" and left_role == "onset":
        return _anchored(text, base, anchor_behind(window, right_end), left_role)
    if right_role == "on":
        anchor = anchor_behind(window, right_end)
        if anchor is None:
            # "Two years on she had": later; "three months on it": treatment
            return replace(base, role="later" if phrase_start <= 1 or left_role is None else "treatment_duration")
        if anchor.kind == "other":
            return replace(base, role="later" if phrase_start <= 1 else "treatment_duration")
        if left_role in {"after", "onset"}:
            return _anchored(text, base, replace(anchor, kind="treatment_start"), left_role)
        return replace(base, role="treatment_duration")
    if right_role == "before":
        return _before(base, window, right_end)
    if right_role == "later":
        return replace(base, role="later", phrase_end=right_end)
    if left_role == "onset":
        anchor = anchor_before(window, left_end, quantity.start)
        return _anchored(text, base, anchor or Anchor("unspecified", -1, -1), left_role)
    if left_role == "span":
        on_drug = _ON_DRUG_FOR.search(text, max(0, quantity.start - 90), phrase_start)
        if on_drug and any(on_drug.start() < d[0] < quantity.start for d in drugs):
            # "after being on the drug for three months"
            anchor = Anchor("treatment_start", on_drug.start(), quantity.end)
            return _anchored(text, base, anchor, left_role)
    if left_role in {"after", "within", "span"}:
        return replace(base, role="later" if left_role == "after" else left_role)
    return base


def _anchored(text: str, base: Interval, anchor: Anchor | None, left_role: str | None) -> Interval:
    """An onset, where the anchor is the drug; else another clock. "Within" keeps the upper bound only."""
    if anchor is None or anchor.kind == "other":
        end = anchor.end if anchor else base.end
        return replace(base, role="other_clock", phrase_end=max(base.phrase_end, end))
    if anchor.kind == "recovery":
        return replace(base, role="recovery")
    if anchor.kind == "chemotherapy":
        anchor = replace(anchor, kind="last_dose")
        return replace(_anchored(text, base, anchor, left_role), role="onset_chemotherapy")
    if (
        base.days is not None
        and base.low_days is None
        and base.statistic in ("median", "mean")
        and anchor.end > base.end
    ):
        base = with_range_behind(text, base, anchor.end)
    in_the = base.statistic == "exact" and _IN_THE.search(text[: base.end], base.start - 12)
    if (left_role == "within" or in_the) and base.days is not None:
        base = replace(base, days=None, high_days=base.days, statistic=None)
    return replace(
        base,
        role="onset",
        anchor=anchor.kind,
        dose=anchor.dose,
        phrase_start=base.phrase_start if anchor.start < 0 else min(base.phrase_start, anchor.start),
        phrase_end=max(base.phrase_end, base.end, anchor.end),
        anchor_start=anchor.start,
        anchor_end=anchor.end,
    )


def _before(base: Interval, window: Window, position: int) -> Interval:
    """ "had received it 3 months earlier": an onset if a dose of the drug stands close on the left."""
    breaks = [m.end() for m in SENTENCE_BREAK.finditer(window.text, window.start, base.start)]
    start = max(breaks[-1] if breaks else 0, base.start - 90)
    near = [d for d in window.drugs if start <= d[0] < base.start]
    if _BEFORE_OTHER.match(window.text, position):
        return replace(base, role="before", phrase_end=position)
    if not near and _DOSE_GIVEN.search(window.text, start, base.start):
        # "The last infusion was given 14 weeks before admission"
        near = [(start, start)]
    if not near or any(start <= o.start < base.start and o.start > near[-1][1] for o in window.others):
        return replace(base, role="before", phrase_end=position)
    anchor = read_anchor(window, start, base.start)
    if anchor is None or anchor.kind == "other":
        return replace(base, role="before", phrase_end=position)
    if anchor.kind == "unspecified" and _LAST_GIVEN.search(window.text, near[-1][1], base.start):
        anchor = replace(anchor, kind="last_dose")  # "the drug had last been given 12 weeks earlier"
    nth = _FOR_THE_NTH_TIME.search(window.text, start, base.start) if anchor.kind == "unspecified" else None
    dose = ordinal_value(nth["nth"].lower()) if nth else None
    if dose is not None:  # "had been given for the fifth time 11 weeks before"
        anchor = replace(anchor, kind="nth_dose" if dose > 1 else "first_dose", dose=dose)
    return replace(_anchored(window.text, base, anchor, None), role="onset_before", phrase_end=max(base.end, position))


def _phrase_start(text: str, start: int) -> int:
    """Takes in "a median of", "about" and the like before a time."""
    left = text[max(0, start - 60) : start]
    match = _LEADING_WORDS.search(left)
    return start - len(match.group()) if match else start


def _left_cue(window: Window, quantity: Interval) -> tuple[str | None, int]:
    """The role that the words before a time give it, and where those words end.

    The nearest trigger within its reach decides; a preposition only where no verb or noun follows further left. A verb
    of onset ("developed", "recurred") ends the search.
    """
    floor = max((o.end for o in window.others if o.end <= quantity.start), default=window.start)
    left = window.text[floor : quantity.start]
    breaks = [m.end() for m in CLAUSE_BREAK.finditer(left)]
    hard = [m.end() for m in SENTENCE_BREAK.finditer(left)]
    clause = floor + (breaks[-1] if breaks else 0)
    sentence = floor + (hard[-1] if hard else 0)
    near = [w for w in window.tokens if sentence <= w.start and w.end <= quantity.start][-16:]
    weak: tuple[str | None, int] = (None, -1)
    for match in reversed(list(trigger_table("time_roles_before", ROLE_COLUMNS).find(near))):
        role, reach = match.row["role"], int(match.row["reach"])
        if role == "onset" and any(a < match.end and match.start < b for a, b in window.events):
            continue  # the "onset" of "late-onset neutropenia"
        crosses = match.end <= clause and bool(breaks)
        if len(near) - 1 - match.last > reach or (crosses and reach < 8):
            continue
        if role == "event":
            break
        if role not in _WEAK:
            return role, match.end
        if weak[0] is None:
            weak = (role, match.end)
    return weak


def _right_cue(window: Window, quantity: Interval) -> tuple[str | None, int]:
    """The role that the words right behind a time give it, and where those words end."""
    text = window.text
    # "14 days (n = 2) after infusion": a bracket does not come between
    bracket = BRACKET.match(text, quantity.end) or _RESPECTIVELY.match(text, quantity.end)
    end = bracket.end() if bracket else quantity.end
    near = [w for w in window.tokens if w.start >= end][:8]
    if not near or CLAUSE_BREAK.search(text, end, near[0].start):
        return None, quantity.end
    for match in trigger_table("time_roles_after", ROLE_COLUMNS).find(near):
        if match.first <= int(match.row["reach"]) and not CLAUSE_BREAK.search(text, end, match.start):
            return match.row["role"], match.end
        break
    return None, quantity.end
