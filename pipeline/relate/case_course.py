"""The course of a patient's episode: what was done, how it ended, what happened when the drug was given again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.concepts.assertion import role_of
from pipeline.concepts.course import Course
from pipeline.concepts.regimen import mention_drug
from pipeline.records import Evidence
from pipeline.relate.case_times import CURES, on_the_same_clock
from pipeline.relate.cases.account import CaseText, Episode, Piece, quote
from pipeline.relate.cases.draft import Draft
from pipeline.relate.cases.status import is_low, status_of
from pipeline.relate.context import Context, SentenceView

ACTIVE = frozenset({"gcsf", "antibiotics", "ivig", "corticosteroids"})
REEXPOSED_AFTER = 180.0
"""Days: an episode later than this belongs to further courses of the drug."""
AT_PRESENTATION = frozenset({"hospitalisation", "antibiotics"})
OF_THE_DRUG = frozenset({"drug_withheld", "drug_discontinued"})
_CLAUSE_END = re.compile(r"[;]|\.(?=\s)|,\s(?:but|and|while|whereas|yet)\s|\b(?:but|whereas|although)\b")
BACK, BACK_ABOVE, TOO_MANY = 1.5, 1.0, 50.0
"""10^9/L: a later count from here on is a recovery; "above 1.0" is enough. The last is a misprint."""
_IT_WAS = re.compile(
    r"\b(?:it|this|they|these|(?:the|his|her) (?:count|value|level)s?) (?:was|were|had risen to|rose to|reached"
    r"|came to)\s$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\b(?:day|week|month|visit)\s\d", re.IGNORECASE)
_MORE = re.compile(r"\b(?:another|further|more)\s(?:\w+\s)?$", re.IGNORECASE)
_HELD_UP = re.compile(
    r"\b(?:to (?:hold|keep|maintain|reach|achieve)|until|once|when|if|baseline|before)\b", re.IGNORECASE
)
_NOT_COUNTED = re.compile(r"\b(?:after|dose|infusion|filgrastim|G-CSF)\b", re.IGNORECASE)
_DOSES = re.compile(r"\b(?:doses?|infusions?|courses?|cycles?|retreatments?)\b", re.IGNORECASE)
_WHITE = re.compile(r"\b(?:white|leu[ck]ocytes?|WBC|WCC|granulocytes?)\b", re.IGNORECASE)
_LATER_DOSE = re.compile(
    r"\b(?:second|third|fourth|next|following|further|subsequent|later|repeat|another|more|remaining)\s"
    r"(?:[\w-]+\s){0,2}(?:doses?|infusions?|courses|cycles?|administrations?|injections?)\b|\bre-?treatments?\b"
    r"|\b(?:second|third|fourth|next|another) course\b"
    r"|\b(?:doses|infusions|courses|cycles|injections) (?:that|which) followed\b",
    re.IGNORECASE,
)
_AFTER_DOSE = re.compile(r"\b(?:episode|bout|no|without|any)\s(?:\w+\s)?$", re.IGNORECASE)
_AFTER = re.compile(r"\b(?:after|following|since|upon|before)\s(?:the\s|a\s)?$", re.IGNORECASE)
_LIST = re.compile(r"\s?(?:,|/|\+|plus|,?\sand|,?\swith)\s?(?:low-dose |high-dose |oral |intravenous )?")
_OF_ALL_EPISODES = re.compile(
    r"\b(?:both|all|each|every)\s(?:of\s(?:the|these)\s)?(?:[\w-]+\s)?(?:episodes?|events|times?)\b"
    r"|(?:^|[;,]\s)(?:both|all(?:\s(?:three|four))?|each)\s(?:of (?:them|these)\s)?(?:were|was|had|resolved|ended|"
    r"recovered|subsided|required|responded|needed|improved|normali[sz]ed|remitted|went)\b",
    re.IGNORECASE,
)
_BEGUN_BEHIND = re.compile(
    r"\s(?:therapy\s|treatment\s)?(?:(?:was|were)\s)?(?:\w+ly\s|then\s|later\s)?(?:started|introduced|initiated|"
    r"begun|commenced|substituted|given instead|instead)\b"
)
_BEGUN_BEFORE = re.compile(
    r"\b(?:started(?: on)?|began|begun(?: on)?|introduced|initiated|commenced(?: on)?|substituted"
    r"|replaced (?:by|with)|"
    r"in favou?r of|switched to)\s$"
)
# "later treatment with X was complicated by a second episode"
_UNDER = re.compile(
    r"\b(?:(?:later|subsequent|further|renewed|second|another|repeated?|maintenance|new)\s(?:[\w-]+\s)?"
    r"(?:treatment|therapy|courses?|administration|exposure|infusions?|cycles?|doses?)\s(?:with|of|to)|under|on"
    r"|switch(?:ed|ing)? to|"
    r"started on|changed to)\s(?:maintenance\s|the\s)?$",
    re.IGNORECASE,
)
_ONCE = re.compile(
    r"\b(?:once|when|after|upon|on|following|since)\s(?:(?:she|he|they|the|patient|had|has|been|was|being"
    r"|having|her|his)\s)*$",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"\binstead\b", re.IGNORECASE)
_ANNOUNCED = re.compile(
    r"\b(?:we|here|herein)\b[^.;]{0,40}\b(?:report|describe|present)\b|\bis (?:reported|described|presented)\b", re.I
)
_GIVEN = re.compile(
    r"\b(?:given|received|administered|treated|infused|infusions?|doses?|started|initiated|used|added|underwent)\b",
    re.I,
)
_PURPOSE = re.compile(
    r"\s(?:(?:therapy|treatment|pulses?|\d+|mg|\w+ly|(?:was|were) (?:given|started|added))\s){0,3}"
    r"(?:for|against|because of|to treat|on account of)\s(?:the\s|her\s|his\s|an?\s)?",
    re.IGNORECASE,
)
_REJECTION = re.compile(r"\brejection\b|\bflare\b|\brelapse\b|\bGVHD\b|graft", re.IGNORECASE)
_GOING_ON = re.compile(
    r"\b(?:continu\w+|maintain\w+ on|remain\w+ on|still on|stayed on|tapered|reduc\w+|taper(?:ing)? of|under"
    r"|dose of|doses of|low-dose|"
    r"wean\w+ off|off)\s(?:\w+\s)?$",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\bboth\b", re.IGNORECASE)
# "died of stroke": not of the event. An infection named with it may still be one of the event.
_OF_ANOTHER_CAUSE = re.compile(
    r"\b(?:died|death|succumbed|passed away|demise|fatal|killed)\b(?![^.;]*\b(?:sepsis|septic|infect\w*"
    r"|pneumonia|neutropeni\w+"
    r"|fungal|aspergill\w+|bacter\w+|candid\w+|shock|covid\S*|agranulocytosis)\b)"
    r"[^.;]{0,40}?\b(?:of|from|in|due to|by|after|because of|caused by|with|to)\s[^.;]{0,25}?\b(?:stroke"
    r"|strokes|apoplexy|ha?emorrhage|bleeding|"
    r"infarct\w*|heart|cardiac|cancer|carcinoma|lymphoma|leuka?emia|myeloma|malignan\w+|tumou?r|progression"
    r"|progressive|relapse\w*|embol\w+|"
    r"accident|suicide|unrelated|other causes?|another cause|dementia|graft|disease|arrhythmia|trauma|rejection)\b",
    re.IGNORECASE,
)
_EPISODE = re.compile(r"\bepisodes?\b", re.IGNORECASE)
_GIVEN_BACK = re.compile(r"\s(?:was|were|had been)\s(?:\w+\s)?$")
_MEDICINES = frozenset({"drug", "regimen", "co_medication", "management", "CHEMICAL"})
_SUBJECTS = frozenset({"event", "analyte", "infection", "indication", "other_cytopenia"})


def put_course(ctx: Context, draft: Draft, told: CaseText, episode: Episode, later: Sequence[Episode]) -> None:
    """Management, outcome and re-exposure, from the event's sentence onward."""
    management: dict[str, Evidence] = {}
    outcomes: dict[str, Evidence] = {}
    reexposed: Evidence | None = None
    unaffected: Evidence | None = None
    of_all = [
        p
        for e in later
        for p in e.pieces
        if _OF_ALL_EPISODES.search(p.text) and (e.number == episode.number + 1 or not _BOTH.search(p.text))
    ]
    all_resolved = any(
        c.value == "resolved" and not c.negated for p in of_all for c in p.view.courses if p.holds(c.start)
    )
    for piece, course in _presentation(ctx, episode):
        management.setdefault(course.value, piece.view.evidence("", course.start, course.end))
    shared = [p for p in told.shared if episode.number == 1 or _behind_opening(episode, p)]
    told_again = _given_after_announcing(episode)
    for piece in (*episode.pieces, *of_all, *shared):
        view = piece.view
        if role_of(view) in ("background", "aim", "conclusions", "title"):
            continue
        for course in view.courses:
            if not piece.holds(course.start) or course.general:
                continue
            place = view.evidence("", course.start, course.end)
            if course.kind == "management":
                if course.negated or course.prophylactic or _in_regimen(view, course):
                    continue
                if course.value in ACTIVE and (view.index <= told_again or _is_for_something_else(view, course)):
                    continue
                if course.value in ACTIVE and piece in shared and _tells_treatment(view):
                    continue
                if course.value in OF_THE_DRUG and not _of_the_drug(ctx, view, course):
                    continue
                if _after_opening(episode, piece, course):
                    management.setdefault(course.value, place)
                    if course.value == "drug_switched" and _to_the_class(view, course):
                        reexposed = reexposed or place
            elif course.kind == "rechallenge" and _opens(episode, piece, course):
                continue  # given again before this episode: told with the one before
            elif course.kind == "rechallenge" and not course.negated and _of_the_drug(ctx, view, course):
                reexposed = reexposed or place
                if course.value == "no_recurrence":
                    unaffected = unaffected or place
            elif course.kind == "uneventful":
                unaffected = unaffected or place
                reexposed = reexposed or _dose_before(view, course.start)
            elif course.kind == "outcome" and _concerns_event(view, course):
                if course.value == "fatal" and _OF_ANOTHER_CAUSE.search(view.text):
                    continue
                if not course.negated:
                    if course.value != "recurred" or _behind(episode, piece, course):
                        outcomes.setdefault(course.value, place)
                elif course.value == "recurred":
                    unaffected = unaffected or place
                    reexposed = reexposed or _dose_given(view, course)
        for mention in piece.events():
            if status_of(view, mention) == "negated" and mention.start > episode.opening.start:
                unaffected = unaffected or view.evidence("", mention.start, mention.end)
                reexposed = reexposed or _dose_before(view, mention.start)
    risen = _risen(ctx, draft, episode)
    if risen is not None:
        outcomes = outcomes or {"resolved": risen[0]}
        if risen[1] is not None and not CURES & management.keys():
            draft.put("duration_days", risen[1], risen[0])
    if "drug_switched" not in management and {"drug_discontinued", "drug_withheld"} & management.keys():
        replaced = _replaced(episode)
        if replaced is not None:
            management["drug_switched"] = replaced
    if ACTIVE & management.keys():
        management.pop("observation", None)
    if later and later[0].drug is not None:
        management.pop("drug_switched", None)  # "under A and again under B": what was left at the end is B
    if management:
        draft.put("management", tuple(sorted(management)), *[management[k] for k in sorted(management)])
    if "ongoing" in outcomes and "resolved" in outcomes and _is_behind(outcomes["ongoing"], outcomes["resolved"]):
        del outcomes["resolved"]  # "G-CSF helped for some days. A year later she is still neutropenic"
    outcome = next((o for o in ("fatal", "recurred", "resolved", "ongoing") if o in outcomes), None)
    following = later[0] if later else None
    if following is not None and reexposed is None:
        reexposed = _given_again_before(ctx, following)
    # A further episode soon after, without the drug having been given again, is a recurrence of this one
    if (
        following is not None
        and reexposed is None
        and outcome != "fatal"
        and not all_resolved
        and not on_the_same_clock(following)
        and (following.gap_days or 0.0) < REEXPOSED_AFTER
    ):
        place = following.opening.view.evidence("", following.opening.start, following.opening.end)
        outcome, outcomes["recurred"] = "recurred", outcomes.get("recurred", place)
    if following is not None and following.drug is not None and reexposed is None:
        reexposed = quote(ctx, "", following.drug.section, following.drug.start, following.drug.end)
    if outcome is not None:
        draft.put("outcome", outcome, outcomes[outcome])
    if reexposed is not None and following is not None:
        draft.put("rechallenge", "recurrence", reexposed)
    elif reexposed is not None and unaffected is not None:
        draft.put("rechallenge", "no_recurrence", reexposed)
    elif reexposed is not None and outcome == "recurred":
        draft.put("rechallenge", "recurrence", reexposed)


def _is_behind(one: Evidence, other: Evidence) -> bool:
    return (one.section, one.start) > (other.section, other.start)


def _risen(ctx: Context, draft: Draft, episode: Episode) -> tuple[Evidence, float | None] | None:
    """Recovery told by a later count alone, and the days until then where the text counts them from the low count."""
    lowest = draft.values.get("anc_nadir")
    opening = episode.opening
    low_seen = lowest is None
    for piece in episode.pieces:
        view = piece.view
        if role_of(view) in ("background", "aim", "conclusions", "title"):
            continue
        for count in view.counts:
            if not piece.holds(count.start) or (view is opening.view and count.start < opening.start):
                continue
            if count.concept == ctx.analyte and count.value == lowest:
                low_seen = True
                continue
            own = count.concept == ctx.analyte or (
                count.has_unit and _IT_WAS.search(view.text[: count.start - view.start])
            )
            if not own or not low_seen or count.moment in ("earlier", "threshold") or count.censored == "<":
                continue
            if _HELD_UP.search(view.section_text, max(view.start, count.start - 60), count.start):
                continue
            if count.value >= (BACK_ABOVE if count.censored == ">" else BACK) and count.value < TOO_MANY:
                later = [
                    i
                    for i in view.intervals
                    if i.role == "later"
                    and i.days
                    and not _MORE.search(view.section_text, max(view.start, i.start - 12), i.start)
                    and not _NUMBERED.search(view.section_text, i.start, i.end)
                    and (0 <= count.start - i.phrase_end < 30 or 0 <= i.phrase_start - count.end < 3)
                ]
                days = later[-1].days if later and not _NOT_COUNTED.search(view.text) else None
                return view.evidence("", count.start, count.end), days
    return None


def _behind_opening(episode: Episode, piece: Piece) -> bool:
    """Whether something said of all patients is told behind the event that opens a further episode."""
    return (piece.view.section, piece.start) > (episode.opening.view.section, episode.opening.start)


def _presentation(ctx: Context, episode: Episode) -> list[tuple[Piece, Course]]:
    """ "Five weeks after the last dose she was admitted with fever. Her neutrophils were 0": admission told before."""
    found: list[tuple[Piece, Course]] = []
    for piece in reversed(episode.before[-3:]):
        view = piece.view
        if role_of(view) in ("background", "aim", "title"):
            break
        clocks = [i for i in view.intervals if i.role in ("onset", "onset_before", "later") and piece.holds(i.start)]
        dosed = [m for m in view.labelled("drug", "regimen") if piece.holds(m.start)]
        since = min((i.phrase_start for i in clocks), default=None)
        if dosed and since is None:
            break
        for course in view.courses:
            if not piece.holds(course.start) or course.kind != "management" or course.value not in AT_PRESENTATION:
                continue
            if course.negated or course.prophylactic or course.general or _in_regimen(view, course):
                continue
            if dosed and since is not None and course.start < min(since, dosed[-1].start):
                continue
            found.append((piece, course))
        if dosed or clocks:
            break
    return found[::-1]


def _to_the_class(view: SentenceView, course: Course) -> bool:
    """ "She was switched to" another drug of the review, or that "was given instead"."""
    protocol = view.context.protocol
    if _INSTEAD.search(view.section_text, course.start, course.end):
        named = [m for m in view.mentions if 0 <= course.start - m.end <= 20 and m.label in _MEDICINES]
    else:
        named = [m for m in view.mentions if 0 <= m.start - course.end <= 40 and m.label in _MEDICINES][:1]
        named += [m for m in view.labelled("drug") if named and m.start == named[0].start]
    return any(m.label == "drug" and mention_drug(m, protocol) for m in named)


def _given_after_announcing(episode: Episode) -> int:
    """The sentence up to which an announced event was not yet there: that in which the drug is given; else -1.

    "We describe late-onset X in a woman who ... received a kidney under prednisolone. Humoral rejection ... rituximab
    was given. Four months later she had X": prednisolone was no treatment of it.
    """
    view = episode.opening.view
    if not _ANNOUNCED.search(view.text):
        return -1
    behind = [p.view for p in episode.pieces if p.view.index > view.index]
    again = next((v.index for v in behind if any(status_of(v, m) == "affirmed" for m in v.labelled("event"))), -1)
    low = next((v.index for v in behind if any(is_low(v, c) for c in v.counts)), -1)
    first = min((n for n in (again, low) if n >= 0), default=-1)
    given = [v.index for v in behind if v.index < first and v.labelled("drug", "regimen") and _GIVEN.search(v.text)]
    return given[-1] if given else -1


def _is_for_something_else(view: SentenceView, course: Course) -> bool:
    """Steroids and immunoglobulin that are given for a condition, go on, or stand in a sentence without the event."""
    if course.value not in ("corticosteroids", "ivig"):
        return False
    text = view.section_text
    purpose = _PURPOSE.match(text, course.end, min(view.end, course.end + 60))
    if purpose:
        behind = [m for m in view.mentions if 0 <= m.start - purpose.end() <= 25 and m.label in _SUBJECTS]
        if course.value == "corticosteroids":
            return not behind or behind[0].label not in ("event", "analyte", "infection")
        return bool(_REJECTION.search(text, purpose.end(), purpose.end() + 30)) or (
            bool(behind) and behind[0].label in ("indication", "other_cytopenia")
        )
    if course.value != "corticosteroids":
        return False
    if _GOING_ON.search(text, max(view.start, course.start - 40), course.start):
        return True
    return not view.labelled("event", "analyte") and not any(
        c.value in ACTIVE - {"corticosteroids"} or c.kind == "outcome" for c in view.courses
    )


def _tells_treatment(view: SentenceView) -> bool:
    """Whether a sentence tells how the drug was given, and nothing of the event."""
    return bool(view.labelled("drug", "regimen")) and not view.labelled("event", "analyte")


def _dose_before(view: SentenceView, position: int) -> Evidence | None:
    """ "The second infusion was not followed by" the event: the dose, where it is no start of a clock."""
    for match in _LATER_DOSE.finditer(view.section_text, view.start, position):
        if not _AFTER_DOSE.search(view.section_text, max(view.start, match.start() - 30), match.start()):
            return view.evidence("", match.start(), match.end())
    return None


def _replaced(episode: Episode) -> Evidence | None:
    """ "The drug was stopped and X was started": another medicine in its stead, in the same sentence or the next."""
    stopped = -2
    for piece in episode.pieces:
        view = piece.view
        stops = [c for c in view.courses if c.value in OF_THE_DRUG and not c.negated and not c.general]
        if stops:
            stopped = view.index
        if view.index - stopped not in (0, 1) or role_of(view) in ("background", "conclusions"):
            continue
        for mention in view.labelled("co_medication"):
            if not piece.holds(mention.start) or any(m.start == mention.start for m in view.labelled("management")):
                continue
            begun = _BEGUN_BEHIND.match(view.section_text, mention.end) or _BEGUN_BEFORE.search(
                view.section_text, max(piece.start, mention.start - 40), mention.start
            )
            if begun and not (stops and view.index == stopped and mention.start < stops[0].start):
                return view.evidence("", mention.start, mention.end)
    return None


def _opens(episode: Episode, piece: Piece, course: Course) -> bool:
    """Whether a course word stands before the event that opens a further episode, in its sentence."""
    opening = episode.opening
    return episode.number > 1 and piece.view is opening.view and course.start < opening.start


def _given_again_before(ctx: Context, following: Episode) -> Evidence | None:
    """ "At 6 months a further dose was given and 8 weeks later ...": the re-exposure that a further episode follows."""
    view = following.opening.view
    for course in view.courses:
        before = course.start < following.opening.start
        if course.kind == "rechallenge" and before and not course.negated and _of_the_drug(ctx, view, course):
            return view.evidence("", course.start, course.end)
    for mention in view.labelled("drug", "regimen"):
        ahead = following.pieces[0].holds(mention.start) and mention.end <= following.opening.start
        if (
            ahead
            and mention_drug(mention, ctx.protocol)
            and _UNDER.search(view.section_text, view.start, mention.start)
        ):
            return view.evidence("", mention.start, mention.end)
    for interval in view.intervals:
        if interval.role == "onset" and (interval.dose or 0) > 1 and following.pieces[0].holds(interval.start):
            return view.evidence("", interval.anchor_start, interval.anchor_end)
    for anchor in view.anchors:
        if (anchor.dose or 0) > 1 and following.pieces[0].holds(anchor.start):
            return view.evidence("", anchor.start, anchor.end)
    return None


def _dose_given(view: SentenceView, course: Course) -> Evidence | None:
    """ "received the second and third doses with no recurrence": the doses are the re-exposure."""
    match = _DOSES.search(view.section_text, view.start, course.start)
    return view.evidence("", match.start(), match.end()) if match else None


def _clause(view: SentenceView, course: Course) -> tuple[int, int]:
    """Where the clause of a course word begins and ends."""
    text = view.section_text
    start = max((m.end() for m in _CLAUSE_END.finditer(text, view.start, course.start)), default=view.start)
    stop = _CLAUSE_END.search(text, course.end, view.end)
    return start, stop.start() if stop else view.end


def _of_the_drug(ctx: Context, view: SentenceView, course: Course) -> bool:
    """Whether a re-exposure is one to the review's drug: no other drug is named alone in its clause."""
    start, end = _clause(view, course)
    clause = [m for m in view.mentions if start <= m.start < end]
    if course.kind == "rechallenge":
        named = [m for m in clause if m.label in _MEDICINES and m.end <= course.start]
        if named and _GIVEN_BACK.search(view.section_text, named[-1].end, course.start):
            # "X and Y were resumed": what stands before the verb is what was given
            listed = [named[-1]]
            for m in reversed(named[:-1]):
                if not _LIST.fullmatch(view.section_text, m.end, listed[-1].start):
                    break
                listed.append(m)
            known = [m for m in clause if m.label in ("drug", "regimen")]
            return any(m.start < k.end and k.start < m.end for m in listed for k in known)
    ours = any(m.label in ("drug", "regimen") for m in clause)
    return ours or not any(m.label in ("co_medication", "management") for m in clause)


def _behind(episode: Episode, piece: Piece, course: Course) -> bool:
    """A recurrence is told after the event that it follows, and not by the words that open a further episode."""
    view = episode.opening.view
    if piece.view.index < view.index:
        return False
    return piece.view.index > view.index or (course.start > episode.opening.end and episode.number == 1)


def _in_regimen(view: SentenceView, course: Course) -> bool:
    """ "cyclophosphamide, vincristine and prednisone": part of what was given with the drug.

    Antibiotics are part of no regimen ("discontinuation of the drug and antibiotics").
    """
    if course.value == "antibiotics":
        return False
    return any(
        m.label in ("co_medication", "drug")
        and m.end <= course.start
        and _LIST.fullmatch(view.section_text, m.end, course.start)
        for m in view.mentions
    )


def _after_opening(episode: Episode, piece: Piece, course: Course) -> bool:
    """Treatment of the episode is told with it or after it; leaving the drug, admission and watching likewise."""
    if piece.view.index > episode.opening.view.index or piece not in episode.pieces:
        return True
    if _AFTER.search(piece.view.section_text, max(0, course.start - 14), course.start):
        return False  # "developed it after switching to": what came before
    if course.value == "drug_switched" and _ONCE.search(piece.view.section_text, piece.start, course.start):
        return False  # "developed it once she had been switched to"
    return course.start > episode.opening.start or course.value in ("hospitalisation", "observation")


def _concerns_event(view: SentenceView, course: Course) -> bool:
    """Whether an outcome word speaks of the event or the patient, and not of an infection, a condition, other cells.

    A recurrence needs the event or an episode in its clause; recovery only must not be that of something else.
    """
    start, end = _clause(view, course)
    clause = [m for m in view.mentions if start <= m.start < end and m.label in _SUBJECTS]
    own = [m for m in clause if m.label == "event" or (m.label == "analyte" and m.concept == view.context.analyte)]
    if course.value == "fatal" and all(m.label == "infection" for m in clause if m not in own):
        return True
    if course.value == "resolved" and any(m.label == "analyte" and _WHITE.search(m.text) for m in clause):
        return True
    if course.value == "recurred":
        others = [m for m in clause if m not in own and m.end <= course.start and course.start - m.end <= 30]
        if course.negated and not [m for m in clause if m not in own]:
            return True
        return (bool(own) and not others) or bool(_EPISODE.search(view.section_text, start, end))
    return bool(own) or not clause or bool(_EPISODE.search(view.section_text, start, end))
