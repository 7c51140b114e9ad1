"""A sentence prepared for reading: its counts, and whatever a count may belong to or be qualified by.

    "Grade 3 A in 12 of 90 (13%), B (2%) on G-B"
        counts    12 of 90 (13%); 2%           grades   grade 3
        heads     A, B                         arms     G-B
        regions   the sentence with its brackets blanked; "13%"; "2%"
        runs      one for each count: list words alone join none of them

A head is an event, or something else that would take a count for itself (another cytopenia, an infection, a disease).
A number that is part of a grade, a time, an age or a blood count is no count. All offsets count from the start of the
sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple, Protocol

from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.count import Count
from pipeline.concepts.grades import Grade, Severity
from pipeline.concepts.phrases import trigger_table, words
from pipeline.concepts.regimen import Arm
from pipeline.records import Mention
from pipeline.relate.context import SentenceView
from pipeline.relate.groups.wording import VERSUS

OTHER_LABELS = frozenset({"other_cytopenia", "infection", "DISEASE"})
GENERAL_COLUMNS = ("trigger", "source")

_MOST_REGIONS = 200
_BRACKET = re.compile(r"[()\[\]]")
_ASIDE = re.compile(
    r"""
    \b(?:with\sor\swithout|with\sand\swithout|without|regardless\sof|irrespective\sof|in\sthe\sabsence\sof|other\sthan
        |apart\sfrom|except(?:\sfor)?)
    \s(?:\w+\s){0,2}$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_EXCEPTED = re.compile(r"other\sthan|apart\sfrom|except", re.IGNORECASE)
_NONE_OF = re.compile(r"\b(?:no|none|not|never|nor|without|uneventful|well\stolerated)\b", re.IGNORECASE)
_LIST_LINK = re.compile(rf"\s*(?:,|;|,?\s?(?:and|or|{VERSUS}|&|/))?\s*$", re.IGNORECASE)
_AT_LEAST_ONE = re.compile(
    r"""
    \b(?:at\sleast\sone|one\sor\smore|(?:only\s|just\s)?one(?=\s(?:single\s)?(?:episode|event|occurrence|bout|attack)\sof)|an?|any)\s
    (?:further\s|single\s)?(?:episodes?|events?|occurrences?|bouts?|attacks?)?\s?(?:of\s)?
    """,
    re.IGNORECASE | re.VERBOSE,
)


_TIME_LEAD = re.compile(
    r"(?:\b(?:after|at|within|with|for)\s)?(?:\b(?:an?|the)\s|\s)(?:median|mean|average)\s(?:time\s|interval\s|period\s|delay\s)?(?:of\s|from\s[\w\s]{1,40}\sof\s)?$",
    re.IGNORECASE,
)


class Spanning(Protocol):
    """Whatever has a place in the sentence."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


class Span(NamedTuple):
    """A place in the sentence."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Head:
    """An event (mention set) or something else that a count may belong to."""

    start: int
    end: int
    mention: Mention | None


@dataclass(frozen=True, slots=True)
class Condition:
    """A disease that patients were treated for; the mention has offsets of the section."""

    start: int
    end: int
    mention: Mention


@dataclass(frozen=True, slots=True)
class Region:
    """The sentence or the inside of a bracket: its text with inner brackets blanked, and where it starts."""

    start: int
    end: int
    text: str
    parent: int | None

    def between(self, start: int, end: int) -> str:
        """The text of the region between two places of the sentence."""
        return self.text[max(start - self.start, 0) : max(end - self.start, 0)]


@dataclass(frozen=True, slots=True)
class Layout:
    """One sentence, ready to be read; `runs` are neighbouring counts joined by nothing but list words."""

    view: SentenceView
    text: str
    counts: tuple[Count, ...]
    heads: tuple[Head, ...]
    grades: tuple[Grade, ...]
    severities: tuple[Severity, ...]
    arms: tuple[Arm, ...]
    conditions: tuple[Condition, ...]
    regions: tuple[Region, ...]
    innermost: tuple[int, ...]  # for each character, the index of its region
    runs: tuple[tuple[Count, ...], ...]
    limits: tuple[BloodCount, ...] = ()  # "below 0.5 x 10^9/L" of the review's cells, offsets of the sentence

    def region_index(self, position: int) -> int:
        """The index of the innermost region at a place of the sentence; 0 is the sentence itself."""
        return self.innermost[position]

    def region_at(self, position: int) -> Region:
        """The innermost region at a place of the sentence."""
        return self.regions[self.innermost[position]]

    def heads_in(self, index: int) -> list[Head]:
        """The heads of a region, none of an inner one."""
        return [h for h in self.heads if self.innermost[h.start] == index]

    def run_of(self, count: Count) -> tuple[Count, ...]:
        """The run that a count is a member of."""
        return next((run for run in self.runs if any(c.start == count.start for c in run)), (count,))

    def without_times(self, text: str, offset: int) -> str:
        """The text from `offset` with every time blanked: "a median of 4 months after the last infusion"."""
        shift = self.view.start
        for x in self.view.intervals:
            start, end = x.start - shift - offset, max(x.end, x.phrase_end) - shift - offset
            if start < 0 or end > len(text):
                continue
            lead = _TIME_LEAD.search(text, 0, start)
            begin = lead.start() if lead else start
            text = text[:begin] + " " * (end - begin) + text[end:]
        return text

    def without_grades(self, region: Region, start: int, end: int) -> str:
        """The text between, with grade and severity words and "at least one episode of" blanked."""
        text = _AT_LEAST_ONE.sub(lambda m: " " * len(m[0]), region.between(start, end))
        return blanked(text, start, *self.grades, *self.severities)


def prepare(view: SentenceView, events: Sequence[Mention], found: Sequence[Count], arms: Sequence[Arm] = ()) -> Layout:
    """The layout of a sentence. `events` and `arms` are section spans; `found` has offsets of the sentence."""
    shift = view.start
    grades = tuple(replace(g, start=g.start - shift, end=g.end - shift) for g in view.grades)
    counts = _countable(view, found, grades)
    regions = _regions(view.text)
    if (told := _without_asides(regions[0].text, counts)) != regions[0].text:
        regions = (replace(regions[0], text=told), *regions[1:])
    innermost = _innermost(regions)
    return Layout(
        view,
        view.text,
        counts,
        _heads(view, events),
        grades,
        tuple(replace(s, start=s.start - shift, end=s.end - shift) for s in view.severities),
        tuple(replace(a, start=a.start - shift, end=a.end - shift) for a in arms),
        tuple(Condition(m.start - shift, m.end - shift, m) for m in view.named_conditions),
        regions,
        innermost,
        _runs(view.text, counts, innermost),
        tuple(
            replace(x, start=x.start - shift, end=x.end - shift)
            for x in view.counts
            if x.concept in (None, view.context.analyte) and x.censored == "<" and x.value <= 1.5
        ),
    )


def blanked(text: str, offset: int, *spans: Spanning) -> str:
    """A text that starts at `offset`, with spaces in place of what stands in the spans."""
    for span in spans:
        low, high = max(span.start - offset, 0), min(span.end - offset, len(text))
        if low < high:
            text = text[:low] + " " * (high - low) + text[high:]
    return text


def is_blood_count(view: SentenceView, count: BloodCount) -> bool:
    """Whether a number without a unit behind an event's name is a blood count: a whole one is of persons."""
    if (
        count.has_unit
        or count.value == 0
        or not re.fullmatch(r"\d+", view.section_text[count.start : count.end].strip())
    ):
        return True
    return any(m.label == "analyte" and m.start == count.name_start for m in view.mentions)


def is_general(mention: Mention) -> bool:
    """Whether a name stands for harm as such ("toxicity"): it governs a list and competes with none of it."""
    return _is_general(mention.text)


@lru_cache(maxsize=4096)
def _is_general(name: str) -> bool:
    tokens = words(name)
    return any(m.last == len(tokens) - 1 for m in trigger_table("general_event", GENERAL_COLUMNS).find(tokens))


# ---- heads and counts


def _heads(view: SentenceView, events: Sequence[Mention]) -> tuple[Head, ...]:
    """The events and whatever else a count may belong to, none overlapping another."""
    shift, indications = view.start, view.named_conditions
    heads = [Head(m.start - shift, m.end - shift, None if _is_aside(view.text, m.start - shift) else m) for m in events]
    others = [
        m
        for m in view.mentions
        if m.label in (*OTHER_LABELS, "event")
        and not is_general(m)
        and not _is_febrile_part(view, m)
        and not _EXPLAINS.search(view.section_text, max(view.start, m.start - 50), m.start)
    ]
    for m in sorted(others, key=lambda m: (m.label == "DISEASE", m.start)):
        if m.label == "DISEASE" and any(i.start < m.end and m.start < i.end for i in indications):
            continue
        start, end = m.start - shift, m.end - shift
        if not any(start < h.end and h.start < end for h in heads):
            heads.append(Head(start, end, None))
    return tuple(sorted(heads, key=lambda h: h.start))


# "A, i.e. an otherwise unexplained fall of"
_EXPLAINS = re.compile(
    r"[,(–-]\s?(?:i\.\s?e\.|that\sis|meaning|namely|defined\s(?:as|by)|viz\.?)\s?,?\s?(?:[\w-]+\s){0,6}$", re.IGNORECASE
)
_OF_WHOM = re.compile(
    r"\b(?:(?:of\swhom|of\sthem|of\sthese|who)\s(?:\([^()]*\)\s)?(?:also\s|later\s)?(?:were|had|developed|with)?"
    r"|(?:complicated|accompanied)\sby|associated\swith"
    r"|[,;(]\s(?:and\s|but\s)?(?:only\s)?(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)\s(?:patients?\s|cases?\s)?(?:with|(?:also\s)?had))\s?(?:a\s)?$",
    re.IGNORECASE,
)


_FEBRILE_NOUN = re.compile(r"\s(?:episodes?|illness\w*|events?|infections?|complications?|states?)\b", re.IGNORECASE)


def _is_febrile_part(view: SentenceView, mention: Mention) -> bool:
    """Whether fever is said of some of those affected: it takes no count for itself ("three were febrile")."""
    word = mention.text.lower()
    if word == "febrile" and _FEBRILE_NOUN.match(view.section_text, mention.end):
        return False
    return word == "febrile" or (
        word == "fever" and bool(_OF_WHOM.search(view.section_text, max(view.start, mention.start - 40), mention.start))
    )


def _is_aside(text: str, start: int) -> bool:
    """Whether an event is named only to leave it open; "no toxicity except A" tells that it occurred."""
    aside = _ASIDE.search(text, max(0, start - 30), start)
    if aside is None:
        return False
    return not (_EXCEPTED.match(aside[0]) and _NONE_OF.search(text))


# "after 38 to 175 days (median 98)"
_CENTRE_BEFORE = re.compile(r"[(,;]\s?(?:median|mean|average)[,:]?\s(?:of\s|was\s)?$", re.IGNORECASE)


def _countable(view: SentenceView, found: Sequence[Count], grades: Iterable[Grade]) -> tuple[Count, ...]:
    """The counts of persons, episodes or cycles: none that is part of a grade, a time, a blood count or an age."""
    if not found:
        return ()
    shift = view.start
    shares = {c.start for c in found if c.percent is not None}
    taken = [
        *((g.start, g.end) for g in grades),
        *((x.start - shift, x.end - shift) for x in view.intervals),
        *((x.start - shift, x.end - shift) for x in view.patients),
        *(
            (x.start - shift, x.end - shift)
            for x in view.counts
            if is_blood_count(view, x) and x.start - shift not in shares
        ),
    ]
    return tuple(
        _before_name(view, c)
        for i, c in enumerate(found)
        if not _is_further_value(view, c)
        and not (i and (_is_one_episode_each(view, c) or _is_how_often(view, found[i - 1], c)))
        # "12 patients (8 women)": a split of those before
        and not (c.unit == "sex" and any(b.unit != "sex" for b in found[:i]))
        and (c.unit not in ("rate", "controls", "other") or _is_before_event(view, c))
        and not any(start <= c.start < end for start, end in taken)
        and not (c.unit is None and c.percent is None and _CENTRE_BEFORE.search(view.text[: c.start]))
    )


_HAD_ONE = re.compile(
    r"\b(?:had|developed|experienced|suffered|with)\s(?:only\s|just\s|exactly\s)?(?:an?\s)?$", re.IGNORECASE
)
_EPISODE_OF = re.compile(r"(?:\s(?:single\s)?(?:episode|event|occurrence|bout|attack))?\sof\s", re.IGNORECASE)


def _is_one_episode_each(view: SentenceView, count: Count) -> bool:
    """Whether "one episode" only tells what each of those counted before had: "eleven had one episode of A each"."""
    if count.events != 1 or count.percent is not None or count.total is not None:
        return False
    is_named = "episode" in view.text[count.start : count.end] or _EPISODE_OF.match(view.text, count.end)
    return bool(is_named and _HAD_ONE.search(view.text, max(0, count.start - 30), count.start))


_HAD_SO_MANY = re.compile(
    r"\s(?:patients?\s|of\sthem\s|children\s)?(?:had|experienced|developed|suffered)\s(?:only\s)?", re.IGNORECASE
)


def _is_how_often(view: SentenceView, before: Count, count: Count) -> bool:
    """Whether a number tells how often those counted before it had the event: "and five had two"."""
    is_bare = count.percent is None and count.total is None and count.unit in (None, "episodes")
    closes = view.text[count.end : count.end + 1] in (".", ",", ";", "") or count.unit == "episodes"
    return is_bare and closes and bool(_HAD_SO_MANY.fullmatch(view.text, before.end, count.start))


_VALUES = re.compile(r"(?:,\s|,?\sand\s)(?:\d+(?:,\s|,?\sand\s))*")


def _is_further_value(view: SentenceView, count: Count) -> bool:
    """Whether a bare number goes on with a list of blood counts: "neutrophils of 210, 305 and 90"."""
    if count.unit in ("patients", "cases") or count.percent is not None or count.total is not None:
        return False
    start = count.start + view.start
    return any(
        x.end < start and not x.has_unit and x.value < 2 and _VALUES.fullmatch(view.section_text, x.end, start)
        for x in view.counts
    )


_OF_THE = re.compile(r"\sof\s(?:the|these|those|our)\s$", re.IGNORECASE)


def _before_name(view: SentenceView, count: Count) -> Count:
    """A count that took the event's own name for an adjective ("ten neutropenic patients") ends before it."""
    for m in view.named_events:
        if count.start < m.start - view.start < count.end and count.percent is None and count.total is None:
            return replace(count, end=len(_OF_THE.sub("", view.text[: m.start - view.start]).rstrip()))
    return count


def _is_before_event(view: SentenceView, count: Count) -> bool:
    """Whether a number stands right before an event name ("three neutropenias")."""
    return any(0 <= m.start - view.start - count.end <= 2 for m in view.named_events)


# "in 45% of courses and 88% of patients": one event counted twice
_UNLIKE = ({"cycles", "patients"}, {"episodes", "patients"}, {"cycles", "episodes"})


def _runs(text: str, counts: Sequence[Count], innermost: Sequence[int]) -> tuple[tuple[Count, ...], ...]:
    """Neighbouring counts of a region joined by nothing but list words."""
    runs: list[list[Count]] = []
    for count in counts:
        previous = runs[-1][-1] if runs else None
        if previous is not None and innermost[previous.start] == innermost[count.start]:
            link = text[previous.end : count.start].lstrip(")] ")
            counts_alike = {previous.unit, count.unit} not in _UNLIKE
            if counts_alike and len(link) < 30 and _LIST_LINK.fullmatch(link) and link.strip() and ";" not in link:
                runs[-1].append(count)
                continue
        runs.append([count])
    return tuple(tuple(run) for run in runs)


# ---- regions


def _regions(text: str) -> tuple[Region, ...]:
    """The sentence and each bracket in it, outermost first; a bracket that is never closed reaches to the end."""
    if "(" not in text and "[" not in text:
        return (Region(0, len(text), text, None),)
    opened: list[int] = []
    spans = [Span(0, len(text))]
    for bracket in _BRACKET.finditer(text):
        if bracket[0] in "([":
            opened.append(bracket.start())
        elif opened:
            spans.append(Span(opened.pop() + 1, bracket.start()))
    spans += [Span(i + 1, len(text)) for i in opened]
    spans = sorted(spans, key=lambda s: (s.start, -s.end))[:_MOST_REGIONS]
    parents: list[int | None] = []
    inner: list[list[Span]] = [[] for _ in spans]
    for i, (start, end) in enumerate(spans):
        around = (p for p in reversed(range(i)) if spans[p].start <= start and end <= spans[p].end)
        parent = next(around, None)
        parents.append(parent)
        if parent is not None:
            inner[parent].append(Span(start - 1, end + 1))  # with its brackets
    return tuple(
        Region(start, end, blanked(text[start:end], start, *inner[i]), parents[i])
        for i, (start, end) in enumerate(spans)
    )


_ASIDE_OF_DASHES = re.compile(r"\s[–—-]\s[^–—]{3,140}?\s[–—-](?=\s)")


# "three on A, but no patient on B, developed it"
BUT_NONE = re.compile(r",\sbut\s(?:no|none\sof(?:\sthe)?)\s[^,;.()\d]{1,50},(?=\s)")


def _without_asides(text: str, counts: Sequence[Count]) -> str:
    """The text with what stands between dashes blanked, if it counts nobody: "A – a count below 1 – occurred in 6"."""
    for aside in _ASIDE_OF_DASHES.finditer(text):
        if not any(aside.start() <= c.start < aside.end() for c in counts):
            text = text[: aside.start()] + " " * (aside.end() - aside.start()) + text[aside.end() :]
    none = BUT_NONE.search(text) if ", but no" in text else None
    if none is not None and not any(none.start() <= c.start < none.end() for c in counts):
        text = text[: none.start()] + " " * (none.end() - none.start()) + text[none.end() :]
    return text


def _innermost(regions: Sequence[Region]) -> tuple[int, ...]:
    """For each character of the sentence, and the place behind the last, the index of its innermost region."""
    indices = [0] * (regions[0].end + 1)
    for index, region in enumerate(regions[1:], 1):
        indices[region.start : region.end] = [index] * (region.end - region.start)
    return tuple(indices)
