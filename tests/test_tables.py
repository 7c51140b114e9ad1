"""Tables in their six formats, each opened again by the program that reads it."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from pipeline.citations import citation
from pipeline.records import FINDING_COLUMNS
from pipeline.tables import to_csv, to_html, to_latex, to_markdown
from pipeline.tables.case_table import case_table
from pipeline.tables.labels import COLUMNS, read_columns, read_labels
from pipeline.tables.model import Cited, Column, Table, between, cited_pmids, count, days, percent
from pipeline.tables.office import fixed
from pipeline.tables.study_table import study_table
from pipeline.tables.text import csv_cell, neutralised, without_controls
from pipeline.tables.to_docx import write_document
from pipeline.tables.to_latex import escape
from pipeline.tables.to_xlsx import write_workbook
from tests.invented_review import HOSTILE_TITLE, NOTICE, case, group, hostile_base, make_base, make_labels

LABELS = make_labels()


class Exported:
    """Tables, references and numbers of an evidence base, as the export stage makes them."""

    def __init__(self, base):
        self.base = base
        self.tables = [case_table(base, LABELS), study_table(base, LABELS)]
        pmids = cited_pmids(self.tables)
        self.numbers = {pmid: number for number, pmid in enumerate(pmids, start=1)}
        self.references = [citation(base.sources[pmid]) for pmid in pmids]

    def workbook(self, path: Path, notice: str | None = None):
        write_workbook(path, self.base.rows, self.tables, read_columns(), self.references, self.numbers, notice)
        return openpyxl.load_workbook(path)

    def document(self, path: Path, notice: str | None = None):
        write_document(path, "A review", self.tables, self.references, self.numbers, notice)
        return Document(str(path))


@pytest.fixture
def hostile() -> Exported:
    return Exported(hostile_base())


@pytest.fixture
def plain_review() -> Exported:
    return Exported(make_base([case(11, label="case 1"), case(12), group(21), group(22, n_events=0)]))


# Numbers and cells --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "value", "expected"),
    [
        (percent, 33.333, "33.3"),
        (percent, 0.0, "0.0"),
        (percent, 0.456, "0.46"),
        (percent, 100.0, "100.0"),
        (percent, None, None),
        (days, 91.32, "91"),
        (days, 9.96, "10"),
        (days, 0.0, "0"),
        (days, 3.5, "3.5"),
        (count, 0.0, "0"),
        (count, 0.023, "0.023"),
        (count, 0.2, "0.2"),
        (count, 1.234, "1.23"),
    ],
)
def test_numbers_are_rounded_as_journals_do(function, value, expected):
    assert function(value) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"), [("1", "9", "1–9"), (None, "9", "≤9"), ("1", None, "≥1"), (None, None, None)]
)
def test_ranges_take_an_en_dash_and_bounds_a_sign(low, high, expected):
    assert between(low, high) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-arm", "'-arm"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("-2.5", "-2.5"),
        ("+1e3", "+1e3"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_would_run_becomes_text_and_numbers_stay_numbers(text, expected):
    assert neutralised(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, ""), (0, "0"), (0.0, "0.0"), (-2.5, "-2.5"), (91.3, "91.3"), ((), ""), (("a", "b"), "a; b"), ("=x", "'=x")],
)
def test_csv_cells(value, expected):
    assert csv_cell(value) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_from_its_cell_unchanged(value):
    assert float(csv_cell(value)) == value


def test_columns_of_the_dictionary_and_of_findings_are_the_same():
    assert tuple(note.column for note in read_columns()) == FINDING_COLUMNS
    assert COLUMNS.is_file()


def test_every_value_that_the_dictionary_allows_has_a_label():
    printed = {
        *("level", "event_definition", "sex", "onset_statistic", "onset_anchor", "severity_term"),
        *("management", "outcome", "rechallenge", "attribution"),
    }
    for note in read_columns():
        for value in note.allowed.split("; ") if note.column in printed else ():
            assert (note.column, value) in LABELS.values, (note.column, value)


def test_the_group_of_a_condition_is_read_from_the_review(tmp_path):
    from tests.invented_review import make_protocol

    (tmp_path / "groups.csv").write_text("concept,group\ntestitis,inflammations\n")
    labels = read_labels(make_protocol(tmp_path))
    assert (labels.group("testitis"), labels.group("other")) == ("inflammations", "other")
    assert labels.group(None) == "indication not reported"


# CSV ----------------------------------------------------------------------------------------------------------


def test_evidence_csv_has_the_columns_of_the_dictionary_and_empty_cells_for_null(tmp_path, plain_review):
    path = tmp_path / "evidence.csv"
    to_csv.write_evidence(path, plain_review.base.rows)
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == FINDING_COLUMNS
    assert rows[0]["management"] == "gcsf; antibiotics"
    assert (rows[0]["onset_days"], rows[0]["regimen"], rows[0]["n_events"]) == ("91.0", "", "1")
    assert rows[3]["n_events"] == "0"


def test_no_cell_of_a_csv_file_is_a_formula(tmp_path, hostile):
    to_csv.write_evidence(tmp_path / "evidence.csv", hostile.base.rows)
    for table in hostile.tables:
        to_csv.write_table(tmp_path / f"{table.name}.csv", table)
    for path in tmp_path.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r") and not re.fullmatch(r"-?[\d.]+", cell)]
    assert "'=cmd|'/C calc'!A0" in (tmp_path / "evidence.csv").read_text(encoding="utf-8")


def test_a_table_as_csv_says_not_reported(tmp_path, plain_review):
    path = tmp_path / "cases.csv"
    to_csv.write_table(path, plain_review.tables[0])
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0].startswith("Patient,")
    assert "not reported" in text


# XLSX ---------------------------------------------------------------------------------------------------------


def test_workbook_has_typed_cells_frozen_headers_filters_and_explanations(tmp_path, plain_review):
    book = plain_review.workbook(tmp_path / "evidence.xlsx")
    assert book.sheetnames == ["Evidence", "Cases", "Studies", "Columns", "Quotes", "References"]
    sheet = book["Evidence"]
    header = [cell.value for cell in sheet[1]]
    first = dict(zip(header, (cell.value for cell in sheet[2]), strict=True))
    assert tuple(header[: len(FINDING_COLUMNS)]) == FINDING_COLUMNS
    assert (first["pmid"], first["onset_days"], first["regimen"]) == (11, 91.0, None)
    assert isinstance(first["anc_nadir"], float)
    assert first["pubmed"] == "https://pubmed.ncbi.nlm.nih.gov/11/"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:")
    explained = {row[0].value for row in book["Columns"].iter_rows(min_row=2)}
    assert set(header) <= explained


def test_quotes_sheet_holds_the_words_behind_every_value(tmp_path, plain_review):
    sheet = plain_review.workbook(tmp_path / "evidence.xlsx")["Quotes"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    spans = [span for row in plain_review.base.rows for span in row.finding.evidence]
    assert len(rows) == len(spans)
    assert ["case-11", 11, "onset_days", 91.0, "91 days after drugamab", 1, "RESULTS"] in [row[:7] for row in rows]


def test_hostile_text_is_text_in_the_workbook(tmp_path, hostile):
    book = hostile.workbook(tmp_path / "evidence.xlsx", NOTICE)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    values = {cell.value for cell in cells}
    assert {"=cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", NOTICE} <= values
    assert not any("pubmed" in str(value) and "99000001" in str(value) for value in values)


def test_a_cell_longer_than_a_spreadsheet_can_hold_is_cut_visibly(tmp_path):
    review = Exported(make_base([case(11, label="x" * 40_000)]))
    sheet = review.workbook(tmp_path / "evidence.xlsx")["Evidence"]
    label = sheet.cell(2, 1 + FINDING_COLUMNS.index("label")).value
    assert len(label) == 32_767
    assert label.endswith("…")


# DOCX ---------------------------------------------------------------------------------------------------------


def test_document_is_landscape_with_captions_citations_and_references(tmp_path, plain_review):
    document = plain_review.document(tmp_path / "tables.docx", NOTICE)
    section = document.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert section.page_width > section.page_height
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert NOTICE in texts
    assert [text for text in texts if text.startswith("Table ")] == [
        "Table 1. Cases of anaemia",
        "Table 2. Studies of anaemia",
    ]
    assert "Abbreviations: NR, not reported." in texts
    assert texts[-len(plain_review.references) :][0].startswith("1. Doe J, Roe KL.")
    first = document.tables[0]
    assert [cell.text for cell in first.rows[0].cells][:2] == ["Patient", "Age, years / sex"]
    assert first.rows[1].cells[0].text == "Doe et al. 2020, case 1 [1]"
    assert first.rows[1].cells[9].text == "not reported"
    assert "w:tblHeader" in first.rows[0]._tr.xml


def test_hostile_text_is_text_in_the_document(tmp_path, hostile):
    document = hostile.document(tmp_path / "tables.docx")
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any("=cmd|'/C calc'!A0" in cell for cell in cells)
    assert any(HOSTILE_TITLE in paragraph.text for paragraph in document.paragraphs)


def test_a_document_without_rows_says_so(tmp_path):
    document = Exported(make_base([])).document(tmp_path / "tables.docx")
    assert document.tables == []
    assert any(paragraph.text.startswith("No case") for paragraph in document.paragraphs)


# LaTeX --------------------------------------------------------------------------------------------------------


def latex(review: Exported, notice: str | None = None) -> str:
    return to_latex.latex("A review & more", review.tables, review.references, notice, review.numbers)


def pdflatex(folder: Path, text: str) -> None:
    """Run a real pdflatex; the first error is the failure's message."""
    program = shutil.which("pdflatex")
    if program is None:
        pytest.skip("pdflatex is not installed (Debian: texlive-latex-recommended)")
    (folder / "tables.tex").write_text(text, encoding="utf-8")
    command = [program, "-interaction=nonstopmode", "-halt-on-error", "tables.tex"]
    run = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    log = run.stdout.decode("utf-8", "replace")
    assert run.returncode == 0, "\n".join(line for line in log.splitlines() if line.startswith("!")) or log[-2000:]
    assert (folder / "tables.pdf").stat().st_size > 10_000


def test_pdflatex_runs_over_hostile_text(tmp_path, hostile):
    pdflatex(tmp_path, latex(hostile, NOTICE))


def test_pdflatex_runs_over_an_empty_review(tmp_path):
    pdflatex(tmp_path, latex(Exported(make_base([]))))


def test_pdflatex_runs_over_every_kind_of_letter(tmp_path):
    """One of each block of the Basic Multilingual Plane, and some beyond, as one cell a block."""
    letters = [chr(code) for code in [*range(0x20, 0xD7FF, 37), *range(0xF900, 0xFFFD, 41), 0x1F600, 0x20000]]
    cells = ["".join(letters[i : i + 40]) for i in range(0, len(letters), 40)]
    columns = (Column("a", "Letters"), Column("b", "Again"))
    table = Table("letters", "All letters", columns, tuple((cell, cell) for cell in cells))
    pdflatex(tmp_path, to_latex.latex("Letters", [table], [], None, {}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50% & $3_a #1 {x} ~ ^ \\", r"50\% \& \$3\_a \#1 \{x\} \textasciitilde{} \textasciicircum{} \textbackslash{}"),
        ("10^9/L", r"10\textsuperscript{9}/L"),
        ("10⁻³ m²", r"10\textsuperscript{-}\textsuperscript{3} m\textsuperscript{2}"),
        ("α-Δ µg", r"\ensuremath{\alpha}-\ensuremath{\Delta} \ensuremath{\mu}g"),
        ("Łukasz Žofia Müller", "Łukasz Žofia Müller"),
        ("Ḥasan", "Hasan"),
        ("≥ 5 – 6", r"\ensuremath{\geq} 5 -- 6"),
        ("王小 x", r"\unicode{王小}{[U+738B U+5C0F]} x"),
        ("a\u200f\u0007b\nc", "ab c"),
        ("<b>", r"\textless{}b\textgreater{}"),
    ],
)
def test_latex_escapes(text, expected):
    assert escape(text) == expected


@given(st.text(max_size=40))
def test_escaped_text_has_no_open_brace_and_no_bare_special(text):
    escaped = re.sub(r"\\[{}$&%#_,]", "", escape(text))
    assert escaped.count("{") == escaped.count("}")
    assert not re.search(r"[$&%#_]", re.sub(r"\\unicode\{[^}]*\}", "", escaped))


def test_a_longtable_has_rules_a_caption_and_its_header_on_every_page(plain_review):
    text = latex(plain_review)
    for command in (r"\toprule", r"\midrule", r"\bottomrule", r"\endfirsthead", r"\endhead", r"\caption{Cases"):
        assert command in text
    assert "Doe et al. 2020, case 1~[1]" in text


# Markdown and HTML --------------------------------------------------------------------------------------------


def test_markdown_keeps_rows_on_one_line_and_markup_as_text(hostile):
    text = to_markdown.markdown("A | review", hostile.tables, hostile.references, NOTICE, hostile.numbers)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    bars = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
    assert set(bars) == {11, 10}
    assert "<script>" not in text
    assert f"> {NOTICE}" in text


def test_html_page_is_well_formed_and_a_script_in_a_title_is_text(hostile):
    page = to_html.html("A <review>", hostile.tables, hostile.references, NOTICE, hostile.numbers)
    tree = lxml_html.fromstring(page)
    assert tree.xpath("//script") == []
    assert tree.xpath("//b") == []
    assert tree.findtext(".//h1") == "A <review>"
    listed = [item.text_content() for item in tree.xpath("//ol/li")]
    assert any(HOSTILE_TITLE in item for item in listed)
    targets = {link.get("href")[1:] for link in tree.xpath("//td/a")}
    assert targets <= {item.get("id") for item in tree.xpath("//ol/li")}


# The same bytes -----------------------------------------------------------------------------------------------


def test_office_files_are_the_same_bytes_each_time(tmp_path, plain_review):
    for name in ("one", "two"):
        plain_review.workbook(tmp_path / f"{name}.xlsx")
        plain_review.document(tmp_path / f"{name}.docx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert (tmp_path / "one.docx").read_bytes() == (tmp_path / "two.docx").read_bytes()


def test_a_fixed_archive_carries_no_date_of_its_making(tmp_path, plain_review):
    import zipfile

    plain_review.workbook(tmp_path / "a.xlsx")
    content = (tmp_path / "a.xlsx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in archive.read("docProps/core.xml")
    assert fixed(content) == content


@settings(max_examples=30)
@given(st.text(max_size=60))
def test_any_text_can_be_written_as_xml(text):
    from lxml import etree

    element = etree.Element("a")
    element.text = without_controls(text)
    assert "".join(c for c in element.text if unicodedata.category(c) == "Cc" and c not in "\t\n") == ""


def test_numbers_of_citations_follow_their_first_appearance():
    column = (Column("a", "A"),)
    tables = [
        Table("one", "", column, ((Cited("x", (7, 3)),), ("y",))),
        Table("two", "", column, ((Cited("z", (3, 1)),),)),
    ]
    assert cited_pmids(tables) == [7, 3, 1]
