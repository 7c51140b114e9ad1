"""The Makefile is the map: every target is explained, and nothing runs that need not."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAKEFILE = (ROOT / "Makefile").read_text()
REVIEW = "corpora/anti-cd20-neutropenia"


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_make_alone_prints_every_target_with_its_help() -> None:
    printed = make().stdout
    targets = {t for line in re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE) for t in line.split()} - {
        "FORCE",
        "help",
    }
    assert {t for t in targets if not re.search(rf"\b{re.escape(t)}\b", printed)} == set()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's results in a folder of their own."""
    out = tmp_path_factory.mktemp("demo")
    result = make("demo", f"OUT={out}")
    assert result.returncode == 0, result.stderr[-2000:]
    return out


def stages_that_would_run(demo: Path, *changed: str) -> list[str]:
    """Stages in the order in which `make demo` would run them, were these files newer than the results."""
    what_if = [argument for path in changed for argument in ("-W", path)]
    planned = make("-n", *what_if, "export", f"OUT={demo}", "SAMPLED=--sample").stdout
    return re.findall(r"-m pipeline (\w+)", planned)


def test_with_nothing_changed_nothing_runs(demo: Path) -> None:
    assert stages_that_would_run(demo) == []


@pytest.mark.parametrize(
    ("changed", "stages"),
    [
        (f"{REVIEW}/vocabulary/drug.csv", ["extract", "load", "export"]),
        (f"{REVIEW}/definitions.toml", ["extract", "load", "export"]),
        (f"{REVIEW}/sample/digests.xml", ["search", "fetch", "screen", "extract", "load", "export"]),
        ("pipeline/store/schema.sql", ["load", "export"]),
    ],
)
def test_a_change_reruns_what_depends_on_it_and_nothing_before(demo: Path, changed: str, stages: list[str]) -> None:
    assert stages_that_would_run(demo, changed) == stages


def test_the_demo_ends_with_numbers_a_table_and_paths(demo: Path) -> None:
    printed = make("demo", f"OUT={demo}").stdout
    assert re.search(r"^99 articles: \d+ included, \d+ excluded; \d+ findings$", printed, re.MULTILINE)
    assert "rituximab" in printed and "not the published abstract" in printed
    for name in ("evidence.db", "report.html", "tables", "figures"):
        assert f"  {demo / name}" in printed
        assert (demo / name).exists()


def test_the_evidence_table_is_the_one_that_was_reviewed(demo: Path) -> None:
    """Where this fails, look at the difference: is each changed value better? Then copy the new table over the old."""
    assert (demo / "tables" / "evidence.csv").read_text() == (ROOT / "tests" / "expected" / "evidence.csv").read_text()


def test_the_readme_shows_what_the_demo_prints(demo: Path) -> None:
    printed = make("demo", f"OUT={demo}").stdout
    table = printed[printed.index("drug  ") : printed.index("Written:")]
    shown = "\n".join(line.removeprefix("    ") for line in (ROOT / "README.md").read_text().splitlines())
    assert table in shown
