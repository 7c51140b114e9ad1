"""The export stage over a loaded database: every file, the same bytes each time, and never a traceback."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import export
from pipeline.errors import PipelineError
from pipeline.protocol import Protocol
from pipeline.records import FINDING_COLUMNS, Author, Extraction
from pipeline.tables.read import Fate, read_evidence
from tests.evidence_files import (
    CASE_TEXT,
    NOTICE,
    article,
    case,
    load_review,
    make_protocol,
    review_articles,
    review_extractions,
)
from tests.invented_review import HOSTILE_AUTHORS, HOSTILE_TITLE


@pytest.fixture
def protocol(tmp_path: Path) -> Protocol:
    return make_protocol(tmp_path / "corpus")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


TABLES = {
    *("evidence.csv", "evidence.xlsx", "tables.docx", "tables.tex", "tables.md", "tables.html"),
    *("case_table.csv", "study_table.csv", "pooled_table.csv", "onset_table.csv", "pooled.csv", "pooled_studies.csv"),
    *("references.ris", "references.bib", "references.nbib", "prisma.csv", "prisma_s.md"),
    *("whats_new.csv", "whats_new.md"),
}


def digests(out: Path) -> dict[str, str]:
    files = [path for name in ("tables", "figures") for path in (out / name).iterdir()] + [out / "report.html"]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_all_is_written_and_twice_the_same(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    export.run(out, protocol)
    first = digests(out)
    assert {path.name for path in (out / "tables").iterdir()} == TABLES
    assert {"prisma.svg", "prisma.png", "onset.svg", "severity.png", "years.svg", "captions.md"} <= first.keys()
    assert "forest_drug_any_grade.svg" in first
    export.run(out, protocol)
    assert digests(out) == first


def test_only_what_is_asked_for_is_written(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    export.run(out, protocol, ("tables",))
    assert not (out / "figures").exists()
    assert not (out / "report.html").exists()


def test_evidence_csv_holds_the_evidence_table(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    export.run(out, protocol, ("tables",))
    with (out / "tables" / "evidence.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == FINDING_COLUMNS
    assert [row["finding_id"] for row in rows] == ["case", "arm-1", "arm-2"]


def test_the_database_is_read_whole(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    base = read_evidence(out)
    assert [row.finding.finding_id for row in base.rows] == ["case", "arm-1", "arm-2"]
    assert base.rows[0].source.authors == (Author("Doe", "Jane", "J"), Author("Roe", "Kim", "K"))
    for row in base.rows:
        assert row.finding.evidence
        for span in row.finding.evidence:
            assert row.source.sections[span.section].text[span.start : span.end] == span.quote
    assert {fate.pmid: (fate.decision, fate.stage) for fate in base.fates} == {
        11: ("included", "content"),
        12: ("included", "content"),
        13: ("excluded", "content"),
        14: ("excluded", "record"),
    }


def test_nothing_included_gives_every_file_and_says_so(out: Path, protocol: Protocol) -> None:
    nothing = [Extraction(13, "other", reason="no_event")]
    load_review(out, protocol, articles=[article(13, "Nothing.")], extractions=nothing)
    export.run(out, protocol)
    assert "No case" in (out / "tables" / "tables.md").read_text(encoding="utf-8")
    assert "Nothing to pool" in (out / "report.html").read_text(encoding="utf-8")
    assert not (out / "figures" / "onset.svg").exists()
    assert (out / "figures" / "prisma.svg").exists()


def test_figures_of_an_earlier_run_do_not_stay_behind(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    export.run(out, protocol, ("figures",))
    assert (out / "figures" / "onset.svg").exists()
    nothing = [Extraction(13, "other", reason="no_event")]
    load_review(out, protocol, articles=[article(13, "Nothing.")], extractions=nothing)
    export.run(out, protocol, ("figures",))
    assert sorted(path.name for path in (out / "figures").iterdir()) == ["captions.md", "prisma.png", "prisma.svg"]


def test_hostile_titles_and_names_go_through_every_format(out: Path, protocol: Protocol) -> None:
    trap = replace(article(11), title=HOSTILE_TITLE, authors=HOSTILE_AUTHORS, year=None)
    others = [other for other in review_articles() if other.pmid != 11]
    load_review(out, protocol, articles=[trap, *others])
    export.run(out, protocol)
    assert "<script>alert(" not in (out / "report.html").read_text(encoding="utf-8")


def test_digests_carry_their_notice_wherever_their_text_is_shown(out: Path, protocol: Protocol) -> None:
    digest = article(99_000_001, copyright=NOTICE)
    reading = Extraction(digest.pmid, "case_report", (case(digest.pmid),))
    load_review(out, protocol, articles=[digest], extractions=[reading])
    export.run(out, protocol)
    for name in ("tables/tables.md", "tables/tables.html", "tables/tables.tex", "report.html"):
        assert NOTICE in (out / name).read_text(encoding="utf-8"), name
    assert "pubmed.ncbi.nlm.nih.gov/99000001" not in (out / "report.html").read_text(encoding="utf-8")


def test_published_texts_carry_no_such_notice(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    export.run(out, protocol, ("tables",))
    assert NOTICE not in (out / "tables" / "tables.md").read_text(encoding="utf-8")


def test_a_missing_database_is_one_clear_line(out: Path, protocol: Protocol) -> None:
    with pytest.raises(PipelineError, match="does not exist; run `make load`"):
        export.run(out, protocol)


def test_an_unknown_output_is_refused(out: Path, protocol: Protocol) -> None:
    with pytest.raises(PipelineError, match="unknown output pdf; known: tables, figures, report"):
        export.run(out, protocol, ("pdf",))


def test_a_flow_that_does_not_add_up_stops_the_export(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    base = read_evidence(out)
    export.gather(base, protocol)
    with pytest.raises(PipelineError, match="PRISMA flow"):
        export.gather(replace(base, fates=(*base.fates, Fate(99, "lost"))), protocol)


def test_an_update_of_a_published_review_shows_its_previous_studies(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    updated = replace(protocol, config={**protocol.config, "prisma": {"previous_studies": 5, "previous_reports": 6}})
    content = export.gather(read_evidence(out), updated, export.previous_version(out, updated))
    assert (content.flow.previous_studies, content.flow.total_reports) == (5, 8)


def test_an_update_since_a_run_takes_that_run_as_the_previous_version(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    more = [*review_extractions(), Extraction(15, "case_report", (case(15, "later"),))]
    load_review(out, protocol, articles=[*review_articles(), article(15, CASE_TEXT)], extractions=more)
    updated = replace(protocol, config={**protocol.config, "prisma": {"previous_run": 1}})
    content = export.gather(read_evidence(out), updated, export.previous_version(out, updated))
    assert (content.flow.previous_studies, content.flow.studies, content.flow.total_studies) == (2, 1, 3)
    export.run(out, updated)
    assert "later" not in (out / "tables" / "tables.md").read_text(encoding="utf-8")
    assert "New findings (1)" in (out / "report.html").read_text(encoding="utf-8")
