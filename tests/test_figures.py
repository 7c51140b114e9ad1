"""Figures: what they show, the same bytes each time, and a word instead of a picture where there is nothing."""

from __future__ import annotations

import io

import pytest
from lxml import etree
from matplotlib.colors import to_rgb
from PIL import Image

from pipeline import prisma
from pipeline.figures import (
    Drawing,
    ForestRow,
    forest_figures,
    forest_rows,
    onset_figure,
    png,
    prisma_figure,
    save,
    severity_figure,
    svg,
    years_figure,
)
from pipeline.figures.style import BLUE, GREEN, ORANGE, SKY, VERMILION
from pipeline.incidence import pooled_incidence
from tests.invented_review import HOSTILE_TITLE, case, group, hostile_base, make_base, make_labels, source

LABELS = make_labels()


def numbered(base):
    return {pmid: number for number, pmid in enumerate(base.sources, start=1)}


def onset(base, late_after: float | None = 28) -> Drawing:
    return onset_figure(base, LABELS, late_after, numbered(base))


def forests(base) -> list[Drawing]:
    (analysis, *_) = pooled_incidence(base, LABELS).analyses
    return forest_figures(analysis, LABELS, numbered(base))


def flow_drawing(base, previous=None) -> Drawing:
    return prisma_figure(prisma.boxes(prisma.flow(base, previous), LABELS.reason), "Flow", "flow")


def every_drawing(base) -> list[Drawing]:
    return [flow_drawing(base), onset(base), severity_figure(base, LABELS), years_figure(base, LABELS), *forests(base)]


MIXED = make_base(
    [
        case(1),
        case(2, onset_days=0.0, drug="otheramab"),
        group(3, onset_days=60.0, onset_low_days=5.0, onset_high_days=400.0, onset_statistic="median"),
        group(4, onset_days=9.0, onset_statistic="mean", drug="otheramab", n_events=0),
        group(5, onset_low_days=30.0, onset_high_days=90.0, onset_statistic="range", severity_term="severe"),
        group(6, onset_high_days=28.0, ctcae_grade=3, ctcae_grade_high=4),
    ],
    excluded=3,
)


def test_every_figure_is_valid_svg_and_a_png_of_its_size():
    for drawing in every_drawing(MIXED):
        root = etree.fromstring(svg(drawing.figure).encode())
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        width, height = Image.open(io.BytesIO(png(drawing.figure))).size
        assert width == pytest.approx(200 * drawing.figure.get_size_inches()[0], abs=2)
        assert 100 < height < 8000
        assert drawing.alt
        assert drawing.caption


def test_figures_are_the_same_bytes_each_time():
    for one, two in zip(every_drawing(MIXED), every_drawing(MIXED), strict=True):
        assert svg(one.figure) == svg(two.figure)
        assert png(one.figure) == png(two.figure)


def test_onset_has_a_logarithmic_axis_with_the_boundary_of_late_onset():
    axes = onset(MIXED).figure.axes[0]
    assert axes.get_xscale() == "log"
    assert any(line.get_linestyle() == "--" and set(line.get_xdata()) == {28} for line in axes.lines)
    assert "28" in [tick.get_text() for tick in axes.get_xticklabels()]


def test_onset_shows_each_case_as_a_point_and_each_cohort_with_its_range():
    axes = onset(MIXED).figure.axes[0]
    points = sorted(float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == "o")
    assert points == [0.5, 91.0]  # day 0 is drawn at the left end of the axis
    ranges = sorted(
        tuple(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2 and line.get_linestyle() == "-"
    )
    assert ranges == [(5.0, 400.0), (30.0, 90.0)]
    assert [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "D"] == [60.0]
    assert [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "s"] == [9.0]
    assert [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "<"] == [28.0]


def test_onset_names_cohorts_with_their_reference_and_how_many_had_the_event():
    ticks = [tick.get_text() for tick in onset(MIXED).figure.axes[0].get_yticklabels()]
    assert ticks[:3] == ["drugamab", "single patients (n = 1)", "[6] Doe et al. 2020 (n = 12)"]


def test_onset_names_its_drugs_in_words_too():
    assert "2 single patients and 4 cohorts" in onset(MIXED).alt


def test_severity_tells_grades_ranges_words_and_nothing_apart():
    legend = [text.get_text() for text in severity_figure(MIXED, LABELS).figure.legends[0].get_texts()]
    assert legend == ["grade 3–4", "grade 4", "severe", "not reported"]


def test_an_open_ended_grade_of_a_group_is_not_that_grade_alone():
    base = make_base([group(1, event_definition="grade3plus", ctcae_grade=3), case(2, ctcae_grade=3)])
    legend = [text.get_text() for text in severity_figure(base, LABELS).figure.legends[0].get_texts()]
    assert legend == ["grade 3", "grade ≥3"]


def test_years_count_publications_once_and_name_those_without_a_year():
    base = make_base(
        [case(1, source(1, year=2019)), group(1, source(1, year=2019)), group(2), group(3, source(3, year=None))]
    )
    drawing = years_figure(base, LABELS)
    assert drawing.alt == "2019: 1, 2020: 1"
    assert "1 without a known year" in drawing.caption


def test_a_forest_plot_has_a_line_for_each_study_subtotal_and_total():
    base = make_base(
        [group(1), group(2, n_events=0), group(3, drug="otheramab", n_events=None, incidence_percent=33.0)]
    )
    (analysis,) = pooled_incidence(base, LABELS).analyses
    rows = forest_rows(analysis.drugs, analysis.by_drug, analysis.overall, numbered(base))
    kinds = [(row.kind, row.label.split(",")[0], row.numbers) for row in rows]
    assert kinds[:4] == [
        ("head", "drugamab", ""),
        ("study", "[1] Doe et al. 2020", "12/40"),
        ("study", "[2] Doe et al. 2020", "0/40"),
        ("pooled", "Subtotal", "12/80"),
    ]
    assert ("study", "[3] Doe et al. 2020", "13*/40") in kinds
    assert kinds[-3][:2] == ("pooled", "All studies")
    assert rows[-1] == ForestRow("text", "* events computed from the percentage and the number of patients")


def test_a_group_without_a_finite_estimate_says_why_in_the_plot():
    base = make_base([group(1, n_events=0), group(2, n_events=0), group(3, drug="otheramab")])
    (analysis,) = pooled_incidence(base, LABELS).analyses
    rows = forest_rows(analysis.drugs, analysis.by_drug, analysis.overall, numbered(base))
    assert [row.estimate for row in rows if row.label.startswith("Subtotal")] == [0.0]


def test_one_study_alone_has_no_diamond():
    base = make_base([group(1)])
    (analysis,) = pooled_incidence(base, LABELS).analyses
    rows = forest_rows(analysis.drugs, analysis.by_drug, analysis.overall, numbered(base))
    assert [row.kind for row in rows] == ["head", "study"]


def test_a_thousand_studies_become_pages_that_can_be_read():
    drawings = forests(make_base([group(i, n_events=i % 20) for i in range(1, 1001)]))
    drug = [drawing for drawing in drawings if drawing.name.startswith("forest_drug")]
    assert 4 <= len(drug) <= 6
    assert [drawing.name for drawing in drug][:2] == ["forest_drug_any_grade_01", "forest_drug_any_grade_02"]
    assert max(drawing.figure.get_size_inches()[1] for drawing in drug) < 17
    assert len({drawing.figure.axes[0].get_xlim() for drawing in drug}) == 1


def test_of_very_many_studies_the_largest_are_drawn_and_the_others_counted():
    base = make_base([group(i, n_events=1, n_treated=40 + i) for i in range(1, 401)])
    (analysis,) = pooled_incidence(base, LABELS).analyses
    rows = forest_rows(analysis.drugs, analysis.by_drug, analysis.overall, numbered(base))
    drawn = [row.weight for row in rows if row.kind == "study"]
    assert (len(drawn), min(drawn)) == (280, 161)
    assert any(row.label.startswith("and 120 smaller studies") for row in rows)


def test_the_flow_of_an_updated_review_has_the_box_of_previous_studies():
    new = flow_drawing(MIXED)
    updated = flow_drawing(MIXED, prisma.Previous(frozenset({1})))
    assert updated.figure.get_size_inches()[0] > new.figure.get_size_inches()[0]


def test_hostile_names_are_drawn_as_they_are(recwarn):
    for drawing in every_drawing(hostile_base()):
        if drawing.figure:
            svg(drawing.figure)
            png(drawing.figure)
    named = onset(make_base([group(1, source(1, authors=(), title=HOSTILE_TITLE), onset_days=5.0)]))
    assert named.figure is not None
    svg(named.figure)
    assert not [warning for warning in recwarn if "Glyph" in str(warning.message)]


@pytest.mark.parametrize("draw", [onset, lambda b: severity_figure(b, LABELS), lambda b: years_figure(b, LABELS)])
def test_nothing_to_draw_is_said(draw, tmp_path):
    drawing = draw(make_base([]))
    assert drawing.figure is None
    assert drawing.caption
    assert save(tmp_path, drawing) is None
    assert list(tmp_path.iterdir()) == []


def lightness(colour: str) -> float:
    """Relative luminance, Rec. 709."""
    red, green, blue = to_rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_grades_get_darker_as_they_get_worse():
    base = make_base([case(i, ctcae_grade=i) for i in range(1, 6)])
    handles = severity_figure(base, LABELS).figure.legends[0].legend_handles
    shades = [lightness(handle.get_facecolor()) for handle in handles]
    assert shades == sorted(shades, reverse=True)


def test_colours_are_those_chosen_for_colour_blind_readers():
    # Okabe and Ito 2008, as published in Wong, Nat Methods 2011;8:441
    assert (ORANGE, SKY, GREEN, BLUE, VERMILION) == ("#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00")


def test_the_names_beside_the_onset_axis_are_whole_and_tell_groups_of_a_study_apart() -> None:
    rows = [group(label=name, onset_days=days) for name, days in (("on maintenance", 150.0), ("without it", 60.0))]
    drawing = onset(make_base(rows))
    assert drawing.figure is not None
    names = drawing.figure.axes[0].get_yticklabels()
    assert min(name.get_window_extent().x0 for name in names) >= 0
    printed = [name.get_text() for name in names]
    assert sum("on maintenance" in text for text in printed) == sum("without it" in text for text in printed) == 1
