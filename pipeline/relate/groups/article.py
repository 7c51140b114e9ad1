"""What an article says once for all its group rows: drug, arms compared, own part of the text, definitions, events.

Everything here is read from the whole article; the rows are made in relate_groups.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cached_property

from pipeline.concepts import assertion, grades, indication, regimen
from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.counts import Count
from pipeline.concepts.grades import Grade
from pipeline.concepts.regimen import Arm
from pipeline.records import Mention
from pipeline.relate.context import Context, SentenceView
from pipeline.relate.groups.layout import is_general

OTHER_LABELS = frozenset({"other_cytopenia", "infection"})
VOCABULARY_OTHERS = frozenset({"other_cytopenia", "indication", "infection"})
POPULATION_COLUMNS = ("trigger", "weight", "source")
LATE_COLUMNS = ("trigger", "source")
# A longer "sentence" is a pasted table or broken text: nothing is read from it, so that time grows with length only
LONGEST_SENTENCE, MOST_MENTIONS, MOST_COUNTS = 3_000, 120, 60
LEAST_SCORE = 1.2  # an article in which the drug is named only in passing stays below

_PRIOR = re.compile(
    r"(?:refractory|relaps\w+|resistant|previously|prior|earlier|pre-?treated|exposed|naive|naïve|failed|failure|unlike|history|before|than|contrast|whereas|resembles|inadequate\sresponse|intoleran\w+|unresponsive|not\srespon\w+|instead\sof|switched\sfrom)",
    re.IGNORECASE,
)
_PRIOR_AFTER = re.compile(
    r"[\s-]*(?:-|\s)(?:refractory|resistant|naive|naïve|pre-?treated|exposed|relapsed|failure)", re.IGNORECASE
)
_TREATED_WITH = re.compile(
    r"\b(?:treated\swith|received|receiving|given|after|on|to|taking|infusions?\sof|doses?\sof|courses?\sof|therapy\swith|treatment\swith)\s(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_NOUN_AFTER = re.compile(
    r"\s(?!(?:and|or|but|for|in|on|at|with|within|after|before|during|while|when|by|to|as|again|following|throughout|until|since|because|due|from|despite|than|period|periods|episodes?|events?|patients?)\b)[a-z]{3,}"
)
_TREATS_BEFORE = re.compile(  # DRUG ... EVENT
    r"\s?(?:\([^()]{1,40}\)\s?)?(?:was\s|were\s|is\s)?(?:given|administered|used|therapy|treatment|effective|successful|as\s\w+\s\w+)?\s?"
    r"(?:for|in\s(?=(?:the\s)?(?:treatment|management|therapy|patients|children|refractory|a\spatient)))\s?(?:the\s)?"
    r"(?:treatment\sof\s|management\sof\s|therapy\sof\s|refractory\s|severe\s|chronic\s|patients\swith\s|children\swith\s|a\spatient\swith\s|persistent\s)*",
    re.IGNORECASE,
)
_TREATS_AFTER = re.compile(  # EVENT ... DRUG
    r"\s?(?:\([^()]{1,40}\)\s?)?(?:(?:were|was|who|has|had|been|successfully|all|that|which|and)\s)*"
    r"(?:treated\swith|responded\sto|responding\sto|responsive\sto|responds\sto|improved\s(?:with|after)|treatment\swith)\s(?:[\w-]+\s){0,2}",
    re.IGNORECASE,
)
_HAD_CONDITION = re.compile(
    r"[\s)]*(?:patients?\s|cases\s|of\sthem\s)?(?:had|with|were\streated\sfor|of|for|suffered\sfrom)\s(?:\w+\s)?",
    re.IGNORECASE,
)
_WAS_GIVEN = re.compile(r"[\s-](?:was|were|treatment|therapy|treated|maintenance|infusions?|at|\(?\d)", re.IGNORECASE)
_OPTIONAL = re.compile(r"(?:with\sor\swithout|±|\+/-|\(±\)|with\sand\swithout|\+/−)\s?$", re.IGNORECASE)
_PLUS_OR_MINUS = re.compile(r"\s?(?:±|\+/-)", re.IGNORECASE)
_OR = re.compile(r"[\s)\]]*(?:\([^()]{1,40}\)\s?)?(?:or|and/or)\s", re.IGNORECASE)
_PARTLY = re.compile(
    r"(?:had\sbeen|was|were|been)\s(?:given|administered|used|part\sof)[^.;,]{0,30}?(?:in|to|by|of)\s$|received\sby\s$",
    re.IGNORECASE,
)
_PARTLY_AFTER = re.compile(
    r"(?:\sof\s(?:the\s|all\s|our\s)?(?:patients|subjects|them|cases|recipients))?\s(?:had\s)?(?:also\s)?(?:received|(?:were\s|been\s)?treated\swith|were\sgiven|been\sgiven)\s$",
    re.IGNORECASE,
)
_NOT_PARTLY = re.compile(
    r"\b(?:alone|again|re-?treat\w*|re-?admin\w*|maintenance|monotherapy|after\sLON|single|prior|previously|first|only|dose)\b",
    re.IGNORECASE,
)
_VERSUS = re.compile(
    r"(?:\s(?:group|arm|alone|therapy|treatment|\([^()]{1,40}\)))*[\s,]*(?:vs\.?|versus|v\.?|compared\s(?:with|to)|and|or|against)\s(?:the\s)?",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"\b(?P<before>\w+)?\s?(?P<word>incidence|rates?|frequency|prevalence|probability)\b(?!\s(?:ratio|of\s(?!this|the\sevent|such|these|episodes|events)))",
    re.IGNORECASE,
)
_OTHER_RATE = frozenset(
    [
        "response",
        "survival",
        "mortality",
        "relapse",
        "recurrence",
        "remission",
        "infection",
        "discontinuation",
        "hospitalization",
        "hospitalisation",
        "death",
        "detection",
        "recovery",
        "retention",
        "conversion",
        "transfusion",
        "progression",
        "free",
        "hazard",
        "odds",
        "control",
        "cure",
        "dropout",
        "failure",
        "heart",
        "reporting",
        "remission",
    ]
)
_IT = re.compile(
    r"(?:^|[;,]\s|\b(?:of\sthem|of\sthese)\s)(?P<it>It|it)\s(?:was|occurred|developed|appeared|came|began|happened|had)\b"
)
_EPISODES = re.compile(r"\b(?:episodes?|cases?|events?)\b", re.IGNORECASE)
_DEFINED = re.compile(
    r"\s?(?:\([^()]*\)|\[[^\[\]]*\])?\s?,?\s?(?:was|were|is|are|means|meant|being|that\sis|i\.e\.)?\s?,?\s?(?:defined\s(?:as|by)|considered\s(?:as|when)|as\s)?\s?"
    r"(?:an?\s|any\s|the\s|unexplained\s|episode\sof\s)*", re.IGNORECASE,
)  # fmt: skip


def _is_adjective(view: SentenceView, mention: Mention) -> bool:
    """Whether the event's adjective only qualifies another noun ("no ...penic infection")."""
    return mention.text.lower().endswith("ic") and bool(_NOUN_AFTER.match(view.section_text, mention.end, view.end))


def is_prior(view: SentenceView, mention: Mention) -> bool:
    """Whether a drug is named as an earlier treatment ("refractory to", "-naive", "previously treated with")."""
    before = view.section_text[max(view.start, mention.start - 28) : mention.start]
    return bool(_PRIOR.search(before)) or bool(_PRIOR_AFTER.match(view.section_text, mention.end))


@dataclass(frozen=True)
class GroupArticle:
    """An article as the group rules see it."""

    ctx: Context

    # ---- drug and arms

    @cached_property
    def drug_scores(self) -> dict[str, float]:
        """How much of the article each drug is: title and own part count, background and earlier treatment hardly."""
        scores: dict[str, float] = {}
        for view in self.ctx.sentences:
            role = assertion.role_of(view)
            for mention in view.labelled("drug", "regimen"):
                drug = regimen.mention_drug(mention, self.ctx.protocol)
                if drug is None:
                    continue
                weight = 3.0 if view.section == 0 else 0.5 if role == "background" else 1.0
                if _TREATED_WITH.search(
                    view.section_text, max(view.start, mention.start - 24), mention.start
                ) or _WAS_GIVEN.match(view.section_text, mention.end):
                    weight += 0.5
                if is_prior(view, mention):
                    weight = 0.1
                scores[drug] = scores.get(drug, 0.0) + weight
        return scores

    @cached_property
    def drug(self) -> str:
        """The drug of the article; the class where several are on a par, or where the class itself is the subject."""
        of_class = self.ctx.protocol.drug_class
        specific = {d: s for d, s in self.drug_scores.items() if d != of_class}
        if not specific:
            return of_class
        ranked = sorted(specific, key=lambda d: (-specific[d], d))
        top = specific[ranked[0]]
        title = [m for v in self.ctx.sentences if v.section == 0 for m in v.labelled("drug")]
        # "anti-CD20 antibodies" in a title is the subject, "X, an anti-CD20 antibody" an apposition
        plural = any(m.concept == of_class and m.text.lower().endswith(("s", "ies")) for m in title)
        in_title = {
            regimen.mention_drug(m, self.ctx.protocol)
            for v in self.ctx.sentences
            if v.section == 0
            for m in v.labelled("drug", "regimen")
        }
        if (
            len(ranked) > 1
            and specific[ranked[1]] >= 0.5 * top
            and (in_title & {*ranked[:2]} != {ranked[0]} or specific[ranked[1]] > top - 1)
        ):
            return of_class
        if self.drug_scores.get(of_class, 0.0) >= (0.5 if plural else 0.8) * top and (
            plural or not any(m.concept == ranked[0] for m in title)
        ):
            return of_class
        return ranked[0]

    @cached_property
    def refusal(self) -> str | None:
        """Why no count of the article can be the drug's: named only in passing, or given to an unknown part of all."""
        if self.treats_event:
            return "treated"
        return "not_separate" if max(self.drug_scores.values(), default=0.0) < LEAST_SCORE else None

    @cached_property
    def treats_event(self) -> bool:
        """Whether the drug was given for the event: "rituximab for ...", "... were treated with rituximab"."""
        for view in self.ctx.sentences:
            named = view.labelled("event")
            if not named or not self.is_readable(view) or (assertion.role_of(view) == "background" and view.section):
                continue
            if view.section == 0 and all(m.concept not in self.definitions for m in named) and view.labelled("drug"):
                return True
            for drug in view.labelled("drug"):
                for event in named:
                    if event.start >= drug.end and _TREATS_BEFORE.fullmatch(view.section_text, drug.end, event.start):
                        return True
                    if drug.start >= event.end and _TREATS_AFTER.fullmatch(view.section_text, event.end, drug.start):
                        return True
        return False

    @cached_property
    def pooled(self) -> bool:
        """Whether people with and without the drug are one group ("CHOP or R-CHOP", "CHOP with or without ...")."""
        for view in self.ctx.sentences:
            if assertion.role_of(view) == "background" and view.section:
                continue
            if not self.is_readable(view):
                continue
            mentions = view.labelled("drug", "regimen")
            if view.section and self._partly_exposed(view):
                return True
            for mention in mentions:
                if not regimen.mention_drug(mention, self.ctx.protocol):
                    continue
                before = view.section_text[max(view.start, mention.start - 20) : mention.start]
                if _OPTIONAL.search(before):
                    return True
                for other in mentions:
                    if other.label != "regimen" or regimen.mention_drug(other, self.ctx.protocol):
                        continue
                    first, second = sorted((mention, other), key=lambda m: m.start)
                    between = view.section_text[first.end : second.start]
                    if (
                        first.end <= second.start
                        and len(between) < 60
                        and _OR.match(between)
                        and not re.search(r"random", view.text, re.IGNORECASE)
                    ):
                        return True
        return False

    def _partly_exposed(self, view: SentenceView) -> bool:
        """Whether a sentence says that only a share of the patients was given the drug ("had been given to 52%")."""
        for mention in view.labelled("drug"):
            if mention.concept not in self.drug_scores or _NOT_PARTLY.search(view.text):
                continue
            for count in self.counts(view):
                if count.percent is None or not 10 <= count.percent <= 90:
                    continue
                start, end = view.start + count.start, view.start + count.end
                if mention.end <= start and _PARTLY.search(view.section_text[mention.end : start][-60:]):
                    return True
                if end <= mention.start and _PARTLY_AFTER.fullmatch(view.section_text[end : mention.start]):
                    return True
        return False

    @cached_property
    def condition(self) -> Mention | None:
        """The condition treated: the title's, else the likeliest of the text; None where the title pools several."""
        in_title: dict[str | None, Mention] = {}
        for view in self.ctx.sentences:
            if view.section == 0:
                for mention in view.labelled("indication"):
                    in_title.setdefault(mention.concept, mention)
        if len(in_title) == 1:
            return next(iter(in_title.values()))
        if len(in_title) > 1 and self._pooled_title(list(in_title.values())):
            return None
        return None if not in_title and self._counted_apart else indication.of_article(self.ctx)

    @cached_property
    def _counted_apart(self) -> bool:
        """Whether a sentence counts patients of several conditions one by one: "4 with A and 2 with B"."""
        for view in self.ctx.sentences:
            named = {m.concept for m in view.labelled("indication")}
            if (
                len(named) > 1
                and not self.is_background(view)
                and sum(1 for c in view.persons if c.percent is None) > 1
            ):
                spans = [(m.start - view.start, m.concept) for m in view.labelled("indication")]
                counted = {
                    concept
                    for start, concept in spans
                    for c in view.persons
                    if c.percent is None
                    and 0 <= start - c.end <= 24
                    and _HAD_CONDITION.fullmatch(view.text, c.end, start)
                }
                if len(counted) > 1:
                    return True
        return False

    def _pooled_title(self, conditions: list[Mention]) -> bool:
        """Whether the title joins conditions by "and" or "or"."""
        text = self.ctx.sections[0].text
        ordered = sorted(conditions, key=lambda m: m.start)
        return all(
            re.fullmatch(r"\s?(?:\([^()]*\)\s?)?(?:,|and|or|&|/|,\s?and)\s?", text[a.end : b.start])
            for a, b in itertools.pairwise(ordered)
        )

    def arms_of(self, view: SentenceView) -> list[Arm]:
        """The arm phrases of a sentence, offsets of the section."""
        if view.index not in self._arms:
            mentions = view.mentions if self.is_readable(view) else ()
            self._arms[view.index] = regimen.find(view.section_text, mentions, self.ctx.protocol, view.start, view.end)
        return self._arms[view.index]

    @cached_property
    def _arms(self) -> dict[int, list[Arm]]:
        return {}

    @cached_property
    def compared(self) -> tuple[Arm, Arm] | None:
        """The two arms that the article first sets against each other ("A versus B")."""
        for view in self.ctx.sentences:
            arms = [a for a in self.arms_of(view) if a.role != regimen.LABEL]
            for first, second in itertools.pairwise(arms):
                if (
                    not first.same_as(second)
                    and second.start - first.end < 40
                    and _VERSUS.fullmatch(view.section_text, first.end, second.start)
                ):
                    link = view.section_text[first.end : second.start].lower()
                    if (first.drug and second.drug and first.drug != second.drug) or re.search(
                        r"\bv|compared|against", link
                    ):
                        return first, second
        return None

    @cached_property
    def has_comparator(self) -> bool:
        return any(a.role in ("placebo", "control") for v in self.ctx.sentences if v.mentions for a in self.arms_of(v))

    @cached_property
    def placebo_with_drug(self) -> bool:
        """Whether the placebo was given together with the review's drug."""
        joint = re.compile(
            r"\s?(?:\([^()]{1,30}\)\s?)?(?:plus|and|with|\+|in\scombination\swith|combined\swith)\s?", re.IGNORECASE
        )
        for view in self.ctx.sentences:
            for arm in self.arms_of(view):
                if arm.role != "placebo":
                    continue
                for mention in view.labelled("drug", "regimen"):
                    a, b = (arm.end, mention.start) if mention.start >= arm.end else (mention.end, arm.start)
                    if joint.fullmatch(view.section_text, a, b):
                        return True
        return False

    # ---- the authors' own part

    @cached_property
    def zone(self) -> int:
        """The first sentence of an abstract without headings that tells of the authors' own work; 0 where none does."""
        for view in self.ctx.sentences:
            if view.section == 0:
                continue
            if assertion.is_own_result(view):
                return view.index
            found = self.counts(view)
            if any(
                c.unit in ("patients", "cases") and not c.zero_word and (c.events or 0) > 1 and c.percent is None
                for c in found
            ):
                return view.index
            if any(c.labelled for c in found) or (found and view.triggers("population", POPULATION_COLUMNS)):
                return view.index
        return 0

    def is_background(self, view: SentenceView) -> bool:
        """Whether a sentence stands in a part that tells of others' work or of the aim."""
        role = assertion.role_of(view)
        if role in assertion.BACKGROUND_ROLES:
            return not assertion.is_own_result(view)
        return role is None and view.index < self.zone

    @staticmethod
    def is_readable(view: SentenceView) -> bool:
        """Whether a sentence is short enough to be one."""
        return (
            view.end - view.start <= LONGEST_SENTENCE
            and len(view.mentions) <= MOST_MENTIONS
            and len(view.persons) <= MOST_COUNTS
        )

    def counts(self, view: SentenceView) -> tuple[Count, ...]:
        return view.persons if self.is_readable(view) else ()

    # ---- events

    @cached_property
    def focused(self) -> bool:
        """Whether the title names the event: then the whole text speaks of it."""
        return any(view.section == 0 and self.events(view) for view in self.ctx.sentences)

    @cached_property
    def title_concept(self) -> str | None:
        """The event of the title whose definition is its own (late onset, febrile), if there is just one kind."""
        for view in self.ctx.sentences:
            if view.section:
                break
            for mention in self.events(view):
                return mention.concept
        return None

    @cached_property
    def title_event_is_late(self) -> bool:
        """Whether the event of the title is by name a late one: then the text means it by the plain name too."""
        config = self.ctx.protocol.config["events"]
        return self.title_concept is not None and config[self.title_concept].get("event_definition") == "late_onset"

    @cached_property
    def title_is_late(self) -> bool:
        """Whether the title says "late-onset" or "delayed" of what the event belongs to ("delayed-onset cytopenia")."""
        return any(v.section == 0 and v.triggers("late", LATE_COLUMNS) for v in self.ctx.sentences)

    def events(self, view: SentenceView) -> tuple[Mention, ...]:
        """The event mentions of a sentence, those behind an article's own short form and behind "it" included."""
        if view.index not in self._events:
            found = self._named_events(view) if self.is_readable(view) else []
            self._events[view.index] = tuple(found or self._meant_events(view))
        return self._events[view.index]

    @cached_property
    def _events(self) -> dict[int, tuple[Mention, ...]]:
        return {}

    @cached_property
    def definitions(self) -> dict[str, dict[str, str]]:
        """The event concepts that stand for the event itself; others of the vocabulary only hold its name."""
        return {name: item for name, item in self.ctx.protocol.config["events"].items() if "event_definition" in item}

    def _named_events(self, view: SentenceView) -> list[Mention]:
        events = [m for m in view.labelled("event") if m.concept in self.definitions and not _is_adjective(view, m)]
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
        events += self._low_counts(view, events)
        return sorted(events, key=lambda m: m.start)

    def _concept_ending(self, long: str) -> str | None:
        """The event that a long form ends in, after an adjective ("severe ...")."""
        lowered = long.lower()
        for mention in self.ctx.labelled("event"):
            if mention.concept in self.definitions and lowered.endswith(mention.text.lower()):
                return mention.concept
        return None

    def _low_counts(self, view: SentenceView, events: list[Mention]) -> list[Mention]:
        """A count of the review's cells below a limit, said of persons: "the count fell below 0.5 in 27"."""
        if not any(m.label == "analyte" and m.concept == self.ctx.analyte for m in view.mentions):
            return []
        found = []
        for limit in view.counts:
            if limit.concept != self.ctx.analyte or limit.censored != "<" or limit.value > 1.5:
                continue
            names = [m for m in view.labelled("analyte") if m.concept == self.ctx.analyte and m.end <= limit.start]
            near_event = any(0 <= limit.start - m.end < 25 or m.start < limit.end < m.end for m in events)
            if names and limit.start - names[-1].end < 40 and not near_event:
                text = view.section_text[names[-1].start : limit.end]
                found.append(Mention(view.section, names[-1].start, limit.end, text, "event", self.plain_concept))
        return found

    @cached_property
    def plain_concept(self) -> str:
        """The concept of the event as such, whatever its grade."""
        return next(
            (name for name, item in self.definitions.items() if set(item) == {"event_definition"}),
            next(iter(self.definitions)),
        )

    def _meant_events(self, view: SentenceView) -> list[Mention]:
        """The event that a sentence means without its name: "the cumulative incidence was 9 %", "it was"."""
        others = [m for m in view.labelled(*OTHER_LABELS) if not is_general(m)]
        if view.section == 0 or others or not self.counts(view):
            return []
        last = self._last_event(view)
        if last is None:
            return []
        match = _RATE.search(view.text)
        span: tuple[int, int] | None = None
        if match and (match["before"] or "").lower() not in _OTHER_RATE:
            span = match.start("word"), match.end("word")
        elif self.focused and (it := _IT.search(view.text)) and any(c.percent is not None for c in self.counts(view)):
            span = it.start("it"), it.end("it")
        elif (
            self.focused
            and (episodes := _EPISODES.search(view.text))
            and any(c.unit == "patients" for c in self.counts(view))
        ):
            span = episodes.span()
        if span is None:
            return []
        text = view.text[span[0] : span[1]]
        return [Mention(view.section, view.start + span[0], view.start + span[1], text, "event", last.concept)]

    def _last_event(self, view: SentenceView) -> Mention | None:
        """The event named last, in one of the three sentences before or, for the article's subject, anywhere before."""
        for other in reversed(self.ctx.sentences[max(0, view.index - (30 if self.focused else 2)) : view.index]):
            named = [m for m in other.labelled("event") if m.concept in self.definitions]
            if named and (other.section or self.focused):
                return named[-1]
        return None

    # ---- definitions

    @cached_property
    def definition_grades(self) -> dict[str, tuple[SentenceView, Grade]]:
        """The grade by which the article defines an event of its own name: "LON was grade III-IV ..."."""
        found: dict[str, tuple[SentenceView, Grade]] = {}
        for view in self.ctx.sentences:
            if not view.section or self.is_background(view):
                continue
            for mention in self._named_events(view):
                for grade in view.grades:
                    if (
                        mention.concept
                        and mention.end <= grade.start
                        and _DEFINED.fullmatch(view.section_text, mention.end, grade.start)
                    ) and not any(
                        c.start + view.start >= grade.end and (c.percent or c.total) for c in self.counts(view)
                    ):
                        found.setdefault(mention.concept, (view, grade))
        return found

    def definition_of(self, concept: str | None) -> tuple[SentenceView, int, int] | None:
        """The words in which the article defines an event, as (sentence, start, end)."""
        for view in self.ctx.sentences:
            if not view.section or assertion.role_of(view) == "results":
                continue
            for mention in self._named_events(view):
                if mention.concept != concept:
                    continue
                limits: list[BloodCount | Grade] = [*view.counts, *view.grades]
                if any(0 <= x.start - mention.end < 120 for x in limits) and (
                    re.search(
                        r"\bdefin|\bwas\b|\bmeant\b|\bmeans\b|\bis\b|,|\(",
                        view.section_text[mention.end : mention.end + 20],
                    )
                ):
                    end = view.end
                    while end > mention.start and view.section_text[end - 1] in ". \n":
                        end -= 1
                    return view, mention.start, end
        return None

    def severity_limit(self, term: str) -> tuple[SentenceView, BloodCount] | None:
        """The count limit that the article gives for a severity word: "severe (ANC < 0.5)"."""
        for view in self.ctx.sentences:
            if assertion.role_of(view) == "results":
                continue
            for word in view.severities:
                if word.term != term:
                    continue
                for limit in view.counts:
                    if (
                        limit.concept in (None, self.ctx.analyte)
                        and limit.censored == "<"
                        and 0 <= limit.start - word.end <= 60
                    ) and not re.search(r"[;]|\bor\b|\bmoderate|\bmild", view.section_text[word.end : limit.start]):
                        return view, limit
        for view in self.ctx.sentences:
            if assertion.role_of(view) == "results":
                continue
            for mention in self._named_events(view):
                if self.severity_in(mention) != term:
                    continue
                for limit in view.counts:
                    if (
                        limit.concept in (None, self.ctx.analyte)
                        and limit.censored == "<"
                        and 0 <= limit.start - mention.end <= 80
                    ) and not re.search(r"[;]|\bor\b", view.section_text[mention.end : limit.start]):
                        return view, limit
        return None

    def severity_in(self, mention: Mention) -> str | None:
        """The severity that an event's name brings along, by vocabulary, in its words or in the long form behind it."""
        term = self.ctx.protocol.config["events"].get(mention.concept, {}).get("severity_term")
        if term:
            return str(term)
        for short in self.ctx.annotated.abbreviations:
            if short.section == mention.section and short.start == mention.start:
                found = grades.severities(short.long)
                return found[0].term if found else None
        found = grades.severities(mention.text)
        return found[0].term if found else None
