"""The command line: what is wrong is one line on stderr, the exit status is not 0, nothing that was there is harmed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.__main__ import parser

ROOT = Path(__file__).resolve().parent.parent
ARTICLE = (
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article><ArticleTitle>T</ArticleTitle></Article>"
    "</MedlineCitation></PubmedArticle></PubmedArticleSet>"
)
STAGES = ("search", "fetch", "screen", "extract", "load", "export")


def pipeline(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NCBI_")}
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, arguments)],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_explains_itself(stage: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        parser().parse_args([stage, "--help"])
    assert stop.value.code == 0
    assert "--corpus" in capsys.readouterr().out


def bad_sources(folder: Path) -> dict[str, Path]:
    """Sources that cannot be read, by name."""
    (folder / "empty").mkdir()
    (folder / "broken.xml").write_text("<PubmedArticleSet>\n<PubmedArticle>")
    (folder / "cut.xml.gz").write_bytes(b"\x1f\x8b\x08\x00half")
    (folder / "text.xml").write_text("not XML")
    return {
        "missing": folder / "none.xml",
        "empty folder": folder / "empty",
        "cut short": folder / "broken.xml",
        "broken gzip": folder / "cut.xml.gz",
        "no XML": folder / "text.xml",
    }


@pytest.mark.parametrize("fault", ["missing", "empty folder", "cut short", "broken gzip", "no XML"])
def test_a_bad_source_is_one_line_and_what_was_there_stays(tmp_path: Path, fault: str) -> None:
    source, out = bad_sources(tmp_path)[fault], tmp_path / "out"
    good = tmp_path / "good.xml"
    good.write_text(ARTICLE)
    for stage in ("search", "fetch"):
        assert pipeline(stage, "--source", good, "--out", out).returncode == 0
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file() and p.name != "runs.jsonl"}
    assert (out / "articles.jsonl") in before
    results = [pipeline(stage, "--source", source, "--out", out) for stage in ("search", "fetch")]
    assert any(r.returncode == 2 for r in results)
    failed = next(r for r in results if r.returncode)
    assert failed.stderr.startswith("error: ") and failed.stderr.count("\n") == 1
    assert source.name in failed.stderr
    after = {p: p.read_bytes() for p in out.rglob("*") if p.is_file() and p.name != "runs.jsonl"}
    assert {p: b for p, b in after.items() if p in before} == before


def test_an_unknown_corpus_is_one_line(tmp_path: Path) -> None:
    result = pipeline("search", "--corpus", "nothing", "--out", tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "unknown CORPUS 'nothing'" in result.stderr and "anti-cd20-neutropenia" in result.stderr


def test_the_live_service_wants_an_email(tmp_path: Path) -> None:
    result = pipeline("search", "--out", tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "NCBI_EMAIL" in result.stderr


def test_an_output_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = pipeline("search", "--out", tmp_path / "file" / "out")
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "OUT=" in result.stderr


def test_a_stage_without_its_input_says_what_to_run(tmp_path: Path) -> None:
    result = pipeline("screen", "--out", tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "articles.jsonl does not exist" in result.stderr
