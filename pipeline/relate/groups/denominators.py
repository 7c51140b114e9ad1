"""How many were treated: the persons at risk, which an abstract often gives in another sentence than the event.

Each count of persons is a candidate with a weight from the words around it (corpora/common/triggers/population.csv:
"were enrolled" for it, "responded" against it). A candidate that contradicts the printed percentage cannot be the
denominator: 37.8 % of 49 is no whole number of persons.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.concepts import assertion
from pipeline.concepts.counts import Count, agrees
from pipeline.concepts.regimen import Arm
from pipeline.records import Mention
from pipeline.relate.context import SentenceView
from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.layout import is_blood_count
from pipeline.relate.groups.own_part import POPULATION_COLUMNS

_REACH = 45  # characters between a count and a word that speaks for it
_REACH_AGAINST = 24  # and against it
_EACH = re.compile(
    r"\s?(?:patients?\s|subjects\s|participants\s)?(?:(?:were\s)?(?:randomly\s)?(?:allocated|assigned|randomi[sz]ed)\s)?(?:in|to|per|into)\s(?:each|either|both|every)\s(?:treatment\s|study\s)?(?:group|arm|cohort)s?\b|\s?(?:patients\s)?per\s(?:arm|group)\b",
    re.IGNORECASE,
)
_SUBSET_BEFORE = re.compile(
    r"\b(?:of\swhom|of\swhich|of\sthem|including|only|other|except|all\sbut)\s*$", re.IGNORECASE
)
_WITH_ONLY = re.compile(
    r"\s*(?:patients?\s|cases\s)?(?:with|without|who\s(?:had|developed))\s(?:[\w/-]+\s){0,3}", re.IGNORECASE
)
_WITHOUT_BEFORE = re.compile(r"\b(?:with|without)\s(?:[\w/-]+\s){0,2}$", re.IGNORECASE)
_OF_THEM = re.compile(r"\s(?:of\s(?:them|whom|these|those|the\slatter)|others?)\b", re.IGNORECASE)
_RECEIVED = re.compile(r"\b(?:receiv\w+|requir\w+|need\w*|treated|given|had)\b", re.IGNORECASE)
_OF_BEFORE = re.compile(
    r"(?:^|[.;,:]\s?|\b)(?:of|among|in)\s(?:the\s|these\s|our\s|all\s|a\stotal\sof\s)*$", re.IGNORECASE
)
_FOR_SAFETY = re.compile(
    r"\s(?:patients\s)?(?:were\s)?(?:evaluable\s|assessable\s|analy[sz]ed\s)?for\ssafety\b", re.IGNORECASE
)
_IN_ARM = re.compile(r"\s(?:in|to)\s(?:the\s)?", re.IGNORECASE)
_AGAINST_ROLES = {"background": -4.0, "aim": -1.0}


@dataclass(frozen=True, slots=True)
class Population:
    """A number of persons with section offsets, the arm or condition it is said of, and how likely it is at risk."""

    n: int
    section: int
    start: int
    end: int
    weight: float
    arm: Arm | None = None
    indication: Mention | None = None
    each: bool = False
    is_part: bool = False
    is_sum: bool = False


def find(article: GroupArticle, owned: Collection[tuple[int, int]] = ()) -> list[Population]:
    """Every candidate, in reading order. `owned` are (section, start) of the counts that tell who had the event."""
    found: list[Population] = []
    for view in article.ctx.sentences:
        numbers = [
            c for c in article.counts(view) if c.total is not None or (view.section, view.start + c.start) not in owned
        ]
        if numbers:
            found += _of_sentence(article, view, numbers)
    return found


def allows(n: int, percent: float | None, events: int | None, explicit: bool = False) -> bool:
    """`agrees`, and more persons than events unless the text ties the number to them."""
    return agrees(n, percent, events) and (explicit or events is None or n > events)


def best(populations: Sequence[Population], percent: float | None, events: int | None) -> Population | None:
    """The likeliest number at risk of the whole article that the printed figures allow."""
    allowed = [p for p in populations if not p.each and not p.is_part and p.weight > 0 and allows(p.n, percent, events)]
    return max(allowed, key=lambda p: (p.weight, -p.section, -p.start), default=None)


def of_arm(populations: Sequence[Population], arm: Arm, percent: float | None, events: int | None) -> Population | None:
    """The number at risk given for an arm, or for each arm."""
    named = [p for p in populations if p.arm is not None and p.weight > -2]
    own = _named_like(named, arm)
    each = [p for p in populations if p.each and p.weight > -3]
    for group in (own, each):
        allowed = [p for p in group if agrees(p.n, percent, events)]
        if len({p.n for p in allowed if p.is_part}) > 1:
            return None
        if allowed:
            return max(allowed, key=lambda p: (p.is_part, p.weight))
    return None


def _named_like(populations: Sequence[Population], arm: Arm) -> list[Population]:
    """The numbers of an arm: of the same words, else the same substances, else the only arm with its drug."""
    same = [p for p in populations if p.arm is not None and p.arm.same_as(arm)]
    worded = [p for p in same if p.arm is not None and p.arm.text.lower() == arm.text.lower()]
    if worded or same:
        return worded or same
    if arm.drug is None:
        return []
    related = [p for p in populations if p.arm is not None and p.arm.drug == arm.drug]
    return related if len({p.arm.parts for p in related if p.arm}) == 1 else []


def of_indication(
    populations: Sequence[Population], concept: str | None, percent: float | None, events: int | None
) -> Population | None:
    """The number at risk given for a condition."""
    own = [
        p
        for p in populations
        if p.indication is not None
        and p.indication.concept == concept
        and p.weight > -2
        and agrees(p.n, percent, events)
    ]
    return max(own, key=lambda p: (p.is_part, p.weight), default=None)


def _of_sentence(article: GroupArticle, view: SentenceView, numbers: Sequence[Count]) -> list[Population]:
    text = view.text
    shift = view.start
    cues = [
        (m.start - shift, m.end - shift, float(m.row["weight"]))
        for m in view.triggers("population", POPULATION_COLUMNS)
    ]
    role = assertion.role_of(view)
    if role == "background" and not assertion.is_own_result(view):
        return []
    base = _AGAINST_ROLES.get(role or "", 0.0)
    if role == "title":
        base = -0.5
    drugs = view.labelled("drug", "regimen")
    events = [(m.start - shift, m.end - shift) for m in article.events(view)]
    taken = [
        *((x.start - shift, x.end - shift) for x in view.intervals),
        *((x.start - shift, x.end - shift) for x in view.patients),
        *((x.start - shift, x.end - shift) for x in view.grades),
        *((x.start - shift, x.end - shift) for x in view.counts if is_blood_count(view, x)),
    ]
    arms = article.arms_of(view)
    found = []
    for count in numbers:
        each = _EACH.match(text, count.end)
        n = count.total if count.total is not None else count.events
        if n is None or n < 2 or any(a <= count.start < b for a, b in taken):
            continue
        is_total = count.total is not None
        if count.percent is not None and not is_total:
            continue
        if any(0 <= s - count.end < 30 and _WITH_ONLY.fullmatch(text, count.end, s) for s, _ in events):
            continue
        if any(
            0 <= count.start - e < 4 and _WITHOUT_BEFORE.search(text, max(0, s - 24), s) for s, e in events
        ) or _OF_THEM.match(text, count.end):
            continue
        if not (
            count.unit in ("patients", "cases", "sex")
            or count.labelled
            or is_total
            or each
            or _bare_total(text, count)
            or _FOR_SAFETY.match(text, count.end)
            or (_IN_ARM.match(text, count.end) and _arm_of(text, count, arms, shift))
            or _indication_of(view, count)
        ):
            continue
        if count.unit in ("cycles", "episodes", "rate", "other", "controls", "reports"):
            continue
        if _gets_management(view, count, drugs):
            continue
        weight = base + 1.0
        weight += max((w for s, e, w in cues if w > 0 and _near(s, e, count)), default=0.0)
        weight += min((w for s, e, w in cues if w < 0 and _near(s, e, count, _REACH_AGAINST)), default=0.0)
        if drugs and not is_total:
            weight += 1.0
        if is_total and count.percent is not None:
            weight -= 1.0  # the denominator of some other result
        before = text[: count.start]
        if _SUBSET_BEFORE.search(before[-24:]):
            weight -= 5.0
        if _OF_BEFORE.search(before[-24:]) and not is_total:
            weight += 0.5
        if is_total:
            weight += 0.5
        if _FOR_SAFETY.match(text, count.end):
            weight += 6.0
        arm = _arm_of(text, count, arms, shift)
        indication = _indication_of(view, count)
        found.append(
            Population(
                n,
                view.section,
                count.start + shift,
                count.end + shift,
                weight,
                arm,
                indication,
                bool(each and not is_total),
                is_part=(
                    count.labelled or text[: count.start].rstrip().endswith(("(", "[")) or _in_bracket(text, count, arm)
                )
                and (arm is not None or indication is not None or _in_list(numbers, count)),
            )
        )
    return [*found, *_sum(view, found, numbers)]


def _sum(view: SentenceView, found: Sequence[Population], numbers: Sequence[Count]) -> list[Population]:
    """The sum of groups that one sentence counts apart: "(lymphoma; n = 59) or (leukaemia; n = 10)"."""
    parts = [p for p in found if p.is_part]
    if len(parts) > 2 and (whole := max(p.n for p in parts)) == sum(p.n for p in parts) - whole:
        return []  # "N = 90" beside its parts
    if len(parts) < 2 or len(parts) != len(found) or any(p.each or p.weight <= 0 for p in parts):
        return []
    total = sum(p.n for p in parts)
    return [
        Population(total, view.section, parts[0].start, parts[-1].end, max(p.weight for p in parts) + 0.5, is_sum=True)
    ]


def _gets_management(view: SentenceView, count: Count, drugs: Sequence[Mention]) -> bool:
    """Whether the persons counted are those who got a treatment of the event ("Five received G-CSF")."""
    end = view.start + count.end
    near = [m for m in view.labelled("management") if end <= m.start <= end + 30]
    return (
        bool(near)
        and not any(end <= d.start < near[0].start for d in drugs)
        and bool(_RECEIVED.search(view.section_text[end : near[0].start]))
    )


def _in_list(numbers: Sequence[Count], count: Count) -> bool:
    """Whether a "n = 31" stands beside another one: the parts of a whole."""
    return any(other is not count and other.labelled for other in numbers)


def _near(start: int, end: int, count: Count, reach: int = _REACH) -> bool:
    return start - count.end <= reach if start >= count.end else count.start - end <= reach


def _is_bracket(text: str, start: int, end: int) -> bool:
    """Whether a stretch fills a bracket: "(group A, 50 patients)"."""
    return text[:start].rstrip().endswith(("(", "[")) and text[end:].lstrip()[:1] in (")", "]", ";", ",")


def _in_bracket(text: str, count: Count, arm: Arm | None) -> bool:
    """Whether an arm is counted inside a bracket: "(50 in the first group, 52 in the second group)"."""
    before = text[: count.start]
    return arm is not None and max(before.rfind("("), before.rfind("[")) > max(before.rfind(")"), before.rfind("]"))


def _bare_total(text: str, count: Count) -> bool:
    """A number without a noun that is nevertheless of persons: "Seventy entered", "41 were treated"."""
    return bool(
        re.match(
            r"\s(?:consecutive\s|eligible\s|evaluable\s|were\s|of\sthe\w*\s)?(?:entered|enrolled|treated|were|received|included|joined|recruited|randomi[sz]ed|analy[sz]ed|took)\b",
            text[count.end :],
            re.IGNORECASE,
        )
    )


def _arm_of(text: str, count: Count, arms: Sequence[Arm], shift: int) -> Arm | None:
    """The arm that a number is said of: "G-CHOP (n = 28", "G-B, n = 204", "28 received G-CHOP"."""
    for arm in arms:
        start, end = arm.start - shift, arm.end - shift
        bracketed = count.labelled or (
            count.unit == "patients"
            and (text[: count.start].rstrip().endswith(("(", "[")) or _is_bracket(text, start, count.end))
        )
        if (
            end <= count.start
            and bracketed
            and re.fullmatch(
                r"[\s)]*(?:group|arm|cohort|alone|therapy|treatment|regimen)?\s?(?:\([^()]{1,40}\)|\[[^\[\]]{1,40}\])?[\s(\[,;:]*(?:[A-Za-z]{1,5}[;,]\s?)?",
                text[end : count.start],
            )
        ):
            return arm
        if start >= count.end and re.fullmatch(
            r"[\s)\]]*(?:of\s)?(?:the\s)?(?:patients?\s|subjects\s|participants\s)?(?:(?:were|was|who|and)\s)?(?:randomly\s)?(?:received|receiving|assigned\sto|allocated\sto|randomi[sz]ed\sto|given|treated\swith|on|in\sthe|to|took|had)\s(?:the\s)?",
            text[count.end : start],
            re.IGNORECASE,
        ):
            return arm
        if (
            end <= count.start
            and re.search(r"(?:^|[,;.]\s|\band\s)(?:in|on|for)\s(?:the\s)?$", text[:start], re.IGNORECASE)
            and re.fullmatch(
                r"(?:\s(?:group|arm|cohort))?\s?(?:\([^()]{1,40}\))?[\s,]*(?:another\s|there\swere\s)?",
                text[end : count.start],
            )
        ):
            return arm
    return None


def _indication_of(view: SentenceView, count: Count) -> Mention | None:
    """The condition that a number is said of: "eight with CLL", "(CLL; n = 8", "47 GPA"."""
    for mention in view.labelled("indication"):
        start, end = mention.start - view.start, mention.end - view.start
        if start >= count.end and re.fullmatch(
            r"[\s)]*(?:consecutive\s|eligible\s|evaluable\s|adult\s|untreated\s|newly\s|diagnosed\s|previously\s)*(?:patients?|subjects?|people|cases|had|were|individuals|adults|children|with|and|of|[\s,])*",
            view.text[count.end : start],
            re.IGNORECASE,
        ):
            return mention
        if (
            end <= count.start
            and count.labelled
            and re.fullmatch(
                r"(?:\s?\([A-Za-z-]{2,8}\))?[\s(\[,;:]*(?:[A-Za-z-]{1,8}[;,]\s?)?", view.text[end : count.start]
            )
        ):
            return mention
    return None
