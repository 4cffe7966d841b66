"""Clauses of the method that no other test names: bounds of rates, openings and closings, runs."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yearsales import months_of

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.labels.catalogue import entries
from salesanalysis.targets.runs import joined, spread

T = sa.targets


# ---- bounds of rates


@settings(max_examples=8)
@given(
    st.lists(st.floats(0.5, 0.99), min_size=2, max_size=8),
    st.floats(0.0, 1.0),
    st.floats(0.6, 0.8),
    st.floats(0.85, 0.98),
)
def test_rates_asked_stay_inside_their_bounds_and_the_parent_keeps_its_rate(
    base, place, lo, hi
) -> None:
    names = [f"R{i}" for i in range(len(base))]
    table = pd.DataFrame(
        {"region": names, "sales": np.arange(1.0, len(base) + 1), "collection_rate": base}
    )
    target = lo + place * (hi - lo)
    asks = {"sales": 1_000_000, "collection_rate": T.Ask(target, rule="shift", lo=lo, hi=hi)}
    made = T.metric_card(table, asks, by=["region"], year=2024).wide()
    assert made["collection_rate"].between(lo - 1e-12, hi + 1e-12).all()
    mean = np.average(made["collection_rate"], weights=made["sales"])
    assert mean == pytest.approx(target, abs=1e-9)


def test_a_rate_asked_outside_its_bounds_is_refused() -> None:
    table = pd.DataFrame({"region": ["E"], "sales": [1.0], "collection_rate": [0.9]})
    asks = {"sales": 100, "collection_rate": T.Ask(0.99, rule="shift", lo=0.5, hi=0.95)}
    with pytest.raises(ContractError, match=r"outside its bounds 0\.5 to 0\.95"):
        T.metric_card(table, asks, by=["region"], year=2024)


# ---- units that open and close, looked at afterwards


def history() -> sa.Panel:
    """Two that stay, one that is closed after the base year, one that opens in the year asked."""
    every = {2020: 120.0, 2021: 120.0, 2022: 120.0}
    sales = {"A": every, "B": every, "Closed": {2020: 60.0, 2021: 60.0}, "New": {2022: 30.0}}
    return sa.Panel.of(months_of(sales), by=["region"], closed_through="2022-12-01")


def test_a_closed_unit_was_asked_and_missed_it_and_an_opened_one_was_asked_nothing() -> None:
    report = T.backtest(history(), year=2022)
    rows = report.frame.set_index("region")
    assert rows["target"].to_dict() == {"A": 120.0, "B": 120.0, "Closed": 60.0}
    assert rows["attainment"].round(9).to_dict() == {"A": 1.0, "B": 1.0, "Closed": 0.0}
    tried = T.try_methods(history(), ["weighted_years"], years=[2022]).frame.iloc[0]
    assert (tried["target"], tried["actual"], tried["untargeted_amount"]) == (300.0, 270.0, 30.0)
    # asked 120, 120, 60 of 300; came 120, 120, 0 and 30 of 270
    gaps = [abs(120 / 300 - 120 / 270)] * 2 + [60 / 300, 30 / 270]
    assert tried["misplaced_share"] == pytest.approx(sum(gaps) / 2)


# ---- columns written in runs


@settings(max_examples=10)
@given(st.lists(st.tuples(st.sampled_from(["East", "", "华东"]), st.integers(1, 5)), max_size=6))
def test_texts_written_in_runs_are_the_texts_repeated(runs) -> None:
    texts = pd.array([text for text, _ in runs], dtype="str")
    sizes = np.array([n for _, n in runs], dtype="int64")
    written = spread(texts, np.arange(len(runs)), np.cumsum(sizes))
    assert list(written) == [text for text, n in runs for _ in range(n)]
    assert written.dtype == texts.dtype
    assert list(joined([texts, texts])) == list(texts) * 2


# ---- notes in place of a table


def test_every_status_of_a_note_has_a_word_in_both_languages() -> None:
    book = Path(sa.__file__).parent / "book"
    found = {
        status
        for file in book.rglob("*.py")
        for status in re.findall(r'Note\.of\(\s*"(\w+)"', file.read_text(encoding="utf-8"))
    }
    assert found
    assert {f"status.{status}" for status in found} <= set(entries())
