"""The PRISMA 2020 flow: its numbers, checked to add up, its drawing, its data, and the report of the search.

Boxes follow Page et al., BMJ 2021;372:n71 (figure 1, new and updated reviews); the data file has the columns of the
PRISMA2020 template (Haddaway et al., Campbell Syst Rev 2022;18:e1230), the search report the items of PRISMA-S
(Rethlefsen et al., Syst Rev 2021;10:39).

What automation excluded is told apart from what people excluded. A record is screened by what it says of itself; a
report is assessed on its title and abstract, which is all that this program reads.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.errors import PipelineError
from pipeline.tables.read import EvidenceBase, Fate, Search

Reason = tuple[str, str]  # (reason, basis): basis is "automatic" or "human"


@dataclass(frozen=True, slots=True)
class Flow:
    """Counts of records, reports and studies. `previous_*` are None in a review that is not an update."""

    databases: Mapping[str, int] = field(default_factory=dict)
    duplicates: int = 0
    ineligible_by_automation: int = 0
    removed_other: int = 0
    screened: int = 0
    excluded: Mapping[Reason, int] = field(default_factory=dict)
    sought: int = 0
    not_retrieved: int = 0
    assessed: int = 0
    reports_excluded: Mapping[Reason, int] = field(default_factory=dict)
    awaiting: int = 0
    studies: int = 0
    reports: int = 0
    previous_studies: int | None = None
    previous_reports: int | None = None
    pooled_studies: int = 0

    @property
    def identified(self) -> int:
        return sum(self.databases.values())

    @property
    def total_studies(self) -> int:
        return self.studies + (self.previous_studies or 0)

    @property
    def total_reports(self) -> int:
        return self.reports + (self.previous_reports or 0)


@dataclass(frozen=True, slots=True)
class Previous:
    """The version that a review updates: the PMIDs it knew, and studies that are not in the database at all."""

    known: frozenset[int] = frozenset()
    studies: int = 0
    reports: int = 0


def flow(base: EvidenceBase, previous: Previous | None = None, pooled: int = 0) -> Flow:
    """The flow of one review. Where it updates an earlier version, only records that are new since then run through
    it; what that version knew and is included now stands in the box of previous studies.

    Duplicates are records that were delivered again and dropped; `missing` were asked for and not delivered.
    """
    known = previous.known if previous else frozenset()
    new = [fate for fate in base.fates if fate.pmid not in known]
    before = sum(fate.decision == "included" for fate in base.fates if fate.pmid in known)
    record, content = (_excluded(new, stage) for stage in ("record", "content"))
    duplicates = _repeated(base.searches[-1]) if base.searches else 0
    sought = len(new) - sum(record.values())
    included = sum(fate.decision == "included" for fate in new)
    return Flow(
        databases=_databases(base, len(new) + duplicates + base.missing),
        duplicates=duplicates,
        removed_other=base.missing,
        screened=len(new),
        excluded=record,
        sought=sought,
        assessed=sought,
        reports_excluded=content,
        awaiting=sum(fate.decision == "unsure" for fate in new),
        studies=included,
        reports=included,
        previous_studies=before + previous.studies if previous else None,
        previous_reports=before + previous.reports if previous else None,
        pooled_studies=pooled,
    )


def _excluded(fates: Iterable[Fate], stage: str) -> dict[Reason, int]:
    """Exclusions of one stage by reason and by who decided."""
    counts = Counter((f.reason or "", f.basis) for f in fates if (f.decision, f.stage) == ("excluded", stage))
    return dict(sorted(counts.items()))


def _repeated(search: Search) -> int:
    """Records of a search that came more than once, or that a later one replaced: `records` came, `count` are kept."""
    return max(0, int(search.details.get("records", 0)) - (search.count or 0))


def _databases(base: EvidenceBase, identified: int) -> dict[str, int]:
    """Each source with its count; where counts do not make the whole (a search run again), all sources together."""
    counts: dict[str, int] = {}
    for search in base.searches:
        counts[search.source] = counts.get(search.source, 0) + (search.count or 0)
    if counts and sum(counts.values()) == identified:
        return counts
    return {", ".join(counts) or "source not recorded": identified}


def check(numbers: Flow) -> None:
    """Raise PipelineError unless every box is what comes in minus what goes out."""
    for what, comes_in, goes_out in sums(numbers):
        if comes_in != goes_out:
            raise PipelineError(
                f"PRISMA flow: {what}: {comes_in} come in, {goes_out} are accounted for; run `make load` again"
            )
    counts = [numbers.duplicates, numbers.sought, numbers.assessed, numbers.studies, numbers.reports, numbers.awaiting]
    if min(counts) < 0:
        raise PipelineError("PRISMA flow: a box is negative; run `make load` again")


def sums(numbers: Flow) -> Iterator[tuple[str, int, int]]:
    """(what, what comes in, what is accounted for) at every step."""
    removed = numbers.duplicates + numbers.ineligible_by_automation + numbers.removed_other
    yield "identified = removed + screened", numbers.identified, removed + numbers.screened
    yield "screened = excluded + sought", numbers.screened, sum(numbers.excluded.values()) + numbers.sought
    yield "sought = not retrieved + assessed", numbers.sought, numbers.not_retrieved + numbers.assessed
    out = sum(numbers.reports_excluded.values()) + numbers.awaiting + numbers.reports
    yield "assessed = excluded + awaiting + included", numbers.assessed, out


# The template's file ------------------------------------------------------------------------------------------

TEMPLATE_COLUMNS = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n")


def template_rows(numbers: Flow, reason: Callable[[str], str]) -> list[tuple[object, ...]]:
    """The rows of the PRISMA2020 template, its identifiers as they are there; `n` holds our numbers.

    What the template has no box for (awaiting decision, by a human, by automation) stands in the text of the reasons.
    """
    new = "via databases and registers"
    excluded = {"automatic": 0, "human": 0}
    for (_, basis), n in numbers.excluded.items():
        excluded[basis] += n
    reasons = [f"{reason(code)} ({_who(basis)}), {n}" for (code, basis), n in numbers.reports_excluded.items()]
    if numbers.awaiting:
        reasons.append(f"Awaiting decision, {numbers.awaiting}")
    rows: list[tuple[str | None, str | None, str, str, object]] = [
        (None, "node4", "prevstud", "Previous studies", 0),
        (
            "previous_studies",
            "node5",
            "box1",
            "Studies included in previous version of review",
            numbers.previous_studies,
        ),
        ("previous_reports", None, "box1", "Reports of studies included in previous version of review", None),
        (None, "node6", "newstud", f"Identification of new studies {new}", 0),
        ("database_results", "node7", "box2", "Records identified from: Databases", numbers.identified),
        ("database_specific_results", None, "box2", "Records identified from: specific databases", _parts(numbers)),
        ("register_results", None, "box2", "Records identified from: Registers", 0),
        ("duplicates", "node8", "box3", "Duplicate records", numbers.duplicates),
        ("excluded_automatic", None, "box3", "Records marked as ineligible by automation tools", None),
        ("excluded_other", None, "box3", "Records removed for other reasons", numbers.removed_other),
        ("records_screened", "node9", "box4", "Records screened (databases and registers)", numbers.screened),
        ("records_excluded", "node10", "box5", "Records excluded (databases and registers)", sum(excluded.values())),
        ("dbr_sought_reports", "node11", "box6", "Reports sought for retrieval", numbers.sought),
        ("dbr_notretrieved_reports", "node12", "box7", "Reports not retrieved", numbers.not_retrieved),
        ("dbr_assessed", "node13", "box8", "Reports assessed for eligibility", numbers.assessed),
        ("dbr_excluded", "node14", "box9", "Reports excluded", "; ".join(reasons) or 0),
        ("new_studies", "node15", "box10", "New studies included in review", numbers.studies),
        ("new_reports", None, "box10", "Reports of new included studies", numbers.reports),
        ("total_studies", "node22", "box16", "Total studies included in review", numbers.total_studies),
        ("total_reports", None, "box16", "Reports of total included studies", numbers.total_reports),
        (None, "node1", "identification", "Identification", 0),
        (None, "node2", "screening", "Screening", 0),
        (None, "node3", "included", "Included", 0),
        ("total_studies_ma", "node23", "box17", "Total studies included in meta-analysis", numbers.pooled_studies),
    ]
    values = {"excluded_automatic": numbers.ineligible_by_automation, "previous_reports": numbers.previous_reports}
    return [
        (data or "NA", node or "NA", box, text, text, text, f"{data or box}.html", values.get(data or "", n) or 0)
        for data, node, box, text, n in rows
    ]


def _parts(numbers: Flow) -> str:
    return "; ".join(f"{name}, {n}" for name, n in numbers.databases.items())


def _who(basis: str) -> str:
    return "automation" if basis == "automatic" else "human"


# The drawing --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Box:
    """`lines` of text; `row` and `column` place it (column 0 previous studies, 1 the flow, 2 what leaves it)."""

    row: int
    column: int
    lines: tuple[str, ...]
    shade: str = "#ffffff"


WRAP = {0: 30, 1: 44, 2: 54}  # characters that a box is wide


def boxes(numbers: Flow, reason: Callable[[str], str]) -> list[Box]:
    """The boxes of the diagram with their words; long reasons are wrapped, never cut."""
    by = {basis: sum(n for (_, b), n in numbers.excluded.items() if b == basis) for basis in ("automatic", "human")}
    removed = [
        "Records removed before screening:",
        f"   Duplicate records (n = {numbers.duplicates})",
        f"   Marked as ineligible by automation tools (n = {numbers.ineligible_by_automation})",
        f"   Removed for other reasons: not delivered (n = {numbers.removed_other})",
    ]
    out = [
        f"Records excluded (n = {sum(numbers.excluded.values())})",
        f"   by a human (n = {by['human']}), by automation tools (n = {by['automatic']})",
        *(f"   {reason(code)} (n = {n}, {_who(basis)})" for (code, basis), n in _by_size(numbers.excluded)),
    ]
    reports_out = [
        f"Reports excluded (n = {sum(numbers.reports_excluded.values())})",
        *(f"   {reason(code)} (n = {n}, {_who(basis)})" for (code, basis), n in _by_size(numbers.reports_excluded)),
        *([f"Awaiting a decision (n = {numbers.awaiting})"] if numbers.awaiting else []),
    ]
    sources = [f"   {name} (n = {n})" for name, n in numbers.databases.items()]
    updated = numbers.previous_studies is not None
    included = [
        f"{'New studies' if updated else 'Studies'} included in review (n = {numbers.studies})",
        f"Reports of {'new ' if updated else ''}included studies (n = {numbers.reports})",
    ]
    texts: list[tuple[int, int, list[str]]] = [
        (0, 1, ["Records identified from databases:", *sources, "   Registers (n = 0)"]),
        (0, 2, removed),
        (1, 1, [f"Records screened (n = {numbers.screened})"]),
        (1, 2, out),
        (2, 1, [f"Reports sought for retrieval (n = {numbers.sought})"]),
        (2, 2, [f"Reports not retrieved (n = {numbers.not_retrieved})"]),
        (3, 1, [f"Reports assessed for eligibility, on title and abstract (n = {numbers.assessed})"]),
        (3, 2, reports_out),
        (4, 1, included),
    ]
    if updated:
        before = [
            f"Studies included in previous version of review (n = {numbers.previous_studies})",
            f"Reports of studies included in previous version (n = {numbers.previous_reports})",
        ]
        total = [
            f"Total studies included in review (n = {numbers.total_studies})",
            f"Reports of total included studies (n = {numbers.total_reports})",
        ]
        texts += [(0, 0, before), (5, 1, total)]
    return [
        Box(row, column, tuple(_wrapped(lines, WRAP[column])), "#e9edf2" if column == 0 else "#ffffff")
        for row, column, lines in texts
    ]


def _by_size(counts: Mapping[Reason, int]) -> list[tuple[Reason, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _wrapped(lines: list[str], width: int) -> Iterator[str]:
    """Lines of at most `width` characters; what continues a line is set in as far as it."""
    for line in lines:
        indent = line[: len(line) - len(line.lstrip())]
        yield from textwrap.wrap(line.strip(), width, initial_indent=indent, subsequent_indent=indent + "   ") or [""]


# The report of the search -------------------------------------------------------------------------------------


def search_report(base: EvidenceBase, title: str, query: str, numbers: Flow, config: Mapping[str, Any]) -> str:
    """The items of PRISMA-S that a program can answer, in Markdown; what only people know is said to be theirs."""
    languages = ", ".join(config.get("languages", [])) or "none"
    dates = ", ".join(sorted({search.date[:10] for search in base.searches if search.date})) or "not recorded"
    sources = ", ".join(dict.fromkeys(search.source for search in base.searches)) or "not recorded"
    items = [
        ("1 Database name", sources),
        ("2 Multi-database searching", "Not done: one source was searched"),
        ("3 Study registries", "Not searched"),
        ("4 Online resources and browsing", "Not done"),
        ("5 Citation searching", "Not done"),
        ("6 Contacts", "Not done by this program"),
        ("7 Other methods", "None"),
        ("8 Full search strategies", "Below, as run"),
        ("9 Limits and restrictions", f"None in the search; abstracts read in: {languages}"),
        ("10 Search filters", str(config.get("search_filters", "None published; the terms are the review's own"))),
        ("11 Prior work", str(config.get("prior_work", "Not stated in the protocol"))),
        ("12 Updates", "Each refresh runs the same search again; what changed is listed by `make diff`"),
        ("13 Dates of searches", dates),
        ("14 Peer review", str(config.get("peer_review", "Not stated in the protocol"))),
        ("15 Total records", str(numbers.identified)),
        ("16 Deduplication", f"By PMID: {numbers.duplicates} records that came again were dropped"),
    ]
    lines = [f"# Search report (PRISMA-S): {_flat(title)}", "", "| item | answer |", "| --- | --- |"]
    lines += [f"| {name} | {_flat(answer)} |" for name, answer in items]
    lines += ["", "## Search strategy of the protocol", "", *_block(query)]
    for number, search in enumerate(base.searches, start=1):
        lines += ["", f"## Search {number}: {_flat(search.source)}, {search.date or 'no date'}, {search.count} records"]
        if search.query:
            lines += ["", "As sent:", "", *_block(search.query)]
        if search.translation:
            lines += ["", "As the database understood it:", "", *_block(search.translation)]
    return "\n".join(lines) + "\n"


def _flat(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|").replace("<", "&lt;")


def _block(text: str) -> list[str]:
    """Four blanks make a literal block whatever the text holds."""
    return [f"    {line}" for line in textwrap.wrap(" ".join(text.split()), 110) or ["(empty)"]]
