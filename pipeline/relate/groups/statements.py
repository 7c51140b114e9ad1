"""What a sentence says of how many had the event: each count with the event, grade, arm and condition it belongs to.

    "neutropenia (41%), anaemia (12%)"                       41 % belongs to the event, 12 % to another
    "A and B in 30% and 10%, respectively"                   by position
    "grade 3-4 event in 55% on G-B and 48% on G-FC"          two counts of one event, each with its arm
    "(14%; grade 3/4, 14%)"                                  two counts of one event, the second with a grade
    "Fifteen patients (33%) had ..."                         the count before its verb
    "20 (54%) were hospitalised"                             no count of the event

A count inside brackets belongs to the phrase before the bracket, or to the name beside it inside the bracket. Another
count belongs to the event before it when a preposition or a copula leads to it, to the event after it when a verb of
having leads there. Whatever stays without an event is given back with the reason.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.counts import Count, agrees
from pipeline.concepts.grades import Grade, Severity
from pipeline.concepts.phrases import trigger_table, words
from pipeline.concepts.regimen import Arm
from pipeline.records import Mention
from pipeline.relate.context import SentenceView

OTHER_LABELS = frozenset({"other_cytopenia", "infection", "DISEASE"})
GENERAL_COLUMNS = ("trigger", "source")

_BREAK = re.compile(r";|\b(?:but|whereas|while|although|though|however|yet)\b|\.\s", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:\b(?:in|by|for|of|among|at|to|was|were|is|are|affected|affecting|affect|accompanied|complicated|involved|involving|reached|being|reported|recorded|observed|seen|noted|documented|including"
    r"|on|than|with)|[:(\[=–—]|\s-)\s*(?:(?:only|just|about|around|approximately|nearly|almost|some|up\sto|as\smany\sas"
    r"|a\stotal\sof|the|all|another|respectively|respectively,|another|additional|further|overall|n\s?=|~|≈|approx\.?|estimated\sat|to\sbe|found\sin|observed\sin|seen\sin|noted\sin)\s*)*$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"\b(?:in|by|for|of|among|at|to|was|were|is|affected|affecting|accompanied|complicated|involved|involving|reached|being|than|on)\s+(?:(?:only|just|about|"
    r"around|approximately|nearly|almost|some|up\sto|as\smany\sas|a\stotal\sof|the|all|another|additional|further|overall|~|≈|approx\.?)\s*)*$",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"\s*(?:,|;|,?\s?(?:and|or|vs?\.?|versus|against|compared\s(?:with|to)|as\scompared\s(?:with|to)|as\sagainst|&|/))?\s*$",
    re.IGNORECASE,
)
_HAVING = re.compile(
    r"\b(?:had|have|has|having|develop|develops|developed|developing|experienced|experiencing|suffered|suffering|exhibited|showed"
    r"|showing|presented|presenting|with|became|becoming|manifested|encountered|demonstrated|displayed|sustained"
    r"|met|fulfilled|acquired|being|got|in\swhom|whose|(?:hospitali[sz]ed|admitted)\s(?:for|with|because\sof)|(?:were|was)(?=\s(?:\w+\s)?$))\s+(?:and\s+)?"
    r"(?:(?!(?:for|to|by|in|on|at|from|and|or|without|not|no|than|after|during|before|who|whom|which|that|because|if|evaluated|assessed|treated|included|analy[sz]ed)\b)[\w'’/-]+\s+){0,6}$",
    re.IGNORECASE,
)
_HAVING_AT_ONCE = re.compile(
    r"\s*(?:[)\]]\s*)?(?:of\s(?:the|these|them|whom|those|our)\s*)?(?:\w+\s){0,2}?(?:had|have|developed|experienced|suffered|showed|presented|with|became)\b",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"\s*(?:[)\]]\s*)?(?:of\s(?:whom|them|these|which|the\w*)\s*)?(?:,\s?)?(?:who\s)?(?:(?:also|all|both|each|then|later|subsequently|still)\s)?"
    r"(?:were|was|had|have|has|received|required|needed|died|recovered|underwent|achieved|responded|showed|remained|developed|experienced"
    r"|did|could|went|relapsed|presented|came|continued|discontinued|resumed|stopped|tested|survived|completed|met|resolved|improved|got)\b",
    re.IGNORECASE,
)
_VETO = re.compile(
    r"\b(?:median|mean|average|lasted|lasting|duration|recover\w*|resol\w+|died|deaths?|mortality|hospitali[sz]\w*|treated\swith|received|"
    r"admitted|admission|G-?CSF|support|survival|remission|response|responders?|discontinu\w*|delays?|delayed\b(?!\sonset)|reduc\w+|recurr\w+|relaps\w+|re-?treat\w*|re-?challeng\w*|came\sback|returned|again|looked\sfor|sought|searched|screened|"
    r"associated\swith|prophyla\w+|withdr\w+|doses?\s(?:reduc|delay|modif)\w+|stopped|interrupt\w*|leading\sto|led\sto|resulting\sin|showed|revealed|correlat\w+|which|whom|who|patterns?|features|characteristics|risk\sfactors|delivered|administered|evaluated|assessed|second|respond\w+|requir\w+|needed|tested|measured)\b",
    re.IGNORECASE,
)
_ADJECTIVES = re.compile(
    r"(?:\s|[-/,]|\b(?:of|the|episodes?|cases?|events?|patients?|developed|had|with|a|an|any|new|transient|isolated|reversible|treatment|drug|related|"
    r"associated|induced|emergent|asymptomatic|symptomatic|persistent|prolonged|late|early|onset|delayed|recurrent|uncomplicated|reported|adverse|"
    r"hematologic|haematologic|hematological|haematological|toxicity|toxic|serious|first|further|one|at|least|or|more|incidence|rate|frequency)\b)*",
    re.IGNORECASE,
)
_OF_TOTAL = re.compile(
    r"(?:^|[,;:(]\s?|\b(?:and|that|while|whereas)\s)\s*(?:of|among|out\sof|in|from)\s(?:the|these|all|our|a\stotal\sof|those)?\s*(?:the\s)?$",
    re.IGNORECASE,
)
_CONNECTOR = re.compile(
    r",|;|\b(?:and|or|vs?|versus|compared\s(?:with|to)|against|than|while|whereas)\b", re.IGNORECASE
)
_NEW_VERB = re.compile(
    r"\b(?!(?:treated|untreated|received|randomi[sz]ed|assigned|allocated|compared|exposed|unexposed|observed|reported|noted|seen|recorded|developed|occurred|administered)\b)\w{2,}ed\b",
    re.IGNORECASE,
)
_FUNCTION_WORDS = frozenset(
    [
        "in",
        "with",
        "for",
        "of",
        "on",
        "the",
        "and",
        "or",
        "patients",
        "patient",
        "group",
        "groups",
        "arm",
        "arms",
        "cohort",
        "cohorts",
        "who",
        "those",
        "given",
        "treated",
        "receiving",
        "received",
        "over",
        "all",
        "cycle",
        "cycles",
        "during",
        "at",
        "to",
        "by",
        "from",
        "among",
        "was",
        "were",
        "had",
        "as",
        "only",
        "just",
        "about",
        "approximately",
        "namely",
        "subjects",
        "cases",
        "vs",
        "versus",
        "than",
        "under",
        "after",
        "total",
        "respectively",
        "occurred",
        "developed",
        "observed",
        "seen",
        "noted",
        "reported",
        "recorded",
        "overall",
        "another",
        "also",
        "even",
        "first",
        "incidence",
        "rate",
        "frequency",
        "giving",
        "an",
        "a",
        "i.e.",
        "corresponding",
        "representing",
        "percentage",
        "proportion",
        "ie",
        "thus",
        "which",
        "namely",
        "grade",
    ]
)
_RESPECTIVELY = re.compile(r"\brespectively\b", re.IGNORECASE)
_OF_WHOM = re.compile(
    r"\b(?:of\swhom|of\swhich|of\sthem|of\sthese|of\sthose|including|among\sthem|of\sthe\s\w+)\s*$", re.IGNORECASE
)
_ASIDE = re.compile(
    r"\b(?:with\sor\swithout|with\sand\swithout|without|regardless\sof|irrespective\sof|in\sthe\sabsence\sof|other\sthan|apart\sfrom|except)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
_LIST_GAP = re.compile(
    r"\s*(?:\([^()]{1,20}\)\s?)?(?:(?:,|/|&|,?\s?(?:and|or|plus|as\swell\sas)\b)\s?(?:(?!(?:was|were|is|are|had|has|in|with|by|for|of|occurred|developed|followed|who|which)\b)[\w-]+\s?){0,4}){1,4}\s*",
    re.IGNORECASE,
)
_SERIOUS = re.compile(r"\b(?:serious|SAEs?)\b", re.IGNORECASE)
_BREAKDOWN = re.compile(r":\s*(?:only\s)?$")
_OPENING_GROUP = re.compile(
    r"\s*(?:in|among|for)\s(?:the\s|our\s)?(?:patients\s(?:with|treated\sfor)\s|subgroup\sof\s|those\swith\s)?",
    re.IGNORECASE,
)
_ONLY_WITH = re.compile(
    r"[\s)\]]*(?:patients?\s|cases\s|subjects\s)?(?:with|without)\s(?:[\w/-]+\s){0,2}", re.IGNORECASE
)
_RELATIVE = re.compile(r"\b(?:which|who|whom)\b", re.IGNORECASE)
_AT_LEAST_ONE = re.compile(
    r"\b(?:at\sleast\sone|one\sor\smore|an?|any)\s(?:further\s|single\s)?(?:episodes?|events?|occurrences?)?\s?(?:of\s)?",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"\b(?:treated\swith|receiv\w+|given|taking|on|under|after)\s(?:the\s)?$", re.IGNORECASE)
_OUT_OF = re.compile(r"\b(?:out\sof|of)\s(?:the\s|a\stotal\sof\s|all\s|these\s|our\s)*$", re.IGNORECASE)
_AMONG = re.compile(r"\b(?:among|in|of|for)\s(?:the\s|a\stotal\sof\s|all\s|these\s|our\s)*$", re.IGNORECASE)
_AGAIN = re.compile(r"\s*(?:again|anew|once\smore|recurr\w+|relaps\w+)\b", re.IGNORECASE)
_RATE_WORD = re.compile(r"\b(?:incidence|rates?|frequency|prevalence|risk|probability|proportion)\b", re.IGNORECASE)
_COMPARED = re.compile(
    r"\b(?:v|vs\.?|versus|compared\s(?:with|to)|as\scompared\s(?:with|to)|against|as\sagainst|than)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A count tied to an event (`mention`), offsets of the section; a count without numbers only names the event."""

    view: SentenceView
    mention: Mention
    count: Count
    grade: Grade | None = None
    severity: Severity | None = None
    arm: Arm | None = None
    indication: Mention | None = None
    is_opening: bool = False
    position: int | None = None
    of_parallel: int = 0


@dataclass(frozen=True, slots=True)
class Unused:
    """A count of a sentence that belongs to no event, with the reason."""

    count: Count
    reason: str


@dataclass(frozen=True, slots=True)
class _Head:
    """An event (mention set) or something else that a count may belong to; offsets of the sentence."""

    start: int
    end: int
    mention: Mention | None


@dataclass(frozen=True, slots=True)
class _Region:
    """The sentence or the inside of a bracket: its text with inner brackets blanked, and where it starts."""

    start: int
    end: int
    text: str
    parent: int | None


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
    tokens = words(mention.text)
    return any(m.last == len(tokens) - 1 for m in trigger_table("general_event", GENERAL_COLUMNS).find(tokens))


def read(
    view: SentenceView, events: Sequence[Mention], found: Sequence[Count], arms: Sequence[Arm]
) -> tuple[list[Statement], list[Unused]]:
    """The statements of a sentence. `events` and `arms` are section spans; `found` has offsets of the sentence."""
    return _Reader(view, events, found, arms).read()


def of_mention(view: SentenceView, events: Sequence[Mention], mention: Mention) -> Statement:
    """The statement of an event that is named without a figure, with the grade and severity said of it."""
    reader = _Reader(view, events, ())
    shift = view.start
    head = _Head(mention.start - shift, mention.end - shift, mention)
    here = Count(head.end, head.end)
    grade, severity = reader._governing(reader.grades, here, head), reader._severity(here, head)
    return Statement(
        view,
        mention,
        Count(mention.start, mention.end),
        grade and replace(grade, start=grade.start + shift, end=grade.end + shift),
        severity and replace(severity, start=severity.start + shift, end=severity.end + shift),
    )


class _Reader:
    """One sentence; everything inside counts offsets from the start of the sentence."""

    def __init__(
        self, view: SentenceView, events: Sequence[Mention], found: Sequence[Count], arms: Sequence[Arm] = ()
    ) -> None:
        self.view = view
        self.text = view.text
        shift = view.start
        self.grades = [replace(g, start=g.start - shift, end=g.end - shift) for g in view.grades]
        self.severities = [replace(s, start=s.start - shift, end=s.end - shift) for s in view.severities]
        self.counts = self._countable(found)
        self.heads = self._find_heads(events)
        self.arms = [replace(a, start=a.start - shift, end=a.end - shift) for a in arms]
        self.indications = [(m.start - shift, m.end - shift, m) for m in view.labelled("indication")]
        self.regions = self._regions()
        self.by_position: dict[int, Mention] = {}

    def _find_heads(self, events: Sequence[Mention]) -> list[_Head]:
        """The events and whatever else a count may belong to, none overlapping another."""
        shift = self.view.start
        heads = [_Head(m.start - shift, m.end - shift, None if self._is_aside(m.start - shift) else m) for m in events]
        others = [m for m in self.view.mentions if m.label in (*OTHER_LABELS, "event") and not is_general(m)]
        for m in sorted(others, key=lambda m: (m.label == "DISEASE", m.start)):
            if m.label == "DISEASE" and self._is_indication(m):
                continue
            start, end = m.start - shift, m.end - shift
            if not any(start < h.end and h.start < end for h in heads):
                heads.append(_Head(start, end, None))
        return sorted(heads, key=lambda h: h.start)

    def _countable(self, found: Sequence[Count]) -> list[Count]:
        """The counts of persons, episodes or cycles: none that is part of a grade, a time, a blood count or an age."""
        shift = self.view.start
        taken = [
            *((g.start, g.end) for g in self.grades),
            *((x.start - shift, x.end - shift) for x in self.view.intervals),
            *((x.start - shift, x.end - shift) for x in self.view.patients),
            *((x.start - shift, x.end - shift) for x in self.view.counts if is_blood_count(self.view, x)),
        ]
        return [
            c
            for i, c in enumerate(found)
            if not (
                c.unit == "sex" and any(b.unit != "sex" for b in found[:i])
            )  # "12 patients (8 women)": a split of those before
            and (c.unit not in ("rate", "controls", "other") or self._is_before_event(c))
            and not any(a <= c.start < b for a, b in taken)
        ]

    def _is_before_event(self, count: Count) -> bool:
        """Whether a number stands right before an event name ("three neutropenias")."""
        start = self.view.start
        return any(0 <= m.start - start - count.end <= 2 for m in self.view.labelled("event"))

    def _is_aside(self, start: int) -> bool:
        """Whether an event is named only to leave it open ("infection, with or without ...")."""
        return bool(_ASIDE.search(self.text, max(0, start - 30), start))

    def _is_indication(self, mention: Mention) -> bool:
        return any(m.start < mention.end and mention.start < m.end for m in self.view.labelled("indication"))

    def read(self) -> tuple[list[Statement], list[Unused]]:
        statements: list[Statement] = []
        unused: list[Unused] = []
        aligned = self._respectively()
        for count in self.counts:
            head, reason, position, size = None, "no event beside the count", None, 0
            if self._is_serious(count):
                unused.append(Unused(count, "the event repeated among serious events"))
                continue
            if count.start in aligned:
                head, position, size = aligned[count.start]
                reason = "belongs to another event of the list"
            else:
                head, reason = self._owner(count)
            if head is None and statements and self._completes(count, statements[-1]):
                earlier = statements.pop()
                total = count.total if count.total is not None else count.events
                statements.append(
                    replace(
                        earlier,
                        count=replace(earlier.count, total=total, percent=earlier.count.percent or count.percent),
                    )
                )
                continue
            if head is None or head.mention is None:
                unused.append(Unused(count, reason))
                continue
            statements.append(self._statement(self._with_unit(count), head, position, size))
        return self._with_shares(statements, unused), unused

    def _with_shares(self, statements: list[Statement], unused: list[Unused]) -> list[Statement]:
        """Give "n of N" the percentage that stands apart and is the same share: "12 of 90 patients with A (13.3%)"."""
        free = [u for u in unused if u.count.percent is not None and u.count.events is None and u.count.total is None]
        complete = []
        for s in statements:
            if s.count.events is not None and s.count.total is not None and s.count.percent is None:
                share = next((u for u in free if agrees(s.count.total or 1, u.count.percent, s.count.events)), None)
                if share is not None:
                    unused.remove(share)
                    free.remove(share)
                    s = replace(s, count=replace(s.count, percent=share.count.percent))
            complete.append(s)
        return complete

    def _completes(self, count: Count, earlier: Statement) -> bool:
        """Whether a number is the denominator of the count before: "23 patients developed it out of the 107"."""
        before = earlier.count
        if before.total is not None or before.events is None or before.unit in ("cycles", "episodes"):
            return False
        n = count.total if count.total is not None else count.events
        if n is None or n < before.events or (count.percent is not None and before.percent is not None):
            return False
        text = self.text[before.end - self.view.start : count.start]
        return (
            len(text) < 120
            and ";" not in text
            and ((count.total is not None and count.events is None) or bool(_OUT_OF.search(text)))
            and "out of" in text + self.text[count.start : count.end]
        )

    def _with_unit(self, count: Count) -> Count:
        """A percentage of a list whose last member says of what ("in 6%, 11% and 12% of all courses")."""
        if count.unit is not None or count.percent is None:
            return count
        run = next((run for run in self._runs() if any(c.start == count.start for c in run)), [])
        if any(c.unit == "cycles" for c in run):
            return replace(count, unit="cycles")
        if any(c.unit == "patients" for c in run):
            return count
        region = self._region_of(count.start)
        for other in self.counts:
            if other.start > count.start and self._region_of(other.start) == region and other.percent is not None:
                if _BREAK.search(self.text[count.end : other.start]) or re.search(
                    r"\b(?:were|was|had|and\s\w+ed)\b", self.text[count.end : other.start]
                ):
                    return count
                if other.unit is not None:
                    return replace(count, unit=other.unit) if other.unit == "cycles" else count
        return count

    def _statement(self, count: Count, head: _Head, position: int | None, size: int) -> Statement:
        shift = self.view.start
        grade, severity = self._grade(count, head), self._severity(count, head)
        arm, indication = self._arm(count, head) if size < 2 else self._own_arm(count), self._indication(count)
        return Statement(
            self.view,
            head.mention,  # type: ignore[arg-type]
            replace(count, start=count.start + shift, end=count.end + shift),
            grade and replace(grade, start=grade.start + shift, end=grade.end + shift),
            severity and replace(severity, start=severity.start + shift, end=severity.end + shift),
            arm and replace(arm, start=arm.start + shift, end=arm.end + shift),
            indication,
            indication is not None
            and bool(_OPENING_GROUP.match(self.text))
            and indication.start - shift < 40
            and count.start > indication.end - shift,
            position,
            size,
        )

    def _is_serious(self, count: Count) -> bool:
        """Whether the clause lists serious events: they repeat what the list of events has said."""
        clause = self.text[: count.start].rpartition(";")[2]
        return bool(_SERIOUS.search(clause)) and bool(re.search(r"\b(?:adverse|events?|AEs?|SAEs?)\b", clause))

    # ---- brackets

    def _regions(self) -> list[_Region]:
        """The sentence and each bracket in it, outermost first; the text of a region has inner brackets blanked."""
        stack: list[int] = []
        spans = [(0, len(self.text), None)]
        for i, char in enumerate(self.text):
            if char in "([":
                stack.append(i)
            elif char in ")]" and stack:
                spans.append((stack.pop() + 1, i, None))
        spans += [(i + 1, len(self.text), None) for i in stack]
        spans.sort(key=lambda s: (s[0], -s[1]))
        regions: list[_Region] = []
        for start, end, _ in spans[:200]:
            parent = None
            for index in range(len(regions) - 1, -1, -1):
                if regions[index].start <= start and end <= regions[index].end:
                    parent = index
                    break
            regions.append(_Region(start, end, "", parent))
        texts = [list(self.text[r.start : r.end]) for r in regions]
        for region in regions[1:]:
            if region.parent is not None:
                base = regions[region.parent].start
                for i in range(region.start - 1, min(region.end + 1, regions[region.parent].end)):
                    texts[region.parent][i - base] = " "
        return [replace(r, text="".join(t)) for r, t in zip(regions, texts, strict=True)]

    def _region_of(self, position: int) -> int:
        best = 0
        for index, region in enumerate(self.regions):
            if region.start <= position < region.end:
                best = index
        return best

    def _between(self, region: _Region, start: int, end: int) -> str:
        return region.text[max(start - region.start, 0) : max(end - region.start, 0)]

    def _heads_in(self, index: int) -> list[_Head]:
        return [h for h in self.heads if self._region_of(h.start) == index]

    # ---- whom a count belongs to

    def _owner(self, count: Count) -> tuple[_Head | None, str]:
        index = self._region_of(count.start)
        region = self.regions[index]
        heads = self._heads_in(index)
        found = self._owner_within(count, region, heads)
        if found is not None:
            return found
        if index == 0:
            return None, "no event beside the count"
        return self._host(index)

    def _owner_within(self, count: Count, region: _Region, heads: Sequence[_Head]) -> tuple[_Head | None, str] | None:
        """The head in the same region, (None, reason) where the count is another's, None where there is no head."""
        left = max((h for h in heads if h.end <= count.start), key=lambda h: h.end, default=None)
        right = min((h for h in heads if h.start >= count.end), key=lambda h: h.start, default=None)
        others = [c for c in self.counts if c is not count]
        end = min(max(count.end, 0), region.end)
        after = self._between(region, end, right.start) if right else ""
        before_all = self._between(region, region.start, count.start)
        right_free = right is not None and not any(
            end <= c.start < right.start and self._region_of(c.start) == self._region_of(count.start) for c in others
        )
        leads = bool(_PREPOSITION.search(before_all))
        if right is not None and right_free and not _BREAK.search(after):
            if _AGAIN.match(self.text, right.end):
                return None, "a recurrence"
            between = self._without_grades(region, end, right.start)
            if (
                _ADJECTIVES.fullmatch(between)
                and "," not in between.strip(" )")
                and not _OF_TOTAL.search(before_all)
                and not (leads and left is not None and self._follows(left, count, region))
            ):
                return right, "belongs to another event"
            if self._has(count, region, right) and not _OF_TOTAL.search(before_all):
                return right, "belongs to another event"
        if left is not None:
            mid = self._between(region, left.end, count.start)
            if self._leads_to(mid, count, left, region):
                return left, "belongs to another event"
            return None, "not tied to the event by the words between"
        if right is not None and region.parent is None:
            return None, "not tied to the event by the words between"
        return (
            None
            if region.parent is not None and right is None
            else (None, "not tied to the event by the words between")
        )

    def _has(self, count: Count, region: _Region, right: _Head) -> bool:
        """Whether a verb of having leads from the persons counted to an event; a bare number needs it at once."""
        after = self._without_grades(region, count.end, right.start)
        for start, end, _ in self.indications:
            if count.end <= start and end <= right.start:
                after = after[: start - count.end] + " " * (end - start) + after[end - count.end :]
        if not _HAVING.search(after):
            return False
        return (
            count.unit is not None
            or count.percent is not None
            or count.total is not None
            or bool(_HAVING_AT_ONCE.match(after))
        )

    def _is_denominator(self, count: Count, left: _Head, mid: str) -> bool:
        """Whether a number behind an event is of how many: "incidence among 183 patients was 6%", "out of 107"."""
        if count.percent is not None or count.total is not None:
            return False
        if _OUT_OF.search(mid):
            return True
        rate = _RATE_WORD.search(self.text, max(0, left.start - 60), left.start)
        later = [c for c in self.counts if c.start > count.end and c.percent is not None]
        return bool(rate and later and _AMONG.search(mid))

    def _follows(self, head: _Head, count: Count, region: _Region) -> bool:
        mid = self._between(region, head.end, count.start)
        return not _BREAK.search(mid) and len(mid) < 60

    def _without_grades(self, region: _Region, start: int, end: int) -> str:
        """The text between, with grade and severity words and "at least one episode of" left out."""
        text = list(_AT_LEAST_ONE.sub(lambda m: " " * len(m[0]), self._between(region, start, end)))
        items: list[Grade | Severity] = [*self.grades, *self.severities]
        for item in items:
            for i in range(max(item.start - start, 0), min(item.end - start, len(text))):
                text[i] = " "
        return "".join(text)

    def _leads_to(self, mid: str, count: Count, left: _Head, region: _Region) -> bool:
        """Whether the words from an event to a later count say that the count is the event's."""
        blanked = self._without_grades(region, left.end, count.start)
        earlier = [c for c in self.counts if left.end <= c.start and c.end <= count.start]
        before = [c for c in self.counts if c.end <= count.start]
        tail = blanked[-60:]
        if self._has_total_before(left):
            return False
        if _OF_WHOM.search(tail):
            return False
        if (
            before
            and count.percent is None
            and _BREAKDOWN.search(tail)
            and not (self._grade_right_before(count) or self._grade_right_after(count))
        ):
            return False
        if (
            self._severity_right_before(count)
            or self._grade_right_before(count)
            or (before and self._grade_right_after(count))
        ):
            return not _VETO.search(_RELATIVE.sub(" ", blanked[-40:]))
        if self._is_denominator(count, left, mid):
            return False
        tied = bool(_LEAD.search(tail)) or not tail.strip(" ,")
        listed = bool(earlier) and bool(_LIST.search(tail.rstrip() + " ") or self._arm_before(count) is not None)
        if not (tied or listed or self._arm_before(count) is not None or self._grade_right_before(count) is not None):
            return False
        breaks = [m for m in _BREAK.finditer(blanked)]
        if any(m[0] != ";" for m in breaks) and not (self._arm_before(count) or self._arm_after(count)):
            return False
        if (
            any(m[0] == ";" for m in breaks)
            and region.parent is None
            and not (self._arm_before(count) or self._arm_after(count))
        ):
            return False
        if _VETO.search(self._without_arms(blanked, left.end)):
            return False
        if earlier and not self._same_list(earlier[-1], count, region):
            return False
        predicate = _PREDICATE.match(self.text, count.end)
        strong = bool(_PREPOSITION.search(tail))
        return not (predicate and not strong)

    def _without_arms(self, text: str, offset: int) -> str:
        """The text from `offset` with "treated with", "receiving" and the like left out where an arm follows."""
        for arm in self.arms:
            if offset <= arm.start < offset + len(text):
                head = _GIVEN.sub(lambda m: " " * len(m[0]), text[: arm.start - offset])
                text = head + text[arm.start - offset :]
        return text

    def _same_list(self, previous: Count, count: Count, region: _Region) -> bool:
        """Whether the words from the count before to this one go on with the same event: no new name, no new verb."""
        link = list(self._without_grades(region, previous.end, count.start))
        for a, b in (*((x.start, x.end) for x in self.arms), *((s, e) for s, e, _ in self.indications)):
            for i in range(max(a - previous.end, 0), max(min(b - previous.end, len(link)), 0)):
                link[i] = " "
        text = "".join(link)
        lead = _CONNECTOR.split(text)[-1]
        return not _NEW_VERB.search(text) and not [
            w for w in re.findall(r"[^\W\d_]{2,}", lead) if w.lower() not in _FUNCTION_WORDS
        ]

    def _host(self, index: int) -> tuple[_Head | None, str]:
        """The head that a bracket speaks of: the nearest one in the phrase before it."""
        region = self.regions[index]
        parent_index = region.parent or 0
        parent = self.regions[parent_index]
        heads = self._heads_in(parent_index)
        left = max((h for h in heads if h.end <= region.start), key=lambda h: h.end, default=None)
        if left is None:
            return (None, "no event before the bracket") if parent_index == 0 else self._host(parent_index)
        between = self._without_grades(parent, left.end, region.start - 1)
        if left.mention is not None and self._foreign_name(between, left.end):
            return None, "the bracket belongs to another name"
        if left.mention is not None and self._has_total_before(left):
            return None, "said of patients with the event"
        if _BREAK.search(between.replace(";", ",")) or _VETO.search(between):
            return None, "another statement stands between event and bracket"
        return left, "belongs to another event"

    def _has_total_before(self, head: _Head) -> bool:
        """Whether "five of the 12 with" leads to an event: what follows is a share of those, not of all."""
        return any(
            c.total is not None and c.end <= head.start and _ONLY_WITH.fullmatch(self.text, c.end, head.start)
            for c in self.counts
        )

    def _foreign_name(self, between: str, offset: int) -> bool:
        """Whether the last list item before a bracket is a name of its own ("..., infusion reactions (")."""
        pieces = re.split(r",|;|\band\b|\bor\b", between)
        if len(pieces) == 1:
            return False
        last = pieces[-1].strip()
        if not last:
            return False
        begin = offset + len(between) - len(pieces[-1])
        if any(a.start < offset + len(between) and begin < a.end for a in self.arms):
            return False
        if any(s < offset + len(between) and begin < e for s, e, _ in self.indications):
            return False
        if any(begin <= c.start < offset + len(between) for c in self.counts):
            return False
        return not re.match(
            r"(?:in|with|for|of|on|among|than|vs\.?|versus|compared|during|after|at|by|against|most|mainly|mostly|was|were|occurr|observed|seen|noted|reported|which|the\s(?:most|main|com)|all|any|both|respectively)\b",
            last,
            re.IGNORECASE,
        )

    # ---- parallel lists

    def _respectively(self) -> dict[int, tuple[_Head | None, int, int]]:
        """Counts aligned by position: start of the count -> (its head, its place, how many)."""
        aligned: dict[int, tuple[_Head | None, int, int]] = {}
        for run in self._runs():
            if len(run) < 2:
                continue
            index = self._region_of(run[0].start)
            region = self.regions[index]
            heads = self._named_list(region, run[0])
            if heads is not None and len(heads) == len(run):
                for place, (count, head) in enumerate(zip(run, heads, strict=True)):
                    aligned[count.start] = (head, place, 0)
                continue
            owner, _ = self._owner(run[0])
            if owner is None and _RESPECTIVELY.search(self.text, run[-1].end, min(len(self.text), run[-1].end + 20)):
                owner = self._before_conditions(run)
            if owner is None:
                continue
            if self._by_header(run[0]) is not None:
                aligned.update({count.start: (owner, place, 0) for place, count in enumerate(run)})
                continue
            said = bool(_RESPECTIVELY.search(self.text, run[-1].end, min(len(self.text), run[-1].end + 30)))
            compared = any(_COMPARED.search(self.text[a.end : b.start]) for a, b in itertools.pairwise(run))
            if said or compared:
                for place, count in enumerate(run):
                    aligned[count.start] = (owner, place, len(run))
                self._conditions_in_order(run)
        return aligned

    def _before_conditions(self, run: Sequence[Count]) -> _Head | None:
        """The event before a list of conditions that the counts are said of."""
        self._conditions_in_order(run)
        left = [
            h for h in self.heads if h.end <= run[0].start and self._region_of(h.start) == self._region_of(run[0].start)
        ]
        if run[0].start not in self.by_position or not left or _VETO.search(self.text[left[-1].end : run[0].start]):
            return None
        return left[-1]

    def _conditions_in_order(self, run: Sequence[Count]) -> None:
        """Give parallel counts the conditions listed before them ("in A and in B, 23% and 20%, respectively")."""
        region = self._region_of(run[0].start)
        named = [x for x in self.indications if x[1] <= run[0].start and self._region_of(x[0]) == region]
        chain: list[tuple[int, int, Mention]] = []
        for item in reversed(named):
            if chain and (chain[0][0] - item[1] > 60 or _BREAK.search(self.text[item[1] : chain[0][0]])):
                break
            if chain and item[2].concept == chain[0][2].concept:
                continue
            chain.insert(0, item)
        if len(chain) == len(run):
            self.by_position.update({count.start: item[2] for count, item in zip(run, chain, strict=True)})

    def _runs(self) -> list[list[Count]]:
        """Neighbouring counts joined by nothing but list words."""
        runs: list[list[Count]] = []
        for count in self.counts:
            previous = runs[-1][-1] if runs else None
            if previous is not None and self._region_of(previous.start) == self._region_of(count.start):
                link = self.text[previous.end : count.start].lstrip(")] ")
                if len(link) < 30 and _LIST.fullmatch(link) and link.strip() and ";" not in link:
                    runs[-1].append(count)
                    continue
            runs.append([count])
        return runs

    def _named_list(self, region: _Region, first: Count) -> list[_Head | None] | None:
        """The coordinated names before a list of counts, each with its head if it is known."""
        before = [h for h in self.heads if region.start <= h.start and h.end <= first.start]
        if not any(h.mention for h in before):
            return None
        chain: list[_Head] = []
        for head in reversed(before):
            if chain:
                link = self._without_grades(region, head.end, chain[0].start)
                if not _LIST_GAP.fullmatch(link) or any(c for c in self.counts if head.end <= c.start < chain[0].start):
                    break
            chain.insert(0, head)
        if len(chain) < 1:
            return None
        names: list[_Head | None] = []
        stop = chain[-1].end
        tail = self._between(region, stop, first.start)
        extra = re.match(
            r"((?:\s*(?:,|and|or)\s+(?!(?:in|was|were|occurred|had|with|at|of)\b)[\w'’\s-]+?)+)(?=\s(?:occurred|developed|was|were|in|of|at|had|affected)\b)",
            tail,
        )
        for i, head in enumerate(chain):
            if i:
                link = self._without_grades(region, chain[i - 1].end, head.start)
                pieces = [p.strip() for p in re.split(r",|\band\b|\bor\b|/", link)]
                unknown = [p for p in pieces[1:-1] if p]
                names += [None] * len(unknown)
            names.append(head)
        if extra:
            names += [None] * len([p for p in re.split(r",|\band\b|\bor\b", extra[1]) if p.strip()])
        return names if len(names) > 1 else None

    # ---- grade, severity, arm, condition of a count

    def _grade_right_before(self, count: Count) -> Grade | None:
        for grade in self.grades:
            if grade.end <= count.start and re.fullmatch(
                r"[\s,:;=()\[]*(?:in|was|were|events?|AEs?|for|of|n\s?=)?[\s,:=(\[]*",
                self.text[grade.end : count.start],
            ):
                return grade
        return None

    def _severity_right_before(self, count: Count) -> Severity | None:
        """A severity word that leads to a count: "it was severe in 12"."""
        for severity in self.severities:
            if severity.end <= count.start and re.fullmatch(
                r"\s?(?:\([^()]*\)\s?)?(?:in|for|n\s?=|[,:])[\s(]*(?:only\s|the\s|all\s|other\s)*",
                self.text[severity.end : count.start],
            ):
                return severity
        return None

    def _severity_right_after(self, count: Count) -> Severity | None:
        """A severity word said of the persons counted: "four cases being severe"."""
        for severity in self.severities:
            if (
                severity.start >= count.end
                and re.fullmatch(
                    r"[\s)\]]*(?:patients?\s|cases\s|episodes\s)?(?:being|were|was|of\swhich\swere|,)?\s?",
                    self.text[count.end : severity.start],
                )
                and not any(severity.end <= h.start <= severity.end + 20 for h in self.heads)
            ):
                return severity
        return None

    def _by_header(self, count: Count) -> Grade | None:
        """The grade by position where a header names two ("any grade/grade >=3 ... 22%/15%")."""
        run = next((run for run in self._runs() if any(c.start == count.start for c in run)), [])
        if len(run) != 2 or (
            "/" not in self.text[run[0].end : run[1].start] and "," not in self.text[run[0].end : run[1].start]
        ):
            return None
        for first, second in zip(self.grades, self.grades[1:], strict=False):
            if second.end <= run[0].start and re.fullmatch(
                r"\s?(?:/|,|;|and|\[|\()\s?", self.text[first.end : second.start]
            ):
                return (first, second)[[c.start for c in run].index(count.start)]
        return None

    def _grade(self, count: Count, head: _Head) -> Grade | None:
        by_header = self._by_header(count)
        if by_header is not None:
            return by_header
        after = self._grade_right_after(count)
        if after is not None and not self.text[count.end : after.start].strip():
            return after
        near = self._grade_right_before(count)
        if near is not None:
            return near
        return after or self._governing(self.grades, count, head)

    def _grade_right_after(self, count: Count) -> Grade | None:
        """A grade said of the number before it: "6 grade 4", "23 times at grade III"."""
        for grade in self.grades:
            if (
                count.end <= grade.start
                and re.fullmatch(
                    r"[\s)\],]*(?:patients?\s)?(?:(?:at|of|with|had|were|was|being)\s)?[\s(]*",
                    self.text[count.end : grade.start],
                )
                and not any(grade.end <= h.start <= grade.end + 2 for h in self.heads)
            ):
                return grade
        return None

    def _severity(self, count: Count, head: _Head) -> Severity | None:
        inside = [s for s in self.severities if head.start <= s.start < head.end]
        if inside:
            return inside[0]
        near = self._severity_right_before(count)
        if near is not None and head.end <= near.start:
            return near
        after = self._severity_right_after(count)
        if after is not None and head.end <= count.start:
            return after
        region = self.regions[self._region_of(head.start)]
        for severity in self.severities:
            if severity.end <= head.start and re.fullmatch(
                r"[\s,/-]*(?:(?:or|and|to|very|late|early|delayed|onset|prolonged|transient|asymptomatic|symptomatic|isolated|reversible|recurrent|\w+-induced|\w+-associated|\w+-related)[\s,/-]*)*",
                self._without_grades(region, severity.end, head.start),
            ):
                return severity
        return None

    def _governing(self, items: Sequence[Grade], count: Count, head: _Head) -> Grade | None:
        """The grade that is said of the event: beside it, or of the list that it stands in."""
        index = self._region_of(head.start)
        region = self.regions[index]
        level = [g for g in items if self._region_of(g.start) == index]
        before = [g for g in level if g.end <= head.start]
        for grade in level:
            if head.start <= grade.start < head.end:
                return grade
        after = [g for g in items if head.end <= g.start and (g.end <= count.start or count.end <= head.start)]
        for grade in after:
            text = self.text[head.end : grade.start]
            if re.fullmatch(
                r"[\s,]*[(\[]?\s?(?:(?:of|was|were|the\s\w+\s\w+|all|being|with|at|CTC\w*|WHO|NCI\S*|toxicity)[\s,:]*)*",
                text,
            ) or (self._region_of(grade.start) == index and not re.search(r"[,;:]|\band\b", text) and len(text) < 80):
                return grade
        listed = self._grade_of_list(level, head) or self._grade_in_bracket_before(items, head)
        if listed is not None:
            return listed
        if before and not self._is_of_other_head(before[-1], head):
            grade = before[-1]
            text = self._between(region, grade.end, head.start)
            if not _BREAK.search(text.replace(";", ",")) and not (
                region.parent is None
                and any(
                    c.start >= grade.end
                    and c.end <= head.start
                    and self._region_of(c.start) == index
                    and not self._listed_between(c, head)
                    for c in self.counts
                )
            ):
                return grade
        if index:
            return self._outer_grade(index)
        behind = [g for g in level if g.start >= count.end]
        if behind:
            text = self.text[count.end : behind[0].start]
            if len(text) < 12 and re.fullmatch(r"[\s)\]]*(?:of|at|were|was)?\s*\(?", text):
                return behind[0]
        return None

    def _grade_of_list(self, level: Sequence[Grade], head: _Head) -> Grade | None:
        """The grade behind a list that the event stands in: "A, B and C of grade 3 or 4 in ..."."""
        for grade in level:
            chain = [h for h in self.heads if h.start >= head.start and h.end <= grade.start]
            if len(chain) < 2 or not re.fullmatch(
                r"[\s,(]*(?:(?:of|at|with|were|was|all)\s)?[\s(]*", self.text[chain[-1].end : grade.start]
            ):
                continue
            if all(_LIST_GAP.fullmatch(self.text[a.end : b.start]) for a, b in itertools.pairwise(chain)):
                return grade
        return None

    def _grade_in_bracket_before(self, items: Sequence[Grade], head: _Head) -> Grade | None:
        """The grade in a bracket between severity word and event: "severe (grade 3/4) neutropenia"."""
        for grade in items:
            if re.fullmatch(r"\s?[)\]]\s?", self.text[grade.end : head.start]) and any(
                re.fullmatch(r"\s?[(\[](?:(?:CTC\w*|WHO|NCI\S*|i\.e\.)[\s,]*)*", self.text[s.end : grade.start])
                for s in self.severities
            ):
                return grade
        return None

    def _is_of_other_head(self, grade: Grade, head: _Head) -> bool:
        """Whether a grade is the adjective of an earlier name that has its own count ("grade 3 A in 5%, B in 2%")."""
        for other in self.heads:
            if grade.end <= other.start and other.end <= head.start:
                direct = _ADJECTIVES.fullmatch(self.text[grade.end : other.start]) is not None
                return direct and any(other.end <= c.start and c.end <= head.start for c in self.counts)
        return False

    def _listed_between(self, count: Count, head: _Head) -> bool:
        """Whether a count stands in the same list as the event ("grade 3-4 anaemia in 3%, ...")."""
        return bool(re.search(r",|\band\b|;", self.text[count.end : head.start]))

    def _outer_grade(self, index: int) -> Grade | None:
        """The grade of the words before a bracket that holds a list of events."""
        region = self.regions[index]
        parent = region.parent or 0
        before = [g for g in self.grades if self._region_of(g.start) == parent and g.end <= region.start]
        if before and not _BREAK.search(self.text[before[-1].end : region.start - 1].replace(";", ",")):
            return before[-1]
        return None

    def _arm_before(self, count: Count) -> Arm | None:
        """An arm right before a count: "G-CHOP, 34%", "G-CHOP (34%"."""
        for arm in self.arms:
            if arm.end <= count.start and re.fullmatch(
                r"(?:[\s-]?(?:treated|based|containing)?[\s-]?(?:group|arm|cohort|patients|recipients|regimen|therapy|users|treatment))?s?[\s,:;=(\[]*(?:in|had|was|n\s?=)?[\s(]*",
                self.text[arm.end : count.start],
            ):
                return arm
        return None

    def _arm_after(self, count: Count) -> Arm | None:
        """An arm right after a count: "55% on G-B", "22% of those given rituximab alone", "in three R+ patients"."""
        for arm in self.arms:
            if arm.start >= count.end:
                text = self.text[count.end : arm.start]
                if len(text) <= 60 and re.fullmatch(
                    r"[\s)\],]*(?:(?:in|on|with|for|of|among|receiving|who|received|treated|given|under|after|by|to|from|using|had|were|during|assigned|randomi[sz]ed|the|those|patients|pts|subjects|people|participants|group|arm|cohort|and|taking|on|administered|allocated|a|an)[\s,]*)*",
                    text,
                    re.IGNORECASE,
                ):
                    return arm
                return None
        return None

    def _own_arm(self, count: Count) -> Arm | None:
        """The arm of one of several parallel counts, where each has its own beside it."""
        run = next((run for run in self._runs() if any(c.start == count.start for c in run)), [count])
        arms = [self._arm_before(c) or self._arm_after(c) for c in run]
        if any(a is None for a in arms) or len({a.start for a in arms if a}) < len(run):
            return None
        return arms[[c.start for c in run].index(count.start)]

    def _arm(self, count: Count, head: _Head) -> Arm | None:
        return self._arm_before(count) or self._arm_after(count) or self._opening_arm(count, head)

    def _opening_arm(self, count: Count, head: _Head) -> Arm | None:
        """The arm that the clause opens with: "On ocrelizumab, 22 patients had ..."."""
        for arm in reversed(self.arms):
            if arm.end <= min(count.start, head.start):
                lead = self.text[max(0, arm.start - 30) : arm.start]
                if re.search(
                    r"(?:^|[,;]\s|\band\s|\bwhereas\s|\bwhile\s)(?:in|on|with|for|of|among|under|after|during)?\s?(?:the|patients|those|all|receiving|treated|with|given|on|\s)*$",
                    lead,
                    re.IGNORECASE,
                ):
                    return arm
        return None

    def _indication(self, count: Count) -> Mention | None:
        """The condition right after or before a count: "5/47 (10.6%) with GPA", "in SLE (20%)"."""
        if count.start in self.by_position:
            return self.by_position[count.start]
        for start, end, mention in self.indications:
            if start >= count.end and re.fullmatch(
                r"[\s)\],%]*(?:(?:in|with|of|for|among|who|had|the|patients|subjects|those|cases|having|and|from|suffering)[\s,]*)*",
                self.text[count.end : start],
                re.IGNORECASE,
            ):
                return mention
            if end <= count.start and re.fullmatch(
                r"(?:\s?\([^()]*\))?(?:\s(?:patients|cases|group|cohort))?[\s,:(\[]*(?:in)?[\s(]*",
                self.text[end : count.start],
                re.IGNORECASE,
            ):
                return mention
        opening = _OPENING_GROUP.match(self.text)
        if opening is not None:
            for start, end, mention in self.indications:
                if (
                    start >= opening.end() - 1
                    and re.fullmatch(r"\s?", self.text[opening.end() : start])
                    and not _BREAK.search(self.text[end : count.start])
                ):
                    return mention
        return None
