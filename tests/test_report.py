"""The page: what it says as a file, and how it behaves in a real Chromium (skipped, saying so, where there is none)."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html as lxml_html

from pipeline import export, report
from pipeline.diff import Change, Diff
from pipeline.figures import Drawing
from pipeline.store.snapshots import Snapshot
from tests.invented_review import (
    CASE_TEXT,
    HOSTILE_TITLE,
    NOTICE,
    case,
    group,
    hostile_base,
    make_base,
    make_protocol,
    source,
)

ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"  # `npm install --no-save axe-core`
CHROMIUM_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def page(base, changes: Diff | None = None, pictures=()) -> str:
    return report.page(export.gather(base, make_protocol(), changes=changes), pictures)


def many() -> list:
    return [
        case(11, label="case 1", onset_days=91.0, field_confidence=(("onset_days", 0.9),)),
        case(12, source(12, CASE_TEXT, year=2019), onset_days=9.0, drug="otheramab"),
        case(13, source(13, CASE_TEXT, year=2018), onset_days=None, onset_class=None, anc_nadir=None),
        group(21),
        group(22, n_events=3, drug="otheramab"),
    ]


def data_of(text: str):
    return json.loads(lxml_html.fromstring(text).get_element_by_id("data").text)


# The file -----------------------------------------------------------------------------------------------------


def test_the_page_holds_no_address_that_a_browser_would_load():
    text = page(
        make_base(many()), pictures=[(Drawing("onset", None, "Onset"), "<svg xmlns='http://www.w3.org/2000/svg'/>")]
    )
    tree = lxml_html.fromstring(text)
    loaded = [*tree.xpath("//img/@src"), *tree.xpath("//script/@src"), *tree.xpath("//link/@href")]
    assert loaded
    assert all(address.startswith("data:") for address in loaded)
    assert "default-src 'none'" in tree.xpath("//meta[@http-equiv]/@content")[0]
    assert "url(" not in text


def test_every_span_shown_is_the_text_of_its_section():
    base = make_base(many())
    data = data_of(page(base))
    quotes = {(s.field, s.quote) for row in base.rows for s in row.finding.evidence}
    shown = set()
    for finding in data["findings"].values():
        sections = data["sources"][str(finding["pmid"])]["sections"]
        for field, number, start, end in finding["spans"]:
            shown.add((field, sections[number][1][start:end]))
    assert shown == quotes


def test_values_with_evidence_are_buttons_and_those_without_are_text():
    tree = lxml_html.fromstring(page(make_base([case(11)])))
    row = tree.xpath("//table[@id='case_table-t']/tbody/tr")[0]
    buttons = {button.text: button.get("data-fields") for button in row.xpath(".//button")}
    assert buttons == {
        "Doe et al. 2020": "*",
        "38 / F": "age_years sex",
        "91, after the last dose": "onset_days",
        "4": "ctcae_grade",
        "resolved": "outcome",
    }
    assert row.xpath("./td[@data-label='Re-exposure']/span/text()") == ["not reported"]


def test_a_value_that_is_not_reported_is_no_button():
    tree = lxml_html.fromstring(page(make_base([group(21, n_events=None)])))
    cells = {cell.get("data-label"): cell for cell in tree.xpath("//table[@id='study_table-t']/tbody/tr/td")}
    assert cells["Events / patients, n/N"].xpath("./button/text()") == ["NR/40"]
    assert cells["Incidence, %"].xpath("./button") == []


def test_scripts_in_titles_are_text_everywhere():
    text = page(hostile_base())
    assert len(lxml_html.fromstring(text).xpath("//script")) == 2
    assert "<script>alert" not in text
    assert data_of(text)["sources"]["99000001"]["title"] == HOSTILE_TITLE


def test_a_placeholder_has_no_link_to_pubmed_and_a_digest_has_its_notice():
    text = page(hostile_base())
    assert "pubmed.ncbi.nlm.nih.gov/99000001" not in text
    assert data_of(text)["sources"]["99000001"]["notice"] == NOTICE
    assert NOTICE in lxml_html.fromstring(text).xpath("//p[@role='note']/text()")[0]
    assert not lxml_html.fromstring(page(make_base(many()))).xpath("//p[@role='note']")


def test_the_first_state_has_nothing_new_and_a_later_one_lists_its_changes():
    assert "nothing to compare it with" in page(make_base(many()))
    since, until = Snapshot(1, "2026-01-01T00:00:00", {}, {}, ""), Snapshot(2, "2026-02-01T00:00:00", {}, {}, "")
    changes = [Change("new", 11, "Doe 2020 <b>", "case-11", "drugamab, case")] * 300
    changes.append(Change("changed", 12, "Roe 2019", "case-12", "otheramab", "onset_days", "9.0", "10.0"))
    text = page(make_base(many()), Diff(since, until, tuple(changes)))
    assert "Since run 1 (2026-01-01)" in text
    assert "New findings (300)" in text
    assert "100 more in tables/whats_new.csv" in text
    assert "onset_days: 9.0 → 10.0" in text
    assert "Doe 2020 &lt;b&gt;" in text


def test_nothing_included_is_a_whole_page():
    text = page(make_base([], excluded=3))
    assert "No case" in text
    assert "No study" in text
    assert "No article is cited" in text


def test_the_page_is_the_same_each_time():
    assert page(make_base(many())) == page(make_base(many()))


# In Chromium --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium here (Debian: chromium): the page is not tested in a browser")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser, tmp_path) -> Iterator:
    """The page of an ordinary review on a wide screen; any error on its console or any request fails the test."""
    path = tmp_path / "report.html"
    path.write_text(page(make_base(many())), encoding="utf-8")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    shown = context.new_page()
    problems: list[str] = []
    shown.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    shown.on("pageerror", lambda error: problems.append(str(error)))
    shown.on(
        "request",
        lambda request: problems.append(request.url) if not request.url.startswith(("file:", "data:")) else None,
    )
    shown.goto(path.as_uri())
    yield shown
    context.close()
    assert problems == []


def column(shown, number: int) -> list[str]:
    rows = shown.locator("#case_table-t tbody tr:visible").all()
    return [re.sub(r"\s*\[\d+\]", "", row.locator("th, td").nth(number).inner_text()) for row in rows]


def test_a_click_on_a_header_sorts_numbers_as_numbers_and_missing_last(opened):
    header = opened.get_by_role("button", name="Onset, days").first
    header.click()
    assert column(opened, 4) == ["9, after the last dose", "91, after the last dose", "not reported"]
    assert opened.locator("#case_table-t th[aria-sort]").get_attribute("aria-sort") == "ascending"
    header.click()
    assert column(opened, 4) == ["91, after the last dose", "9, after the last dose", "not reported"]


def test_filters_narrow_the_rows_and_say_how_many_are_left(opened):
    controls = opened.locator("[data-for='case_table-t']")
    controls.locator(".filter").fill("OTHERAMAB resolved")
    assert column(opened, 3) == ["otheramab"]
    assert controls.locator(".count").inner_text() == "1 of 3 rows"
    controls.locator(".filter").fill("")
    controls.locator(".drug").select_option("drugamab")
    assert column(opened, 3) == ["drugamab", "drugamab"]


def test_a_value_opens_its_sentence_with_the_words_marked(opened):
    opened.locator("#case_table-t button", has_text="resolved").first.click()
    panel = opened.locator("dialog[open]")
    assert panel.locator("mark").all_inner_texts() == ["resolved"]
    # the words stand behind an emoji: offsets are code points, not UTF-16 units
    assert panel.locator(".sentence").inner_text().endswith("It resolved with transfusion.")
    opened.keyboard.press("Escape")
    assert panel.count() == 0


def test_a_value_says_how_sure_it_is_beside_its_words(opened):
    opened.locator("#case_table-t button", has_text="91, after the last dose").first.click()
    panel = opened.locator("dialog[open]")
    assert "confidence 0.90" in panel.inner_text()
    opened.keyboard.press("Escape")
    opened.locator("#case_table-t button", has_text="resolved").first.click()
    assert "confidence" not in panel.inner_text()


def test_the_whole_row_opens_with_enter_and_closes_with_the_keyboard(opened):
    name = opened.locator("#case_table-t tbody th button").first
    name.focus()
    opened.keyboard.press("Enter")
    panel = opened.locator("dialog[open]")
    assert "vouched for by" in panel.inner_text()
    assert set(panel.locator("mark").all_inner_texts()) >= {"grade 4", "91 days after drugamab"}
    opened.keyboard.press("Enter")  # the focus is on Close
    assert panel.count() == 0
    assert opened.evaluate("document.activeElement.textContent") == name.inner_text()


def test_a_phone_shows_rows_as_cards_without_scrolling_sideways(opened):
    opened.set_viewport_size({"width": 390, "height": 844})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    cell = opened.locator("#case_table-t td").first
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Age, years / sex"'
    opened.locator("[data-for='case_table-t'] .order").select_option(label="Onset, days")
    assert column(opened, 4)[0].startswith("9,")
    opened.locator("#case_table-t button", has_text="resolved").first.click()
    box = opened.locator("dialog[open]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_print_leaves_out_controls_and_keeps_every_row(opened, tmp_path):
    opened.emulate_media(media="print")
    assert not opened.locator("nav").is_visible()
    assert not opened.locator(".filter").first.is_visible()
    assert opened.locator("#case_table-t tbody tr:visible").count() == 3
    opened.pdf(path=str(tmp_path / "print.pdf"), prefer_css_page_size=True)
    assert (tmp_path / "print.pdf").read_bytes().startswith(b"%PDF")


def test_the_page_reads_without_its_script(browser, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(page(make_base(many())), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(path.as_uri())
    assert shown.locator("#case_table-t tbody tr:visible").count() == 3
    context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious(opened, width):
    if not AXE.is_file():
        pytest.skip("axe-core is not here (npm install --no-save axe-core): accessibility is not checked by it")
    opened.set_viewport_size({"width": width, "height": 900})
    opened.evaluate(AXE.read_text(encoding="utf-8"))
    for look in (lambda: None, lambda: opened.locator("#case_table-t tbody th button").first.click()):
        look()
        found = opened.evaluate("axe.run()")["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")] == []


def test_hostile_text_runs_nothing_in_the_browser(browser, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(page(hostile_base()), encoding="utf-8")
    shown = browser.new_page()
    dialogs: list[str] = []
    shown.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    shown.goto(path.as_uri())
    shown.locator("#case_table-t tbody th button").first.click()
    assert shown.locator("dialog[open] h2").inner_text() == HOSTILE_TITLE
    assert NOTICE in shown.locator("dialog[open]").inner_text()
    assert dialogs == []
    shown.close()
