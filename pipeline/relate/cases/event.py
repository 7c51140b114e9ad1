"""What the event is: its definition by the text's own name for it, and the severity that the name carries."""

from __future__ import annotations

import re

from pipeline.concepts.assertion import assess_phrases, role_of
from pipeline.records import Mention
from pipeline.relate.cases.account import Case, CaseText, Episode, quote
from pipeline.relate.cases.draft import Draft
from pipeline.relate.cases.status import is_late, status_of
from pipeline.relate.context import Context, SentenceView

OF_OTHERS = frozenset({"background", "historical", "defined", "negated"})
# "We saw two such patients": what was said of others right before is theirs too
_SUCH = re.compile(
    r"\b(?:we|here|herein|our)\b[^.;]{0,60}\bsuch\s(?:an?\s)?(?:patient|case|instance|course|event|complication)s?\b",
    re.IGNORECASE,
)
MOST_CLOSING = 3
"""Sentences at the end in which authors warn of what they told."""
TOLD_AGAIN = ("affirmed", "advised", "hypothetical")


def put_event(ctx: Context, draft: Draft, told: CaseText, case: Case, episode: Episode) -> None:
    """event_definition by the text's own name for it, and the severity that an event's name carries."""
    events = ctx.protocol.config.get("events", {})
    pieces = (*episode.pieces, *told.shared)
    named_in = [(p.view, m) for p in pieces for m in p.events if status_of(p.view, m) == "affirmed"]
    named = [m for _, m in named_in]

    def of(mention: Mention, column: str) -> str | None:
        value = events.get(mention.concept or "", {}).get(column)
        return str(value) if value else None

    late = next((m for view, m in named_in if is_late(view, m)), None)
    if late is None and not any(of(m, "onset_class") == "early" for m in named):
        late = _named_late(ctx, case, episode, draft) or _named_late_at_the_end(ctx, draft)
    febrile = next((m for m in named if of(m, "event_definition") == "febrile"), None)
    if febrile is None and late is None and len(told.cases) == 1 and episode.number == 1:
        titled = [m for v in ctx.sentences if v.section == 0 for m in v.named_events]
        febrile = next((m for m in titled if of(m, "event_definition") == "febrile"), None)
    chosen, definition = (late, "late_onset") if late else (febrile, "febrile")
    if chosen is not None:
        draft.put("event_definition", definition, quote(ctx, "", chosen.section, chosen.start, chosen.end))
    for mention in ([febrile] if febrile else []) + named:
        term = of(mention, "severity_term")
        if term:
            draft.put("severity_term", term, quote(ctx, "", mention.section, mention.start, mention.end))
            break


def _named_late(ctx: Context, case: Case, episode: Episode, draft: Draft) -> Mention | None:
    """Late onset said of this event elsewhere: in the patient's text, the title or the aim, or of "such a patient".

    An event whose own time is an early one is late only by the title or the text of its own episode.
    """
    limit = ctx.protocol.definitions.get("onset", {}).get("late_after_days")
    days = draft.values.get("onset_days")
    early = limit is not None and days is not None and days <= limit
    told = {id(p.view) for p in ((*episode.before, *episode.pieces) if early else case.pieces)}
    for view in ctx.sentences:
        role = role_of(view)
        taken_up = not early and _is_taken_up(ctx, view)
        if not taken_up and (role == "background" or (role not in ("title", "aim") and id(view) not in told)):
            continue
        for mention in view.named_events:
            named = role == "title" or taken_up
            if role == "aim" and not early:
                named = assess_phrases(view, mention).status not in OF_OTHERS
            if is_late(view, mention) and (named or status_of(view, mention) == "affirmed"):
                return mention
    return None


def _is_taken_up(ctx: Context, view: SentenceView) -> bool:
    """Whether the next sentence goes on with "two such patients", "such a case"."""
    behind = ctx.sentences[view.index + 1 : view.index + 2]
    return bool(behind) and behind[0].section == view.section and _SUCH.search(behind[0].text) is not None


def _named_late_at_the_end(ctx: Context, draft: Draft) -> Mention | None:
    """ "Clinicians should know late-onset X": the closing words warn of the event that was told, if it was late."""
    limit = ctx.protocol.definitions.get("onset", {}).get("late_after_days")
    days = draft.values.get("onset_days")
    if limit is None or days is None or days <= limit:
        return None
    closing = [v for v in ctx.sentences[-MOST_CLOSING:-1] if role_of(v) == "conclusions"]
    late = (
        m
        for v in (*closing, ctx.sentences[-1])
        for m in v.named_events
        if is_late(v, m) and status_of(v, m) in TOLD_AGAIN
    )
    return next(late, None)
