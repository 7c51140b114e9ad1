"""Group findings: which count, time and grade belong to which drug, arm, condition and event definition.

1. Every sentence gives its statements (pipeline/statements.py): a count tied to an event.
2. A statement is kept when it is a fact of this publication (pipeline/concepts/assertion.py); else it is rejected with
   the reason.
3. Statements of the same arm, condition, event definition and grade become one row.
4. A row gets what the article gives once for all: who was treated (pipeline/denominators.py), the drug, the condition,
   onset, nadir, duration, management, outcome and re-exposure.
5. Where no statement has a figure, an event that the authors name as their own result is a row without numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline import denominators, statements
from pipeline.concepts import assertion, grades, indication, regimen
from pipeline.concepts.assertion import Assertion
from pipeline.concepts.grades import Grade
from pipeline.concepts.regimen import Arm
from pipeline.denominators import Population
from pipeline.records import Evidence, Finding, Mention, Rejected
from pipeline.relation_context import Context, SentenceView
from pipeline.statements import Statement

FACTS_REJECTED = frozenset({"defined", "treated", "historical", "aim", "background", "hypothetical", "advised", "other_cause"})
_CONFIDENCE = {"statement": 0.9, "mention": 0.7, "named": 0.6, "absent": 0.8}

_PRIOR = re.compile(
    r"(?:refractory|relaps\w+|resistant|previously|prior|earlier|pre-?treated|exposed|naive|naïve|failed|failure|unlike|history|before|after\sfailure\sof|than|contrast|whereas)",
    re.IGNORECASE,
)
_PRIOR_AFTER = re.compile(r"[\s-]*(?:-|\s)(?:refractory|resistant|naive|naïve|pre-?treated|exposed|relapsed|failure)", re.IGNORECASE)
_ENUMERATED = re.compile(r"\s?(?:\([^()]{1,20}\)\s?)?(?:,\s?(?:and|or)?|\bor\b|\band/or\b|/|\band\b)\s*$", re.IGNORECASE)
_WITH = re.compile(r"\bwith\s[^,;]*$", re.IGNORECASE)
_IDENTIFY = re.compile(
    r"\b(?:identif\w+|observed|found|detected|present|report|reported|describe|describes|studied|there\swere|recorded|noted|seen|encountered|had)\b",
    re.IGNORECASE,
)
_NO_MORE = re.compile(r"\b(?:further|new|other|more|recurren\w+|additional|again|subsequent|second|longer|repeat\w*|another)\b", re.IGNORECASE)
_OCCURRENCE = re.compile(
    r"\b(?:occurred|developed|observed|seen|noted|reported|recorded|experienced|found|documented|there\s(?:was|were)|had|frequent|common|commonest|main|predominant|"
    r"leading|most|chief|principal|included|consisted|comprised|were|was|followed|appeared|encountered|dose-limiting)\b",
    re.IGNORECASE,
)
_CUMULATIVE = re.compile(r"\bcumulative\s(?:incidence|probability|risk)\b", re.IGNORECASE)
_BRACKET_OPEN = re.compile(r"[(\[]")


@dataclass
class _Row:
    """A row in the making: its values, their evidence, and where it was said first."""

    key: tuple[Any, ...]
    view: SentenceView
    mention: Mention
    drug: str
    arm: Arm | None = None
    subgroup: Mention | None = None
    strength: str = "statement"
    values: dict[str, Any] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    label: str | None = None

    def set(self, name: str, value: Any, view: SentenceView, start: int, end: int) -> None:
        if value is None or self.values.get(name) is not None:
            return
        self.values[name] = value
        self.evidence.append(view.evidence(name, start, end))

    @property
    def is_primary(self) -> bool:
        """Whether the row speaks of the event as a whole, not of a febrile or graded part."""
        return self.values.get("event_definition") in ("any_grade", "late_onset") or not self.values.get("event_definition")


def group_findings(ctx: Context) -> tuple[list[Finding], list[Rejected]]:
    """The group rows of an article and every candidate that became none."""
    if "event" not in ctx.mention_labels and "analyte" not in ctx.mention_labels:
        return [], []
    drugs = ctx.labelled("drug", "regimen")
    if not any(regimen.mention_drug(m, ctx.protocol) for m in drugs):
        return [], [_rejected(ctx, m, "event", "no drug of the review in the article") for m in ctx.labelled("event")]
    return _Groups(ctx).read()


class _Groups:
    """One article."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.protocol = ctx.protocol
        self.rejected: list[Rejected] = []
        self.rows: list[_Row] = []
        self.drug_scores = self._drug_scores()
        self.drug = self._article_drug()
        self.zone = self._own_zone()
        self.events = {view.index: self._events(view) for view in ctx.sentences}
        self.focused = bool(self.events.get(0)) and any(v.section == 0 for v in ctx.sentences[:1])
        self._populations: list[Population] | None = None

    @property
    def populations(self) -> list[Population]:
        if self._populations is None:
            self._populations = denominators.find(self.ctx)
        return self._populations

    def read(self) -> tuple[list[Finding], list[Rejected]]:
        title_statements: list[Statement] = []
        for view in self.ctx.sentences:
            events = self.events[view.index]
            if not events:
                continue
            found = statements.counts_of(view)
            stated: list[Statement] = []
            if found:
                stated, unused = statements.read(view, events, found)
                for item in unused:
                    self.rejected.append(
                        Rejected(
                            view.section, view.start + item.count.start, view.start + item.count.end,
                            view.text[item.count.start : item.count.end], "count", item.reason,
                        )  # fmt: skip
                    )
            if view.section == 0:
                title_statements = stated
                continue
            self._take(view, stated)
            self._take_absent(view, events, stated)
        if not self.rows:
            for statement in title_statements:
                self._take(statement.view, [statement])
        self._drop_references()
        if not self.rows:
            self._take_named()
        for row in self.rows:
            self._complete(row)
        self._course()
        return [self._finding(row) for row in self.rows], self.rejected

    # ---- the article as a whole

    def _drug_scores(self) -> dict[str, float]:
        """How much of the article each drug is: title and treatment count, earlier treatment counts against."""
        scores: dict[str, float] = {}
        for view in self.ctx.sentences:
            role = assertion.role_of(view)
            for mention in view.labelled("drug", "regimen"):
                drug = regimen.mention_drug(mention, self.protocol)
                if drug is None:
                    continue
                weight = 3.0 if view.section == 0 else 0.5 if role == "background" else 1.0
                if is_prior(view, mention):
                    weight = 0.1
                scores[drug] = scores.get(drug, 0.0) + weight
        return scores

    def _article_drug(self) -> str:
        specific = {d: s for d, s in self.drug_scores.items() if d != self.protocol.drug_class}
        if not specific:
            return self.protocol.drug_class
        ranked = sorted(specific, key=lambda d: (-specific[d], d))
        if len(ranked) > 1 and specific[ranked[1]] >= 0.5 * specific[ranked[0]]:
            return self.protocol.drug_class
        return ranked[0]

    def _own_zone(self) -> int:
        """The first sentence of an abstract without headings that speaks of the authors' own work."""
        for view in self.ctx.sentences:
            if view.section == 0:
                continue
            if assertion.is_own_result(view):
                return view.index
            found = statements.counts_of(view)
            if any(c.unit in ("patients", "cases") and c.zero_word is False and (c.events or 0) > 1 for c in found) and view.triggers(
                "population", denominators.COLUMNS
            ):
                return view.index
        return 0

    def _events(self, view: SentenceView) -> list[Mention]:
        """The event mentions of a sentence, those behind an article's own short form included."""
        config = self.protocol.config["events"]
        events = [m for m in view.labelled("event") if m.concept in config]
        for short in self.ctx.annotated.abbreviations:
            if short.section != view.section or not view.start <= short.start < view.end:
                continue
            if any(m.start < short.end and short.start < m.end for m in events):
                continue
            concept = self._concept_ending(short.long)
            if concept is not None:
                events.append(
                    Mention(short.section, short.start, short.end, view.section_text[short.start : short.end], "event", concept)
                )
        return sorted(events, key=lambda m: m.start)

    def _concept_ending(self, long: str) -> str | None:
        """The event that a long form ends in: "severe neutropenia" is a neutropenia."""
        lowered = long.lower()
        config = self.protocol.config["events"]
        for mention in self.ctx.labelled("event"):
            if mention.concept in config and lowered.endswith(mention.text.lower()):
                return mention.concept
        return None

    # ---- statements to rows

    def _take(self, view: SentenceView, stated: Sequence[Statement]) -> None:
        resolved = self._with_arms(view, stated)
        subgroups = {s.indication.concept for s in resolved if s.indication is not None}
        for statement in resolved:
            reason = self._refused(statement)
            if reason is not None:
                assert statement.count is not None
                self.rejected.append(
                    Rejected(
                        view.section, statement.count.start, statement.count.end,
                        view.section_text[statement.count.start : statement.count.end], "count", reason,
                    )  # fmt: skip
                )
                continue
            is_part = statement.indication is not None and (
                len(subgroups) > 1 or any(s.indication is None and s is not statement for s in resolved)
            )
            self._add(statement, statement.indication if is_part else None)

    def _refused(self, statement: Statement) -> str | None:
        """Why a statement is no finding; None where it is one."""
        view, count = statement.view, statement.count
        assert count is not None
        status = assertion.assess_phrases(view, statement.mention)
        zero = count.zero_word or count.events == 0 or count.percent == 0
        if status.status in FACTS_REJECTED and not status.weak:
            return status.status
        if status.status == "negated" and not zero:
            return "negated"
        role = assertion.role_of(view)
        own = assertion.is_own_result(view)
        if role in assertion.BACKGROUND_ROLES and not own:
            return "background"
        if role is None and status.status == "background" and not own:
            return "background"
        if role is None and view.index < self.zone:
            return "background"
        if count.unit == "reports":
            return "reports, not patients treated"
        return None

    def _with_arms(self, view: SentenceView, stated: Sequence[Statement]) -> list[Statement]:
        """Parallel counts get their arms by order; counts of arms without the review's drug are left out."""
        arms = [a for a in regimen.find(view.section_text, view.mentions, self.protocol, view.start, view.end) if a.parts or a.role]
        kept: list[Statement] = []
        for statement in stated:
            if statement.of_parallel > 1 and statement.arm is None:
                ordered = self._arms_in_order(arms, statement.of_parallel) or self._arms_in_order(
                    [a for v in self.ctx.sentences for a in self._arms_of(v)], statement.of_parallel
                )
                if ordered and statement.position is not None:
                    statement = replace(statement, arm=ordered[statement.position])
            kept.append(statement)
        comparative = len({id(s.arm) for s in kept if s.arm is not None}) > 1 or self._comparative
        result = []
        for statement in kept:
            if statement.arm is not None and self._is_comparator(statement.arm, comparative):
                assert statement.count is not None
                self.rejected.append(
                    Rejected(
                        view.section, statement.count.start, statement.count.end,
                        view.section_text[statement.count.start : statement.count.end], "count", "arm without the drug",
                    )  # fmt: skip
                )
                continue
            result.append(statement)
        return result

    def _arms_of(self, view: SentenceView) -> list[Arm]:
        return [
            a
            for a in regimen.find(view.section_text, view.mentions, self.protocol, view.start, view.end)
            if a.parts or a.role
        ]

    def _arms_in_order(self, arms: Iterable[Arm], size: int) -> list[Arm] | None:
        distinct: list[Arm] = []
        for arm in arms:
            if not any(arm.same_as(other) for other in distinct):
                distinct.append(arm)
        return distinct if len(distinct) == size else None

    @property
    def _comparative(self) -> bool:
        """Whether arms without the drug are part of the study."""
        return any(a.role in ("placebo", "control") for v in self.ctx.sentences for a in self._arms_of(v) if v.mentions)

    def _is_comparator(self, arm: Arm, comparative: bool) -> bool:
        if arm.role == "control":
            return True
        if arm.role in ("placebo",):
            return not self._placebo_with_drug
        if arm.role in ("combination", "single"):
            return False
        return arm.drug is None and comparative and bool(arm.parts)

    @property
    def _placebo_with_drug(self) -> bool:
        """Whether the placebo was given together with the review's drug."""
        pattern = re.compile(r"\s?(?:\([^()]{1,30}\)\s?)?(?:plus|and|with|\+|in combination with|combined with)\s?", re.IGNORECASE)
        for view in self.ctx.sentences:
            for arm in self._arms_of(view):
                if arm.role != "placebo":
                    continue
                for mention in view.labelled("drug", "regimen"):
                    a, b = (arm.end, mention.start) if mention.start >= arm.end else (mention.end, arm.start)
                    if pattern.fullmatch(view.section_text, a, b):
                        return True
        return False

    def _add(self, statement: Statement, subgroup: Mention | None) -> None:
        view, count, mention = statement.view, statement.count, statement.mention
        assert count is not None
        definition, grade_values, severity = self._severity(statement)
        drug = self._drug(statement)
        arm = statement.arm if statement.arm is not None and statement.arm.drug is not None else None
        per_cycle = count.unit == "cycles" or self._per_cycle(view, count.start)
        episodes = count.unit == "episodes" or (count.unit is None and count.percent is None and statement.mention.text.lower().endswith("ias"))
        values: dict[str, Any] = {}
        if not per_cycle and not episodes:
            values = {
                "n_events": count.events, "n_treated": count.total, "incidence_percent": count.percent,
                "incidence_ci_low": count.ci_low, "incidence_ci_high": count.ci_high,
            }  # fmt: skip
        elif episodes and count.unit == "episodes" and count.percent is not None and count.total is None and count.events is None:
            values = {"incidence_percent": count.percent}
        key = (
            drug, arm and arm.parts, subgroup and subgroup.concept, definition, grade_values,
            severity if definition is None else None, statement.position if statement.of_parallel > 1 and arm is None else None,
        )  # fmt: skip
        strength = "mention" if self._is_reference(statement) else "statement"
        row = self._row_for(key, values, view, strength)
        if row is None:
            row = _Row(key, view, mention, drug, arm, subgroup, strength)
            self.rows.append(row)
        start, end = count.start, count.ci_end + view.start if count.ci_end else count.end
        for name, value in values.items():
            row.set(name, value, view, start, end)
        row.set("event_definition", definition, view, mention.start, mention.end)
        if grade_values is not None and statement.grade is not None:
            g = statement.grade
            row.set("ctcae_grade", grade_values[0], view, g.start, g.end)
            row.set("ctcae_grade_high", grade_values[1], view, g.start, g.end)
            row.set("grade_basis", "stated", view, g.start, g.end)
        if severity is not None:
            span = statement.severity if statement.severity is not None and statement.severity.term == severity else mention
            row.set("severity_term", severity, view, span.start, span.end)
        if arm is not None and row.label is None:
            row.label = arm.text
        if subgroup is not None and row.label is None:
            row.label = subgroup.text

    def _row_for(self, key: tuple[Any, ...], values: dict[str, Any], view: SentenceView, strength: str) -> _Row | None:
        """The row that a statement repeats or completes."""
        for row in self.rows:
            if row.key != key:
                continue
            clash = any(
                value is not None and row.values.get(name) is not None and row.values[name] != value
                for name, value in values.items()
            )
            if not clash:
                return row
            role = assertion.role_of(view)
            if role == "conclusions" or strength == "mention" or (role is None and row.view.index < view.index - 2):
                return row
        return None

    def _is_reference(self, statement: Statement) -> bool:
        """Whether "n patients with the event" only names a set of persons, no occurrence."""
        count, mention, view = statement.count, statement.mention, statement.view
        if count is None or count.end > mention.start:
            return False
        between = view.section_text[count.end : mention.start]
        return bool(_WITH.search(between)) and not _IDENTIFY.search(view.section_text[view.start : count.start])

    def _drop_references(self) -> None:
        """Rows that only refer to patients with the event go where another row tells how many had it."""
        if any(row.strength == "statement" for row in self.rows):
            kept = []
            for row in self.rows:
                if row.strength == "mention":
                    self.rejected.append(_rejected(self.ctx, row.mention, "event", "refers to patients counted elsewhere"))
                else:
                    kept.append(row)
            self.rows = kept

    def _severity(self, statement: Statement) -> tuple[str | None, tuple[int, int | None] | None, str | None]:
        """(event definition, stated grades, severity term) of a statement."""
        config = self.protocol.config["events"][statement.mention.concept]
        named = config.get("event_definition")
        term = config.get("severity_term")
        if term is None and statement.severity is not None:
            term = statement.severity.term
        if term is None:
            term = self._severity_of_short(statement.mention)
        grade = statement.grade
        stated = stated_grades(grade, named)
        if named not in (None, "any_grade"):
            return named, stated, term
        if grade is not None:
            return definition_of_grade(grade), stated, term
        threshold = self._threshold(statement)
        if threshold is not None:
            return threshold, None, term
        if statement.severity is not None or (term and not config.get("severity_term")):
            return self._severity_threshold(term), None, term
        return named, None, term

    def _severity_of_short(self, mention: Mention) -> str | None:
        for short in self.ctx.annotated.abbreviations:
            if short.section == mention.section and short.start == mention.start:
                found = grades.severities(short.long)
                return found[0].term if found else None
        found = grades.severities(mention.text)
        return found[0].term if found else None

    def _threshold(self, statement: Statement) -> str | None:
        """The definition that a count limit beside the event gives: "(< 0.5 x 10^9/L) in 12%"."""
        view, mention, count = statement.view, statement.mention, statement.count
        assert count is not None
        left, right = min(mention.start, count.start), max(mention.end, count.end) + 40
        for found in view.counts:
            if found.concept != self.ctx.analyte or not left <= found.start <= right or found.censored != "<":
                continue
            between = view.section_text[mention.end : found.start] if found.start > mention.end else ""
            if len(between) < 40 and not re.search(r"[;]|\band\b", between):
                return definition_of_threshold(found.value)
        return None

    def _severity_threshold(self, term: str | None) -> str | None:
        """The definition of a severity word by the count that the article gives for it."""
        if term is None:
            return None
        for view in self.ctx.sentences:
            for word in view.severities:
                if word.term != term:
                    continue
                for found in view.counts:
                    if found.concept == self.ctx.analyte and found.censored == "<" and 0 <= found.start - word.end <= 60:
                        return definition_of_threshold(found.value)
        for view in self.ctx.sentences:
            for mention in self.events[view.index]:
                if self._severity_of_short(mention) != term:
                    continue
                for found in view.counts:
                    if found.concept == self.ctx.analyte and found.censored == "<" and 0 <= found.start - mention.end <= 25:
                        return definition_of_threshold(found.value)
        return None

    def _per_cycle(self, view: SentenceView, position: int) -> bool:
        """Whether the sentence counts in cycles: "Over 57 cycles ..."."""
        return bool(
            re.match(r"\s*(?:over|in|of|during|among|for|after|from)\s(?:the\s|a\stotal\sof\s)?[\w,]+\s(?:\w+\s)?(?:cycles|courses|infusions)\b", view.text, re.IGNORECASE)
        )

    def _drug(self, statement: Statement) -> str:
        if statement.arm is not None and statement.arm.drug is not None:
            return statement.arm.drug
        view = statement.view
        named = {d for m in view.labelled("drug", "regimen") if (d := regimen.mention_drug(m, self.protocol)) and not is_prior(view, m)}
        specific = named - {self.protocol.drug_class}
        if len(specific) == 1 and self.drug == self.protocol.drug_class:
            return next(iter(specific))
        return self.drug

    # ---- absent and unquantified events

    def _take_absent(self, view: SentenceView, events: Sequence[Mention], stated: Sequence[Statement]) -> None:
        """An event that the authors say did not occur is a row with no events."""
        role = assertion.role_of(view)
        if role in assertion.BACKGROUND_ROLES or role == "methods" or (role is None and view.index < self.zone):
            return
        for mention in events:
            if any(s.mention is mention for s in stated):
                continue
            status = assertion.assess_phrases(view, mention)
            if status.status != "negated" or status.start is None:
                continue
            left, right = min(status.start, mention.start), max(status.end or 0, mention.end)
            words = view.section_text[max(view.start, left - 12) : right + 20]
            if _NO_MORE.search(words) or not self._denies_occurrence(view, mention, status):
                self.rejected.append(_rejected(self.ctx, mention, "event", "negated"))
                continue
            statement = Statement(view, mention, statements.Count(left - view.start, right - view.start, events=0, zero_word=True))
            statement = replace(statement, count=replace(statement.count, start=left, end=right))  # type: ignore[type-var]
            self._add(statement, None)

    def _denies_occurrence(self, view: SentenceView, mention: Mention, status: Assertion) -> bool:
        assert status.start is not None and status.end is not None
        cue = view.section_text[status.start : status.end].lower()
        before = view.section_text[view.start : status.start]
        if cue in ("no", "none", "neither", "nor") or cue.startswith(("no case", "no episode", "no patient", "none")):
            return not re.search(r"\b(?:with|had|and|or|in|of|if|although|but)\s$", before[-10:], re.IGNORECASE) or bool(
                re.search(r"\b(?:there\swas|there\swere|we\sobserved|had|and)\s$", before[-16:], re.IGNORECASE)
            )
        return bool(re.match(r"(?:was|were|did|not|never|in\sno)", cue))

    def _take_named(self) -> None:
        """Without any figure: one row for an event that the authors report as their own result."""
        for view in self.ctx.sentences:
            role = assertion.role_of(view)
            if view.section == 0 or role in (*assertion.BACKGROUND_ROLES, "methods") or (role is None and view.index < self.zone):
                continue
            for mention in self.events[view.index]:
                status = assertion.assess_phrases(view, mention)
                if status.status not in (assertion.AFFIRMED, "association"):
                    self.rejected.append(_rejected(self.ctx, mention, "event", status.status))
                    continue
                if status.status == assertion.AFFIRMED and not _OCCURRENCE.search(view.text):
                    continue
                reader = statements._Reader(view, self.events[view.index], ())
                head = statements._Head(mention.start - view.start, mention.end - view.start, mention)
                empty = statements.Count(head.end, head.end)
                grade = reader._governing(reader.grades, empty, head)
                severity = reader._severity(empty, head)
                statement = Statement(
                    view, mention, statements.Count(mention.start, mention.end),
                    grade and replace(grade, start=grade.start + view.start, end=grade.end + view.start),
                    severity and replace(severity, start=severity.start + view.start, end=severity.end + view.start),
                )  # fmt: skip
                self._add(statement, None)
                self.rows[-1].strength = "named"
                return

    # ---- what the article says once for all rows

    def _complete(self, row: _Row) -> None:
        self._complete_n(row)
        mention = row.subgroup or indication.of_article(self.ctx)
        if mention is not None:
            view = self.ctx.sentence_at(mention.section, mention.start)
            if view is not None:
                row.set("indication", mention.preferred_name or mention.concept, view, mention.start, mention.end)
        drug_mention = self._drug_mention(row)
        if drug_mention is not None:
            view = self.ctx.sentence_at(drug_mention.section, drug_mention.start)
            if view is not None:
                row.set("drug", row.drug, view, drug_mention.start, drug_mention.end)

    def _complete_n(self, row: _Row) -> None:
        if row.values.get("n_treated") is not None:
            return
        percent, events = row.values.get("incidence_percent"), row.values.get("n_events")
        found: Population | None
        if row.arm is not None and len(self._distinct_arms()) > 1:
            found = denominators.of_arm(self.populations, row.arm)
        elif row.subgroup is not None:
            found = denominators.of_indication(self.populations, row.subgroup.concept)
        elif row.key[-1] is not None:
            found = next((p for p in self.populations if p.each), None)
        else:
            found = denominators.best(self.populations, percent, events)
        if found is None or not denominators.agrees(found.n, percent, events):
            return
        view = self.ctx.sentence_at(found.section, found.start)
        if view is not None:
            row.set("n_treated", found.n, view, found.start, found.end)

    def _distinct_arms(self) -> list[Arm]:
        distinct: list[Arm] = []
        for row in self.rows:
            if row.arm is not None and not any(row.arm.same_as(a) for a in distinct):
                distinct.append(row.arm)
        for population in self.populations:
            if population.arm is not None and not any(population.arm.same_as(a) for a in distinct):
                distinct.append(population.arm)
        return distinct

    def _drug_mention(self, row: _Row) -> Mention | None:
        """Where the drug of a row is named: in its own sentence, else where it is first said to be given."""
        for view in (row.view, *self.ctx.sentences):
            for mention in view.labelled("drug", "regimen"):
                if regimen.mention_drug(mention, self.protocol) == row.drug:
                    return mention
        for mention in self.ctx.labelled("drug", "regimen"):
            if regimen.mention_drug(mention, self.protocol):
                return mention
        return None

    def _course(self) -> None:
        """Onset, nadir, duration, management, outcome and re-exposure, given to the rows they are said of."""
        if not self.rows:
            return
        first = min(row.view.index for row in self.rows)
        for view in self.ctx.sentences:
            role = assertion.role_of(view)
            if role in ("background", "aim", "title") or (role is None and view.index < self.zone):
                continue
            rows = [row for row in self.rows if row.view.index == view.index]
            if not rows and view.index < first and role == "methods":
                continue
            targets = rows or (self._primary_rows() if (self.focused or self.events[view.index]) else [])
            self._onset(view, [r for r in targets if r.is_primary] or ([] if self._primary_rows() else targets))
            self._nadir(view, targets)
            self._events_course(view, targets, bool(rows))

    def _primary_rows(self) -> list[_Row]:
        primary = [r for r in self.rows if r.is_primary and r.subgroup is None and r.values.get("n_events") != 0]
        if not primary:
            primary = [r for r in self.rows if r.subgroup is None and r.values.get("n_events") != 0]
        arms = {r.arm and r.arm.parts for r in primary}
        return primary[:1] if len(arms) == 1 else []

    def _onset(self, view: SentenceView, targets: Sequence[_Row]) -> None:
        if not targets:
            return
        for interval in view.intervals:
            if interval.role != "onset" or (interval.days is None and interval.low_days is None and interval.high_days is None):
                continue
            exact = interval.statistic == "exact" or (interval.statistic is None and interval.days is not None)
            row = targets[0]
            if exact and row.values.get("n_events") not in (1, None):
                continue
            if any(row.values.get(name) is not None for name in ("onset_days", "onset_low_days", "onset_high_days")):
                continue
            start, end = interval.start, interval.end
            row.set("onset_days", interval.days, view, start, end)
            row.set("onset_low_days", interval.low_days, view, start, end)
            row.set("onset_high_days", interval.high_days, view, start, end)
            row.set("onset_statistic", interval.statistic, view, start, end)
            a, b = (interval.anchor_start, interval.anchor_end) if interval.anchor_start >= 0 else (start, end)
            row.set("onset_anchor", interval.anchor or "unspecified", view, a, b)

    def _nadir(self, view: SentenceView, targets: Sequence[_Row]) -> None:
        for count in view.counts:
            if count.concept != self.ctx.analyte or not targets or count.censored:
                continue
            if count.statistic in ("median", "mean") and count.moment in ("nadir", "plain"):
                targets[0].set("anc_nadir", count.value, view, count.start, count.end)

    def _events_course(self, view: SentenceView, targets: Sequence[_Row], own: bool) -> None:
        if not targets or not (self.focused or own):
            return
        row = targets[0]
        for interval in view.intervals:
            if interval.role == "duration" and interval.statistic in ("median", "mean") and interval.days is not None:
                row.set("duration_days", interval.days, view, interval.start, interval.end)
        for course in view.courses:
            if course.negated or course.prophylactic:
                continue
            if course.kind == "management":
                have = row.values.setdefault("management", [])
                if course.value not in have:
                    have.append(course.value)
                    row.evidence.append(view.evidence("management", course.start, course.end))

    def _finding(self, row: _Row) -> Finding:
        values = dict(row.values)
        values.pop("drug", None)
        values["management"] = tuple(sorted(values.get("management", ())))
        return Finding(
            finding_id="",
            pmid=self.ctx.article.pmid,
            level="group",
            label=row.label,
            attribution="own",
            drug=row.drug,
            confidence=_CONFIDENCE[row.strength],
            flags=tuple(row.flags),
            evidence=tuple(row.evidence),
            **values,
        )


def is_prior(view: SentenceView, mention: Mention) -> bool:
    """Whether a drug is named as an earlier treatment ("refractory to", "-naive", "previously treated with")."""
    before = view.section_text[max(view.start, mention.start - 28) : mention.start]
    return bool(_PRIOR.search(before)) or bool(_PRIOR_AFTER.match(view.section_text, mention.end))


def stated_grades(grade: Grade | None, definition: str | None) -> tuple[int, int | None] | None:
    """(low, high) as stated; None for "any grade" without figures."""
    if grade is None or grade.low is None:
        return None
    return grade.low, grade.high


def definition_of_grade(grade: Grade) -> str | None:
    """The event definition of a grade: 3 or more, 4, any; None for grade 3 alone and for mild grades."""
    if grade.is_any:
        return "any_grade"
    if grade.low == 4:
        return "grade4"
    if grade.low == 3 and (grade.open_end or grade.high):
        return "grade3plus"
    return None


def definition_of_threshold(value: float) -> str:
    """The event definition of a count limit in 10^9/L, by CTCAE v5: below 0.5 is grade 4, below 1.0 grade 3."""
    return "grade4" if value <= 0.5 else "grade3plus" if value <= 1.0 else "any_grade"


def _rejected(ctx: Context, mention: Mention, kind: str, reason: str) -> Rejected:
    return Rejected(mention.section, mention.start, mention.end, mention.text, kind, reason)
