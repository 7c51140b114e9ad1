"""The rows of an article in the making: a statement becomes a row, or completes the row that it repeats.

"Neutropenia occurred in 12 patients" and later "The incidence of neutropenia was 24%" are one row with both figures;
"grade 3 in 4 and grade 4 in 2" are two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipeline.concepts import assertion, regimen
from pipeline.concepts.count import Count
from pipeline.concepts.regimen import Arm
from pipeline.once import once
from pipeline.records import Mention, Rejected
from pipeline.relate.context import SentenceView
from pipeline.relate.groups import denominators, severity
from pipeline.relate.groups.arms import StudyArms
from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.denominators import Population
from pipeline.relate.groups.events import OF_REPORTS
from pipeline.relate.groups.main_drug import is_prior
from pipeline.relate.groups.rows import Row, RowKey, clash, is_zero
from pipeline.relate.groups.statements import Statement

MOST_ROWS = 60


class Named(NamedTuple):
    """Where the article names what the drug was given with."""

    view: SentenceView
    arm: Arm
    name: str


@dataclass
class Draft:
    """What has been read of an article so far."""

    article: GroupArticle
    rows: list[Row] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    # (section, start) of the counts that tell who had the event: they tell not how many were treated
    owned: set[tuple[int, int]] = field(default_factory=set)

    # what each drug was given with, for the drugs that have a row (complete.py)
    combinations: dict[str, list[Named]] = field(default_factory=dict)

    @once
    def arms(self) -> StudyArms:
        return StudyArms(self.article)

    @once
    def populations(self) -> list[Population]:
        """The numbers of those treated. To be asked for when the statements are read: `owned` is complete then."""
        return denominators.find(self.article, self.owned)

    def own(self, statement: Statement) -> None:
        """Keep the count of a statement from being read as a number of those treated."""
        self.owned.add((statement.view.section, statement.count.start))

    def reject_count(self, view: SentenceView, count: Count, reason: str, shift: int = 0) -> None:
        """A count that becomes no row; its offsets are those of the section, or of a sentence `shift` behind it."""
        start, end = count.start + shift, count.end + shift
        self.rejected.append(Rejected(view.section, start, end, view.section_text[start:end], "count", reason))

    def reject_events(self, mentions: tuple[Mention, ...], reason: str) -> None:
        self.rejected += [rejected_event(m, reason) for m in mentions]


def rejected_event(mention: Mention, reason: str) -> Rejected:
    """An event that becomes no row, with the reason."""
    return Rejected(mention.section, mention.start, mention.end, mention.text, "event", reason)


_CUMULATIVE = re.compile(r"\b(?:cumulative|actuarial|estimated|pooled|weighted|adjusted|Kaplan)\b", re.IGNORECASE)


def add(draft: Draft, statement: Statement, subgroup: Mention | None, names_several_arms: bool = False) -> None:
    """Put a statement into the row it belongs to. `subgroup` is the condition that sets it apart from other rows."""
    article = draft.article
    view, count, mention = statement.view, statement.count, statement.mention
    draft.own(statement)
    definition, stated, term = severity.of_statement(article, statement)
    drug = _drug(article, statement)
    arm = statement.arm if _sets_apart(article, statement.arm, drug, names_several_arms) else None
    values, per_cycle = _values(statement, article.ctx.study_type in OF_REPORTS)
    position = statement.position if statement.of_parallel > 1 and arm is None and not per_cycle else None
    key = RowKey(
        drug=drug,
        arm=arm and arm.identity,
        condition=subgroup.concept if subgroup is not None else None,
        definition=definition,
        grades=stated,
        term=term if definition is None else None,
        position=position,
        is_zero=is_zero(count),
        per_cycle=per_cycle,
    )
    row = _row_for(draft, key, values, view)
    if row is None and _is_part_of_told(draft, key, values, statement):
        draft.reject_count(view, count, "a part of those counted before")
        return
    if row is None and len(draft.rows) >= MOST_ROWS:
        draft.reject_count(view, count, "more rows than an abstract can have")
        return
    if row is None:
        row = Row(key, view, mention, drug, arm, subgroup, position=position, per_cycle=per_cycle)
        row.counted_arm, row.of_parallel = statement.arm, statement.of_parallel
        draft.rows.append(row)
    row.is_of_part = row.is_of_part or statement.is_of_part
    if not values and not per_cycle:
        row.episodes = count.events
    end = count.ci_end + view.start if count.ci_end else count.end
    for name, value in values.items():
        if name == "incidence_percent" and value is not None and row.values.get(name) is None:
            row.share_is_cumulative = bool(_CUMULATIVE.search(view.text))
        row.set(name, value, view, count.start, end)
    row.set("event_definition", definition, view, mention.start, mention.end)
    severity.put_grade(article, row, statement, stated)
    if term is not None:
        span = statement.severity if statement.severity is not None and statement.severity.term == term else mention
        row.set("severity_term", term, view, span.start, span.end)
    if row.label is None:
        row.label = _name_of(arm) if arm is not None else subgroup.text if subgroup is not None else None


_IN_THE = re.compile(r"^(?:in|during|with|on|for|after|under)\s(?:the\s)?", re.IGNORECASE)


def _name_of(arm: Arm) -> str:
    """An arm as a label: "In the maintenance" is "maintenance"."""
    return _IN_THE.sub("", arm.text)


def _drug(article: GroupArticle, statement: Statement) -> str:
    """The drug of the arm; else the article's, or the one named in the sentence where the article is on the class."""
    if statement.arm is not None and statement.arm.drug is not None:
        return statement.arm.drug
    view, of_class = statement.view, article.ctx.protocol.drug_class
    named = {
        drug
        for m in view.named_drugs
        if (drug := regimen.mention_drug(m, article.ctx.protocol)) and not is_prior(view, m)
    } - {of_class}
    if article.drug != of_class:
        return article.drug
    return next(iter(named)) if len(named) == 1 else (not named and _drug_at_head(article, view)) or of_class


_HEAD = re.compile(
    r"(?:(?:with|on|in|under|for|of|among)\s)?(?:the\s|those\s|patients\s|receiving\s|given\s|on\s)*", re.IGNORECASE
)
_HEAD_ENDS = re.compile(
    r"(?:[\s-](?:group|arm|cohort|patients|recipients|users|treated)){0,2}\s?(?:\([^()]{1,40}\))?\s?[:,]"
)
_OF_ALL = re.compile(r"\b(?:overall|in\stotal|all\spatients|altogether|both|either|combined|whole)\b")
_FAR = 4  # sentences


def _drug_at_head(article: GroupArticle, view: SentenceView) -> str | None:
    """The drug that heads a paragraph or is told to have caused the event, for the sentences that go on.

    "A: 22 had it. Nine had fever. B: ..."; "22 patients on A had it. It was severe in 12."
    """
    protocol, sentences = article.ctx.protocol, article.ctx.sentences
    for other in reversed(sentences[max(0, view.index - _FAR) : view.index]):
        if other.section != view.section:
            return None
        given = [(m, drug) for m in other.named_drugs if (drug := regimen.mention_drug(m, protocol))]
        if not given:
            continue
        (mention, drug), text = given[0], other.section_text
        names_class = any(m.concept == protocol.drug_class for m in view.labelled("drug"))
        if len({d for _, d in given}) > 1 or drug == protocol.drug_class or names_class or _OF_ALL.search(view.low):
            return None
        is_head = _HEAD.fullmatch(text, other.start, mention.start) and _HEAD_ENDS.match(text, mention.end)
        counts_event = article.events(other) and article.counts(other) and not article.is_background(other)
        return drug if is_head or counts_event else None
    return None


def _sets_apart(article: GroupArticle, arm: Arm | None, drug: str, names_several_arms: bool) -> bool:
    """Whether an arm sets its row apart: where the article has others, or none is needed to name it."""
    if arm is None or (arm.drug is None and arm.role is None):
        return False
    return arm.role is not None or names_several_arms or article.compared is not None or article.drug != drug


_PER_CYCLE = re.compile(
    r"\s*(?:per|by)[\s-](?:treatment\s)?(?:cycles?|courses?|infusions?|treatments?)\b|\s*on\san?\sper[\s-](?:cycle|course|infusion|treatment)\b"
    r"|\s*(?:over|in|of|during|among|for|after|from)\s(?:the\s|a\stotal\sof\s)?[\w,]+\s(?:\w+\s)?(?:cycles|courses|infusions)\b",
    re.IGNORECASE,
)


def _values(statement: Statement, of_reports: bool) -> tuple[dict[str, Any], bool]:
    """The numbers of a statement, and whether they count cycles instead of patients: then there are none.

    A study `of_reports` counts reports as patients; their share of all reports is no incidence.
    """
    view, count = statement.view, statement.count
    if of_reports and count.unit != "cycles":
        return {"n_events": count.events}, False
    per_cycle = (
        count.unit == "cycles"
        or (bool(_PER_CYCLE.match(view.text)) and not _counts_persons(count))
        or _goes_on_per_cycle(view, count)
        or _is_listed_per_cycle(statement)
    )
    episodes = count.unit == "episodes" or (
        count.unit is None
        and count.percent is None
        and count.end <= statement.mention.start
        and _is_plural(statement.mention.text)
    )
    if per_cycle or episodes:
        return {}, per_cycle
    return {
        "n_events": count.events, "n_treated": count.total, "incidence_percent": count.percent,
        "incidence_ci_low": count.ci_low, "incidence_ci_high": count.ci_high,
    }, False  # fmt: skip


def _counts_persons(count: Count) -> bool:
    """Whether persons are counted, whatever is said of cycles: "Over all cycles, A was experienced by 13 patients"."""
    return count.unit == "patients" and count.events is not None and count.percent is None


_FAR_APART = 10.0  # percentage points


def _is_other_share(row: Row, values: dict[str, Any]) -> bool:
    """Whether a row's printed share cannot be that of the persons counted: "1.8%" and "40 of 47 patients"."""
    share, events, total = row.share(), values.get("n_events"), values.get("n_treated")
    return bool(share is not None and events and total and abs(100 * events / total - share) > _FAR_APART)


def _goes_on_per_cycle(view: SentenceView, count: Count) -> bool:
    """Whether a bare percentage stands in a list of those of cycles: "A in 20% of the cycles, febrile A in 4%"."""
    if count.percent is None or count.events is not None or count.unit is not None:
        return False
    shares = [c for c in view.persons if c.percent is not None]
    before = next((c for c in reversed(shares) if view.start + c.end <= count.start), None)
    is_of_cycles = before is not None and before.unit == "cycles"
    if before and is_of_cycles and _SET_BESIDE.fullmatch(view.section_text, view.start + before.end, count.start):
        return True  # "4% of all cycles (10% in the other cohort)"
    if any(c.unit == "patients" for c in shares):
        return False
    place = count.start - view.start
    following = next((c for c in shares if c.start > place), None)
    if following is not None and following.unit == "cycles":
        return False  # "A in 14%, that is in 4% of the cycles"
    return any(c.unit == "cycles" and c.start < place for c in shares)


_SET_BESIDE = re.compile(
    r"[\s)]*(?:(?:[(\[]|,\s|\s)(?:versus|vs\.?|v|against|compared\s(?:with|to))\s|[(\[])", re.IGNORECASE
)


_LISTED_PER_CYCLE = re.compile(
    r"\b(?:toxicit\w+|events?|AEs?|effects?|reactions?|rates?|incidences?|frequenc\w+|percentages?)(?:\s\([^()]*\))?,?\s"
    r"(?:(?:[\w-]+\s){0,3})(?:per|by)\s(?:treatment\s|chemotherapy\s)?(?:cycle|course|infusion)\b",
    re.IGNORECASE,
)


# "A in 14% as against 24%; by cycle, the rates were 4% and 10%"
_RATES_BY_CYCLE = re.compile(
    r"\b(?:on\sa\s|by\s|per\s|per-)(?:per-)?(?:treatment\s|chemotherapy\s)?(?:cycle|course|infusion)(?:\sbasis)?,?\s(?:(?:it|this|the\s(?:corresponding\s)?(?:rates?|figures?|incidences?|frequenc\w+))\s)?"
    r"(?:was|were|being)\s(?:[^;.a-z]|\.\d)*(?:\band\b|\bversus\b|\bvs\b)?(?:[^;.a-z]|\.\d)*$",
    re.IGNORECASE,
)


def _is_listed_per_cycle(statement: Statement) -> bool:
    """Whether a list has a heading that says so: "toxicities, per course, were: A 8%, B 47%"."""
    view, count = statement.view, statement.count
    if ("per " not in view.low and "by c" not in view.low) or count.unit == "patients":
        return False
    if _RATES_BY_CYCLE.search(view.section_text, view.start, count.start):
        return True
    return bool(_LISTED_PER_CYCLE.search(view.section_text, view.start, min(statement.mention.start, count.start)))


def _is_plural(name: str) -> bool:
    return name.lower().endswith("ias")


def _is_part_of_told(draft: Draft, key: RowKey, values: dict[str, Any], statement: Statement) -> bool:
    """Whether a bare number is smaller than that of the same row in a sentence before: some of those."""
    if statement.limit is not None or any(c.isdigit() for c in statement.mention.text):
        return False  # set apart by a limit of the blood count
    if statement.severity is not None and statement.severity.term == "severe" and statement.count.total is None:
        return any(r.key == key and r.values.get("severity_term") == "severe" for r in draft.rows)
    events = values.get("n_events")
    if not events or values.get("n_treated") is not None or values.get("incidence_percent") is not None:
        return False
    return any(
        r.key == key
        and (
            r.view.index < statement.view.index or _is_in_bracket_behind(r, statement) or _is_one_of_them(r, statement)
        )
        and (r.values.get("n_events") or 0) > events
        for r in draft.rows
    )


def _is_in_bracket_behind(row: Row, statement: Statement) -> bool:
    """Whether a number stands in the bracket behind that of the row: "in two patients (a count of 0 in one)"."""
    place = max((e.end for e in row.evidence if e.field == "n_events"), default=-1)
    if row.view is not statement.view or not 0 <= place < statement.count.start:
        return False
    between = row.view.section_text[place : statement.count.start]
    is_in_bracket = between.rfind("(") > between.rfind(")") and "(" in between[:30]
    return is_in_bracket or ": " in between[:30]


# "there were two with A, one whose count", "two with A: in one the count"
_SINGLED_OUT = re.compile(r"[^;]*[,:(]\s?[^;]*")
_PERSON = re.compile(
    r"\s?(?:of\sthem\s|patient\s)?(?:,|whose|who|with\s(?:an?\s)?(?:ANC|count)|had|was|of\swhom|in\swhom|the\s(?:ANC|count))",
    re.IGNORECASE,
)


def _is_one_of_them(row: Row, statement: Statement) -> bool:
    """Whether one person of those of the row is told apart in the same sentence: "two had A, one whose count was"."""
    place = max((e.end for e in row.evidence if e.field == "n_events"), default=-1)
    count, text = statement.count, statement.view.section_text
    if row.view is not statement.view or not 0 <= place < count.start or count.events != 1:
        return False
    return bool(_SINGLED_OUT.fullmatch(text, place, count.start) and _PERSON.match(text, count.end))


def _row_for(draft: Draft, key: RowKey, values: dict[str, Any], view: SentenceView) -> Row | None:
    """The row that a statement repeats or completes."""
    for row in draft.rows:
        if row.key != key:
            continue
        if _is_other_share(row, values):
            continue
        if not clash(row.values, values):
            return row
        role = assertion.role_of(view)
        if role == "conclusions" or (role is None and row.view.index < view.index - 2):
            return row
    return None
