"""Whose text is it: an article cut into patients, a patient's text into episodes.

Patients are told apart by "Case 2", "the second patient", "a 35-year-old man"; episodes by "two years later", "a second
episode". What is said of "both patients", or before the first of them, is shared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline.concepts.assertion import assess, is_own_result, role_of
from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.course import SCOPE_COLUMNS as COURSE_SCOPE_COLUMNS
from pipeline.concepts.interval import Interval
from pipeline.concepts.patients import Patient
from pipeline.concepts.phrases import Match
from pipeline.concepts.regimen import mention_drug
from pipeline.records import Evidence, Mention, Rejected
from pipeline.relate.context import Context, SentenceView
from pipeline.relate.groups.exposure import BEFORE_BIRTH, is_of_newborn, is_of_unexposed
from pipeline.relate.other_drug import NO_CAUSE, blames_another, is_blamed_by_title, is_told_after_one

EPISODE_COLUMNS = ("trigger", "role", "source")
SCOPE_COLUMNS = ("trigger", "role", "source")
ONSET_COLUMNS = ("trigger", "class", "source")
SINGLE_COLUMNS = ("trigger", "kind", "source")
# The parts of an abstract in which authors do not tell a case, unless they say that it is theirs
OUTSIDE = frozenset({"title", "background", "aim", "conclusions"})
# Kinds of study in which single patients are told
CASE_STUDIES = frozenset({"case_report", "case_series"})
MOST_EVENTS = 30
"""A sentence that names the event more often than this is no prose; the rest of its names is not looked at."""
MOST_CUTS = 12
"""No sentence of prose tells more further episodes than this; the rest of it stays with the last one."""
WELL = 1.5
"""10^9/L: a count from here upwards ends an episode."""
LOW = 2.0
"""10^9/L: a count from here upwards is no nadir of the event (upper end of grade 1)."""

_PLURAL = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|both|several|[2-9]|\d{2,})\s(?:[\w-]+\s){0,3}"
    r"(?:patients|cases|children|women|men|persons|people|girls|boys|adults|recipients)\b|\bcase series\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(r"\b(?:we|here|herein)\b[^.;]{0,40}\b(?:report|describe|present|discuss)\b", re.IGNORECASE)
_OUTSIDE_IT = re.compile(r"\b(?:outside|beyond|not\sin)\s(?:the|any|a|his|her)\s$", re.IGNORECASE)
_OF_THE_PATIENT = re.compile(
    r"\b(?:our|this|the present) (?:patient|case)\b"
    r"|\b(?:patient|case)\b[^.;]{0,60}\b(?:reported|described|presented) here",
    re.IGNORECASE,
)
_OF_THIS_ONE = re.compile(
    r"\b(?:hers|his|(?:in|for) (?:our|this) patient|(?:our|the) patient['\u2019]s)\b", re.IGNORECASE
)
_NON = re.compile(r"\bnon[-\u2010\u2011\s]?$", re.IGNORECASE)
_FURTHER = re.compile(
    r"(?:[,;]\s|\s)(?:and|but|then)\s(?=(?:then\s|once\s)?again\b|a\s(?:second|third|further|new|recurrent|similar)\b"
    r"|the\s(?:second|third|fourth|fifth|next)\s(?:episode|one|\()|(?:recurred|relapsed|reappeared)\b"
    r"|(?:[\w-]+\s){1,3}(?:days|weeks|months|years)\slater\b)"
    r"|[,;]\s(?=(?:(?:the\s|a\s)?(?:second|third|fourth)\sepisode\b|the\s(?:second|third|fourth|fifth)\s\())"
    r"|\sand\s(?=(?:the\s)?(?:third|fourth|fifth)\s\()"
    r"|(?:[,;]\s|\s)(?:and|but|then)\s(?=(?:after|following|upon|with)\s(?:the|her|his|a)\s"
    r"(?:second|third|fourth|fifth|sixth|seventh|eighth|next|last|\d{1,2}(?:nd|rd|th))\s(?:[\w-]+\s){0,2}"
    r"(?:doses?|infusions?|cycles?|courses?|injections?|administrations?)\b)",
    re.IGNORECASE,
)
_FIRST_EPISODE = re.compile(r"\b(?:first|second|another|further|new|next|similar) episode\b", re.IGNORECASE)
_PRONOUN = re.compile(
    r"(?:it|this|which|that|and|but|again|the (?:same|condition|phenomenon|episode)|she|he|they|patient)?",
    re.IGNORECASE,
)
_NEW_CLAUSE = re.compile(r";\s|,\s(?:but|and|then|yet|while)\s|\bbut\s")
_PHRASE_END = re.compile(r"[,;:.]|\b(?:and|with|after|following|who|which|of|in)\b", re.IGNORECASE)
_CLAUSE_BREAK = re.compile(r"[;:]")
_FOR_THE_PATIENT = re.compile(r"^[^,;:]{8,90}\b(?:to|in|by|for|of)\s(?:the\s)?$")
_DID_NOT = re.compile(r"\s(?:[\w-]+\s){0,3}(?:has|have|had|did|was|were)\s(?:\w+\s)?(?:not|never)\b", re.IGNORECASE)
_ONLY_WHO = re.compile(r"\s?(?:\([^()]*\)|,\s[^.;]{0,40})?,?\s?(?:and\s|,\s)?(?:the\s)?", re.IGNORECASE)
_PERSON = re.compile(
    r"\b(?:patients?|cases?|pts?|subjects?|wom[ae]n|m[ae]n|females?|males?|child|girls?|boys?|elder|older"
    r"|younger|one)\b",
    re.IGNORECASE,
)
_AN_EPISODE = re.compile(
    r"\b(?:first|initial|second|third)\s(?:[\w-]+\s)?(?:episode|event|bout|occurrence)\b", re.IGNORECASE
)
_TOGETHER = re.compile(
    r"\b(?:cases|patients|pts|subjects)\s(?:nos?\.?\s)?(?P<numbers>(?:\d{1,2}|[A-H])"
    r"(?:\s?(?:,\sand|,|and|&|to|[-\u2013])\s?(?:\d{1,2}|[A-H]))+)\b"
    r"(?!\s?(?:years|months|weeks|days|%))",
    re.IGNORECASE,
)
_IN_THE = re.compile(r"\b(?:in|for|of)\s(?:the\s)?$", re.IGNORECASE)
# "eleven months on, she is still neutropenic"
_STILL_SO = re.compile(
    r"\b(?:still|remain\w*|stay\w*|ongoing|persist\w*|continu\w+(?:\sto\sbe)?|unchanged|has been|have been"
    r"|had been|kept)\s"
    r"(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
_UNCHANGED = re.compile(
    r"\s(?:is|was|has|had)?\s?(?:still\s(?:there|present)|unchanged|persist\w*|continu\w+|ongoing|unresolved"
    r"|not\s(?:yet\s)?(?:resolved|recovered))\b",
    re.IGNORECASE,
)
_IN_ALL = re.compile(
    r"\b(?:in|to|by|for|with)\s(?:both|each|either|all(?:\s(?:three|four|five|six))?|neither)"
    r"(?:\s(?:of\s(?:them|these)|(?:the\s)?(?:cases?|patients?|wom[ae]n|m[ae]n|child|children|girls?|boys?"
    r"|instances?)))?\.?$",
    re.IGNORECASE,
)
_THROUGH = re.compile(r"to|[-\u2013]")
_CAME_BACK = frozenset({"returned", "came back", "was back", "were back", "reappeared"})
_TO_NORMAL = re.compile(r"\s(?:\w+ly\s)?(?:to|towards?|into|within|above|in|up)\b", re.IGNORECASE)
_BLAMED = re.compile(
    r"\b(?:culprit|offending|causative|incriminated|blamed|implicated|responsible|attributed|ascribed|put down to)\b"
    r"|\b(?:the|most likely|probable|likely) cause\b|\b(?:drug|medicine) causing\b"
    r"|\b(?:likely|probably|considered|thought|judged|deemed|felt|believed)\s(?:to be\s)?(?:due|secondary"
    r"|related) to\b"
    r"|\bcaused by\b",
    re.IGNORECASE,
)
_AT_FIRST = re.compile(
    r"\b(?:initially|at first|first|wrongly|could|might|may|either|also|not|nor|no|unlikely)\b", re.IGNORECASE
)
_BOTH_DRUGS = re.compile(
    r",?\s(?:(?:as well as|and|but|then|later|again|also|subsequently|once more|followed by|in turn|"
    r",?\s?(?:[\w-]+\s){1,3}(?:days|weeks|months|years) later),?\s)+(?:on|under|with|after|during"
    r"|following)?\s?(?:the\s)?$"
)


@dataclass(frozen=True)
class Piece:
    """A stretch of one sentence."""

    view: SentenceView
    start: int
    end: int

    def holds(self, position: int) -> bool:
        return self.start <= position < self.end

    @property
    def text(self) -> str:
        return self.view.section_text[self.start : self.end]

    def events(self) -> list[Mention]:
        return [m for m in self.view.labelled("event")[:MOST_EVENTS] if self.holds(m.start)]


@dataclass(frozen=True)
class Opening:
    """What begins an episode: a named event, a low count, or the word "episode" in a patient who had one before."""

    view: SentenceView
    start: int
    end: int
    event: Mention | None


@dataclass
class Episode:
    """The text of one episode; `before` is what the patient's text says ahead of the first one.

    `announced` is where the event was first named, if its own account came later ("We describe X in a woman who ...").
    """

    opening: Opening
    pieces: list[Piece]
    before: list[Piece] = field(default_factory=list)
    number: int = 1
    drug: Mention | None = None
    announced: Opening | None = None

    @property
    def gap_days(self) -> float | None:
        """The time since the episode before, where the text gives it ("two years later")."""
        view = self.opening.view
        times = [
            i
            for i in view.intervals
            if i.role == "later" and i.start < self.opening.start and self.pieces[0].holds(i.start)
        ]
        return times[-1].days if times else None


@dataclass
class Case:
    """One patient: a number where there are several, who it is, and the text about them."""

    number: int
    name: str | None = None
    patient: tuple[SentenceView, Patient] | None = None
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class CaseText:
    """The patients of an article and the text that is about all of them."""

    cases: tuple[Case, ...]
    shared: tuple[Piece, ...] = ()


def case_text(ctx: Context) -> CaseText:
    """Who the patients are. An article about groups has none."""
    kind = ctx.study_type
    body = [v for v in ctx.sentences if v.section > 0 and (role_of(v) not in OUTSIDE or is_own_result(v))]
    if kind in CASE_STUDIES or kind is None:
        starts = [
            (order, label.start, label.number, label.text)
            for order, view in enumerate(body)
            for label in view.labels
            if label.kind == "patient" and not _counts_episodes(view, label.start, label.text)
        ]
        if len({number for _, _, number, _ in starts}) >= 2 or (starts and kind == "case_series"):
            return _several(body, starts)
        described = [(order, p) for order, view in enumerate(body) for p in view.patients]
        if kind == "case_series" and len({(p.age_years, p.sex) for _, p in described}) >= 2:
            return _several(body, [(order, p.start, n, "") for n, (order, p) in enumerate(described, start=1)])
        if kind == "case_series" and len(described) == 1 and _tells_its_event(body[described[0][0]]):
            return _single(ctx)
    if kind == "case_report" or _tells_one_patient(ctx, body, kind):
        return _single(ctx)
    return CaseText(())


def _tells_one_patient(ctx: Context, body: Sequence[SentenceView], kind: str | None) -> bool:
    """Whether one patient is told although the kind of study is another, or not known."""
    if any(m.row["kind"] == "person" for v in ctx.sentences if v.section == 0 for m in _cues(v)):
        return kind not in ("rct", "systematic_review")
    described = any(view.patients for view in body)
    if kind == "pharmacovigilance":
        return described
    if kind == "case_series" and not any(_PLURAL.search(v.text) for v in (*body, *ctx.sentences[:1])):
        return described or any(_cues(v) for v in body)
    if kind in ("rct", "systematic_review"):
        return False
    if any(v.labelled("event") and _cues(v) and _REPORTED.search(v.text) for v in body):
        return True
    if kind not in (None, "other", "review"):
        return False
    plural = any(_PLURAL.search(v.text) for v in body)
    return described or any(m.row["kind"] == "report" or not plural for v in body for m in _cues(v))


def _counts_episodes(view: SentenceView, start: int, name: str) -> bool:
    """ "The first episode ...; the second (0.5 G/L)": an ordinal without a person, behind an episode, is no patient."""
    return not _PERSON.search(name) and bool(_AN_EPISODE.search(view.section_text, view.start, start))


def _tells_its_event(view: SentenceView) -> bool:
    """Whether the sentence that describes a patient tells the event with a time or a count of its own."""
    facts = any(i.role == "onset" for i in view.intervals) or any(is_low(view, c) for c in view.counts)
    return facts and any(status_of(view, m) == "affirmed" for m in view.labelled("event"))


def _cues(view: SentenceView) -> tuple[Match, ...]:
    return tuple(m for m in view.triggers("single_patient", SINGLE_COLUMNS) if m.row["kind"] != "group")


def _single(ctx: Context) -> CaseText:
    """The one patient of an article. The account begins where a single person is first spoken of.

    What the authors announce before it ("we report a case of") is shared text.
    """
    views = [v for v in ctx.sentences if v.section > 0]
    told = [n for n, v in enumerate(views) if role_of(v) not in ("background", "aim") or is_own_result(v)]
    described = [n for n in told if views[n].patients]
    cued = [n for n in told if _cues(views[n])]
    first = (described or cued or [0])[0]
    pieces = [Piece(v, v.start, v.end) for v in views[first:]]
    shared = [Piece(views[n], views[n].start, views[n].end) for n in cued if n < first and is_own_result(views[n])]
    who = next(((v, p) for v in (*views[first:], *ctx.sentences) for p in v.patients), None)
    return CaseText((Case(1, None, who, pieces),), tuple(shared))


def _several(body: Sequence[SentenceView], starts: Sequence[tuple[int, int, int, str]]) -> CaseText:
    """Cuts the text at each patient's first words; what stands before the first, or speaks of all, is shared."""
    cases: dict[int, Case] = {}
    shared: list[Piece] = []
    current: Case | None = None
    for order, view in enumerate(body):
        cuts = sorted(s for s in starts if s[0] == order)
        if not cuts and _speaks_of_all(view):
            shared.append(Piece(view, view.start, view.end))
            current = None
            continue
        if _told_jointly(view, cuts):
            # "Patient 1 (79/M) and patient 2 (83/F) developed it after 12 and 16 weeks, respectively"
            shared.append(Piece(view, view.start, view.end))
            for (_, place, number, name), (_, stop, *_) in pairwise([*cuts, (0, view.end, 0, "")]):
                case = cases.setdefault(number, Case(number, name))
                who = next(((view, p) for p in view.patients if place <= p.start < stop), None)
                case.patient = case.patient or who
            current = None
            continue
        position = view.start
        together, end = _several_at_once(view)
        if together:
            current = None
            cuts = [c for c in cuts if c[1] >= end]
            position = cuts[0][1] if cuts else view.end
            for number in together:
                cases.setdefault(number, Case(number)).pieces.append(Piece(view, view.start, position))
            if not cuts:
                continue
        if len(cuts) == 1 and not together and _FOR_THE_PATIENT.match(view.section_text[view.start : cuts[0][1]]):
            # "Filgrastim was given to patient 1": the whole sentence is about that patient
            current = cases.setdefault(cuts[0][2], Case(cuts[0][2], cuts[0][3]))
            current.pieces.append(Piece(view, view.start, view.end))
            continue
        if len(cuts) > 1 and not together and _facts_come_first(view, cuts):
            for _, place, number, name in cuts:
                case = cases.setdefault(number, Case(number, name))
                case.pieces.append(Piece(view, position, place + len(name)))
                position = place + len(name)
            current = None
            continue
        for _, place, number, name in cuts:
            if place > position:
                (current.pieces if current else shared).append(Piece(view, position, place))
            current = cases.setdefault(number, Case(number, name))
            position = place
        (current.pieces if current else shared).append(Piece(view, position, view.end))
    for case in cases.values():
        case.patient = next(
            ((piece.view, p) for piece in case.pieces for p in piece.view.patients if piece.holds(p.start)),
            case.patient,
        )
    return CaseText(tuple(cases[number] for number in sorted(cases)), tuple(shared))


def _facts_come_first(view: SentenceView, cuts: Sequence[tuple[int, int, int, str]]) -> bool:
    """ "60 days after the last infusion in case 1 and 90 days after it in case 2": each patient behind the facts."""
    text = view.section_text
    if not all(_IN_THE.search(text, max(view.start, place - 9), place) for _, place, _, _ in cuts):
        return False
    facts = [i.start for i in view.intervals] + [c.start for c in view.counts]
    last = cuts[-1][1]
    return any(f < cuts[0][1] for f in facts) and not any(f > last for f in facts)


def _told_jointly(view: SentenceView, cuts: Sequence[tuple[int, int, int, str]]) -> bool:
    """Whether a sentence names several patients one after the other and then tells a value for each."""
    if len({number for _, _, number, _ in cuts}) < 2 or "respectively" not in view.text:
        return False
    between = [view.section_text[a[1] + len(a[3]) : b[1]] for a, b in pairwise(cuts)]
    return all(_ONLY_WHO.fullmatch(text) for text in between)


def _several_at_once(view: SentenceView) -> tuple[tuple[int, ...], int]:
    """ "Cases 1 and 3 received": the numbers that a sentence begins with, and where they end."""
    match = _TOGETHER.search(view.text)
    if match is None or any(label.start < view.start + match.start() for label in view.labels):
        return (), -1
    numbers = [int(n) for n in re.findall(r"\d+", match["numbers"])]
    numbers = numbers or [ord(n) - ord("A") + 1 for n in re.findall(r"\b[A-H]\b", match["numbers"])]
    if len(numbers) == 2 and _THROUGH.search(match["numbers"]):
        numbers = list(range(numbers[0], numbers[1] + 1))
    return tuple(numbers), view.start + match.end()


def _speaks_of_all(view: SentenceView) -> bool:
    found = view.triggers("case_scope", SCOPE_COLUMNS)
    if found and (found[0].first <= 3 or _IN_ALL.search(view.text)):
        return True
    return "respectively" in view.text and any(len(i.values) > 1 for i in view.intervals)


def status_of(view: SentenceView, mention: Mention) -> str:
    """The assertion status of an event mention: "affirmed" where it is a fact of this publication."""
    events = view.context.protocol.config.get("events", {})
    if mention.concept not in events:
        return "negated" if mention.concept and mention.concept.startswith("non_") else "not an event"
    if mention.text.lower().startswith("non") or _NON.search(
        view.section_text, max(0, mention.start - 5), mention.start
    ):
        return "not an event"
    if is_told_after_one(view, mention):
        return "other_cause"
    if _OUTSIDE_IT.search(view.section_text, max(view.start, mention.start - 20), mention.start):
        return "not an event"
    if is_of_newborn(view):
        return BEFORE_BIRTH
    if is_of_unexposed(view):
        return "other_cause"
    found = assess(view, mention)
    febrile = events[mention.concept].get("event_definition") == "febrile"
    if found.status == "other_cause" and febrile and found.start is not None and found.start >= mention.end:
        return "affirmed"  # a febrile event "secondary to pneumonia": the cause is that of the fever
    if found.status == "treated" and not view.labelled("drug", "regimen"):
        return "affirmed"  # the patient was treated for the event, but nobody gave the drug for it
    if found.status == "background" and _OF_THE_PATIENT.search(view.text):
        return "affirmed"  # "in the patient reported here"
    if found.status == "background" and found.start is not None and found.start >= mention.end:
        announced = _REPORTED.search(view.section_text, view.start, mention.start)
        if announced and (view.patients or _cues(view)):
            return "affirmed"  # "We report a patient in whom it appeared after 6 days, the shortest time published"
    if found.weak and found.status == "hypothetical" and not _tells_fact(view):
        return found.status  # "to reduce the risk of" it, and no time or count of it
    return "affirmed" if found.is_fact else found.status


def _tells_fact(view: SentenceView) -> bool:
    """Whether a sentence has a grade, a low count or an onset, or describes a patient."""
    return bool(view.grades or view.patients) or any(
        [i.role == "onset" for i in view.intervals] + [is_low(view, c) for c in view.counts]
    )


def episodes(ctx: Context, case: Case, told: CaseText, rejected: list[Rejected]) -> list[Episode]:
    """The episodes of a patient: the text from one event to the next that is told as another one."""
    found: list[Episode] = []
    before: list[Piece] = []
    other_cause = False
    begun = len(rejected)
    well = False
    for piece in (part for whole in case.pieces for part in _parts(whole)):
        known = len(rejected)
        if len(found) == 1 and not well and _tells_announced(found[0], piece):
            continue
        opening = _opening(piece, rejected, bool(found)) or (_on_a_new_clock(piece, found[-1]) if well else None)
        if opening is not None and other_cause and (_is_mentioned_again(opening) or not (found or _has_fact(piece))):
            rejected.append(_rejected_opening(opening, "other_cause"))
            opening = None
        other_cause = other_cause or any(r.reason == "other_cause" for r in rejected[known:])
        if opening is None:
            (found[-1].pieces if found else before).append(piece)
        elif not found:
            found.append(Episode(opening, [piece], before))
        elif _is_another(piece, opening) or (well and _on_a_new_clock(piece, found[-1]) is not None):
            cut = _cut(piece, opening)
            if cut > piece.start:
                found[-1].pieces.append(Piece(piece.view, piece.start, cut))
            found.append(Episode(opening, [Piece(piece.view, cut, piece.end)], [], len(found) + 1))
        else:
            found[-1].pieces.append(piece)
        well = bool(found) and (_tells_recovery(piece) or (well and opening is None))
    if found and _another_drug_is_blamed(ctx, case, found[-1]):
        rejected += [_rejected_opening(e.opening, "other_cause") for e in found]
        return []
    own = {r.reason for r in rejected[begun:]}
    if not found and (other_cause or (len(told.cases) > 1 and "negated" in own)):
        return []
    if not found:
        shared = _announced(ctx, told, rejected)
        return [Episode(shared, case.pieces)] if shared else []
    return _by_drug(ctx, found[0]) if len(found) == 1 else found


def _tells_announced(episode: Episode, piece: Piece) -> bool:
    """Whether a piece is the account of an event that was only announced so far: it then opens the episode."""
    first = episode.opening.view
    if episode.announced is not None or piece.view is first or not _REPORTED.search(first.text):
        return False
    if _has_fact(episode.pieces[0]) or not _has_fact(piece):
        return False
    if any(m.row["role"] != "first" for m in piece.view.triggers("episodes", EPISODE_COLUMNS)):
        return False
    opening = _opening(piece, [], False)
    if opening is None:
        return False
    episode.announced, episode.opening = episode.opening, opening
    episode.before = [*episode.before, *episode.pieces]
    episode.pieces.append(piece)
    return True


def _tells_recovery(piece: Piece) -> bool:
    """Whether the piece says that the cells came back, or that the drug was given again."""
    if any(
        c.value == "resolved" or c.kind == "rechallenge" for c in piece.view.courses if not c.negated and not c.general
    ):
        return True
    own = [c for c in piece.view.counts if piece.holds(c.start) and c.concept == piece.view.context.analyte]
    return any(c.moment == "recovered" or (c.value >= WELL and c.moment == "plain") for c in own)


def _on_a_new_clock(piece: Piece, last: Episode) -> Opening | None:
    """ "Eleven weeks after the second maintenance dose the neutrophils were 0.31": after recovery."""
    view = piece.view
    if role_of(view) in OUTSIDE or _PLURAL.search(piece.text):
        return None
    clocks = [i for i in view.intervals if i.role == "onset" and i.days is not None and piece.holds(i.start)]
    if any(i.statistic in ("median", "mean") for i in clocks):
        return None
    known = {i.days for p in (*last.before, *last.pieces) for i in p.view.intervals if i.role == "onset"}
    if not clocks or any(i.days in known for i in clocks):
        return None
    for count in view.counts:
        if piece.holds(count.start) and is_low(view, count) and count.censored != ">":
            return Opening(view, count.start, count.end, None)
    for mention in piece.events():
        if status_of(view, mention) == "affirmed":
            return Opening(view, mention.start, mention.end, mention)
    return None


def _another_drug_is_blamed(ctx: Context, case: Case, last: Episode) -> bool:
    """ "X was considered the culprit", where X is no drug of the review and the title does not say otherwise."""
    titles = [v for v in ctx.sentences if v.section == 0]
    if any(blames_another(p.view) for p in case.pieces if p.view.index >= last.opening.view.index):
        return True
    for piece in case.pieces:
        told = [m for m in piece.events() if assess(piece.view, m).status == "other_cause"]
        told = [m for m in told if not _AT_FIRST.search(piece.text) and _BLAMED.search(piece.text)]
        if told and piece.view.index > last.opening.view.index and _names_a_medicine_only(piece.view):
            return True
    if is_blamed_by_title(ctx):
        return True
    if any(v.labelled("drug", "regimen") and v.labelled("event") for v in titles):
        return False
    for piece in case.pieces:
        view = piece.view
        if view.index < last.opening.view.index or not _BLAMED.search(piece.text) or _AT_FIRST.search(piece.text):
            continue
        if _names_a_medicine_only(view):
            return True
    return False


def _names_a_medicine_only(view: SentenceView) -> bool:
    """Whether a medicine is named that is no drug of the review, and no such drug, infection or condition beside it."""
    if view.labelled("drug", "regimen", "infection", "indication"):
        return False
    return any(m.concept not in NO_CAUSE for m in view.labelled("co_medication", "CHEMICAL"))


def _parts(piece: Piece) -> list[Piece]:
    """A sentence that tells two episodes ("and again 9 weeks after the second course") cut between them."""
    events = [m.end for m in piece.events()]
    if not events:
        first = _FIRST_EPISODE.search(piece.view.section_text, piece.start, piece.end)
        if first is None:
            return [piece]
        events = [first.end()]
    cuts = [m.end() for m in _FURTHER.finditer(piece.view.section_text, min(events), piece.end)]
    edges = [piece.start, *cuts[:MOST_CUTS], piece.end]
    return [Piece(piece.view, a, b) for a, b in pairwise(edges)]


def _is_mentioned_again(opening: Opening) -> bool:
    """Whether an article or pronoun makes the event one that the text spoke of before."""
    before = opening.view.section_text[max(0, opening.start - 6) : opening.start].lower()
    return before.endswith((" the ", "the ", "this ", " his ", " her "))


def _rejected_opening(opening: Opening, reason: str) -> Rejected:
    text = opening.view.section_text[opening.start : opening.end]
    return Rejected(opening.view.section, opening.start, opening.end, text, "event", reason)


def _announced(ctx: Context, told: CaseText, rejected: list[Rejected]) -> Opening | None:
    """The event where the patient's own text does not name it: said of all, else before it, else in the title."""
    whole = [Piece(v, v.start, v.end) for v in ctx.sentences] if len(told.cases) == 1 else []
    for piece in (*told.shared, *(p for p in whole if p.view.section > 0), *(p for p in whole if p.view.section == 0)):
        opening = _opening(piece, rejected, False)
        if opening is not None and opening.event is not None:
            return None if piece.view.section == 0 and _counts_are_normal(whole) else opening
    return None


def _counts_are_normal(pieces: Sequence[Piece]) -> bool:
    """Whether a normal count of the event's cells is all that the text says of them."""
    own = [c for p in pieces if p.view.section for c in p.view.counts if c.concept == p.view.context.analyte]
    return bool(own) and all(c.value >= LOW for c in own)


def _opening(piece: Piece, rejected: list[Rejected], had_one: bool) -> Opening | None:
    """The first event of the piece that is told as a fact, else a low count, else a further "episode"."""
    view = piece.view
    found: Opening | None = None
    defined = bool(piece.events())
    for mention in piece.events():
        status = status_of(view, mention)
        defined = defined and status == "defined"
        if status == "affirmed" and _counted_from_transplant(view, mention):
            status = "other_cause"
        if status != "affirmed":
            rejected.append(Rejected(mention.section, mention.start, mention.end, mention.text, "event", status))
        elif found is None:
            found = Opening(view, mention.start, mention.end, mention)
    if found is not None:
        return found
    if role_of(view) in OUTSIDE:
        return None
    cut_off = piece.start > view.start  # "..., and after the fifth cycle, a third at 7 weeks (0.7)"
    for count in view.counts if defined or not piece.events() else ():
        if defined and not _OF_THIS_ONE.search(view.section_text, piece.start, count.start):
            continue  # a bound; "defined as below 1.5; hers was 0.7" tells a count of the patient as well
        if piece.holds(count.start) and is_low(view, count) and (not had_one or cut_off):
            return Opening(view, count.start, count.end, None)
    if had_one:
        unsaid = [
            m.start
            for m in view.triggers("course_scope", COURSE_SCOPE_COLUMNS)
            if m.row["role"] in ("negates", "general", "feared")
        ]
        for cue in view.triggers("episodes", EPISODE_COLUMNS):
            denied = any(u < cue.end for u in unsaid) or _DID_NOT.match(view.section_text, cue.end)
            if not piece.holds(cue.start) or denied or cue.row["role"] == "first":
                continue
            if cue.row["role"] == "new" or (_it_came_back(piece, cue) and _has_fact(piece)):
                return Opening(view, cue.start, cue.end, None)
    return None


def _it_came_back(piece: Piece, cue: Match) -> bool:
    """Whether what recurred is the event: a pronoun, the count or nothing stands before the word in its clause."""
    text = piece.view.section_text
    start = max((m.end() for m in _NEW_CLAUSE.finditer(text, piece.start, cue.start)), default=piece.start)
    subject = text[start : cue.start].strip(" ,(")
    named = [m for m in piece.view.mentions if start <= m.start < cue.start and m.label == "analyte"]
    if cue.row["trigger"] in _CAME_BACK and (named or _TO_NORMAL.match(text, cue.end)):
        return False  # "the count returned to 1.9": the cells came back
    return bool(_PRONOUN.fullmatch(subject)) or any(m.concept == piece.view.context.analyte for m in named)


def _has_fact(piece: Piece) -> bool:
    times = [i for i in piece.view.intervals if piece.holds(i.start) and i.role in ("later", "onset")]
    return bool(times) or any(piece.holds(c.start) and is_low(piece.view, c) for c in piece.view.counts)


def _counted_from_transplant(view: SentenceView, mention: Mention) -> bool:
    """The event "on D+1": the day of a transplant, whose conditioning is the cause."""
    return any(
        i.role == "other_clock" and "+" in view.section_text[i.start : i.end] and 0 <= i.start - mention.end <= 12
        for i in view.intervals
    )


def is_late(view: SentenceView, mention: Mention) -> bool:
    """Whether an event is called late: by its name, or by a word of the phrase it stands in ("of delayed onset")."""
    events = view.context.protocol.config.get("events", {})
    text = view.section_text
    if text[max(0, mention.start - 4) : mention.start].lower().startswith("non"):
        return False
    if events.get(mention.concept or "", {}).get("event_definition") == "late_onset":
        return True
    for word in view.triggers("onset_words", ONSET_COLUMNS):
        if word.end <= mention.start <= word.end + 25 and not _PHRASE_END.search(text, word.end, mention.start):
            return True
        if mention.end <= word.start <= mention.end + 14 and "onset" in word.row["trigger"]:
            return True
    return False


def is_low(view: SentenceView, count: BloodCount) -> bool:
    """Whether a count is a low one of the review's cells, of this illness."""
    return (
        count.concept == view.context.analyte
        and count.moment in ("plain", "nadir")
        and count.value < LOW
        and count.censored != ">"
    )


def _is_another(piece: Piece, opening: Opening) -> bool:
    """Whether an event is told as another episode, with a fact of its own."""
    view = piece.view
    cues = {m.row["role"] for m in view.triggers("episodes", EPISODE_COLUMNS) if piece.holds(m.start)}
    if "new" in cues:
        return True
    if _STILL_SO.search(view.section_text, max(piece.start, opening.start - 30), opening.start):
        return False
    if _UNCHANGED.match(view.section_text, opening.end):
        return False
    if opening.event is None and ("again" in cues or piece.start > view.start):
        return _has_fact(piece)
    later = [i for i in view.intervals if piece.holds(i.start) and _leads_to(view, i, opening)]
    if "again" in cues:
        places = [g.start for g in view.grades] + [s.start for s in view.severities]
        places += [c.start for c in view.counts if is_low(view, c)]
        return bool(later) or any(piece.holds(place) for place in places)
    return any(i.role == "later" for i in later)


def _cut(piece: Piece, opening: Opening) -> int:
    """Where the text of a further episode begins in its sentence: at the clause of the time or event that opens it."""
    view = piece.view
    times = [
        i.phrase_start
        for i in view.intervals
        if i.role in ("later", "onset") and piece.start <= i.start < opening.start
    ]
    target = min([*times, opening.start])
    breaks = [m.end() for m in _NEW_CLAUSE.finditer(view.section_text, piece.start, target)]
    return breaks[-1] if breaks else piece.start


def _leads_to(view: SentenceView, interval: Interval, opening: Opening) -> bool:
    """ "Two years later, she developed" the event: the time stands before it, in one clause."""
    if interval.role not in ("later", "onset"):
        return False
    if interval.start > opening.start:
        return interval.role == "onset"
    between = view.section_text[interval.end : opening.start]
    if len(between) > 120 or _CLAUSE_BREAK.search(between.replace("i.e.", "")):
        return False
    # at the head of the sentence or clause, or in the clause of the event itself
    head = view.section_text[view.start : interval.start]
    return len(head) < 25 or head.rstrip()[-1:] in ".,;:(" or "," not in between


def _by_drug(ctx: Context, episode: Episode) -> list[Episode]:
    """ "Under X as well as Y": one row for each drug, where the text does not tell the episodes apart otherwise."""
    view = episode.opening.view
    drugs = [m for m in view.labelled("drug") if m.start > episode.opening.end and m.start - episode.opening.end < 90]
    concepts = [mention_drug(m, ctx.protocol) for m in drugs]
    if len(drugs) < 2 or len(set(concepts[:2])) < 2 or ctx.protocol.drug_class in concepts[:2]:
        return [episode]
    if not _BOTH_DRUGS.search(view.section_text[drugs[0].end : drugs[1].start]):
        return [episode]
    return [replace(episode, drug=drug, number=n) for n, drug in enumerate(drugs[:2], start=1)]


def quote(ctx: Context, name: str, section: int, start: int, end: int) -> Evidence:
    """The words of a section from start to end as evidence."""
    return Evidence(name, section, start, end, ctx.sections[section].text[start:end])
