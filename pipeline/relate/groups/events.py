"""The events of a sentence: named, behind the article's own short form, told as a low count, or only meant.

"LON", which the article explains as late-onset neutropenia, is that event; so is "the neutrophil count fell below 0.5"
in a count of persons, and "it" or "the cumulative incidence" in a sentence behind one that names the event.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.phrases import AnyOf
from pipeline.once import once
from pipeline.records import Mention
from pipeline.relate.context import Context, SentenceView
from pipeline.relate.groups.layout import is_general
from pipeline.relate.groups.own_part import counts, is_readable

OTHER_LABELS = frozenset({"other_cytopenia", "infection"})
VOCABULARY_OTHERS = frozenset({"other_cytopenia", "indication", "infection"})
OF_REPORTS = frozenset({"pharmacovigilance"})  # studies in which the cases collected are those of the event
LATE_COLUMNS = ("trigger", "source")


# "a trial of B in C, with a fatal late A", "and one case of late A"
_WITH_ONE = re.compile(
    r"\w\s(?<!patients\s)(?<!patient\s)(?<!cases\s)(?:with|and|including|plus)\s(?:an?|one)\s"
    r"(?:(?:case|instance|episode|patient)\s(?:of|with)\s)?(?:(?!of\b)[\w-]+\s){0,2}$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Events:
    """The events of an article, each sentence read once."""

    ctx: Context

    @once
    def definitions(self) -> dict[str, dict[str, str]]:
        """The event concepts that stand for the event itself; others of the vocabulary only hold its name."""
        return {name: item for name, item in self.ctx.protocol.config["events"].items() if "event_definition" in item}

    @once
    def plain_concept(self) -> str:
        """The concept of the event as such, whatever its grade."""
        return next(
            (name for name, item in self.definitions.items() if set(item) == {"event_definition"}),
            next(iter(self.definitions)),
        )

    def of(self, view: SentenceView) -> tuple[Mention, ...]:
        """The event mentions of a sentence, those behind an article's own short form and behind "it" included."""
        known = self._found.get(view.index)
        if known is None:
            found = self.named(view) if is_readable(view) else []
            known = self._found[view.index] = tuple(found or self._meant(view))
        return known

    @once
    def _found(self) -> dict[int, tuple[Mention, ...]]:
        return {}

    # ---- the title

    @once
    def are_subject(self) -> bool:
        """Whether the title names the event: then the whole text speaks of it."""
        return any(view.section == 0 and self.of(view) for view in self.ctx.sentences)

    @once
    def title_concept(self) -> str | None:
        """The event of the title whose definition is its own (late onset, febrile), if there is just one kind."""
        for view in self.ctx.sentences:
            if view.section:
                break
            for mention in self.of(view):
                return mention.concept
        return None

    @once
    def title_event_is_late(self) -> bool:
        """Whether the event of the title is by name a late one: then the text means it by the plain name too."""
        config = self.ctx.protocol.config["events"]
        is_late = self.title_concept is not None and config[self.title_concept].get("event_definition") == "late_onset"
        return is_late and not self._title_tells_one

    @once
    def title_is_late(self) -> bool:
        """Whether the title says "late-onset" or "delayed" of what the event belongs to ("delayed-onset cytopenia")."""
        is_late = any(v.section == 0 and v.triggers("late", LATE_COLUMNS) for v in self.ctx.sentences)
        return is_late and not self._title_tells_one

    @once
    def _title_tells_one(self) -> bool:
        """Whether the title tells the event of one patient beside the study: "A trial of B, with a fatal late C"."""
        return any(
            _WITH_ONE.search(v.section_text, v.start, m.start)
            for v in self.ctx.sentences
            if v.section == 0
            for m in self.of(v)
        )

    # ---- named

    def named(self, view: SentenceView) -> list[Mention]:
        """The events that a sentence names, by a short form or a low count too."""
        if view.index not in self._named:
            self._named[view.index] = self._read_named(view)
        return self._named[view.index]

    @once
    def _named(self) -> dict[int, list[Mention]]:
        return {}

    def _read_named(self, view: SentenceView) -> list[Mention]:
        events = [m for m in view.named_events if m.concept in self.definitions and not _is_adjective(view, m)]
        for short in self.ctx.annotated.abbreviations:
            if short.section != view.section or not view.start <= short.start < view.end:
                continue
            if any(m.start < short.end and short.start < m.end for m in events):
                continue
            if any(m.start < short.end and short.start < m.end and m.label in VOCABULARY_OTHERS for m in view.mentions):
                continue
            concept = self._concept_ending(short.long)
            if concept is not None:
                text = view.section_text[short.start : short.end]
                events.append(Mention(short.section, short.start, short.end, text, "event", concept))
        if view.named_cells:
            events += self._low_counts(view, events)
            events += self._listed_falls(view, events)
        if len(events) < 2:
            return events
        return _without_explanations(view, sorted(events, key=lambda m: m.start))

    def _concept_ending(self, long: str) -> str | None:
        """The event that a long form ends in, after an adjective ("severe ...")."""
        lowered = long.lower()
        for mention in self.ctx.labelled("event"):
            if mention.concept in self.definitions and lowered.endswith(mention.text.lower()):
                return mention.concept
        return None

    def _low_counts(self, view: SentenceView, events: list[Mention]) -> list[Mention]:
        """A count of the review's cells below a limit, said of persons: "the count fell below 0.5 in 27"."""
        if self.ctx.analyte not in [m.concept for m in view.named_cells]:
            return []
        found: list[Mention] = []
        for limit in view.counts:
            if limit.concept != self.ctx.analyte or limit.value > 1.5:
                continue
            if limit.censored != "<" and not is_denied_limit(view, limit):
                continue
            names = [m for m in view.named_cells if m.concept == self.ctx.analyte and m.end <= limit.start]
            near_event = any(0 <= limit.start - m.end < 25 or m.start < limit.end < m.end for m in events)
            if found and (further := _FURTHER_LIMIT.search(view.section_text, found[-1].end, limit.start)):
                text = view.section_text[further.end() : limit.end]
                if not near_event and text:
                    found.append(Mention(view.section, further.end(), limit.end, text, "event", self.plain_concept))
                continue
            nadir = _NADIR.search(view.section_text, max(view.start, limit.start - 24), limit.start)
            starts = [m.start for m in names if limit.start - m.end < 40] + ([nadir.start()] if nadir else [])
            if (
                names
                and starts
                and not near_event
                and not _SEVERE_BEFORE.search(view.section_text, view.start, starts[-1])
            ):
                denial = _NEVER.search(view.section_text, starts[-1], limit.start)
                start = denial.end() if denial else starts[-1]
                text = view.section_text[start : limit.end]
                found.append(Mention(view.section, start, limit.end, text, "event", self.plain_concept))
        return found

    def _listed_falls(self, view: SentenceView, events: list[Mention]) -> list[Mention]:
        """The review's cells in a list of cells that fell: "decreases in lymphocytes (97%), neutrophils (86%)"."""
        if not _FALL.search(view.low):
            return []
        found = []
        for m in view.named_cells:
            if m.concept != self.ctx.analyte or any(e.start < m.end and m.start < e.end for e in events):
                continue
            if not _COUNTED_BEHIND.match(view.section_text, m.end):
                continue
            if _FALLS_IN.search(view.section_text, view.start, m.start) or _FELL.match(view.section_text, m.end):
                found.append(replace(m, label="event", concept=self.plain_concept))
        return found

    # ---- meant

    def _meant(self, view: SentenceView) -> list[Mention]:
        """The event that a sentence means without its name: "the cumulative incidence was 9 %", "it was"."""
        if view.section == 0 or not counts(view):
            return []
        if any(m.label in OTHER_LABELS and not is_general(m) for m in view.mentions):
            return []
        last = self._last_named_before(view)
        span = None if last is None else _words_for_it(view, self.are_subject)
        if last is not None and self.are_subject:
            span = _cases_told(view) or span
        if span is None and self.are_subject and self.ctx.study_type in OF_REPORTS:
            span = _cases_collected(view)
        if last is None or span is None:
            return []
        text = view.text[span[0] : span[1]]
        return [Mention(view.section, view.start + span[0], view.start + span[1], text, "event", last.concept)]

    def _last_named_before(self, view: SentenceView) -> Mention | None:
        """The event named last in the two sentences before or, for the article's subject, in the thirty before."""
        for other in reversed(self.ctx.sentences[max(0, view.index - (30 if self.are_subject else 2)) : view.index]):
            named = [m for m in other.named_events if m.concept in self.definitions]
            if named and (other.section or self.are_subject):
                # what the sentence opens with is its subject: "A was seen in 12; three had febrile A"
                return named[0] if named[0].start - other.start < _OPENING else named[-1]
        return None


_OPENING = 4  # characters: "The A"
# "It was severe (below 0.5) in 12": the limit says what severe is
_SEVERE_BEFORE = re.compile(
    r"\b(?:severe|profound|moderate|mild|agranulocytosis)\s?[(\[][^()\[\]]{0,24}$", re.IGNORECASE
)
_BELOW = re.compile(r"[<≤]|\b(?:below|under|less\sthan|lower\sthan|fewer\sthan)\b", re.IGNORECASE)


def is_denied_limit(view: SentenceView, limit: BloodCount) -> bool:
    """Whether a count is said to have been below a limit in nobody: "no patient had a count below 0.5"."""
    return limit.censored == ">" and bool(_BELOW.search(view.section_text, limit.start, limit.end))


# "below 1.0 in 12 and below 0.5 in five", "... and a count below 0.5 in five"
_FURTHER_LIMIT = re.compile(
    r"(?:,|;|\band|\bor|\bbut)\s(?:and\s)?(?=(?:(?:an?|one|levels?|values?|counts?|those|ANC|neutrophils?|granulocytes?|absolute|was|fell|of)\s){0,4}$)",
    re.IGNORECASE,
)
_FALL = AnyOf(("decreas", "reduc", "fall", "drop", "declin", "low"))
_CELLS = r"(?:[\w+/-]+\s){0,3}[\w+/-]+(?:\s?[(\[][^()\[\]]{1,40}[)\]])?"
_FALLS_IN = re.compile(
    rf"\b(?:(?:decreas(?:es?|ing)|reductions?|falls?|drops?|declines?)\s(?:in|of)|decreased|reduced|low|lowered)\s(?:the\s)?(?:{_CELLS}(?:,\s(?:and\s)?|\sand\s)){{0,6}}(?:[\w-]+\s)?$",
    re.IGNORECASE,
)
_COUNTED_BEHIND = re.compile(
    r"(?:\scounts?)?\s?[(\[]\s?(?:(?:n\s?=\s?)\d|[\d.]+\s?%|\d+\s?[(;,\[]\s?\d|\d+\spatients)", re.IGNORECASE
)
_FELL = re.compile(
    rf"(?:\scounts?)?\s?[(\[][^()\[\]]{{1,40}}[)\]](?:(?:,\s(?:and\s)?|\sand\s){_CELLS}){{0,5}}?"
    r"\s(?:(?:counts?\s)?(?:decreas(?:es?|ed)|reductions?|falls?|declines?))\b(?!\sin\b)",
    re.IGNORECASE,
)
# "A, i.e. a count below 1.0, occurred in 32": the count only says what A is
_THAT_IS = re.compile(
    r"\s?[,(–-]\s?(?:i\.\s?e\.|that\sis|meaning|namely|defined\s(?:as|by)|viz\.?)\s?,?\s?(?:[\w-]+\s){0,6}",
    re.IGNORECASE,
)


def _without_explanations(view: SentenceView, events: list[Mention]) -> list[Mention]:
    """The events of a sentence without those that only explain the one before."""
    kept: list[Mention] = []
    for mention in events:
        if not (kept and _THAT_IS.fullmatch(view.section_text, kept[-1].end, mention.start)):
            kept.append(mention)
    return kept


# "neutrophils were never below": the denial stands before the event
_NEVER = re.compile(r"\b(?:never|(?:did|was|were)\snot|not\sonce)\s", re.IGNORECASE)
_NADIR = re.compile(r"\bnadirs?\b[^,;()]*$", re.IGNORECASE)
_NOUN_AFTER = re.compile(
    r"\s(?!(?:and|or|but|for|in|on|at|with|within|after|before|during|while|when|by|to|as|again|following|throughout|until|since|because|due|from|despite|than|period|periods|episodes?|events?|patients?)\b)[a-z]{3,}"
)


def _is_adjective(view: SentenceView, mention: Mention) -> bool:
    """Whether the event's adjective only qualifies another noun ("no ...penic infection")."""
    return mention.text.lower().endswith("ic") and bool(_NOUN_AFTER.match(view.section_text, mention.end, view.end))


_MAY_BE_RATE = AnyOf(("incidence", "rate", "frequency", "prevalence", "probability"))
_RATE = re.compile(
    r"(?:\b(?P<before>\w+)\s)?\b(?P<word>incidence|rates?|frequency|prevalence|probability)\b(?!\s(?:ratio|of\s(?!this|the\sevent|such|these|episodes|events)))",
    re.IGNORECASE,
)
_OTHER_RATE = frozenset(
    {
        "response", "cr", "orr", "os", "pfs", "efs", "survival", "dfs", "ttp", "mortality", "relapse",
        "recurrence", "remission", "infection", "discontinuation", "hospitalization", "hospitalisation",
        "death", "detection", "recovery", "retention", "conversion", "transfusion", "progression", "free",
        "hazard", "odds", "control", "cure", "dropout", "failure", "heart", "reporting",
    }
)  # fmt: skip
# "38% were in CR, 87% MRD-negative; the best rates were 67% and 91%"
_OTHER_OUTCOME = re.compile(
    r"\b(?:CRi?|PR|ORR|MRD|uMRD|PFS|OS|EFS|DFS|[Rr]emissions?|[Rr]esponses?|[Ss]urvival|[Rr]elapses?|[Dd]eaths?|[Mm]ortality"
    r"|[Ee]ngraftment|[Rr]ejections?|[Ii]nfections?)\b"
)
_IT = re.compile(
    r"(?:^|[;,]\s|\b(?:of\sthem|of\sthese)\s)(?P<it>It|it|(?:This|The)\s(?:late\s|delayed\s)?(?:complication|side\seffect|adverse\s(?:event|effect|reaction)))\s(?:was|occurred|developed|appeared|came|began|happened|had)\b"
)
_HAD_IT = re.compile(
    r"\b(?:patients|cases|subjects|women|men|children)\s(?:had|developed|experienced|suffered)\s(?P<it>it|this)(?=[,.;]|\s(?:\d|after|within|between|at|in)\b|$)"
)
# "one in eight (14/112) fulfilled the definition"
_MET_IT = re.compile(
    r"\b(?:met|fulfill?ed|satisfied)\s(?P<it>(?:the|our|this|these)\s(?:\w+\s)?(?:definition|criteria|criterion))\b(?!\s(?:of|for))",
    re.IGNORECASE,
)
_SEEN_IN = re.compile(
    r"\s(?:(?:seen|found|noted|observed|recorded|documented|diagnosed|detected|present|listed|coded|mentioned|reported|named)\s)?in\s(?:only\s)?"
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?:\spatients?|\scases?)?"
    r"(?=[,.;(\s])(?!\s(?:days?|weeks?|months?|years?))",
    re.IGNORECASE,
)
_COLLECTED = re.compile(
    r"\s(?:\w+\s){0,4}?(?:were|was|had\sbeen|have\sbeen)\s(?:finally\s|thus\s)?(?:retained|identified|included|found|collected|analy[sz]ed|"
    r"extracted|reported|retrieved|eligible|reviewed|registered|received|recorded|described)\b(?!\s(?:in|as|with)\s(?!(?:the\s)?(?:study|analysis|database)))",
    re.IGNORECASE,
)
# "an episode of rejection", "rejection episodes": of something else
_MAY_BE_EPISODE = AnyOf(("episode", "case", "event"))
_EPISODES = re.compile(
    r"(?<!rejection\s)(?<!adverse\s)(?<!infectious\s)(?<!bleeding\s)(?<!cardiac\s)(?<!thrombotic\s)(?<!vascular\s)"
    r"\b(?:episodes?|cases?|events?)\b(?!\sof\s(?!them\b|these\b|those\b|it\b))",
    re.IGNORECASE,
)


def _cases_collected(view: SentenceView) -> tuple[int, int] | None:
    """The cases of a study that collects cases of its event: "Thirty-one cases were retained"."""
    for count in counts(view):
        verb = _COLLECTED.match(view.text, count.end)
        if verb is not None and count.unit in ("cases", "reports") and count.percent is None:
            return count.end + 1, verb.end()
    return None


_TELL_CASES = re.compile(
    r"\b(?:we|authors)\s(?:\w+\s){0,2}?(?P<verb>report(?:ed)?|describe[ds]?|present(?:ed)?|identif(?:y|ied)|found|saw|observed|"
    r"encountered|collected|diagnosed|detected|recorded|document(?:ed)?|add)\s(?:on\s|here\s)?(?:a\s(?:total|series)\sof\s|another\s|our\s)?$",
    re.IGNORECASE,
)
_OF_TREATMENT = re.compile(
    r"\s(?:[\w-]+\s){0,3}?(?:treated|receiving|given|exposed|on|of|who|that|where|in\swhich)\b", re.IGNORECASE
)
_CASES_WERE = re.compile(
    r"[)\]]?\s(?:\([^()]{1,20}\)\s)?(?:were|have\sbeen|had\sbeen|was|has\sbeen)\s(?:thus\s|finally\s)?"
    r"(?P<verb>identified|found|recorded|diagnosed|seen|observed|documented|detected|noted|encountered)\b(?=\s?[.,;:(]|\s(?:in|during|among|over|after)\b)(?!\sto\b)",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"\b(?:further|additional|other|more|previous(?:ly)?|published|earlier|reported)\s(?:[\w-]+\s)?(?:cases|reports|patients)\b"
    r"|\b(?:literature|pubmed|medline|embase|databases?)\b",
    re.IGNORECASE,
)
_MOST_CASES = 30  # more are the cases treated


def _cases_told(view: SentenceView) -> tuple[int, int] | None:
    """The verb that tells of cases of the article's subject: "We identified six cases in our department"."""
    if all(c.unit != "cases" for c in counts(view)) or _OF_OTHERS.search(view.text):
        return None
    for count in counts(view):
        if count.unit != "cases" or count.events is None or count.total is not None or count.events > _MOST_CASES:
            continue
        told = _TELL_CASES.search(view.text, 0, count.start)
        if told is not None and not _OF_TREATMENT.match(view.text, count.end):
            return told.span("verb")
        passive = _CASES_WERE.match(view.text, count.end)
        if passive is not None:
            return passive.span("verb")
    return None


def _words_for_it(view: SentenceView, is_subject: bool) -> tuple[int, int] | None:
    """The words of a sentence that stand for the event, "it" and "episodes" only where it is the article's subject."""
    match = _RATE.search(view.text) if _MAY_BE_RATE.search(view.low) else None
    if (
        match
        and (match["before"] or "").lower() not in (*_OTHER_RATE, "corresponding", "respective")
        and not _OTHER_OUTCOME.search(view.text, 0, match.start("word"))
    ):
        return match.start("word"), match.end("word")
    if not is_subject:
        return None
    found = counts(view)
    if (it := _HAD_IT.search(view.text)) and any(c.unit in ("patients", "cases") for c in found):
        return it.span("it")
    if (it := _MET_IT.search(view.text)) and any(c.unit == "patients" or c.total for c in found):
        return it.span("it")
    if (it := _IT.search(view.text)) and (
        any(c.percent is not None for c in found) or _SEEN_IN.match(view.text, it.end())
    ):
        return it.span("it")
    if not _MAY_BE_EPISODE.search(view.low) or not any(c.unit == "patients" for c in found):
        return None
    return (episodes := _EPISODES.search(view.text)) and episodes.span()
