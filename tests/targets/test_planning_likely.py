"""Chances of teams and people, units that have fallen silent."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

import salesanalysis as sa
from salesanalysis.book.planning.likely import likely, people_chances
from salesanalysis.book.planning.logs import silent_log
from salesanalysis.book.planning.silent import silent, silent_line
from salesanalysis.forecast import panel as forecast_panel
from salesanalysis.labels import Terms
from salesanalysis.panel import Panel
from salesanalysis.targets import Basis, cascade

BY = ["region", "product_line", "salesperson"]
MONTHS = pd.date_range("2020-01-01", "2023-12-01", freq="MS")


def sales():
    rng = np.random.default_rng(5)
    parts = []
    for region, who in (("East", "Li"), ("East", "Wu"), ("West", "Zhao")):
        for product in ("A", "B"):
            value = 1_000 * (1 + 0.2 * np.sin(MONTHS.month)) * rng.lognormal(0, 0.08, len(MONTHS))
            if who == "Wu":
                value = np.where(MONTHS >= "2023-04-01", 0.0, value)
            parts.append(
                pd.DataFrame({"region": region, "product_line": product, "salesperson": who,
                              "period": MONTHS, "value": value})
            )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


class Data(SimpleNamespace):
    def panel(self, by):
        table = sales().groupby([*by, "period"], as_index=False)["value"].sum()
        return Panel.of(table, by=by)


def plan_of(ask, pins=None):
    base = sales().query("period >= '2023-01-01'").groupby(BY, as_index=False)["value"].sum()
    basis = Basis.of(base.assign(base=base["value"]), by=BY, year=2024)
    return cascade(ask, basis, months="equal", pins=pins)


def test_people_and_their_products_have_a_chance_though_the_forecast_stops_above_them() -> None:
    data, plan = Data(), plan_of(54_000)
    own = forecast_panel(data.panel(["region", "product_line"]), 12)
    found = likely(plan, data, own)
    levels = (found[BY] != "").sum(axis=1)
    assert levels.value_counts().to_dict() == {0: 1, 1: 2, 2: 4, 3: 6}
    assert found["probability"].dropna().between(0, 1, inclusive="neither").all()
    # what the company's own forecast knows stays as it is
    known = sa.targets.chances(plan, own)
    pd.testing.assert_frame_equal(found.head(len(known)).reset_index(drop=True), known)
    hard, easy = (people_chances(plan_of(v), data)["probability"] for v in (90_000, 30_000))
    assert (hard <= easy).all()
    assert hard.iloc[2] < 0.2
    assert easy.iloc[2] > 0.8


def test_who_is_pinned_over_all_they_sell_is_called_pinned_on_the_card() -> None:
    pins = pd.DataFrame({"region": ["East"], "salesperson": ["Li"], "value": [20_000]})
    plan = plan_of(54_000, pins)
    people = people_chances(plan, Data())
    assert dict(zip(people["salesperson"], people["status"], strict=True)) == {
        "Li": "pinned", "Wu": "mixed", "Zhao": "mixed",
    }  # fmt: skip
    card = sa.targets.card(plan, people=people).select(salesperson="Li")
    said = card.headline()
    assert said.startswith("Li: 20.0k CNY in 2024 after")
    assert "chance of reaching it" in said
    assert said.endswith("fixed by hand.")
    assert np.isnan(sa.targets.card(plan).select(salesperson="Li").top()["probability"])


def test_who_has_sold_nothing_since_march_and_is_asked_all_the_same_is_named() -> None:
    plan, sold = plan_of(54_000), Data().panel(["region", "salesperson"])
    found = silent(plan, sold)
    assert found[["region", "salesperson"]].to_numpy().tolist() == [["East", "Wu"]]
    assert found["last_month"].tolist() == [pd.Timestamp("2023-03-01")]
    log = silent_log(found)
    assert log[["node", "period", "rule"]].to_numpy().tolist() == [
        ["East / Wu", "2023-03", "silent"]
    ]
    words = {"currency": "CNY", "terms": Terms()}
    assert silent_line(found, "en", **words).startswith(
        "Asked, though nothing was sold for 6 months or more (1): East / Wu"
    )
    assert "最后销售2023年3月" in silent_line(found, "zh", **words)
    assert silent_line(found.head(0), "en", **words) == ""
    pins = pd.DataFrame(
        {"region": ["East"], "product_line": ["A"], "salesperson": ["Wu"], "value": [9]}
    )
    pins = pd.concat([pins, pins.assign(product_line="B")])
    assert not len(silent(plan_of(54_000, pins), sold))
