"""Case findings: one patient, one episode, one row; each field from the text of the episode, by a rule of its own.

The rules are the modules of pipeline/relate/cases/. Order of places where a value is looked for: the sentence of the
event, the rest of the episode, what is said of all patients, the patient's text before the event, the article. Time,
count and grade are never taken from beyond the episode.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import Finding, Rejected
from pipeline.relate.cases.absence import absent_finding
from pipeline.relate.cases.account import Case, CaseText, Episode
from pipeline.relate.cases.course import put_course
from pipeline.relate.cases.draft import Draft, finding_of, reject
from pipeline.relate.cases.drug import put_drug, put_regimen
from pipeline.relate.cases.duration import put_duration
from pipeline.relate.cases.episodes import episodes
from pipeline.relate.cases.event import put_event
from pipeline.relate.cases.event_first import was_there_before
from pipeline.relate.cases.lists import listed_cases
from pipeline.relate.cases.nadir import put_count
from pipeline.relate.cases.onset import put_class, put_onset
from pipeline.relate.cases.patients import case_text
from pipeline.relate.cases.person import put_indication, put_patient
from pipeline.relate.cases.severity import put_grade, put_named_in_title
from pipeline.relate.context import Context


def case_findings(ctx: Context) -> tuple[list[Finding], list[Rejected]]:
    """The case rows of an article, and every event, time and count near them that was not used, with the reason."""
    told = listed_cases(ctx) or case_text(ctx)
    findings: list[Finding] = []
    rejected: list[Rejected] = []
    without: list[Case] = []
    for case in told.cases:
        known = len(rejected)
        found = episodes(ctx, case, told, rejected)
        if not found and not _is_blamed(rejected[known:]):
            without.append(case)
        for index, episode in enumerate(found):
            if index == 0 and was_there_before(ctx, told, case, episode):
                opening = episode.opening
                rejected.append(reject(opening.view, opening.start, opening.end, "event", "treated"))
                break
            findings.append(_case_finding(ctx, told, case, episode, found[index + 1 :], len(found), rejected))
    of_several = len(told.cases) > 1
    if of_several and not findings:
        return findings, rejected
    absent = [absent_finding(ctx, case, of_several) for case in without]
    return [*findings, *(finding for finding in absent if finding is not None)], rejected


def _is_blamed(rejected: Sequence[Rejected]) -> bool:
    """Whether the event was there before the drug, or was put down to something else."""
    return any(r.kind == "event" and r.reason in ("other_cause", "treated") for r in rejected)


def _case_finding(
    ctx: Context,
    told: CaseText,
    case: Case,
    episode: Episode,
    later: Sequence[Episode],
    count: int,
    rejected: list[Rejected],
) -> Finding:
    """The row of one episode; what was near and not used goes to `rejected`."""
    draft = Draft()
    label = _label(told, case, episode, count)
    put_onset(draft, told, case, episode, later, rejected)
    put_drug(ctx, draft, told, case, episode)
    put_patient(draft, told, case)
    put_indication(ctx, draft, told, case)
    put_count(ctx, draft, told, case, episode, rejected)
    put_event(ctx, draft, told, case, episode)
    put_grade(ctx, draft, told, episode)
    put_named_in_title(ctx, draft, told, count)
    put_course(ctx, draft, told, case, episode, later)
    put_duration(draft, episode, told, case, later)
    put_class(ctx, draft, episode)
    put_regimen(draft, told, case, ctx)
    return finding_of(ctx, draft, "case", label, n_treated=1, n_events=1)


def _label(told: CaseText, case: Case, episode: Episode, count: int) -> str | None:
    parts = []
    if len(told.cases) > 1:
        parts.append(f"case {case.number}")
    if count > 1:
        parts.append(f"episode {episode.number}")
    return ", ".join(parts) or None
