"""Group findings: which count, time and grade belong to which drug, arm, condition and event definition.

1. Every sentence gives its statements (pipeline/groups/statements.py): a count tied to an event.
2. A statement is kept when it is a fact of this publication (pipeline/concepts/assertion.py); else it is rejected with
   the reason.
3. Statements of the same arm, condition, event definition and grade become one row.
4. A row gets what the article gives once for all (pipeline/groups/article.py): who was treated (denominators.py), the
   drug, the condition, onset, nadir, duration, management, outcome and re-exposure (group_course.py).
5. Where no statement has a figure, an event that the authors name as their own result is a row without numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from pipeline.concepts import assertion, regimen
from pipeline.concepts.assertion import Assertion
from pipeline.concepts.counts import Count, agrees
from pipeline.concepts.grades import Grade
from pipeline.concepts.regimen import Arm
from pipeline.records import Finding, Mention, Rejected
from pipeline.relate.context import Context, SentenceView
from pipeline.relate.groups import course, denominators, statements
from pipeline.relate.groups.article import GroupArticle, is_prior
from pipeline.relate.groups.denominators import Population
from pipeline.relate.groups.rows import LATE, PLAIN, Row, clash, definition_of_grade, definition_of_limit, stated_grades
from pipeline.relate.groups.statements import Statement

FACTS_REJECTED = frozenset(
    {"defined", "treated", "historical", "aim", "background", "hypothetical", "advised", "other_cause"}
)
MOST_ROWS = 60
CONFIDENCE = {"statement": 0.9, "mention": 0.7, "named": 0.6, "absent": 0.8}

_AMONG_AFFECTED = re.compile(
    r"\s*(?:among|of|in)\s(?:the\s|those\s|all\s|these\s)?(?:patients|subjects|individuals|those|children|cases|episodes)\s"
    r"(?:with|who\s(?:had|developed|experienced))\s(?:a\s|an\s)?",
    re.IGNORECASE,
)
_WITH = re.compile(r"\bwith\s(?:[\w/()-]+\s){0,4}$", re.IGNORECASE)
_WHO_HAD = re.compile(
    r"\s*(?:patients?|cases|subjects|children|women|men)?\s*(?:who\s(?:had|developed|experienced)|with)\s(?:[\w/-]+\s){0,3}$",
    re.IGNORECASE,
)
_DEFINITE = re.compile(r"\b(?:the|these|those|all|our)\s(?:other\s|remaining\s|first\s)?$", re.IGNORECASE)
_ONLY_WITH = re.compile(
    r"\s*(?:patients?|cases|of\sthem|those|subjects)?\s*(?:who\shad|with)\s(?:[\w/-]+\s){0,3}$", re.IGNORECASE
)
_IDENTIFY = re.compile(
    r"\b(?:identif\w+|observed|found|detected|present|report|reported|describe|describes|studied|there\swere|recorded|noted|seen|encountered|had)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"\b(?:recurrences?|relapses?|return)\sof\s(?:the\s)?$", re.IGNORECASE)
_OF_THE = re.compile(r"\s(?:of|among)\s(?:the|these|those|our)\s", re.IGNORECASE)
_PATIENTS = re.compile(r"\s(?:patients|cases|subjects|children|episodes)\b", re.IGNORECASE)
_BOTH = re.compile(r"\b(?:both|either|each)\s(?:treatment\s|study\s)?(?:groups?|arms?|cohorts?)\b", re.IGNORECASE)
_VIEW = re.compile(
    r"\b(?:not|never)\s(?:be\s)?(?:regard|consider|view|predict|contraindicat|know|mean|preclude|exclude)\w*",
    re.IGNORECASE,
)
_NOT_GIVEN = re.compile(
    r"\s(?:(?:was|were|is)\s(?:not\s(?:yet\s)?(?:available|affordable|given|used|part)|unavailable)\b)", re.IGNORECASE
)
_NO_MORE = re.compile(
    r"\b(?:further|new|other|more|recurren\w+|additional|again|subsequent|second|longer|repeat\w*|another|recurr\w*|return\w*)\b",
    re.IGNORECASE,
)
_QUALIFIES = re.compile(r"\w+ic\s(?!episode|event|period)\w+", re.IGNORECASE)
_OCCURRENCE = re.compile(
    r"\b(?:occurred|developed|observed|seen|noted|reported|recorded|experienced|found|documented|there\s(?:was|were)|had|frequent|common|commonest|main|predominant|"
    r"leading|most|chief|principal|included|consisted|comprised|were|was|followed|appeared|accounted|encountered|dose-limiting)\b",
    re.IGNORECASE,
)
_CUMULATIVE = re.compile(r"\b(?:cumulative|actuarial|estimated|Kaplan)\b", re.IGNORECASE)
_PER_CYCLE = re.compile(
    r"\s*(?:over|in|of|during|among|for|after|from)\s(?:the\s|a\stotal\sof\s)?[\w,]+\s(?:\w+\s)?(?:cycles|courses|infusions)\b",
    re.IGNORECASE,
)
_NORMAL = re.compile(
    r"\b(?:remained|remain|stayed|was|were|are)\s(?:all\s)?(?:normal|within\s(?:the\s)?normal)\b", re.IGNORECASE
)
_IN_ALL = re.compile(r"\b(?:in\s)?(?:all|every|each)\b", re.IGNORECASE)
_CODE = re.compile(
    r"(?:^|[\s(\[;,])(?P<code>[A-Z][A-Za-z0-9]*(?:[-+/][A-Z][A-Za-z0-9]*)*)(?:\salone)?[,:;]?\s(?:n\s?=\s?)?$"
)


def group_findings(ctx: Context) -> tuple[list[Finding], list[Rejected]]:
    """The group rows of an article and every candidate that became none."""
    if not ctx.mention_labels & {"event", "analyte"}:
        return [], []
    named = [m for m in ctx.labelled("drug", "regimen") if regimen.mention_drug(m, ctx.protocol)]
    if all(_NOT_GIVEN.match(ctx.sections[m.section].text, m.end) for m in named):
        return [], [_rejected(m, "event", "no_drug") for m in ctx.labelled("event")]
    return _Groups(ctx).read()


class _Groups:
    """One article."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.article = GroupArticle(ctx)
        self.rejected: list[Rejected] = []
        self.rows: list[Row] = []
        self.references: list[Statement] = []
        self.owned: set[tuple[int, int]] = set()
        self.several_arms = False
        self._populations: list[Population] | None = None

    @cached_property
    def study_type(self) -> str | None:
        return self.ctx.study_type

    @property
    def populations(self) -> list[Population]:
        if self._populations is None:
            self._populations = denominators.find(self.article, self.owned)
        return self._populations

    def read(self) -> tuple[list[Finding], list[Rejected]]:
        if self.article.refusal is not None:
            return [], [_rejected(m, "event", self.article.refusal) for m in self.ctx.labelled("event")]
        title: list[Statement] = []
        for view in self.ctx.sentences:
            events = self.article.events(view)
            if not self.article.is_readable(view):
                self.rejected += [_rejected(m, "event", "sentence too long to be read") for m in view.labelled("event")]
                continue
            if not events:
                self._take_normal(view)
                continue
            stated = self._statements(view, events)
            if view.section == 0:
                title = stated
                continue
            self._take(view, stated)
            self._take_absent(view, events, stated)
        for group in (self.references, title):
            if not self.rows:
                for statement in group:
                    self._take(statement.view, [statement], last=True)
        if not self.rows:
            self._take_named()
        self._merge()
        self._drop_cycles()
        for row in self.rows:
            self._complete(row)
        course.complete(self.article, self.rows)
        return [self._finding(row) for row in self.rows], self.rejected

    def _statements(self, view: SentenceView, events: Sequence[Mention]) -> list[Statement]:
        found = self.article.counts(view)
        if not found:
            return []
        stated, unused = statements.read(view, events, found, self.article.arms_of(view))
        for item in unused:
            self._reject_count(
                view,
                replace(item.count, start=view.start + item.count.start, end=view.start + item.count.end),
                item.reason,
            )
        return stated

    # ---- statements to rows

    def _take(self, view: SentenceView, stated: Sequence[Statement], last: bool = False) -> None:
        resolved = self._with_arms(view, stated)
        resolved = _without_distribution(resolved)
        diagnoses = _diagnoses(view, resolved)
        positive = [s for s in resolved if not _is_zero(s.count)]
        subgroups = {s.indication.concept for s in resolved if s.indication is not None}
        for statement in resolved:
            count = statement.count
            if self._is_reference(statement) and not last:
                self.references.append(statement)
                self.owned.add((view.section, count.start))
                continue
            reason = "a share of those affected" if statement in diagnoses else self._refused(statement, last)
            if (
                reason is None
                and count.zero_word
                and positive
                and statement.arm is None
                and statement.indication is None
            ):
                reason = "arm without the drug"
            if reason is not None:
                self._reject_count(view, count, reason)
                continue
            condition = self.article.condition
            is_part = (
                statement.indication is not None
                and not (condition and condition.concept == statement.indication.concept)
                and (
                    statement.is_opening
                    or len(subgroups) > 1
                    or any(s.indication is None and s is not statement for s in resolved)
                )
            )
            self._add(statement, statement.indication if is_part else None)

    def _refused(self, statement: Statement, last: bool) -> str | None:
        """Why a statement is no finding; None where it is one."""
        view, count = statement.view, statement.count
        status = assertion.assess_phrases(view, statement.mention)
        if (
            status.status == "background"
            and status.start is not None
            and "," in view.section_text[count.end : status.start]
        ):
            status = Assertion(assertion.AFFIRMED)  # "was 6.5%, much like that in the literature"
        if status.status in FACTS_REJECTED and not status.weak:
            return status.status
        if count.total is not None and any(
            r.values.get("n_events") == count.total and r.view.index <= view.index and not r.is_absent
            for r in self.rows
        ):
            return "a share of those affected"
        if status.status == "negated" and not _is_zero(count) and not status.weak:
            return "negated"
        if count.unit == "episodes" and count.percent is not None and count.events is None:
            return "a share of events, no incidence"
        told = status.weak and view.section_text[count.start : count.end].lower().startswith("n")  # "(n=2)"
        if status.status == "aim" and count.percent is None and count.total is None and not told:
            return "aim"
        if _AGAIN.search(view.section_text[max(view.start, statement.mention.start - 24) : statement.mention.start]):
            return "a share of those treated again"
        if self._is_share_of_affected(statement):
            return "a share of those affected"
        if self.article.is_background(view) and not (last and view.section == 0):
            return "background"
        if status.status == "background" and assertion.role_of(view) is None and not assertion.is_own_result(view):
            return "background"
        if self.article.pooled and (statement.arm is None or statement.arm.drug is None):
            return "pooled"
        return None

    def _is_share_of_affected(self, statement: Statement) -> bool:
        """Whether the sentence opens with those who had another event: "Among patients with A, 3 (38%) had B"."""
        view, mention = statement.view, statement.mention
        for other in self.article.events(view):
            if other.end <= min(mention.start, statement.count.start) and _AMONG_AFFECTED.fullmatch(
                view.section_text[view.start : other.start]
            ):
                return view.section_text[other.end : other.end + 1] == ","
        return False

    def _is_reference(self, statement: Statement) -> bool:
        """Whether "n patients with the event" only names a set of persons, no occurrence."""
        count, mention, view = statement.count, statement.mention, statement.view
        if count.end > mention.start:
            return False
        between = view.section_text[count.end : mention.start]
        if (count.total is not None or (count.percent is not None and count.events is None)) and _ONLY_WITH.fullmatch(
            between
        ):
            return True
        if _OF_THE.fullmatch(between) and _PATIENTS.match(view.section_text, mention.end):
            return True  # "nine of the LON patients"
        if _DEFINITE.search(view.section_text[max(view.start, count.start - 16) : count.start]) and _WHO_HAD.fullmatch(
            between
        ):
            return True
        return bool(_WITH.search(between)) and not _IDENTIFY.search(
            view.section_text[view.start : count.start] + between
        )

    # ---- arms

    def _with_arms(self, view: SentenceView, stated: Sequence[Statement]) -> list[Statement]:
        """Parallel counts get their arms by order; counts of arms without the review's drug are left out."""
        arms = self.article.arms_of(view)
        placed = [self._placed(s, arms) for s in stated]
        distinct = {s.arm.text for s in placed if s.arm is not None}
        self.several_arms = len(distinct) > 1 or any(self._is_part_of_code(s, placed) for s in placed)
        comparative = (
            len(distinct) > 1
            or any(s.of_parallel == 2 for s in placed)
            or self.article.has_comparator
            or self.article.compared is not None
        )
        kept = []
        for statement in placed:
            without = statement.arm is not None and self._lacks_drug(statement.arm, comparative)
            parallel = statement.of_parallel == 2 and statement.indication is None
            if statement.arm is None and parallel and self._has_arm_without_drug:
                self._reject_count(view, statement.count, "arm not clear")
                continue
            if without or (statement.arm is None and self._is_part_of_code(statement, placed)):
                self._reject_count(view, statement.count, "arm without the drug")
                self.owned.add((view.section, statement.count.start))
                continue
            kept.append(statement)
        return kept

    def _placed(self, statement: Statement, arms: Sequence[Arm]) -> Statement:
        if statement.of_parallel < 2 or statement.arm is not None or statement.position is None:
            return statement
        ordered = _in_order(arms, statement.of_parallel)
        if ordered is None and statement.of_parallel == 2 and self.article.compared is not None:
            ordered = list(self.article.compared)
        if ordered is None and statement.of_parallel == 2:
            ordered = self._arms_counted(statement, arms)
        return replace(statement, arm=ordered[statement.position]) if ordered else statement

    def _arms_counted(self, statement: Statement, named: Sequence[Arm]) -> list[Arm] | None:
        """The two arms whose numbers the article gives ("CHOP (n = 205)"), the one named in the sentence first."""
        arms = _in_order(self.counted_arms, 2)
        if arms is None:
            return None
        before = [a for a in named if a.end <= statement.count.start]
        if not before:
            return arms
        if (both := _in_order(before, 2)) and sum(a.same_as(b) for a in arms for b in both) == 2:
            return both  # "higher with A than with B (12% v 8%)"
        spoken = before[-1]
        like = [a for a in arms if a.same_as(spoken)] or [
            a for a in arms if spoken.drug is not None and a.drug == spoken.drug
        ]
        if len(like) != 1:
            return None
        return [like[0], *(a for a in arms if a is not like[0])]

    @cached_property
    def counted_arms(self) -> list[Arm]:
        """The arms whose numbers the article gives in brackets."""
        return [p.arm for p in denominators.find(self.article) if p.arm is not None and p.is_part]

    @cached_property
    def _has_arm_without_drug(self) -> bool:
        """Whether the study compares with an arm that lacks the review's drug."""
        compared = self.article.compared or ()
        return (
            any(a.drug is None and a.role != regimen.LABEL for a in (*self.counted_arms, *compared))
            or self.article.has_comparator
        )

    def _lacks_drug(self, arm: Arm, comparative: bool) -> bool:
        if arm.role == "control":
            return True
        if arm.role == "placebo":
            return not self.article.placebo_with_drug
        return arm.role is None and arm.drug is None and comparative

    def _is_part_of_code(self, statement: Statement, others: Sequence[Statement]) -> bool:
        """Whether a count is said of "B" beside another of "G-B": the same arm without the drug's letter."""
        count, view = statement.count, statement.view
        code = _CODE.search(view.section_text[max(view.start, count.start - 24) : count.start])
        if code is None:
            return False
        parts = set(re.split(r"[-+/]", code["code"]))
        return any(
            s.arm is not None and s.arm.drug is not None and parts < set(re.split(r"[-+/]", s.arm.text)) for s in others
        )

    # ---- rows

    def _add(self, statement: Statement, subgroup: Mention | None) -> None:
        view, count, mention = statement.view, statement.count, statement.mention
        self.owned.add((view.section, count.start))
        definition, stated, term = self._severity(statement)
        drug = self._drug(statement)
        arm = statement.arm if self._tells_arms(statement.arm, drug) else None
        values, per_cycle = self._values(statement)
        position = statement.position if statement.of_parallel > 1 and arm is None else None
        key = (
            drug, arm and (arm.parts or arm.text.lower()), subgroup and subgroup.concept, definition, stated,
            term if definition is None else None, position, _is_zero(count), per_cycle,
        )  # fmt: skip
        row = self._row_for(key, values, view)
        if row is None and len(self.rows) >= MOST_ROWS:
            self._reject_count(view, count, "more rows than an abstract can have")
            return
        if row is None:
            row = Row(key, view, mention, drug, arm, subgroup, position=position, per_cycle=per_cycle)
            row.counted_arm, row.of_parallel = statement.arm, statement.of_parallel
            self.rows.append(row)
        if not values and not per_cycle:
            row.episodes = count.events
        end = count.ci_end + view.start if count.ci_end else count.end
        for name, value in values.items():
            if name == "incidence_percent" and value is not None and row.values.get(name) is None:
                row.share_is_cumulative = bool(_CUMULATIVE.search(view.text))
            row.set(name, value, view, count.start, end)
        row.set("event_definition", definition, view, mention.start, mention.end)
        self._set_grade(row, statement, stated)
        if term is not None:
            span = statement.severity if statement.severity is not None and statement.severity.term == term else mention
            row.set("severity_term", term, view, span.start, span.end)
        if row.label is None:
            row.label = arm.text if arm is not None else subgroup.text if subgroup is not None else None

    def _tells_arms(self, arm: Arm | None, drug: str) -> bool:
        """Whether an arm sets its row apart: where the article has others, or none is needed to name it."""
        if arm is None or (arm.drug is None and arm.role is None):
            return False
        return (
            arm.role is not None or self.several_arms or self.article.compared is not None or self.article.drug != drug
        )

    def _values(self, statement: Statement) -> tuple[dict[str, Any], bool]:
        """The numbers of a statement, and whether they count cycles instead of patients: then there are none."""
        view, count = statement.view, statement.count
        per_cycle = count.unit == "cycles" or bool(_PER_CYCLE.match(view.text))
        episodes = count.unit == "episodes" or (
            count.unit is None
            and count.percent is None
            and count.end <= statement.mention.start
            and _is_plural(statement.mention.text)
        )
        if per_cycle or (episodes and (count.percent is None or count.events is not None)):
            return {}, per_cycle
        return {
            "n_events": count.events, "n_treated": count.total, "incidence_percent": count.percent,
            "incidence_ci_low": count.ci_low, "incidence_ci_high": count.ci_high,
        }, False  # fmt: skip

    def _set_grade(self, row: Row, statement: Statement, stated: tuple[int, int | None] | None) -> None:
        view = statement.view
        if stated is not None and statement.grade is not None:
            g = statement.grade
            row.set("ctcae_grade", stated[0], view, g.start, g.end)
            row.set("ctcae_grade_high", stated[1], view, g.start, g.end)
            row.set("grade_basis", "stated", view, g.start, g.end)
            return
        defined = self.article.definition_grades.get(statement.mention.concept or "")
        if stated is None and defined is not None and row.definition == LATE:
            other, grade = defined
            values = stated_grades(grade)
            if values is not None and not grade.is_any:
                row.set("ctcae_grade", values[0], other, grade.start, grade.end)
                row.set("ctcae_grade_high", values[1], other, grade.start, grade.end)
                row.set("grade_basis", "stated", other, grade.start, grade.end)
                return
        limit = self._limit(statement)
        if stated is None and limit is not None and row.definition == "grade4" and not row.per_cycle:
            other, start, end, _ = limit
            row.set("ctcae_grade", 4, other, start, end)
            row.set("grade_basis", "derived", other, start, end)

    def _row_for(self, key: tuple[Any, ...], values: dict[str, Any], view: SentenceView) -> Row | None:
        """The row that a statement repeats or completes."""
        for row in self.rows:
            if row.key != key:
                continue
            if not clash(row.values, values):
                return row
            role = assertion.role_of(view)
            if role == "conclusions" or (role is None and row.view.index < view.index - 2):
                return row
        return None

    def _merge(self) -> None:
        """Join rows that say the same event once with its grade, once without."""
        merged: list[Row] = []
        for row in self.rows:
            twin = next((other for other in merged if self._same_event(other, row)), None)
            if twin is None:
                merged.append(row)
                continue
            for name, value in row.values.items():
                if twin.values.get(name) is None:
                    twin.values[name] = value
                    twin.evidence += [e for e in row.evidence if e.field == name]
            twin.key = twin.key if twin.key[4] is not None else row.key
        self.rows = merged

    def _drop_cycles(self) -> None:
        """A rate per cycle beside the patients' own figure for the same event is no row."""
        kept = []
        for row in self.rows:
            same = [
                r for r in self.rows if not r.per_cycle and r.definition == row.definition and r.key[0] == row.key[0]
            ]
            if row.per_cycle and same:
                self.rejected.append(_rejected(row.mention, "event", "rate per cycle beside that of patients"))
            else:
                kept.append(row)
        self.rows = kept

    def _same_event(self, first: Row, second: Row) -> bool:
        if first.definition != second.definition or first.definition is None or first.is_absent != second.is_absent:
            return False
        if any(first.key[i] != second.key[i] for i in (0, 1, 2, 6, 8)):
            return False
        a, b = first.key[4], second.key[4]
        if a is not None and b is not None and a != b:
            return False
        if first.values.get("severity_term") != second.values.get("severity_term") and a == b:
            return False
        if a == b or clash(first.values, second.values):
            return False
        joint = {
            **{k: v for k, v in second.values.items() if v is not None},
            **{k: v for k, v in first.values.items() if v is not None},
        }
        n, events, percent = joint.get("n_treated"), joint.get("n_events"), joint.get("incidence_percent")
        if n is not None:
            return agrees(n, percent, events)
        best = denominators.best(self.populations, percent, events)
        return percent is None or events is None or best is not None

    # ---- grade, severity, definition

    def _severity(self, statement: Statement) -> tuple[str | None, tuple[int, int | None] | None, str | None]:
        """(event definition, stated grades, severity term) of a statement."""
        mention = statement.mention
        named = self._named_definition(mention)
        term = self.article.severity_in(mention) or (
            statement.severity.term if statement.severity is not None else None
        )
        stated = stated_grades(statement.grade)
        if named not in (None, PLAIN):
            return named, stated, term
        if statement.grade is not None:
            return definition_of_grade(statement.grade), stated, term
        limit = self._limit(statement)
        if limit is not None:
            return definition_of_limit(limit[3]), None, term
        if term is None and named == PLAIN and self.article.title_is_late:
            return LATE, None, None
        return (None if term else named), None, term

    def _named_definition(self, mention: Mention) -> str | None:
        """The definition that the event's name brings; a plain name means the late event where the title is of that."""
        config = self.ctx.protocol.config["events"]
        named = config[mention.concept].get("event_definition")
        if named == PLAIN and self.article.title_event_is_late and not config[mention.concept].get("onset_class"):
            return LATE
        return str(named) if named else None

    def _limit(self, statement: Statement) -> tuple[SentenceView, int, int, float] | None:
        """The count limit that defines the row: beside the event, or given by the article for its severity word."""
        view, mention, count = statement.view, statement.mention, statement.count
        left, right = min(mention.start, count.start), max(mention.end, count.end) + 40
        for found in view.counts:
            if (
                found.concept not in (None, self.ctx.analyte)
                or not left <= found.start <= right
                or found.censored != "<"
            ):
                continue
            between = view.section_text[mention.end : found.start] if found.start > mention.end else ""
            if len(between) < 40 and not re.search(r"[;]|\band\b", between):
                return view, found.start, found.end, found.value
        term = self.article.severity_in(mention) or (
            statement.severity.term if statement.severity is not None else None
        )
        given = self.article.severity_limit(term) if term else None
        if given is not None:
            return given[0], given[1].start, given[1].end, given[1].value
        return None

    def _drug(self, statement: Statement) -> str:
        if statement.arm is not None and statement.arm.drug is not None:
            return statement.arm.drug
        view, of_class = statement.view, self.ctx.protocol.drug_class
        named = {
            drug
            for m in view.labelled("drug", "regimen")
            if (drug := regimen.mention_drug(m, self.ctx.protocol)) and not is_prior(view, m)
        } - {of_class}
        if len(named) == 1 and self.article.drug == of_class:
            return next(iter(named))
        return self.article.drug

    # ---- absent and unquantified events

    def _take_absent(self, view: SentenceView, events: Sequence[Mention], stated: Sequence[Statement]) -> None:
        """An event that the authors say did not occur is a row with no events."""
        role = assertion.role_of(view)
        if role == "methods" or self.article.is_background(view):
            return
        for mention in events:
            if any(s.mention is mention for s in stated):
                continue
            status = assertion.assess_phrases(view, mention)
            if status.status != "negated" or status.start is None or status.end is None:
                continue
            left, right = min(status.start, mention.start), max(status.end, mention.end)
            words = view.section_text[max(view.start, left - 12) : right + 20]
            qualifies = bool(_QUALIFIES.match(mention.text)) and self._named_definition(mention) in (PLAIN, LATE)
            if _NO_MORE.search(words) or qualifies or not _denies_occurrence(view, status):
                self.rejected.append(_rejected(mention, "event", "negated"))
                continue
            conditions = [m for m in view.labelled("indication") if m.start >= right]
            if not conditions and any(
                r.definition == self._named_definition(mention)
                and not r.is_absent
                and r.values.get("severity_term") == self.article.severity_in(mention)
                for r in self.rows
            ):
                self.rejected.append(_rejected(mention, "event", "negated"))
                continue
            self._add(
                Statement(view, mention, Count(left, right, events=0, zero_word=True)),
                conditions[0] if len(conditions) == 1 else None,
            )
            if len(conditions) > 1:
                self.rows[-1].label = view.section_text[conditions[0].start : conditions[-1].end]
                self.rows[-1].several_conditions = True

    def _take_normal(self, view: SentenceView) -> None:
        """Cells of the review that stayed normal in everyone are an event that did not occur."""
        if self.article.is_background(view) or assertion.role_of(view) in ("methods", "title"):
            return
        for mention in view.labelled("analyte"):
            if mention.concept != self.ctx.analyte:
                continue
            after = view.section_text[mention.end : view.end]
            normal = _NORMAL.search(after)
            if normal and normal.start() < 40 and _IN_ALL.search(after[normal.end() : normal.end() + 24]):
                event = Mention(
                    view.section, mention.start, mention.end + normal.end(), "", "event", self.article._plain_concept
                )
                self._add(Statement(view, event, Count(event.start, event.end, events=0, zero_word=True)), None)
                return

    def _take_named(self) -> None:
        """Without any figure: one row for an event that the authors report as their own result."""
        if self.study_type in ("review", "preclinical", "other", "case_report"):
            self.rejected += [_rejected(m, "event", "background") for m in self.ctx.labelled("event")]
            return
        if self.study_type is None and not any(p.weight > 0 for p in self.populations):
            self.rejected += [_rejected(m, "event", "background") for m in self.ctx.labelled("event")]
            return
        for view in self.ctx.sentences:
            if view.section == 0 or assertion.role_of(view) == "methods" or self.article.is_background(view):
                continue
            for mention in self.article.events(view):
                status = assertion.assess_phrases(view, mention)
                if status.status not in (assertion.AFFIRMED, "association"):
                    self.rejected.append(_rejected(mention, "event", status.status))
                    continue
                if status.status == assertion.AFFIRMED and not _OCCURRENCE.search(view.text):
                    continue
                drug_named = any(regimen.mention_drug(m, self.ctx.protocol) for m in view.labelled("drug"))
                if self.article.pooled and (status.status == assertion.AFFIRMED or not drug_named):
                    self.rejected.append(_rejected(mention, "event", "pooled"))
                    continue
                stated = statements.of_mention(view, self.article.events(view), mention)
                compared = self.article.compared or ()
                both = compared if _BOTH.search(view.text) and all(a.drug is not None for a in compared) else ()
                for arm in both or (stated.arm,):
                    self._add(replace(stated, arm=arm), None)
                    self.rows[-1].strength = "named"
                return

    # ---- what the article says once for all rows

    def _complete(self, row: Row) -> None:
        self._complete_n(row)
        condition = row.subgroup or (None if row.several_conditions else self.article.condition)
        if condition is not None and (view := self.ctx.sentence_at(condition.section, condition.start)):
            row.set("indication", condition.preferred_name or condition.concept, view, condition.start, condition.end)
        drug = self._drug_mention(row)
        if drug is not None and (view := self.ctx.sentence_at(drug.section, drug.start)):
            row.evidence.append(view.evidence("drug", drug.start, drug.end))
        self._put_regimen(row)
        if row.definition == LATE and (defined := self.article.definition_of(row.mention.concept)):
            row.set("definition_text", defined[0].section_text[defined[1] : defined[2]], *defined)

    def _put_regimen(self, row: Row) -> None:
        """What the drug was given with: in the row's arm, else in the title, else in all that is told of the treatment.

        An article that sets two combinations of the drug against each other has none for a row without an arm.
        """
        named = [
            (view, other, name)
            for view, other in self._arms_with(row.drug)
            if (name := regimen.name_of(view.section_text, other, view.mentions, self.ctx.protocol))
        ]
        arm = self._meant_arm(row)
        if arm is not None and arm.drug is not None and (row.arm is not None or len(arm.parts) > 1):
            own = [item for item in named if item[1].same_as(arm)] if len(arm.parts) > 1 else []
            chosen = next((item for item in own if item[1] == arm), own[0] if own else None)
        elif self._compares_combinations or (row.position is not None and len({name for _, _, name in named}) > 1):
            chosen = None
        else:
            chosen = _common(named)
        if chosen is not None:
            view, other, name = chosen
            row.set("regimen", name, view, other.start, other.end)

    def _meant_arm(self, row: Row) -> Arm | None:
        """The arm of a row; "the combination" is the one arm counted that adds something to the drug."""
        arm = row.arm or row.counted_arm
        if arm is None or arm.role != "combination":
            return arm
        counted = [a for a in self.counted_arms if a.drug is not None and len(a.parts) > 1]
        return counted[0] if len(counted) == 1 else arm

    @cached_property
    def _compares_combinations(self) -> bool:
        compared = self.article.compared
        return compared is not None and all(a.drug is not None or a.role is not None for a in compared)

    def _arms_with(self, drug: str) -> list[tuple[SentenceView, Arm]]:
        """Where the article names an arm with this drug, background apart."""
        return [
            (view, arm)
            for view in self.ctx.sentences
            if view.section == 0 or not self.article.is_background(view)
            for arm in self.article.arms_of(view)
            if arm.drug == drug
        ]

    def _patients_of_episodes(self, row: Row) -> None:
        """As many patients as episodes, where the text takes the number up as patients: "Of the 18 patients ..."."""
        if row.episodes is None or row.values.get("n_events") is not None:
            return
        for view in self.ctx.sentences:
            for count in self.article.counts(view):
                if (
                    count.unit == "patients"
                    and row.episodes in (count.events, count.total)
                    and re.search(r"\bthe\s$", view.text[: count.start] or " ")
                ):
                    row.set("n_events", row.episodes, view, view.start + count.start, view.start + count.end)
                    return

    def _complete_n(self, row: Row) -> None:
        self._patients_of_episodes(row)
        if row.values.get("n_treated") is not None or (self.article.pooled and row.strength == "named"):
            return
        self._drop_shares_of_cycles(row)
        percent, events = row.share(), row.values.get("n_events")
        arm = self._meant_arm(row)
        found = denominators.of_arm(self.populations, arm, percent, events) if arm is not None else None
        if found is not None or (row.arm is not None and len(self._distinct_arms()) > 1):
            pass
        elif row.subgroup is not None:
            found = denominators.of_indication(self.populations, row.subgroup.concept, percent, events)
        elif row.position is not None:
            parts = [p for p in self.populations if p.is_part]
            if len(parts) == row.of_parallel and agrees(parts[row.position].n, percent, events):
                found = parts[row.position]
            else:
                found = next((p for p in self.populations if p.each and agrees(p.n, percent, events)), None)
            if found is None and percent is not None and events is not None:
                found = denominators.best(self.populations, percent, events)
        elif row.several_conditions:
            found = None
        else:
            found = denominators.best(self.populations, percent, events)
        if found is not None and found.is_sum and self._compares_combinations and self._has_twin(row):
            found = None  # one of two arms that the text does not tell apart
        if found is not None and (view := self.ctx.sentence_at(found.section, found.start)):
            row.set("n_treated", found.n, view, found.start, found.end)

    def _has_twin(self, row: Row) -> bool:
        """Whether another row has the same event, drug and grade."""
        return any(r is not row and r.definition == row.definition and r.key[:3] == row.key[:3] for r in self.rows)

    def _drop_shares_of_cycles(self, row: Row) -> None:
        """Numbers that fit the cycles given and not the patients count cycles ("21 (27.3%)" of 77 courses in 72)."""
        percent, events = row.share(), row.values.get("n_events")
        if percent is None or events is None or any(agrees(p.n, percent, events) for p in self.populations):
            return
        cycles = [
            c.events
            for v in self.ctx.sentences
            for c in self.article.counts(v)
            if c.unit == "cycles" and c.events is not None
        ]
        if any(agrees(n, percent, events) for n in cycles):
            for name in ("incidence_percent", "n_events"):
                row.values.pop(name, None)
            row.evidence = [e for e in row.evidence if e.field not in ("incidence_percent", "n_events")]

    def _distinct_arms(self) -> list[Arm]:
        distinct: list[Arm] = []
        for arm in (*(r.arm for r in self.rows), *(p.arm for p in self.populations if p.is_part)):
            if arm is not None and not any(arm.same_as(a) for a in distinct):
                distinct.append(arm)
        return distinct

    def _drug_mention(self, row: Row) -> Mention | None:
        """Where the drug of a row is named: in its own sentence, else first of all, else any of the class."""
        named = [
            (regimen.mention_drug(m, self.ctx.protocol), m)
            for view in (row.view, *self.ctx.sentences)
            for m in view.labelled("drug", "regimen")
        ]
        exact = next((m for drug, m in named if drug == row.drug), None)
        return exact or next((m for drug, m in named if drug), None)

    def _finding(self, row: Row) -> Finding:
        values = dict(row.values)
        values["management"] = tuple(sorted(values.get("management", ())))
        return Finding(
            finding_id="",
            pmid=self.ctx.article.pmid,
            level="group",
            label=row.label,
            attribution="reviewed" if self.study_type == "systematic_review" else "own",
            drug=row.drug,
            confidence=CONFIDENCE["absent" if row.is_absent and row.strength == "statement" else row.strength],
            flags=tuple(row.flags),
            evidence=tuple(row.evidence),
            **values,
        )

    def _reject_count(self, view: SentenceView, count: Count, reason: str) -> None:
        self.rejected.append(
            Rejected(view.section, count.start, count.end, view.section_text[count.start : count.end], "count", reason)
        )


def _common(named: Sequence[tuple[SentenceView, Arm, str]]) -> tuple[SentenceView, Arm, str] | None:
    """The combination of the title, or the only one of a text that names it twice."""
    title = [item for item in named if item[0].section == 0]
    for group in (title, named if len(named) > 1 else []):
        if len({item[1].parts for item in group}) == 1:
            return group[0]
    return None


def _is_zero(count: Count) -> bool:
    return count.zero_word or count.events == 0 or count.percent == 0


def _without_distribution(stated: Sequence[Statement]) -> list[Statement]:
    """A total followed by its parts ("20 had it: 10 grade 2, 4 grade 3, 6 grade 4") is one statement of all grades."""
    for i, whole in enumerate(stated):
        parts = [
            s for s in stated[i + 1 :] if s.grade and s.grade.low and s.count.events and s.mention is whole.mention
        ]
        if whole.grade is not None or len(parts) < 2:
            continue
        if sum(s.count.events or 0 for s in parts) == whole.count.events:
            lows = [s.grade.low or 0 for s in parts if s.grade]
            highs = [s.grade.high or s.grade.low or 0 for s in parts if s.grade]
            spans = [(s.grade.start, s.grade.end) for s in parts if s.grade]
            spread = Grade(spans[0][0], spans[-1][1], min(lows), max(highs) if max(highs) > min(lows) else None)
            return [*stated[:i], replace(whole, grade=spread), *(s for s in stated[i + 1 :] if s not in parts)]
    return list(stated)


def _diagnoses(view: SentenceView, stated: Sequence[Statement]) -> list[Statement]:
    """What those affected were treated for, told behind a colon: "in 12 (10%): 5 with A, 4 with B"."""
    for i, whole in enumerate(stated):
        if whole.indication is not None or whole.count.events is None:
            continue
        parts = [
            s
            for s in stated[i + 1 :]
            if s.indication is not None
            and s.mention is whole.mention
            and s.count.percent is None
            and s.count.total is None
            and ":" in view.section_text[whole.count.end : s.count.start]
        ]
        if len(parts) > 1 and sum(s.count.events or 0 for s in parts) <= whole.count.events:
            return parts
    return []


def _is_plural(name: str) -> bool:
    return name.lower().endswith("ias")


def _in_order(arms: Sequence[Arm], size: int) -> list[Arm] | None:
    """The distinct arms in reading order, where there are just so many."""
    distinct: list[Arm] = []
    for arm in arms:
        if not any(arm.same_as(other) for other in distinct):
            distinct.append(arm)
    return distinct if len(distinct) == size else None


def _denies_occurrence(view: SentenceView, status: Assertion) -> bool:
    """Whether a negation says that the event did not occur, and not that something was without it."""
    if status.start is None or status.end is None:
        return False
    if _VIEW.match(view.section_text, status.start) or _VIEW.search(
        view.section_text, max(view.start, status.start - 12), status.end + 12
    ):
        return False  # "is not regarded as", "cannot be predicted"
    cue = view.section_text[status.start : status.end].lower()
    before = view.section_text[view.start : status.start]
    if cue == "no" or cue.startswith(("none", "neither", "nor", "no case", "no episode", "no patient")):
        if re.search(r"\b(?:there\swas|there\swere|we\sobserved|had|and)\s$", before[-16:], re.IGNORECASE):
            return True
        return not re.search(r"\b(?:with|or|in|of|if|although|but)\s$", before[-10:], re.IGNORECASE)
    return bool(re.match(r"(?:was|were|did|not|never|in\sno)", cue))


def _rejected(mention: Mention, kind: str, reason: str) -> Rejected:
    return Rejected(mention.section, mention.start, mention.end, mention.text, kind, reason)
