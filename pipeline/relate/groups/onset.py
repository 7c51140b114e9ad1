"""The time to the event of group rows.

"at a median of 88 days (23-175) after the most recent cycle"    median 88, 23 to 175, last_dose
"always within six months of an infusion"                        up to 182.6
"grade 3 in 4 (2-8 months after), grade 4 in 2 (1-4 months)"     each to the row of its grade, none to the whole
"adverse events up to 60 days after the last dose"               none: how long they were looked for
"B cells came back a median of 9 months after"                   none: another clock
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.concepts.grades import Grade
from pipeline.concepts.interval import Interval, to_days, unit_name
from pipeline.relate.context import SentenceView
from pipeline.relate.groups import onset_apart
from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.subject import is_of_another

if TYPE_CHECKING:
    from pipeline.relate.groups.rows import Row

_OF_MANY = ("median", "mean", "range")
_MAYBE_TO_EVENT = ("unknown", "disease_duration", "treatment_duration")  # "the time from it to A had a median of"
_COLUMNS = ("onset_days", "onset_low_days", "onset_high_days")
_BEFORE_UNTOLD_TIME = re.compile(
    r"\b(?:after|at)\s(?:an?\s)?(?:median|mean|average)?(?:\s(?:time|interval|of))*\s*$", re.IGNORECASE
)
_JOINED = re.compile(r"[^.;]{0,80}(?:\band|versus|vs\.?|compared\s(?:with|to)|as\sagainst|against|than)\s$")
_WITH_OTHERS = re.compile(
    r"(?:versus|vs\.?|compared\s(?:with|to)|against|than)\s$|\bpublished\b|\bliterature\b|\bwithout\b|\bcontrols?\b"
)
_WINDOW = re.compile(
    r"\b(?:up\sto|until|till|through(?:out)?|during|for)\s(?:the\s)?(?:first\s|last\s)?$", re.IGNORECASE
)
_ANY_EVENTS = re.compile(
    r"\b(?:adverse\s(?:\w+\s)?events?|AEs?|toxicit\w+|side\seffects?|deaths?|safety|events?|recorded|reported|"
    r"monitored|collected|checked|measured)\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"\b(?:onset|time\sto\s(?:onset|neutrop\w+|event))\b[^.;]{0,40}\b(?:defined|taken|calculated|measured|counted|computed)\s"
    r"(?:as|from)\b",
    re.IGNORECASE,
)
_ANCHOR_WORDS = re.compile(
    r"(?P<first_dose>first\s(?:\w+\s){0,2}?(?:dose|infusion|cycle))|"
    r"(?P<treatment_start>(?:start|initiation|beginning|commencement)\sof\b)|"
    r"(?P<last_dose>(?:last|latest|most\srecent|preceding|final)\s(?:\w+\s){0,2}?(?:dose|infusion|cycle|administration|course|treatment|exposure)|(?:completion|end)\sof\b)",
    re.IGNORECASE,
)
_TREATED_FOR = re.compile(
    r"\bafter\s(?:an?\s)?(?:median|mean|average)\s(?:(?:treatment|drug)\s(?:duration|exposure|time)|"
    r"(?:duration\sof\s)?(?:treatment|therapy|exposure))\s(?:of|was)\s$",
    re.IGNORECASE,
)
_ON_DRUG = re.compile(
    r"\b(?:time|duration)\s(?:on|under|of)\s(?:treatment\s(?:with\s)?)?(?:[\w-]+\s)?(?:at|until|before|to)\s(?:the\s)?"
    r"(?:first\s)?(?:onset|neutrop\w+|LON|events?)\s(?:was|of)\s(?:an?\s)?(?:(?:median|mean)\s(?:of\s)?)?$",
    re.IGNORECASE,
)
_NEAR, _FAR = {"last_dose", "nth_dose"}, {"first_dose", "treatment_start"}
_ON_AVERAGE = re.compile(r"\s(?:on\saverage|in\sthe\s(?:(?P<median>median)|mean))\b", re.IGNORECASE)
_CENTRE_OF_RANGE = re.compile(
    r"\s?[(,]?\s?(?:with\s)?(?:an?\s|the\s)?(?:(?P<median>median)|mean|average)[,:]?\s(?:of\s|was\s)?(?P<value>\d+(?:\.\d+)?)"
    r"(?:\s(?P<unit>days?|weeks?|months?|years?))?(?=[),.;\s]|$)",
    re.IGNORECASE,
)
_LAST_UNIT = re.compile(r"\b(?:days?|weeks?|wks?|months?|mos?|years?)\b|\b[dwmy]\b", re.IGNORECASE)
_IN_SOME = re.compile(r"\)?\s(?:in|for)\s(?:only\s)?")
_EACH = re.compile(r"\b(?:each|every)\b", re.IGNORECASE)
_CAME = re.compile(
    r"\b(?:developed|occurred|appeared|arose|began|started|detected|diagnosed|noted|found|observed|seen|identified|came|"
    r"emerged|presented)\b[^;]{0,60}$",
    re.IGNORECASE,
)
_AFTER_CENTRE = re.compile(r"\b(?:median|mean|average)\s(?:times?\s)?(?:of\s|were\s|was\s)?$", re.IGNORECASE)
_WITH_CHEMOTHERAPY = re.compile(
    r"\b(?:containing|based)\s(?:immuno)?chemotherap|\bimmuno-?chemotherap|chemoimmunotherap", re.IGNORECASE
)
_AGE = re.compile(r"\bage[ds]?\b[^.;,]{0,40}$", re.IGNORECASE)
_FIRST, _OF_TREATMENT = re.compile(r"\bfirst\s$"), re.compile(r"\s(?:of|on)\s(?:the\s)?(?:treatment|therapy)\b")
_CENTRE = re.compile(r"\b(?:(?P<median>median)|(?P<mean>mean|average))\b", re.IGNORECASE)
_LEAST_BY_DEFINITION = 31.0  # "more than four weeks after the infusion" only repeats what late means


def read(
    view: SentenceView, article: GroupArticle, own: Sequence[Row], whole: Sequence[Row], rows: Sequence[Row]
) -> None:
    """Give the rows the onset that a sentence tells: its own rows first, else the row of the event as a whole."""
    may_take = own or whole or len(rows) > 1 or len(article.arms_of(view)) > 1
    if not may_take or all(_has_onset(row) for row in rows) or not view.intervals:
        return
    told = [_with_centre(_from_start(i, view), view) for i in view.intervals]
    named = bool(own) or bool(article.events(view))
    intervals = [i for i in told if _is_onset(i, view, bool(own), named) or _is_after_arm(i, view, article)]
    apart = onset_apart.assigned(view, article.arms_of(view), own or rows, intervals)
    if apart := apart or onset_apart.assigned_by_condition(view, rows, intervals):
        for row, interval in apart:
            if not _has_onset(row):
                _set(view, article, row, interval)
        return
    if not intervals:
        return
    if any(i.statistic in ("median", "mean") for i in intervals):
        intervals = [i for i in intervals if i.statistic in ("median", "mean")]
    intervals += _parallel(view, intervals)
    if {i.anchor for i in intervals} & _NEAR and {i.anchor for i in intervals} & _FAR:
        intervals = [i for i in intervals if i.anchor not in _FAR]  # of two clocks the nearer dose's
    targets = [r for r in own if r.is_primary] or list(own)
    if not targets:
        of_whole = [r for r in rows if r.is_primary and r.subgroup is None and not r.is_absent]
        targets = of_whole if len(of_whole) == len(intervals) > 1 else list(whole)
    for row, interval in _assigned(view, targets, intervals):
        if _has_onset(row) or not _is_of_grade(view, row, interval):
            continue
        if _is_of_some(view, article, row, interval):
            continue
        if interval.statistic == "exact" and row.values.get("n_events") != 1:
            continue
        _set(view, article, row, interval)


def _has_onset(row: Row) -> bool:
    return any(row.values.get(name) is not None for name in _COLUMNS)


def _set(view: SentenceView, article: GroupArticle, row: Row, interval: Interval) -> None:
    for name, value in zip(_COLUMNS, (interval.days, interval.low_days, interval.high_days), strict=True):
        row.set(name, value, view, interval.start, interval.end)
    statistic = interval.statistic
    if statistic is None and interval.days is not None:  # "14.5 weeks (mean; range 5-33)"
        centre = _CENTRE.search(view.section_text, interval.start, interval.end)
        statistic = centre and ("median" if centre["median"] else "mean")
    row.set("onset_statistic", statistic, view, interval.start, interval.end)
    start, end = interval.start, interval.end
    if interval.anchor_start >= 0:
        start, end = interval.anchor_start, interval.anchor_end
    elif (
        told := _FROM_ANCHOR.search(view.section_text, view.start, interval.start)
        or _COUNTED_FROM.search(view.section_text, interval.end, view.end)
    ) is not None:
        kind = next(name for name, words in told.groupdict().items() if words)
        row.set("onset_anchor", kind, view, told.start(), told.end())
    elif (defined := _defined_anchor(article)) is not None:
        row.set("onset_anchor", *defined)
    row.set("onset_anchor", interval.anchor or "unspecified", view, start, end)


# "Counting from the last dose of the drug, A appeared after"
_FROM_ANCHOR = re.compile(rf"\b(?:from|since|between)\s(?:the\s|their\s)?(?:{_ANCHOR_WORDS.pattern})", re.IGNORECASE)


# "92 days (range 40-180), counted from the last dose"
_COUNTED_FROM = re.compile(
    rf"(?:counted|counting|measured|calculated|reckoned|timed|computed|taken)\s(?:from|since|after)\s(?:the\s|their\s)?(?:{_ANCHOR_WORDS.pattern})",
    re.IGNORECASE,
)


def _defined_anchor(article: GroupArticle) -> tuple[str, SentenceView, int, int] | None:
    """The start of the clock where Methods say how onset was measured: "from the first dose to the event"."""
    for view in article.ctx.sentences:
        measured = _MEASURED.search(view.text)
        anchor = _ANCHOR_WORDS.search(view.text, measured.end()) if measured else None
        if anchor:
            kind = next(name for name, words in anchor.groupdict().items() if words)
            return kind, view, view.start + anchor.start(), view.start + anchor.end()
    return None


def _from_start(interval: Interval, view: SentenceView) -> Interval:
    """ "Developed after a median treatment duration of 2.5 years": counted from the start of treatment."""
    before = view.section_text[view.start : interval.start]
    treated = _TREATED_FOR.search(before) or _ON_DRUG.search(before)
    if treated is None:
        of_treatment = _OF_TREATMENT.match(view.section_text[: view.end], interval.end)
        if interval.role != "onset" or not of_treatment or not _FIRST.search(view.section_text[: interval.start]):
            return interval
        return replace(  # "within the first 28 days of treatment"
            interval, anchor="treatment_start", anchor_start=interval.end, anchor_end=of_treatment.end()
        )
    start = view.start + treated.start()
    return replace(
        interval, role="onset", anchor="treatment_start", anchor_start=start, anchor_end=view.start + treated.end()
    )


def _parallel(view: SentenceView, intervals: Sequence[Interval]) -> list[Interval]:
    """Times joined to an onset by "and" or "versus": those of another arm ("5 months with A and 2 months with B")."""
    last = intervals[-1]
    return [
        replace(i, role="onset", statistic=last.statistic, anchor="unspecified", anchor_start=-1)
        for i in view.intervals
        if i.start > last.end
        and i.role == "unknown"
        and i.days is not None
        and _JOINED.fullmatch(view.section_text, last.end, i.start)
    ]


def _assigned(view: SentenceView, targets: Sequence[Row], intervals: Sequence[Interval]) -> list[tuple[Row, Interval]]:
    """One interval for one row; several for several rows by their order; none where parts of one row differ."""
    if not targets:
        return []
    if len(targets) > 1 and len(targets) == len(intervals):
        return list(zip(targets, intervals, strict=True))
    first, *others = intervals
    if others and _JOINED.fullmatch(view.section_text, first.end, others[0].start):
        told = view.section_text[first.end : view.end]
        if not (
            _WITH_OTHERS.search(view.section_text[first.end : others[0].start])
            or _WITH_OTHERS.search(told[others[0].end - first.end :])
        ):
            return []
    return [(targets[0], interval) for interval in intervals]


def _with_centre(interval: Interval, view: SentenceView) -> Interval:
    """A time whose centre is told behind it: "3.5 months on average", "between 30 and 240 days (median 96)"."""
    behind = view.section_text[max(interval.end, interval.phrase_end) : view.end]
    if _CENTRE_OF_RANGE.match(view.section_text[: view.end], interval.end):
        behind = view.section_text[interval.end : view.end]
    if interval.statistic == "exact" and (centre := _ON_AVERAGE.match(behind)):
        role = "later" if interval.role == "treatment_duration" else interval.role  # "3.5 months on average"
        return replace(interval, role=role, statistic="median" if centre["median"] else "mean")
    if interval.statistic in ("median", "mean") and interval.low_days is None:
        return _with_values_behind(interval, view)
    centre = _CENTRE_OF_RANGE.match(behind)
    if interval.statistic != "range" or centre is None or interval.low_days is None or interval.high_days is None:
        return interval
    unit = centre["unit"] or _LAST_UNIT.findall(view.section_text[interval.start : interval.end])[-1]
    days = to_days(float(centre["value"]), unit_name(unit))
    if not interval.low_days <= days <= interval.high_days:
        return interval
    return replace(interval, days=days, statistic="median" if centre["median"] else "mean")


def _with_values_behind(interval: Interval, view: SentenceView) -> Interval:
    """A centre with the least and the longest of the times in a bracket behind: "10 days (4, 11, 14 and 14 days)"."""
    listed = _DAYS_IN_BRACKET.match(view.section_text, interval.end, view.end)
    if listed is not None and interval.days is not None:
        days = [float(d) for d in re.findall(r"\d+", listed["days"])]
        if min(days) <= interval.days <= max(days):
            return replace(interval, low_days=min(days), high_days=max(days))
    by_person = _DAYS_BY_PERSON.search(view.section_text, view.start, interval.start)
    if by_person is not None and interval.days is not None:
        days = [to_days(float(d), unit_name(by_person["unit"])) for d in _NUMBER_IN.findall(by_person["days"])]
        if min(days) < interval.days < max(days):
            return replace(interval, low_days=min(days), high_days=max(days))
    for other in view.intervals:
        if (
            len(other.values) > 1
            and other.start >= interval.end
            and view.section_text[interval.end : other.start].strip() in ("(", "[", ":")
        ):
            low, high = min(other.values), max(other.values)
            if interval.days is not None and low <= interval.days <= high:
                return replace(interval, low_days=low, high_days=high)
    return interval


# "4 days in one patient, 11 in another and 14 in the remaining two (mean 10 days)"
_DAYS_BY_PERSON = re.compile(
    r"(?P<days>\b\d+\s(?P<unit>days?|weeks?|months?)\sin\s(?:one|1|the\sfirst|two|three|patient)\b[^.;()]{0,120}?\bin\s[^.;()\d]{1,30})[(,;]\s?(?:an?\s|the\s)?(?:mean|median|average)\b[^.;()\d]{0,10}$",
    re.IGNORECASE,
)
_NUMBER_IN = re.compile(r"\b(\d+)\s(?:days?\s|weeks?\s|months?\s)?in\b", re.IGNORECASE)
# "10 days after infusion (day 4, 11, 14 and 14 respectively)"
_DAYS_IN_BRACKET = re.compile(
    r"[^.;()\d]{0,40}[(\[](?:on\s|at\s)?days?\s(?P<days>\d+(?:,\s\d+)*,?\s(?:and|or|&)\s\d+)\b", re.IGNORECASE
)


def _is_of_some(view: SentenceView, article: GroupArticle, row: Row, interval: Interval) -> bool:
    """Whether a time is said of a part: "11 of the 12 came within", "30-60 days after in 5, 61-120 days in 4"."""
    number = row.values.get("n_events")
    behind = _IN_SOME.match(view.section_text[: view.end], max(interval.end, interval.phrase_end))
    earlier = [c.events or 0 for c in article.counts(view) if view.start + c.end <= interval.start and c.total is None]
    if number is not None and len(earlier) > 1 and sum(earlier) == number and not behind:
        return False  # "after the first course in three, after later ones in four, a median of 86 days after it"
    for count in article.counts(view):
        if count.events is None or number is None or count.events >= number:
            continue
        if behind and abs(view.start + count.start - behind.end()) <= 1:
            return True
        if row.view.index != view.index and view.start + count.end <= interval.start:
            return not _REST.search(view.section_text, max(view.start, view.start + count.start - 24), interval.start)
    return False


# "4 days in one patient, 11 in another and 14 in the remaining two (mean 10 days)": of all
_REST = re.compile(r"\b(?:remaining|remainder|rest|others?)\b[^;.]{0,30}(?:[(\[]|,\s)", re.IGNORECASE)
# "with a nadir of 0.6 x 10^9/L reached at": the time of the nadir is none of the onset
_NADIR_AT = re.compile(
    r"\bnadirs?\b[^;]{0,50}\b(?:reached|attained|hit)\s(?:(?:at|after|on|by|within|an?|the|median|mean|average|of|day|about)\s)*$",
    re.IGNORECASE,
)


def _is_onset(interval: Interval, view: SentenceView, own: bool, named: bool) -> bool:
    bounds = interval.low_days, interval.high_days
    if interval.days is None and bounds == (None, None):
        return False
    if interval.days is None and bounds[1] is None and (bounds[0] or 0.0) <= _LEAST_BY_DEFINITION:
        return False
    if interval.days is None and bounds[0] is None and _is_window(interval, view):
        return False
    if len(interval.values) > 1 and _AFTER_CENTRE.search(view.section_text[view.start : interval.start]):
        return False  # "after a median of 8 and 2 months": of two events
    if _NADIR_AT.search(view.section_text, view.start, interval.start):
        return False
    if is_of_another(view, interval.start) or _AGE.search(view.section_text[view.start : interval.start]):
        return False
    anchor = view.section_text[interval.anchor_start : interval.anchor_end + 12] if interval.anchor_start >= 0 else ""
    if _EACH.search(anchor):
        return False
    if interval.role == "onset" or (interval.role == "onset_chemotherapy" and _is_given_with_drug(view)):
        return True
    if interval.role in _MAYBE_TO_EVENT and interval.statistic in _OF_MANY and _is_time_to(view, interval):
        return True
    came = named and bool(_CAME.search(view.section_text[view.start : interval.start]))
    # a median time right after the event's own count, without a word that says of what
    return (
        (own or came)
        and interval.role in ("unknown", "later")
        and interval.statistic in _OF_MANY
        and bool(_BEFORE_UNTOLD_TIME.search(view.section_text[view.start : interval.start]))
    )


_TIME_TO = re.compile(
    r"\b(?:times?|intervals?|latency|latencies|delays?|periods?)\s(?:(?:elapsed\s)?(?:from|since|between|after)\s[^.;,]{1,60}?\s(?:and|to|until)|to|until|till)\s"
    r"(?:the\s|an?\s)?(?:(?:first|onset|development|appearance|occurrence|diagnosis|detection|of)\s){0,3}$",
    re.IGNORECASE,
)
_THEN_WAS = re.compile(
    r"(?:,\s(?:calculated|counted|measured|computed|reckoned|timed|taken)\s[^.;,\d]{3,60},)?[^.;,\d]{0,70}?(?:\b(?:was|were|of|being|averaged|amounted\sto)|[:=(,])\s?(?:about\s|approximately\s|an?\s|the\s|median\s|mean\s|of\s)*",
    re.IGNORECASE,
)


def _is_time_to(view: SentenceView, interval: Interval) -> bool:
    """Whether a time is said to be that to the event: "mean time to A from the final course was 66 days"."""
    return any(
        m.end <= interval.start
        and _TIME_TO.search(view.section_text, view.start, m.start)
        and _THEN_WAS.fullmatch(view.section_text, m.end, interval.start)
        for m in view.named_events
    )


_AFTER_DRUG = re.compile(r"\s(?:after|of|following|from|post)\s(?:the\s)?", re.IGNORECASE)


def _is_after_arm(interval: Interval, view: SentenceView, article: GroupArticle) -> bool:
    """Whether a time goes back to the drug by the letter that the article calls it: "3-5 months after R"."""
    if interval.role != "other_clock" or is_of_another(view, interval.start):
        return False
    after = _AFTER_DRUG.match(view.section_text, max(interval.end, interval.phrase_end))
    after = after or _AFTER_DRUG.match(view.section_text, interval.end)
    return after is not None and any(
        a.drug is not None and re.match(rf"{re.escape(a.text)}\b", view.section_text[after.end() : view.end])
        for a in article.arms_of(view)
    )


def _is_given_with_drug(view: SentenceView) -> bool:
    """Whether the chemotherapy that starts a clock held the drug: a regimen with it, or "rituximab-containing"."""
    return any(other.labelled("regimen") or _WITH_CHEMOTHERAPY.search(other.text) for other in view.context.sentences)


def _is_window(interval: Interval, view: SentenceView) -> bool:
    """ "Adverse events up to 60 days after the last dose": how long was looked, not when it came."""
    before = view.section_text[view.start : interval.start]
    if _WINDOW.search(before):
        return True
    named = max((m.end for m in view.named_events if m.end <= interval.start), default=view.start)
    return bool(_ANY_EVENTS.search(view.section_text[named : interval.start]))


def _is_of_grade(view: SentenceView, row: Row, interval: Interval) -> bool:
    """Whether a time told behind a grade is of the row of that grade; without a grade it is of any row."""
    stated = [g for g in view.grades if g.low is not None]
    before = [g for g in stated if g.end <= interval.start]
    if not before or len({(g.low, g.high) for g in stated}) < 2:
        return True
    grade = before[-1]
    if ";" in view.section_text[grade.end : interval.start] and _spreads_over(row, stated):
        return True
    return (row.values.get("ctcae_grade"), row.values.get("ctcae_grade_high")) == (grade.low, grade.high)


def _spreads_over(row: Row, stated: Sequence[Grade]) -> bool:
    """Whether a row is that of all grades of a sentence: "11 (grade 2 in 4, grade 3 in 5, grade 4 in 2; ...)"."""
    low, high = row.values.get("ctcae_grade"), row.values.get("ctcae_grade_high")
    if low is None or high is None:
        return False
    return all(low <= (g.low or low) and (g.high or g.low or high) <= high for g in stated)
