"""What kind of study an article reports, by PubMed's publication types and the authors' own words.

    "a randomised trial", "randomly assigned"            rct
    "single-arm, phase II trial", "open-label phase 1b"  single_arm_trial
    "records of 160 patients were reviewed"              cohort
    "we report a case", one patient                      case_report

The words are corpora/common/triggers/study_type.csv; each has a rank, and the highest rank that the article's own part
(not its background) reaches decides. The title outranks the text. None where nothing tells.
"""

from __future__ import annotations

import re

from pipeline.concepts import assertion
from pipeline.concepts.phrases import AnyOf
from pipeline.relate.context import Context, SentenceView

COLUMNS = ("trigger", "study_type", "rank", "source")
CONDUCT_COLUMNS = ("trigger", "kind", "source")
SINGLE_COLUMNS = ("trigger", "kind", "source")

BY_PUBLICATION_TYPE = {
    "Meta-Analysis": "systematic_review",
    "Systematic Review": "systematic_review",
    "Randomized Controlled Trial": "rct",
    "Clinical Trial, Phase I": "single_arm_trial",
    "Clinical Trial, Phase II": "single_arm_trial",
    "Clinical Trial, Phase III": "single_arm_trial",
    "Clinical Trial": "single_arm_trial",
    "Case Reports": "case_report",
    "Observational Study": "cohort",
    "Practice Guideline": "other",
    "Guideline": "other",
    "Review": "review",
}
_TITLE_BONUS = 2.5
_OF_OTHER_WORK = 4.0
_LEAST_OF_OWN = 5.0  # below, the words of chance are of others' trials
_IN_PASSING = 2.0  # words of the background that score no more say nothing of the own study
_ONE_PATIENT = re.compile(
    r"\b(?:\d{1,3}[\s-]?(?:year|yr|month)s?[\s-]old|(?:man|woman|girl|boy|male|female)\s(?:aged|of)"
    r"|an?\s(?:\w+\s)?(?:woman|man|girl|boy)\s(?:with|in|who))\b",
    re.IGNORECASE,
)


# "hence this chart review", behind a background in the same paragraph
_OWN_STUDY = re.compile(
    r"\b(?:this|our|(?:the\s)?(?:present|current)|we\s(?:therefore\s|thus\s)?(?:conducted|performed|undertook|did|carried\sout)(?:\san?)?)\s"
    r"(?:[\w-]+\s){0,4}$",
    re.IGNORECASE,
)
_TRIALS = frozenset({"rct", "single_arm_trial"})
# "has outperformed it in phase III studies", "outside clinical trials": several, of others
_TRIALS_BEHIND = re.compile(r"\s?(?:[\w-]+\s){0,2}?(?:trials|studies|programmes?|populations?)\b", re.IGNORECASE)
_OUTSIDE = re.compile(r"\b(?:outside|beyond|unlike|contrast\sto)\s(?:of\s)?(?:[\w-]+\s){0,2}$", re.IGNORECASE)
# "should be compared in a randomised trial", "a randomised study is warranted"
_STILL_TO_COME = re.compile(
    r"\b(?:should|needs?\sto|await\w*|warrant\w*|(?:is|are|seems?)\s(?:now\s)?(?:needed|justified|required|planned|ongoing|under\s?way)"
    r"|future|merits?|deserv\w+)\b",
    re.IGNORECASE,
)
# "report of six patients", "four patients from our department": in a title
_TITLE_SERIES = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|[2-9]|1[0-4])\s(?:[\w-]+\s){0,2}"
    r"(?:patients|cases|children|women|men|adults)\b",
    re.IGNORECASE,
)

OF_OTHERS = frozenset({"single_arm_trial", "registry", "other", "cohort", "review", "preclinical", "pharmacovigilance"})
"""Kinds of study whose words a case report uses of other work too."""
POPULATION = 1000
_A_COHORT = 15
"""So many persons in one group are no series of cases."""
_POPULATION = re.compile(
    r"\bpost-?marketing\b|\bworld-?wide\b|\bglobally\b"
    r"|\b(?:people|patients|persons)\b[^.;]{0,20}\bhave\s(?:now\s|so far\s|since\s)?"
    r"(?:received|been (?:treated|exposed))\b"
    r"|\b(?:treated|exposed)\s(?:so far|to date)\b",
    re.IGNORECASE,
)
_LITERATURE = re.compile(
    r"\b(?:literature|pubmed|medline|embase|published|(?:further|previous|previously|other|reported) (?:\w+ )?cases|"
    r"FAERS|vigibase)\b",
    re.IGNORECASE,
)
# Quick looks at the text in small letters, before the patterns above are tried
_MAY_TELL_PATIENT = AnyOf(("old", "man", "girl", "boy", "male"))
_MAY_TELL_LITERATURE = AnyOf(("literature", "pubmed", "medline", "embase", "published", "cases", "faers", "vigibase"))
_TITLE_CASE = re.compile(
    r"\b(?:a|one)\s(?:[\w-]+\s)?(?:case|woman|man|girl|boy|child)\b(?!\s(?:series|control|study))", re.I
)
_TWO_OF_A_FAMILY = re.compile(r"\btwo\s(?:[\w-]+\s)?(?:brothers|sisters|siblings|twins)\b", re.IGNORECASE)


def study_type(ctx: Context) -> str | None:
    """The study type of an article, in the words of the data dictionary."""
    scores: dict[str, float] = {}
    for view in ctx.sentences:
        role = assertion.role_of(view)
        weight = _TITLE_BONUS if view.section == 0 else 0.0
        for match in view.triggers("study_type", COLUMNS):
            kind = match.row["study_type"]
            if not kind:
                continue
            if kind == "other" and float(match.row["rank"]) < 2 and view.section:
                continue
            rank = float(match.row["rank"]) + weight
            text = view.section_text
            is_others = kind in _TRIALS and view.section and _is_of_other_trials(text, match.start, match.end)
            if is_others or (role == "background" and not _OWN_STUDY.search(text, view.start, match.start)):
                rank -= _OF_OTHER_WORK
            scores[kind] = max(scores.get(kind, 0.0), rank)
    for name in ctx.article.publication_types:
        of_type = BY_PUBLICATION_TYPE.get(name)
        if of_type is not None:
            scores[of_type] = max(scores.get(of_type, 0.0), 9.5 if of_type != "review" else 8.0)
    if scores.get("rct", 0.0) < _RANK_OF_ASSIGNED and any(_tells_assigned(view) for view in ctx.sentences):
        scores["rct"] = _RANK_OF_ASSIGNED
    return _decide(ctx, scores)


_RANK_OF_ASSIGNED = 7.0
_ASSIGNED = re.compile(
    r"\b(?:assigned|allocated)\s(?:\d[\d,]*\s|\w+\s){0,6}?(?:patients\s|adults\s|participants\s)?(?:to|in\sa)\b(?P<rest>[^.;]*)",
    re.IGNORECASE,
)
_OR_OTHER = re.compile(r"\b(?:or|versus|vs\.?)\b|\band\s(?:\d+\s)?to\b", re.IGNORECASE)
_NO_CHANCE = re.compile(
    r"\b(?:according\sto|depending\son|based\son|by\s(?:risk|age|stage|response)|cohorts?|dose\slevels?|sequentially|non-?random\w*)\b",
    re.IGNORECASE,
)


def _is_of_other_trials(text: str, start: int, end: int) -> bool:
    """Whether the words of a trial are of others' trials, or of one that has still to be done."""
    stop = text.find(".", end)
    sentence = text[text.rfind(". ", 0, start) + 1 : len(text) if stop < 0 else stop]
    plural = _TRIALS_BEHIND.match(text, end) is not None or text[start:end].lower().endswith("trials")
    return plural or bool(_OUTSIDE.search(text, 0, start)) or bool(_STILL_TO_COME.search(sentence))


def _tells_assigned(view: SentenceView) -> bool:
    """Whether a sentence assigns patients to one of several arms: "we assigned 389 patients to A or B"."""
    if view.section == 0 or not ("assigned" in view.low or "allocated" in view.low):
        return False
    match = _ASSIGNED.search(view.text)
    return match is not None and bool(_OR_OTHER.search(match["rest"])) and not _NO_CHANCE.search(view.text)


def _decide(ctx: Context, scores: dict[str, float]) -> str | None:
    told = _single_patients(ctx)
    patients = sum(
        len(_ONE_PATIENT.findall(view.text))
        for view in ctx.sentences
        if view.section and _MAY_TELL_PATIENT.search(view.low)
    )
    treated = _largest_group(ctx, None if told == 1 else max(_A_COHORT, patients + 2))
    titled = {m.row["study_type"] for v in ctx.sentences if v.section == 0 for m in v.triggers("study_type", COLUMNS)}
    if "case_series" in titled and "systematic_review" not in titled:
        return "case_series"  # the authors' own label
    is_series = any(_TITLE_SERIES.search(v.text) for v in ctx.sentences if v.section == 0)
    if is_series and titled <= {"case_report", "review", "systematic_review", "other"}:
        return "case_series"  # "six patients, and a systematic review"
    own_title = any(_TITLE_CASE.search(v.text) for v in ctx.sentences if v.section == 0)
    if told == 1 and (own_title or "case_report" in titled) and "systematic_review" not in titled:
        return "case_report"
    if told == 1 and treated >= POPULATION and scores.get("case_report", 0.0) >= scores.get("cohort", 0.0):
        treated = 1  # "0.02 % of 300 000 patients": nobody's study group
    if (
        told == 1
        and treated < 2
        and scores.keys() <= OF_OTHERS | {"case_report"}
        and not titled & OF_OTHERS - {"review"}
    ):
        return "case_report"  # the account of one patient wins over words for the work of others
    if scores.get("rct") and scores.get("systematic_review", 0) < 9:
        scores.pop("single_arm_trial" if scores["rct"] >= _LEAST_OF_OWN else "rct", None)
    if (scores.get("case_report") or scores.get("case_series")) and treated < _A_COHORT:
        if (
            patients > 1
            or scores.get("case_series", 0) > scores.get("case_report", 0)
            or (treated >= 2 and patients == 0)
        ):
            scores["case_series"] = max(scores.get("case_series", 0.0), scores.pop("case_report", 0.0), 6.5)
        for kind in ("review", "cohort", "systematic_review"):
            if scores.get(kind, 0.0) < 11.5:
                scores.pop(kind, None)
    elif treated >= _A_COHORT:
        scores.pop("case_report", None)
        if not ctx.article.publication_types or "Case Reports" not in ctx.article.publication_types:
            scores.pop("case_series", None)
        if scores.keys() <= {"review", "other"}:
            scores["single_arm_trial" if _is_conducted_as_trial(ctx) else "cohort"] = 4.0
    if "preclinical" in scores and (treated or patients):
        scores.pop("preclinical")
    if not scores:
        if any(_TWO_OF_A_FAMILY.search(view.text) for view in ctx.sentences):
            return "case_series"
        if patients == 1 or (told == 1 and treated < 2):
            return "case_report"
        if treated and _is_conducted_as_trial(ctx):
            return "single_arm_trial"
        return "case_series" if 2 <= treated < _A_COHORT else "cohort" if treated else "case_report" if told else None
    if patients and treated < 2 and scores.keys() <= {"review", "cohort", "preclinical"}:
        return "case_report"
    told_firmly = {kind for kind, score in scores.items() if score > _IN_PASSING}
    if patients > 1 and treated <= patients + 1 and told_firmly <= {"review", "cohort"}:
        return "case_series"  # nobody but the patients who are described one by one
    return min(scores, key=lambda kind: (-scores[kind], kind)) if scores else "cohort"


def _is_conducted_as_trial(ctx: Context) -> bool:
    """Whether the own part gives a schedule of doses and the endpoints of a trial; asked where no design is named."""
    own = [v for v in ctx.sentences if v.section and assertion.role_of(v) != "background"]
    told = {m.row["kind"] for v in own for m in v.triggers("trial_conduct", CONDUCT_COLUMNS)}
    return {"schedule", "endpoint"} <= told


def _single_patients(ctx: Context) -> int:
    """How many single persons the article's own part tells of, by age or sex, or as "the patient"."""
    own = [v for v in ctx.sentences if assertion.role_of(v) != "background"]
    described = {(p.age_years, p.sex) for v in own for p in v.patients}
    if described:
        return len(described)
    return int(any(m.row["kind"] != "group" for v in own for m in v.triggers("single_patient", SINGLE_COLUMNS)))


def _largest_group(ctx: Context, enough: int | None) -> int:
    """The largest number of persons that the article's own part names; from `enough` on, the first."""
    largest = 0
    for view in ctx.sentences:
        if enough is not None and largest >= enough:
            return largest
        if largest and sum(number.value for number in view.numbers) <= largest:
            continue  # no count of it, nor several together, can be more
        if assertion.role_of(view) == "background" or (
            _MAY_TELL_LITERATURE.search(view.low) and _LITERATURE.search(view.text)
        ):
            continue
        for count in _persons(view):
            if count >= POPULATION and _POPULATION.search(view.text):
                continue  # "over 60,000 people have received it": nobody's study group
            largest = max(largest, count)
    return largest


def _persons(view: SentenceView) -> list[int]:
    return [
        c.total or c.events or 0
        for c in view.persons
        if (c.unit in ("patients", "cases") or c.labelled or c.total is not None) and not c.zero_word
    ]
