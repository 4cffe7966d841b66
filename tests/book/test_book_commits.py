"""People's own forecasts of the demo company: the leans planted there are found, nobody's future is."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.book.note import Note
from salesanalysis.data.demo.commits import LEANS, leans_of
from salesanalysis.forecast.inspection import BiasReport


@pytest.fixture(scope="module")
def data(demo_data):
    return demo_data


@pytest.fixture(scope="module")
def report(data) -> BiasReport:
    return sa.company(data).ahead.commits()


def test_the_planted_leans_are_found(data, report) -> None:
    sellers = data.panel(by=["salesperson"]).nodes()["salesperson"]
    asked = data.frame("commits")["salesperson"]
    assert set(asked) <= set(sellers)
    truth = leans_of(2024, asked)
    found = report.people.set_index("salesperson")["over_growth"]
    means = found.groupby(truth).mean()
    for lean in LEANS:
        # 16 % noise a month, 15 months, 9 people and more: 2 points of standard error
        assert means[lean] == pytest.approx(lean, abs=0.06)
    told = report.people.query("verdict in ('optimist', 'sandbagger')")
    side = np.sign(told["over_growth"]) * np.sign(truth[told["salesperson"]].to_numpy())
    assert (side >= 0).all()
    assert len(told) >= 8
    # of those who do not lean, one in twenty seems to
    assert (side == 0).sum() <= 2


def test_a_commit_made_later_counts_and_misses_less(report) -> None:
    leads = report.leads.set_index("lead")["wape_share"]
    assert leads[0] < leads[1]
    assert report.n_used == report.n_commits / 2


def test_a_region_shows_its_own_people_and_what_they_sold_there(data) -> None:
    part = sa.company(data).ahead.commits(region="East")
    people = set(part.people["salesperson"])
    sold = data.panel(by=["region", "salesperson"]).select(region="East").nodes()["salesperson"]
    assert people <= set(sold)
    table = data.frame("commits").query("region == 'East'")
    given = sa.company(data).ahead.commits(data.frame("commits"), region="East")
    pd.testing.assert_frame_equal(given.to_frame(), part.to_frame())
    assert people == set(table["salesperson"])


def test_what_is_said_after_the_day_of_the_data_is_not_seen(data) -> None:
    early = sa.company(data.at("2023-06-10")).ahead.commits()
    assert early.people["n_months"].max() == 5
    first = sa.company(data.at("2022-12-05")).ahead.commits()
    assert isinstance(first, Note)
    assert first.explain("zh") == "数据中没有人员自报的预测，无法判断谁的预测偏高或偏低。"
