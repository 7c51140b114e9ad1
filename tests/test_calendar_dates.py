"""Full calendar dates in a text."""

from __future__ import annotations

from datetime import date

from pipeline.concepts.calendar_dates import find_dates


def test_only_full_dates_are_dates():
    text = "Infusion on 3 August 2016, fever on October 12, 2016; B cells in May 2017; review 2018-02-01."
    assert [d for _, _, d in find_dates(text)] == [date(2016, 8, 3), date(2016, 10, 12), date(2018, 2, 1)]


def test_an_impossible_date_is_none():
    assert find_dates("on 31 February 2016") == ()
