"""How many were treated of those a row speaks of: the number given for its arm, condition or place in a list.

"R-CHOP (n = 205)" is the number of a row of that arm, "eight with lupus" that of a row of that condition, "40 patients
were enrolled" that of a row of the whole article. A number that contradicts the row's percentage is none.
"""

from __future__ import annotations

import re
from itertools import pairwise

from pipeline.concepts.count import agrees
from pipeline.concepts.phrases import AnyOf
from pipeline.concepts.regimen import CONTROL, LABEL, Arm
from pipeline.records import Evidence, Mention
from pipeline.relate.context import SentenceView
from pipeline.relate.groups import denominators
from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.denominators import Population
from pipeline.relate.groups.draft import Draft
from pipeline.relate.groups.rows import Row


def put_n_treated(draft: Draft, row: Row) -> None:
    """Give a row the number of those treated, unless its own sentence does."""
    article = draft.article
    _put_patients_of_episodes(article, row)
    if row.values.get("n_treated") is not None or (row.strength == "named" and article.pooled):
        return
    _drop_shares_of_cycles(draft, row)
    _drop_share_of_affected(draft, row)
    if (counted := _counted_by_name(draft, row)) is not None:
        row.set("n_treated", *counted)
        return
    is_of_one_group = _is_of_one_group(draft, row)
    if not is_of_one_group and (assessed := _assessed_with(draft, row)) is not None:
        row.set("n_treated", *assessed)
        return
    found = _population_of(draft, row)
    is_of_all = found is not None and not found.each and not found.is_part and None in (found.arm, row.counted_arm)
    is_proved = row.share() is not None and row.values.get("n_events") is not None
    if is_of_one_group and is_of_all and not is_proved:
        found = next((p for p in draft.populations if p.each and agrees(p.n, *_figures(row))), None)
        # else none: "in 39% of those treated after it and 62% of those before": the number of all is of neither
    if found is not None and row.arm is not None and found.arm is None and not found.each:
        found = None if article.ctx.study_type == "rct" or _is_of_all_arms(article, found) else found
    if found is not None and found.arm is None and not found.each and _is_only_compared(draft, row):
        found = None  # "more common with it than without": the number of all is not of those who had it
    if found is not None and row.strength == "named" and found.arm is None and _is_of_one_of_several(draft, row):
        found = None  # "patients on A had more of it": the number of all is not of those on A
    if found is not None and found.is_sum and draft.arms.are_all_of_drug and _has_twin(draft, row):
        found = None  # one of two arms that the text does not tell apart
    if found is not None and (view := article.ctx.sentence_at(found.section, found.start)):
        row.set("n_treated", found.n, view, found.start, found.end)
    n, percent = row.values.get("n_treated"), row.share()
    place = next((e for e in row.evidence if e.field == "n_treated"), None) if row.had_by_all else None
    if place is not None and (view := article.ctx.sentence_at(place.section, place.start)):
        row.set("n_events", n, view, place.start, place.end)
    if n is not None and not agrees(n, percent, row.values.get("n_events")):
        row.flags.append("incidence_disagrees")


def _is_of_one_of_several(draft: Draft, row: Row) -> bool:
    """Whether the sentence of a row names one arm with the drug, where the article tells of others with it."""
    own = draft.arms.only_one_with_drug(row.view)
    if own is None or len(own.parts) < 2:
        return False
    views = draft.article.ctx.sentences
    others = (a for v in views for a in draft.article.arms_of(v) if a.drug == own.drug and len(a.parts) > 1)
    return any(not (a.parts <= own.parts or own.parts <= a.parts) for a in others)


def _figures(row: Row) -> tuple[float | None, int | None]:
    return row.share(), row.values.get("n_events")


def _place_of(row: Row) -> Evidence | None:
    """Where the figure of a row stands."""
    return next((e for e in row.evidence if e.field in ("incidence_percent", "n_events")), None)


_OF_GROUPS = re.compile(
    r"\b(?:(?:sub)?groups?|[\w-]+-risk|risk\s(?:categor\w+|strat\w+|classes)|stratum|strata|tertiles?|quartiles?|cohorts?|arms?|periods?|eras?|(?:lower|higher|low|high)(?:er)?[\s-]dose|those|(?:patients|women|men|adults|children)\s(?:treated|given|with|without|who|on|receiving|aged)"
    r"|before|after|with\sand\swithout|without|historical|previous|(?:mg|g|mCi)(?:/\w+)?)\b",
    re.IGNORECASE,
)
_AT_OTHER_TIMES = re.compile(
    r"\b(?:cycles?|courses?|infusions?|overall|any\stime|induction|maintenance|cumulative|days?|weeks?|months?|years?|visits?|baseline|total)\b",
    re.IGNORECASE,
)


def _is_of_one_group(draft: Draft, row: Row) -> bool:
    """Whether a sentence gives the event of two groups without a name, and a row is of one of them."""
    place = _place_of(row)
    if place is None or row.arm is not None or row.subgroup is not None or row.per_cycle:
        return False
    view = row.view
    for other in draft.rows:
        own = _place_of(other) if other is not row and other.view is view else None
        if own is None or other.key[:1] != row.key[:1] or other.key.condition != row.key.condition:
            continue
        if (other.definition, other.key.grades) != (row.definition, row.key.grades) or _figures(other) == _figures(row):
            continue
        text = view.section_text[view.start : view.end]
        return bool(_OF_GROUPS.search(text)) and not _AT_OTHER_TIMES.search(text)
    return False


_NAME = re.compile(
    r"(?P<name>[A-Z][A-Za-z0-9-]*[A-Z0-9][A-Za-z0-9-]*)(?:(?:\s(?:cohort|study|trial|group|registry|population))?,?\s[(\[](?:[nN]\s?=\s?)?"
    r"|\s(?:cohort|study|trial|registry)(?:,\s(?:of\s)?|\s(?:of|with|comprised|included|numbered)\s)"
    r"|,\s(?:an?|the|our)\s(?:[\w-]+\s){0,3}(?:cohort|study|trial|registry|series)\s(?:of|with|including)\s)$"
)
# "410 patients treated with A of the ABC cohort"
_OF_NAMED = re.compile(
    r"[^.;,()\d]{0,60}?\s(?:of|from|in)\s(?:the\s)?(?P<name>[A-Z][A-Za-z0-9-]*[A-Z0-9][A-Za-z0-9-]*)\s(?:cohort|study|trial|registry|population|series)\b"
)
_HISTORICAL = re.compile(r"\w+\s(?P<name>historical)\s(?:controls?|cohort|group|patients|series)\b", re.IGNORECASE)
_MAY_BE_COHORT = AnyOf(("cohort", "registry", "trial", "study", "series", "historical"))
_COHORT_NEAR = re.compile(r"\b(?:cohort|registry|trial|study|series|historical)\b", re.IGNORECASE)


def _counted_by_name(draft: Draft, row: Row) -> tuple[int, SentenceView, int, int] | None:
    """The number of a cohort that a figure is said of by its name: "ABC (485 patients) ... and 24% in ABC"."""
    place = _place_of(row)
    if place is None or row.arm is not None:
        return None
    behind = row.view.section_text[place.end : min(row.view.end, place.end + 60)]
    for view in draft.article.ctx.sentences:
        if view.section == 0 or not (_MAY_BE_COHORT.search(view.low) and _COHORT_NEAR.search(view.low)):
            continue
        for count in draft.article.counts(view):
            if count.events is None or count.percent is not None or count.total is not None:
                continue
            named = (
                _NAME.search(view.text, max(0, count.start - 60), count.start)
                or _OF_NAMED.match(view.text, count.end)
                or _HISTORICAL.match(view.text, count.start)
            )
            if named is None or draft.article.ctx.protocol.regimens.get(named["name"]) is not None:
                continue
            if _is_said_of(behind, named["name"]) and agrees(count.events, row.share(), row.values.get("n_events")):
                return count.events, view, view.start + count.start, view.start + count.end
    return None


def _is_said_of(behind: str, name: str) -> bool:
    """Whether the words behind a figure name the persons it is of: ") in the NAME cohort"."""
    return bool(
        re.match(rf"[\s)\]]*(?:of|in|for|among|with)\s(?:the\s|our\s|patients\s|of\s|in\s)*{re.escape(name)}\b", behind)
    )


def _assessed_with(draft: Draft, row: Row) -> tuple[int, SentenceView, int, int] | None:
    """The number printed with another event of the same persons: "A (318 [60%] of 534) ...; B (58 [11%])".

    A row without a share takes the number that another one's share allows: "A in 7 of them (44%), in 2 of grade 4".
    """
    for other in draft.rows:
        if other.is_of_part:
            continue  # "none of the 26 given half the dose"
        if other is row or other.key.of_whom() != row.key.of_whom() or other.subgroup != row.subgroup:
            continue
        n, place = other.values.get("n_treated"), next((e for e in other.evidence if e.field == "n_treated"), None)
        if n is None or place is None or not agrees(n, row.share(), row.values.get("n_events")):
            continue
        is_own = place.section == other.view.section and other.view.start <= place.start < other.view.end
        is_proved = other.share() is not None and row.share() is None and row.position is None
        if (is_own or is_proved) and (view := draft.article.ctx.sentence_at(place.section, place.start)):
            return n, view, place.start, place.end
    return None


def _population_of(draft: Draft, row: Row) -> Population | None:
    populations = draft.populations
    percent, events = row.share(), row.values.get("n_events")
    arm = draft.arms.meant_by(row.arm or row.counted_arm)
    if arm is not None and (found := denominators.of_arm(populations, arm, percent, events)) is not None:
        return found
    if arm is not None and arm.drug is None and arm.parts and _has_other_partners(draft, row):
        return None  # "with A in 34%, with B in 36%": the number of all is of neither
    if row.arm is not None and row.arm.variant != "induction" and len(_distinct_arms(draft)) > 1:
        return None
    if row.arm is not None and _goes_by_dose(row.arm):
        return None
    if (counted := _counted_in_same_words(draft, row, percent, events)) is not None:
        return counted
    if row.subgroup is not None:
        return denominators.of_indication(populations, row.subgroup.concept, percent, events)
    if row.position is not None:
        return _population_at(row, row.position, populations, percent, events)
    return None if row.several_conditions else denominators.best(populations, percent, events)


_COUNTED_AS = re.compile(
    r"[\s)]+(?:(?:patients|subjects|were|being|treated|received|receiving|given)\s){0,3}(?:as|with|on|in|under|by|to)\s(?:the\s|an?\s)?(?P<word>(?!group|patients|arm|cohort|addition|median|total)[a-z][a-z-]{5,})",
    re.IGNORECASE,
)


def _split_in_words(article: GroupArticle, view: SentenceView) -> dict[str, Population]:
    """The two parts of all, each by a word: "of 971, 126 had it as monotherapy and 845 with chemotherapy"."""
    counts = [c for c in article.counts(view) if c.events is not None and c.total is None and c.percent is None]
    if len(counts) < 3 or article.events(view) or article.is_background(view):
        return {}
    worded = [(c, m["word"].lower()) for c in counts if (m := _COUNTED_AS.match(view.text, c.end))]
    if len(worded) < 2:
        return {}
    parts = worded[-2:]
    total = sum(c.events or 0 for c, _ in parts)
    if parts[0][1] == parts[1][1] or not any(c.events == total for c in counts):
        return {}
    return {
        word: Population(c.events or 0, view.section, view.start + c.start, view.start + c.end, 1.0, is_part=True)
        for c, word in parts
    }


def _counted_in_same_words(draft: Draft, row: Row, percent: float | None, events: int | None) -> Population | None:
    """The number counted in the words of a row's figure: "51 on the concurrent and 53 on the sequential regimen"."""
    place = next((e for e in row.evidence if e.field in ("n_events", "incidence_percent")), None)
    if place is None or row.arm is not None:
        return None
    by_word = next((found for v in draft.article.ctx.sentences if (found := _split_in_words(draft.article, v))), {})
    if not by_word:
        return None
    text = row.view.section_text
    stop = max(row.view.start, place.start - 50)
    before, behind = text[stop : place.start].lower(), _COUNTED_AS.match(text, place.end)
    own = [w for w in by_word if re.search(rf"\b(?:with|on|in|under)\s(?:the\s)?{re.escape(w)}[^;\d]*$", before)]
    if behind is not None and behind["word"].lower() in by_word:
        own = [behind["word"].lower()]
    counted = by_word[own[0]] if len(own) == 1 else None
    return counted if counted is not None and agrees(counted.n, percent, events) else None


def _is_of_all_arms(article: GroupArticle, found: Population) -> bool:
    """Whether a number is of several arms: "1094 were assigned to A or placebo", "a trial of A and B in 817"."""
    view = article.ctx.sentence_at(found.section, found.start)
    if view is None:
        return False
    arms = [a for a in article.arms_of(view) if a.parts or a.role in (CONTROL, "placebo")]
    return any(
        not first.same_as(second) and _OR.fullmatch(view.section_text, first.end, second.start)
        for first, second in pairwise(arms)
    )


def _goes_by_dose(arm: Arm) -> bool:
    """Whether an arm is told from others by its dose: the number of all is not of "the 500 mg group"."""
    variant = arm.variant or ""
    return arm.role == LABEL and variant[:1].isdigit() and variant[-1:].isalpha()


def _is_only_compared(draft: Draft, row: Row) -> bool:
    """Whether a row without figures is one arm's of a study that has another, or of several studies."""
    if row.strength != "named":
        return False
    several = row.arm is not None and sum(a.drug is not None for a in draft.article.arms_set_up) > 1
    is_of_studies = draft.article.ctx.study_type == "systematic_review"
    return several or is_of_studies or draft.arms.include_one_without_drug


_OR = re.compile(r"[^.;\d]{0,60}\b(?:or|and|versus|vs\.?)\s(?:(?!with\b|plus\b)[^\s\d,;.()]+\s){0,5}", re.IGNORECASE)


def _has_other_partners(draft: Draft, row: Row) -> bool:
    """Whether another row is of those who had something else with the drug."""
    arms = (r.counted_arm for r in draft.rows if r is not row)
    return any(a is not None and row.counted_arm is not None and a.parts != row.counted_arm.parts for a in arms)


_ONE_SENTENCE = 160  # characters between two numbers that one sentence gives


def _population_at(
    row: Row, position: int, populations: list[Population], percent: float | None, events: int | None
) -> Population | None:
    """The number at the row's place in a list as long as that of the counts, else of each arm, else of the whole."""
    parts = [p for p in populations if p.is_part] or [p for p in populations if p.is_of_sum and p.weight > -2]
    is_one_sentence = bool(parts) and parts[-1].start - parts[0].start < _ONE_SENTENCE
    if (
        len(parts) == row.of_parallel
        and (is_one_sentence or parts[0].is_part)
        and agrees(parts[position].n, percent, events)
    ):
        return parts[position]
    each = next((p for p in populations if p.each and agrees(p.n, percent, events)), None)
    if each is None and percent is not None and events is not None:
        return denominators.best(populations, percent, events)
    return each


def condition_at_place(draft: Draft, row: Row) -> Mention | None:
    """The condition at the row's place of those counted before: "20 with A and 30 with B. It was seen in 2 and 4"."""
    if row.position is None or row.arm is not None or row.counted_arm is not None:
        return None
    told = [p for p in draft.populations if p.indication is not None and p.weight > -2]
    if len(told) != row.of_parallel or len({p.indication.concept for p in told if p.indication}) < len(told):
        return None
    return told[row.position].indication


def _put_patients_of_episodes(article: GroupArticle, row: Row) -> None:
    """As many patients as episodes, where the text takes the number up as patients: "Of the 18 patients ..."."""
    if row.episodes is None or row.values.get("n_events") is not None:
        return
    for view in article.ctx.sentences:
        for count in article.counts(view):
            if (
                count.unit == "patients"
                and row.episodes in (count.events, count.total)
                and re.search(r"\bthe\s$", view.text[: count.start] or " ")
            ):
                row.set("n_events", row.episodes, view, view.start + count.start, view.start + count.end)
                return


def _drop_shares_of_cycles(draft: Draft, row: Row) -> None:
    """Numbers that fit the cycles given and not the patients count cycles ("21 (27.3%)" of 77 courses in 72)."""
    percent, events = row.share(), row.values.get("n_events")
    if percent is None or events is None:
        return
    cycles = [
        c.events
        for v in draft.article.ctx.sentences
        for c in draft.article.counts(v)
        if c.unit == "cycles" and c.events is not None
    ]
    if any(agrees(n, percent, events) for n in cycles) and not any(
        agrees(p.n, percent, events) for p in draft.populations
    ):
        for name in ("incidence_percent", "n_events"):
            row.values.pop(name, None)
        row.evidence = [e for e in row.evidence if e.field not in ("incidence_percent", "n_events")]


def _drop_share_of_affected(draft: Draft, row: Row) -> None:
    """A part loses a share that fits those affected and nobody else: "below 0.5 in 6 (12%)" of 50 with it in 2653."""
    percent, events = row.share(), row.values.get("n_events")
    if percent is None or events is None or row.is_primary:
        return
    if any(agrees(p.n, percent, events) for p in draft.populations if p.weight > 0 and not p.each):
        return
    for whole in draft.rows:
        of = whole.values.get("n_events")
        if whole is row or of is None or of <= events or not whole.is_primary or whole.subgroup != row.subgroup:
            continue
        if agrees(of, percent, events):
            row.values.pop("incidence_percent")
            row.evidence = [e for e in row.evidence if e.field != "incidence_percent"]
            return


def _distinct_arms(draft: Draft) -> list[Arm]:
    """The arms of the rows and those counted in brackets, each once."""
    distinct: list[Arm] = []
    for arm in (*(r.arm for r in draft.rows), *(p.arm for p in draft.populations if p.is_part)):
        if arm is not None and not any(arm.same_as(a) for a in distinct):
            distinct.append(arm)
    return distinct


def _has_twin(draft: Draft, row: Row) -> bool:
    """Whether another row has the same event, drug, arm and condition."""
    return any(
        r is not row and r.definition == row.definition and r.key[:3] == row.key[:3]  # drug, arm, condition
        for r in draft.rows
    )
