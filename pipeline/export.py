"""Export: evidence.db -> tables/, figures/, report.html. Nothing here reads a clock: same database, same bytes.

tables/   evidence.csv (data dictionary), evidence.xlsx, tables.docx .tex .md .html (as journals print them),
          each of those tables as CSV, pooled.csv, pooled_studies.csv, references.ris .bib .nbib,
          prisma.csv, prisma_s.md
figures/  prisma, onset, severity, years, forest_*: SVG and PNG each, captions.md
report.html   all of it on one page, with the sentence behind each value
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import citations, diff, incidence, prisma
from pipeline.diff import Diff
from pipeline.errors import PipelineError
from pipeline.files import atomic_write
from pipeline.protocol import Protocol
from pipeline.store.snapshots import list_snapshots, read_object
from pipeline.tables import incidence_table, to_csv, to_html, to_latex, to_markdown
from pipeline.tables.case_table import case_table
from pipeline.tables.labels import Labels, read_columns, read_labels
from pipeline.tables.model import Table, cited_pmids
from pipeline.tables.read import EvidenceBase, Source, read_evidence
from pipeline.tables.study_table import study_table

if TYPE_CHECKING:
    from pipeline.figures import Drawing

ALL = ("tables", "figures", "report")


@dataclass(frozen=True)
class Content:
    """What every output shows: made once, written in many formats."""

    protocol: Protocol
    base: EvidenceBase
    labels: Labels
    incidence: incidence.Incidence
    tables: tuple[Table, ...]
    cited: tuple[Source, ...]
    references: tuple[str, ...]
    flow: prisma.Flow
    changes: Diff | None

    @property
    def numbers(self) -> Mapping[int, int]:
        """PMID -> number of its reference."""
        return {source.pmid: number for number, source in enumerate(self.cited, start=1)}

    @property
    def notice(self) -> str | None:
        """What has to be said of the texts, where they are not the published ones."""
        if not self.base.has_digests:
            return None
        return str(self.protocol.config.get("sample", {}).get("notice", "These texts are not the published abstracts."))


def run(out: Path, protocol: Protocol, what: Collection[str] = ALL) -> None:
    """Write what is asked for under OUT; raises PipelineError where the flow does not add up or nothing can be read."""
    unknown = [name for name in what if name not in ALL]
    if unknown:
        raise PipelineError(f"unknown output {', '.join(unknown)}; known: {', '.join(ALL)}")
    content = gather(read_evidence(out), protocol, previous_version(out, protocol), whats_new(out))
    if "tables" in what:
        write_tables(out / "tables", content)
    if "figures" in what or "report" in what:
        # matplotlib takes a second to load: only who draws pays for it
        from pipeline import figures

        drawings = draw(content)
        pictures = {d.name: figures.save(out / "figures", d) for d in drawings}
        remove_others(out / "figures", {d.name for d in drawings if d.figure is not None})
        write_captions(out / "figures", [(d.name, d.caption) for d in drawings])
        if "report" in what:
            from pipeline import report

            report.write(out / "report.html", report.page(content, [(d, pictures[d.name]) for d in drawings]))


def previous_version(out: Path, protocol: Protocol) -> prisma.Previous | None:
    """The version that this review updates, as [prisma] in protocol.toml names it; None for a new review.

    `previous_run` is a run (number or date, as `make diff SINCE=`) whose articles are not new any more;
    `previous_studies` and `previous_reports` count what a version outside this database had included.
    """
    config = protocol.config.get("prisma", {})
    studies, reports = int(config.get("previous_studies", 0)), int(config.get("previous_reports", 0))
    since = config.get("previous_run")
    if since is None:
        return prisma.Previous(frozenset(), studies, reports) if studies or reports else None
    snapshot = diff.choose(list_snapshots(out), str(since))
    objects = snapshot.articles.values() if snapshot else ()
    known = frozenset(int(article["pmid"]) for sha in objects for article in read_object(out, sha))
    return prisma.Previous(known, studies, reports)


def whats_new(out: Path) -> Diff | None:
    """What changed since the last load that changed anything; None where no load has left a trace."""
    return diff.load_whats_new(out) if list_snapshots(out) else None


def gather(
    base: EvidenceBase, protocol: Protocol, previous: prisma.Previous | None = None, changes: Diff | None = None
) -> Content:
    """Tables, references and flow of a review; pure."""
    labels = read_labels(protocol)
    pooled = incidence.pooled_incidence(base, labels)
    tables = (
        case_table(base, labels),
        study_table(base, labels),
        incidence_table.pooled_table(pooled, labels),
        incidence_table.onset_table(base, labels),
    )
    cited = [base.sources[pmid] for pmid in cited_pmids(tables)]
    studies = {c.row.finding.pmid for analysis in pooled.analyses for c in analysis.candidates}
    flow = prisma.flow(base, previous, len(studies))
    prisma.check(flow)
    references = tuple(citations.citation(source) for source in cited)
    return Content(protocol, base, labels, pooled, tables, tuple(cited), references, flow, changes)


def write_tables(folder: Path, content: Content) -> None:
    """Every table in every format, the references, the flow and the report of the search."""
    from pipeline.tables.to_docx import write_document
    from pipeline.tables.to_xlsx import write_workbook

    title, tables, notice, numbers = content.protocol.title, content.tables, content.notice, content.numbers
    to_csv.write_evidence(folder / "evidence.csv", content.base.rows)
    for table in tables:
        to_csv.write_table(folder / f"{table.name}.csv", table)
    to_csv.write_rows(folder / "pooled.csv", incidence_table.POOLED_CSV, incidence_table.pooled_csv(content.incidence))
    studies = incidence_table.studies_csv(content.incidence, content.labels)
    to_csv.write_rows(folder / "pooled_studies.csv", incidence_table.STUDIES_CSV, studies)
    write_workbook(
        folder / "evidence.xlsx", content.base.rows, tables, read_columns(), content.references, numbers, notice
    )
    write_document(folder / "tables.docx", title, tables, content.references, numbers, notice)
    texts = {
        "tables.tex": to_latex.latex(title, tables, content.references, notice, numbers),
        "tables.md": to_markdown.markdown(title, tables, content.references, notice, numbers),
        "tables.html": to_html.html(title, tables, content.references, notice, numbers),
        "references.ris": citations.ris(content.cited),
        "references.bib": citations.bibtex(content.cited),
        "references.nbib": citations.nbib(content.cited),
        "prisma_s.md": prisma.search_report(
            content.base, title, content.protocol.query, content.flow, content.protocol.config
        ),
    }
    for name, text in texts.items():
        with atomic_write(folder / name) as stream:
            stream.write(text)
    if content.changes:
        diff.write_tables(content.changes, folder)
    to_csv.write_rows(
        folder / "prisma.csv", prisma.TEMPLATE_COLUMNS, prisma.template_rows(content.flow, content.labels.reason)
    )


def draw(content: Content) -> list[Drawing]:
    """Every figure, the flow first."""
    from pipeline import figures

    base, labels = content.base, content.labels
    late_after = content.protocol.definitions.get("onset", {}).get("late_after_days")
    flow = content.flow
    caption = f"{content.protocol.title}: flow of records (PRISMA 2020)."
    alt = (
        f"{flow.identified} records identified, {flow.screened} screened, {flow.assessed} reports assessed, "
        f"{flow.total_studies} studies included."
    )
    drawings = [
        figures.prisma_figure(prisma.boxes(flow, labels.reason), caption, alt),
        figures.onset_figure(base, labels, late_after, content.numbers),
        figures.severity_figure(base, labels),
        figures.years_figure(base, labels),
    ]
    for analysis in content.incidence.analyses:
        drawings += figures.forest_figures(analysis, labels, content.numbers)
    return drawings


def remove_others(folder: Path, names: Collection[str]) -> None:
    """Take away figures of an earlier run that this one does not have: they would be taken for its own."""
    for path in (*folder.glob("*.svg"), *folder.glob("*.png")):
        if path.stem not in names:
            path.unlink()


def write_captions(folder: Path, captions: list[tuple[str, str]]) -> None:
    with atomic_write(folder / "captions.md") as stream:
        for name, caption in captions:
            stream.write(f"- **{name}**: {to_markdown.escape(caption)}\n")
