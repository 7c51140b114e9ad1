"""What was done about an episode and how it went on: management, outcome, re-exposure.

    "responded to G-CSF and antibiotics"     gcsf, antibiotics; resolved
    "the count rose without treatment"       observation; resolved
    "the drug was not given again"           drug_discontinued
    "G-CSF was not given"                    nothing
    "primary prophylaxis with G-CSF"         nothing: not a treatment of the episode
    "restarted, with no recurrence"          rechallenge no_recurrence

Words and values are corpora/common/triggers/management.csv and course.csv; what cancels them is course_scope.csv.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.concepts.course_again import reexposures, stayed_normal, was_borne_well
from pipeline.concepts.course_reexposed import borne_again
from pipeline.concepts.course_wording import (
    immunoglobulin_given,
    is_of_the_effect,
    kept_from_all,
    recoveries,
    was_in_vain,
)
from pipeline.concepts.phrases import Match, Word, Words, trigger_table, words

COURSE_COLUMNS = ("trigger", "kind", "value", "source")
SCOPE_COLUMNS = ("trigger", "role", "source")
# Values that speak of the drug itself: they need its name, or a word for it, in the same clause.
ABOUT_THE_DRUG = frozenset({"drug_discontinued", "drug_withheld", "drug_switched"})

_CLAUSE = re.compile(
    r"[;:]|\.(?=\s|$)|,\s(?:but|and|although|while|whereas|then)\b|\b(?:but|although|whereas)\b"
    # "one without treatment and the other with X"
    r"|\band\s(?=(?:the\s(?:first|second|third|other|others|latter|former|younger|elder|rest)|one|two|three)\b)",
    re.IGNORECASE,
)
# "declined further X and began Y"
_REFUSED_FOR_ANOTHER = re.compile(
    r"\b(?:declined|refused)\s(?:any\s)?(?:further|more)\s[\w-]+(?:\s\w+)?\sand\s"
    r"(?:began|started|was (?:put|started) on|changed to)\b",
    re.IGNORECASE,
)
# "refused further infusions", "declined any further X"
_REFUSED = re.compile(
    r"\b(?:declined|refused)\s(?:any\s|all\s)?(?:further|more|additional)\s(?:[\w-]+\s){0,2}?(?:\w+mab|infusions?|doses?"
    r"|injections?|courses?|cycles?|maintenance)\b",
    re.IGNORECASE,
)
_TO_A_LEVEL = re.compile(
    r"\s(?:\w+ly\s)?(?:to|towards?|into|above|within|up|in the normal|in normal|at normal)\b", re.IGNORECASE
)
_CELLS = re.compile(
    r"\b(?:counts?|(?:white|blood) cells|neutrophils?|leu[ck]ocytes?|granulocytes?|ANC|values?"
    r"|levels?)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_FOR_A_WHILE = re.compile(
    r"\bfor\s(?:[\w-]+\s){1,2}(?:days|weeks|months|month|week)\b|\b(?:then|until|restarted|resumed|reintroduced"
    r"|temporarily)\b",
    re.IGNORECASE,
)
_LEFT, _RIGHT = 6, 6
_OWN_SUBJECT = re.compile(r",\s(?=(?:an?|the|she|he|it|we|they)\s)", re.IGNORECASE)
# Behind a treatment: "support was not required", "was considered but not given"
_NOT_GIVEN = re.compile(
    r"\s(?:(?:support|therapy|treatment|administration|injections?|use|prophylaxis|was|were|and|or|other|any"
    r"|antibiotics)\s){0,3}"
    r"(?:(?:was|were|is)\s(?:\w+ly\s)?(?:not|never|neither)\s(?!effective|successful|sufficient|helpful"
    r"|followed|enough|only|able)"
    r"|(?:was|were)\s(?:considered|discussed|planned|offered|proposed|recommended|suggested),?\s(?:but|and|yet)\s"
    r"(?:\w+\s){0,3}(?:not|never|declined|refused|unnecessary|withheld)\b"
    r"|(?:proved|was|were|became)\s(?:unnecessary|withheld|avoided)\b)",
    re.IGNORECASE,
)
_REFRACTORY = re.compile(r"\b(?:refractory|resistant|unresponsive)\sto\s(?:[\w-]+\s){0,2}$", re.IGNORECASE)
_FAILED = re.compile(r"\s(?:had\s|has\s|therapy\s|treatment\s)*failed\b", re.IGNORECASE)
# "were given the drug again"
_GIVEN_AGAIN = re.compile(
    r"(?<!not )(?<!never )\b(?:given|received|treated with|exposed to|put on|started on"
    r"|administered)\s(?:[\w-]+\s){1,3}"
    r"(?:again|once more|a second time)\b",
    re.IGNORECASE,
)
# "has not been readministered", "was never again started": not "was not to be", and no advice
_NOT_YET = re.compile(
    r"\b(?:was|were|has|have|had|is|are)\s(?:not|never)\s(?:been\s|yet\s|yet\sbeen\s|since\s|since\sbeen\s|again\s)?$",
    re.IGNORECASE,
)
# Behind "no further": doses, or the drug itself, that the patient did not get
# "has not been given the drug since", "never received it again"
_NOT_SINCE = re.compile(
    r"\b(?:not|never)\s(?:been\s)?(?:given|received|treated with|had|exposed to|re-?treated with)\s(?:[\w-]+\s){1,3}?"
    r"(?:since|again|any\s?more|thereafter|afterwards)\b"
    r"|\b[\w-]+(?:\s(?:therapy|treatment|infusions?))?\s(?:has|have|had|was|were)\s(?:since\s)?(?:not|never)\s(?:since\s)?(?:been\s)?"
    r"(?:repeated|continued|(?:given|used)\s(?:again|since|any\s?more|thereafter|afterwards))\b"
    r"|\b(?:kept|stayed|remained|remains|been|is|was)\soff\s(?:the\s)?[\w-]+\b",
    re.IGNORECASE,
)
# "The next cycles were given with G-CSF": to prevent it
_DOSES_UNDER = re.compile(
    r"\b(?:doses?|infusions?|courses?|cycles?|chemotherapy)\s(?:was|were)\s(?:\w+ly\s)?(?:given|administered|continued"
    r"|resumed|completed)\s(?:with|under)\s(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_OF_THE_CONDITION = re.compile(
    r"\b(?:rejection|flares?|relapses?|disease|vasculitis|nephritis|proteinuria|arthritis|attacks?|ha?emolysis|lesions?)\s"
    r"(?:[\w-]+\s){1,4}$",
    re.IGNORECASE,
)
_NO_FURTHER_DOSE = re.compile(
    r"\s(?![^.;,]{0,40}\b(?:necessary|needed|required|called for)\b)(?:[\w-]+\s){0,3}?(?:doses?|infusions?|treatments?"
    r"|therapy|courses?|cycles?|administrations?|injections?|exposure|maintenance|antibody|antibodies|immunotherapy"
    r"|\w+mab)\b",
    re.IGNORECASE,
)
_WAS_GIVEN = re.compile(
    r"\s(?:was|were|had been|has been)\s(?:\w+\s){0,2}?(?:given|administered|infused|started|begun|tolerated"
    r"|repeated)\b",
    re.IGNORECASE,
)
_WAS = re.compile(r"\b(?:was|were|been|being|is|are)\s(?:\w+\s)?$", re.IGNORECASE)
_CONTAINED = re.compile(
    r"\s(?:\d|no\b|few\b|many\b|some\b|only\b|about\b|over\b|more\b|several\b|(?:[\w-]+\s){0,3}"
    r"(?:cases|reports|records|cells|entries)\b)",
    re.IGNORECASE,
)
# "Dose 2 was delayed by a week", "the second infusion was pushed back"
_PUT_BACK = re.compile(
    r"\b(?:dose|infusion|course|cycle|injection)s?(?:\s(?:(?:no\.?|of)\s)?\w+)?\s(?:was|were|had\sto\sbe)\s(?:\w+ly\s)?"
    r"(?P<what>delayed|pushed\sback|put\sback|moved\sback|held\sback|rescheduled)\b",
    re.IGNORECASE,
)
_OF_NO_USE = frozenset({"effective", "successful", "sufficient", "helpful", "followed", "enough", "only", "able"})
_TRIED = frozenset({"gcsf", "ivig", "antibiotics"})
_GIVEN_IN_VAIN = _TRIED | {"corticosteroids"}
_SUBJECT = frozenset({"it", "this", "she", "he", "they", "the", "her", "his", "neutropenia", "count", "counts", "anc"})
_SEEN_TO = re.compile(r"\s(?:to|with|in)\b")
# "asymptomatic, not treated, 1.7 a week later": in a list of keywords
_NOT_TREATED = re.compile(r"(?:^|[,;:(]\s)(?P<what>not\streated)(?=\s?(?:[,;)]|\.(?:\s|$)))")
# "no treatment, normal two weeks later"
_NORMAL_THEN = re.compile(
    r"(?:^|[.;:,(]\s?|\band\s|\bcounts?\s)normal\s(?:(?:[\w-]+\s){1,3}(?:days?|weeks?|months?)\s(?:later"
    r"|afterwards|thereafter)\b"
    r"|(?:after|within|by|on day)\s)",
    re.IGNORECASE,
)

# What rose, came back or was normal is the last thing named before: a rate or B cells are not the count
_ROSE = frozenset(
    {
        "rose",
        "increased to",
        "rapid increase",
        "came back",
        "improved",
        "was normal",
        "were normal",
        "became normal",
        "returned to normal",
        "return to normal",
        "regained",
        "rebounded",
        "recovered",
        "recovery",
        "restored",
    }
)
_RISING = re.compile(
    r"\b(?:(?P<other>numbers?|rates?|incidences?|proportions?|percentages?|frequenc(?:y|ies)|risks?|odds|share|prevalence|(?:memory\s|naive\s)?B[-\s](?:cells?|lymphocytes?)"
    r"|CD\d+\S*(?:\scells?)?|Ig[GMA]|immunoglobulins?|titres?|titers?|survival|proteinuria|albumin|creatinine|ha?emoglobin|platelets?)"
    r"|(?P<own>neutro\w+|granulocyt\w+|agranulocyt\w+|ANC|LON|EON|leu[ck]ocyt\w+|leu[ck]open\w+|white|WBC|WCC|counts?|patients?|episodes?|she|he|they|it|both|all))\b",
    re.IGNORECASE,
)
# "All other toxicity was short-lived", "the adverse events were reversible": not of the event as such
_OF_TOXICITY = re.compile(
    r"\b(?:(?P<other>toxicit(?:y|ies)|toxic\seffects|adverse\s(?:events|effects|reactions)|side[-\s]effects|AEs|reactions|myelosuppression)"
    r"|(?P<own>neutro\w+|granulocyt\w+|agranulocyt\w+|ANC|LON|EON|leu[ck]ocyt\w+|leu[ck]open\w+|white|WBC|WCC|counts?|episodes?|patients?|she|he"
    r"|they|it|both))\b",
    re.IGNORECASE,
)
# "80% of the patients responded", "37 of 40 patients responded": the treated condition did
_SHARE_OF_PATIENTS = re.compile(
    r"(?:\d\s?%\)?|\bper\s?cent|\d\s?(?:of|/)\s?(?:the\s)?\d+)\s(?:[\w-]+\s){0,5}$"
    r"|\b(?:tumou?rs?|lymphomas?|disease|lesions)\s(?:had\s)?$",
    re.IGNORECASE,
)
_TO_TREATMENT_OF_IT = re.compile(
    r"\s(?:\w+ly\s|well\s)?to\s(?:[\w-]+\s){0,3}?(?:(?:GM-?|G-?)?CSF|\w*filgrastim|lenograstim|colony|growth|antibiotics?|IVIG|immunoglobulins?"
    r"|support\w*|it\b|this\b)",
    re.IGNORECASE,
)
# "It persisted for five weeks": how long it lasted; it is not there still
_FOR_A_TIME = re.compile(
    r"\s(?:for|over|during)\s(?:(?:a|the|about|another|only|some|almost|nearly|approximately|further|median|mean"
    r"|total|of|at|least|more|than)\s)*"
    r"(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|many)",
    re.IGNORECASE,
)
# "rising to 1.5%": no count of cells
_TO_PERCENT = re.compile(r"(?:\sto)?\s\d+(?:[.,\u00b7]\d+)?\s?%")
_DECIDED = ("not to ", "against ")
_RESPONSES = frozenset({"responded", "rapid response", "good response", "favorable response"})
_OF_THE_EVENT = re.compile(r"neutrop|agranulo|LON$|EON$", re.IGNORECASE)
_WAS_TREATED = re.compile(r"\b(?:treat|given|gave|receiv|infus|administ|us(?:ed|ing)|expos|start|tak)", re.IGNORECASE)
# "neutrophils and platelets had returned to normal"
_BESIDE = re.compile(r"\s(?:counts?\s)?(?:,|and|&|as\swell\sas)\s(?:the\s)?")

_AND = frozenset({"and", "then", "but"})
_WAS_GIVEN_WORDS = frozenset({"was", "had", "received", "got", "given", "needed", "required"})

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Course:
    """One thing said of the course: its kind, its value, its words.

    Kinds: "management" and "outcome" with the values of the data dictionary; "rechallenge" with "reexposure" (given
    again) or "no_recurrence" (given again safely); "uneventful" ("without complications").

    `negated`: the text says that it was not so. `prophylactic`: given to prevent, or before the event. `general`: said
    of such illness in general, advised or feared.
    """

    start: int
    end: int
    kind: str
    value: str
    negated: bool = False
    prophylactic: bool = False
    general: bool = False


def find_course(text: str, drugs: Sequence[Span] = (), tokens: Words | None = None) -> tuple[Course, ...]:
    """Management, outcome and re-exposure words of a sentence, in order, each with what cancels it.

    `drugs` are spans of named drugs of any kind: leaving, holding or changing a drug needs one in its clause.
    `tokens` are the words of the text where the caller has them already.
    """
    if tokens is None:
        tokens = words(text)
    heads = tokens.heads
    managed, went = (list(trigger_table(name, COURSE_COLUMNS).find(tokens)) for name in ("management", "course"))
    # "no further episodes" is no "no further" dose of the drug
    covered = [(c.first, c.last) for c in went if c.last > c.first]
    matches = [m for m in managed if not any(a <= m.first and m.last < b for a, b in covered)] + went
    low = text.lower()
    found = [
        Course(m.start(), m.end(), "management", "drug_switched")
        for m in (_REFUSED_FOR_ANOTHER.finditer(text) if "refused" in low or "declined" in low else ())
        if any(m.start() < d[0] < m.end() for d in drugs)
    ]
    if not found and ("refused" in text or "declined" in text):
        found += [Course(m.start(), m.end(), "management", "drug_discontinued") for m in _REFUSED.finditer(text)]
    if "normal" in text:
        found += [Course(m.start(), m.end(), "outcome", "resolved") for m in _NORMAL_THEN.finditer(text)]
    if "not treated" in text:
        found += [Course(*m.span("what"), "management", "observation") for m in _NOT_TREATED.finditer(text)]
    if " again" in text or " once more" in text:
        found += [
            Course(m.start(), m.end(), "rechallenge", "reexposure")
            for m in _GIVEN_AGAIN.finditer(text)
            if any(m.start() < d[0] < m.end() for d in drugs)
        ]
    if "delayed" in text or " back" in text or "rescheduled" in text:
        found += [Course(*m.span("what"), "management", "drug_withheld") for m in _PUT_BACK.finditer(text)]
    if " not " in text or " never " in text or " off " in text:
        found += [
            Course(m.start(), m.end(), "management", "drug_discontinued")
            for m in _NOT_SINCE.finditer(text)
            if any(d[0] < m.end() and m.start() < d[1] for d in drugs)
        ]
    found += [Course(start, end, "outcome", "resolved") for start, end in recoveries(text, heads)]
    found += [Course(start, end, "management", "ivig") for start, end in immunoglobulin_given(text)]
    found += [Course(start, end, "uneventful", "uneventful") for start, end in stayed_normal(text, heads)]
    for start, end in reexposures(text, drugs, heads):
        well = was_borne_well(text, start, end, _clause(text, end)[1])
        found.append(Course(start, end, "rechallenge", "no_recurrence" if well else "reexposure"))
    found += [Course(start, end, "rechallenge", "no_recurrence") for start, end in borne_again(text, drugs, heads)]
    kept = kept_from_all(text, heads)
    if kept is not None and _about_drug(text, kept, drugs):
        found = [c for c in found if c.kind != "rechallenge"]
        found.append(Course(*kept, "management", "drug_discontinued"))
        matches = [m for m in matches if m.row["kind"] != "rechallenge" and m.row["value"] != "drug_discontinued"]
    if not matches:
        return tuple(found)
    scope_words = _scope_words(tokens)
    general = next((m.start for m in scope_words if m.row["role"] == "general"), -1)
    literature = any(m.row["role"] == "literature" for m in scope_words)
    for match in matches:
        value = match.row["value"]
        clause = _clause(text, match.start)
        if value in ABOUT_THE_DRUG and not _about_drug(text, clause, drugs):
            continue
        if match.row["trigger"].startswith(_DECIDED) and _is_of_a_treatment(match, matches, clause):
            continue  # "it was decided not to use G-CSF"
        if match.row["trigger"] == "no further" and not _NO_FURTHER_DOSE.match(text, match.end):
            continue  # "no further neutropenia", "no further dose has been necessary"
        if match.row["trigger"] == "held" and not _is_put_off(text, match.start, match.end):
            continue  # "the register held 70 cases"
        reach = 2 if match.row["kind"] == "rechallenge" else _LEFT
        of_illness = text[: match.end].endswith(" course") and not _WAS_GIVEN.match(text, match.end)
        if match.row["kind"] == "rechallenge" and of_illness and not _named(drugs, clause):
            continue  # "the further course was uneventful": of the illness
        if value == "observation" and text[: match.end].endswith("observed") and _SEEN_TO.match(text, match.end):
            continue  # "was observed to have": seen
        roles = _scope(
            tokens, match.first, match.last, (_subject_behind_comma(text, clause[0], match.start), clause[1]), reach
        )
        if match.row["kind"] == "management" and _NOT_GIVEN.match(text, match.end):
            roles.add("negates")
        if value == "resolved" and is_of_the_effect(text, match.start, match.end):
            continue
        if match.row["trigger"] in _ROSE and _rises_elsewhere(text, match.start):
            continue
        if value == "resolved" and _is_of_others(text, match, clause[0]):
            continue
        if (
            value == "ongoing"
            and match.row["trigger"] == "persisted"
            and _FOR_A_TIME.match(text, match.end)
            and " not " not in text
        ):
            continue
        if value == "resolved" and _TO_PERCENT.match(text, match.end):
            continue
        if match.row["trigger"] == "once more" and not (
            _WAS_TREATED.search(text, *clause) or _about_drug(text, clause, drugs)
        ):
            continue  # "the count fell once more"
        if "negates" in roles and value in _GIVEN_IN_VAIN and was_in_vain(text, match.start, match.end, clause):
            roles.discard("negates")
        if value == "gcsf" and _DOSES_UNDER.search(text, max(clause[0], match.start - 80), match.start):
            roles.add("prophylaxis")
        if value == "corticosteroids" and "tried" in roles and _OF_THE_CONDITION.search(text, clause[0], match.start):
            continue  # "the rejection did not yield to steroids"
        if value in _TRIED and _FAILED.match(text, match.end):
            roles.discard("before")
        if value == "gcsf" and _REFRACTORY.search(text, max(0, match.start - 40), match.start):
            roles.discard("before")
        if value == "reexposure" and was_borne_well(text, match.start, match.end, clause[1]):
            value = "no_recurrence"
        kind = match.row["kind"]
        not_yet = value == "reexposure" and _named(drugs, clause)
        if not_yet and _NOT_YET.search(text, max(0, match.start - 24), match.start):
            kind, value, roles = "management", "drug_discontinued", set()
        if value == "recurred" and _came_back(text, match.start, match.end, clause):
            value = "resolved"
        if match.row["trigger"] == "came back" and _is_of_event(text, match.start):
            value = "recurred"
        if value == "drug_discontinued" and match.row["trigger"] == "paused" and _FOR_A_WHILE.search(text, match.end):
            value = "drug_withheld"
        found.append(
            Course(
                match.start,
                match.end,
                kind,
                value,
                "negates" in roles and not _stands_alone(match, tokens),
                value not in ABOUT_THE_DRUG and bool({"prophylaxis", "before"} & roles),
                literature or 0 <= general < match.start or "feared" in roles,
            )
        )
    return tuple(sorted(found, key=lambda c: (c.start, c.kind, c.value)))


def _is_of_a_treatment(match: Match, matches: Sequence[Match], clause: Span) -> bool:
    """Whether what was decided against is a treatment of the event, named behind the decision, and not the drug."""
    return any(m.row["value"] in _GIVEN_IN_VAIN and match.end <= m.start < clause[1] for m in matches)


def _rises_elsewhere(text: str, position: int) -> bool:
    """ "The number rose to 57", "the CD20-positive cells were 0.05 % and rose to 7 %": of what was named last."""
    named = [m for m in _RISING.finditer(text, 0, position)]
    if not named or named[-1]["other"] is None:
        return False
    before = named[-2] if len(named) > 1 else None
    return before is None or before["own"] is None or not _BESIDE.fullmatch(text, before.end(), named[-1].start())


def _is_of_others(text: str, match: Match, start: int) -> bool:
    """ "All other toxicity was transient", "80 % responded": of toxicity as such, or of the treated condition."""
    if match.row["trigger"] in _RESPONSES and _SHARE_OF_PATIENTS.search(text, start, match.start):
        return _TO_TREATMENT_OF_IT.match(text, match.end) is None
    named = list(_OF_TOXICITY.finditer(text, start, match.start))
    return bool(named) and named[-1]["other"] is not None


def _is_of_event(text: str, position: int) -> bool:
    """ "The neutropenia came back": what is named last is the event and not the cells."""
    named = [m for m in _RISING.finditer(text, 0, position)]
    return bool(named) and _OF_THE_EVENT.match(named[-1].group()) is not None and "neutroph" not in named[-1].group()


def _is_put_off(text: str, start: int, end: int) -> bool:
    """ "Held" of a drug: it was held, or someone held a drug or dose; not "the marrow held few cells"."""
    return bool(_WAS.search(text, max(0, start - 25), start)) or not _CONTAINED.match(text, end)


def _came_back(text: str, start: int, end: int, clause: Span) -> bool:
    """ "The count returned to normal", "was back in the normal range": what came back is the cells, not the illness."""
    word = text[start:end].lower()
    cells = bool(_CELLS.search(text, clause[0], start))
    if word.endswith("reappeared"):
        return cells
    return word.endswith(("returned", "back")) and (cells or bool(_TO_A_LEVEL.match(text, end)))


def _clause(text: str, position: int) -> Span:
    start = max((m.end() for m in _CLAUSE.finditer(text, 0, position)), default=0)
    stop = _CLAUSE.search(text, position)
    return start, stop.start() if stop else len(text)


_DRUG_WORDS = re.compile(
    r"\b(?:therapy|treatment|drug|infusions?|injections?|doses?|medication|antibody|immunotherapy|cycle|course|"
    r"maintenance|rechallenge)\b",
    re.IGNORECASE,
)


_IT = re.compile(
    r"\W*(?:it|(?:the|her|his)\s(?:second|third|fourth|fifth|sixth|seventh|eighth|next))\s(?:was|has been|is)\s"
    r"(?:\w+\s){0,2}"
    r"(?:not|never|stopped|discontinued|withheld|held|withdrawn|postponed|delayed|omitted|deferred)\b",
    re.IGNORECASE,
)


def _stands_alone(match: Match, tokens: Sequence[Word]) -> bool:
    """ "no fever and no treatment", "without infection and resolved": the word before denies something else."""
    if match.row["value"] == "observation":
        return tokens[match.first].text in ("no", "without")
    if match.row["kind"] != "outcome":
        return False
    # "No treatment was given and it resolved"
    ahead = [w.text for w in tokens[max(0, match.first - 4) : match.first]]
    joined = max((n for n, w in enumerate(ahead) if w == "and"), default=-1)
    return joined >= 0 and _SUBJECT.issuperset(ahead[joined + 1 :])


def _named(drugs: Sequence[Span], clause: Span) -> bool:
    return any(clause[0] <= d[0] < clause[1] for d in drugs)


def _about_drug(text: str, clause: Span, drugs: Sequence[Span]) -> bool:
    if _IT.match(text, clause[0]):
        return True  # "It was not re-administered"
    return _named(drugs, clause) or bool(_DRUG_WORDS.search(text, clause[0], clause[1]))


def _subject_behind_comma(text: str, start: int, position: int) -> int:
    """ "As she had no fever, a wait-and-see policy": where the clause with a subject of its own begins."""
    return max((m.end() for m in _OWN_SUBJECT.finditer(text, start, position)), default=start)


def _is_given_besides(between: Sequence[Word]) -> bool:
    """Whether another verb of giving follows a conjunction: what stands before that is said of another treatment."""
    texts = [w.text for w in between]
    return any(a in _AND and b in _WAS_GIVEN_WORDS for a, b in pairwise(texts))


def _scope_words(tokens: Sequence[Word]) -> list[Match]:
    return list(trigger_table("course_scope", SCOPE_COLUMNS).find(tokens))


def _scope(tokens: Sequence[Word], first: int, last: int, clause: Span, reach: int) -> set[str]:
    """The roles of scope words close to a trigger, within its clause."""
    left = [w for w in tokens[max(0, first - reach) : first] if w.start >= clause[0]]
    right = [w for w in tokens[last + 1 : last + 1 + _RIGHT] if w.end <= clause[1]]
    table = trigger_table("course_scope", SCOPE_COLUMNS)
    roles = {
        m.row["role"]
        for m in table.find(left)
        # "maintenance was suspended and X given": not "maintenance with X"
        if not (m.row["trigger"] == "maintenance" and any(w.text in {"was", "were"} for w in left[m.last + 1 :]))
        # "took an antibiotic as prophylaxis and had G-CSF"
        and not (m.row["role"] == "prophylaxis" and _is_given_besides(left[m.last + 1 :]))
        # "without fever, which resolved"
        and not (m.row["role"] == "negates" and any(w.text in {"which", "who"} for w in left[m.last + 1 :]))
    }
    behind = {m.row["role"] for m in table.find(right)}
    denied = len(right) > 1 and right[0].text in {"was", "were", "is"} and right[1].text in {"not", "never"}
    if denied and not (len(right) > 2 and right[2].text in _OF_NO_USE):
        roles.add("negates")
    # "steroid-dependent", "prednisone-resistant"
    next_word = {m.row["role"] for m in table.find(right[:1])}
    return roles | (behind & {"prophylaxis"}) | (next_word & {"before"})
