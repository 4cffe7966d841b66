"""The SMART check: five letters per target, each with a reason a manager can act on."""

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure

from salesanalysis.errors import ContractError
from salesanalysis.labels import has_label
from salesanalysis.targets import cascade, smart_check
from salesanalysis.targets.tiers import LETTERS, smart

FULL = {
    "region": "East", "target": 105.0, "metric": "sales", "unit": "CNY", "owner": "Li",
    "start": "2024-04-01", "end": "2024-06-30", "kpi": "sum of invoices", "source": "ERP",
    "data_share": 1.0, "control_gap": 0.0, "capacity_share": 0.9, "weight": 0.4,
    "parent_share": 0.2, "n_checkpoints": 1, "months_total": 105.0, "due": "2024-07-05",
}  # fmt: skip
MAY = pd.DataFrame({"region": ["East"], "mean": [100.0], "sd": [10.0]})


def check(forecast=MAY, **changes):
    row = {k: v for k, v in {**FULL, **changes}.items() if v is not Ellipsis}
    table = pd.DataFrame([row])
    return smart_check(table, forecast, as_of="2024-03-31", by=["region"])


def letter(name, **changes) -> tuple[str, str]:
    row = check(**changes).to_frame().iloc[0]
    return row[name], row[f"{name}_reason"]


# ---- worked by hand


def test_a_complete_target_passes_all_five_letters() -> None:
    result = check()
    assert result.accepted.tolist() == [True]
    assert result.acceptance == 1.0
    assert result.to_frame()["probability"].iloc[0] == pytest.approx(0.3085375387, abs=1e-10)


def test_sales_of_product_a_up_by_a_fifth_this_quarter_lacks_an_owner() -> None:
    row = {"product": "A", "target": 120.0, "metric": "sales", "unit": "CNY",
           "start": "2024-04-01", "end": "2024-06-30"}  # fmt: skip
    result = smart_check(pd.DataFrame([row]), as_of="2024-03-31", by=["product"])
    assert result.to_frame()[["specific", "specific_reason"]].to_numpy().tolist() == [
        ["fail", "no_owner"]
    ]
    assert "Specific: 1 fail, 0 with a warning; no owner (1)." in result.explain()


@pytest.mark.parametrize(
    ("name", "changes", "wanted"),
    [
        ("specific", {"unit": ""}, ("fail", "no_unit")),
        ("specific", {"metric": ..., "owner": None}, ("fail", "no_metric+no_owner")),
        ("specific", {"owner_to": "2024-03-01"}, ("fail", "owner_not_active")),
        ("specific", {"owner_from": "2024-05-01"}, ("warn", "owner_part")),
        ("measurable", {"kpi": ...}, ("fail", "no_kpi")),
        ("measurable", {"data_share": 0.89}, ("fail", "few_data")),
        ("measurable", {"data_share": 0.90}, ("pass", "")),
        ("measurable", {"control_gap": 0.01}, ("fail", "control_gap")),
        ("attainable", {"target": 106.0, "months_total": 106.0}, ("fail", "unrealistic")),
        ("attainable", {"target": 88.0}, ("warn", "too_easy")),
        ("attainable", {"forecast": None}, ("warn", "no_forecast")),
        ("attainable", {"capacity_share": 1.01}, ("fail", "over_capacity")),
        ("attainable", {"tier": "challenge"}, ("warn", "too_easy")),
        ("attainable", {"tier": "base", "target": 92.0}, ("pass", "")),
        ("relevant", {"weight": 0.0}, ("fail", "no_weight")),
        ("relevant", {"parent_share": ...}, ("warn", "path_unknown")),
        ("time_bound", {"end": "2024-12-31"}, ("fail", "few_checkpoints")),
        ("time_bound", {"months_total": 104.0}, ("fail", "months_gap")),
        ("time_bound", {"due": "2024-03-30"}, ("fail", "overdue")),
        ("time_bound", {"start": None}, ("fail", "no_dates")),
    ],
)
def test_every_letter_says_why(name, changes, wanted) -> None:
    assert letter(name, **changes) == wanted


def test_a_plan_brings_dates_months_and_shares_itself() -> None:
    rows = pd.DataFrame(
        {"region": ["E", "E", "W"], "salesperson": ["a", "b", "c"], "value": [30.0, 10, 60]}
    )
    plan = cascade(100_000, rows, levels=["region", "salesperson"], year=2024)
    may = rows.assign(mean=[30_000.0, 20_000, 50_000], sd=5_000.0).drop(columns="value")
    about = pd.DataFrame(
        {"salesperson": list("abc"), "owner": list("abc"), "kpi": "x", "source": "ERP",
         "data_share": 1.0, "control_gap": 0.0, "weight": 1.0}
    )  # fmt: skip
    result = smart_check(plan, may, as_of="2023-12-31", about=about)
    frame = result.to_frame()
    assert frame["parent_share"].tolist() == [0.75, 0.25, 1.0]
    assert frame["attainable"].tolist() == ["pass", "warn", "fail"]
    assert (
        frame[["specific", "measurable", "relevant", "time_bound"]].to_numpy().tolist()
        == [["pass"] * 4] * 3
    )
    assert result.headline() == "1 of 3 targets pass all five SMART letters (33.3%)"
    assert "W / c: 60.0k CNY, chance 2%; chance below the band." in result.explain()


def test_draws_are_counted_where_there_is_no_normal_distribution() -> None:
    draws = pd.DataFrame({"region": "East", "draw": range(10), "value": np.arange(100.0, 110.0)})
    row = check(forecast=draws).to_frame().iloc[0]
    assert row["probability"] == 0.5


# ---- words and refusals


def test_every_reason_is_said_in_both_languages() -> None:
    table = pd.DataFrame([FULL]).assign(tier="average", probability=0.5)
    rules = {
        **smart._specific(table, ["region"]), **smart._measurable(table),
        **smart._attainable(table, smart.BANDS), **smart._relevant(table),
        **smart._time_bound(table, pd.Timestamp("2024-03-31")),
    }  # fmt: skip
    assert [code for code in rules if not has_label(f"smart.reason.{code}")] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_check_is_drawn_and_shown(lang) -> None:
    result = check(owner="", target=106.0, weight=...)
    assert_good_figure(result.plot(lang=lang))
    shown = result.table(lang).shown()
    assert shown.shape == (1, 4 + len(LETTERS))
    assert result.long()["verdict"].tolist() == ["fail", "pass", "fail", "warn", "fail"]


def test_a_band_or_tier_that_is_none_is_refused() -> None:
    table = pd.DataFrame([FULL])
    with pytest.raises(ContractError) as caught:
        smart_check(table, MAY, as_of="2024-03-31", by=["region"], bands={"average": (0.8, 0.3)})
    assert str(caught.value) == (
        "The band of 'average' must be 0 <= low < high <= 1 of a tier, got 0.8, 0.3.\n"
        "  where: smart_check(bands=...)\n"
        '  fix:   write {"average": (0.30, 0.85)}'
    )
    with pytest.raises(ContractError) as caught:
        smart_check(table, MAY, as_of="2024-03-31", by=["region"], tier="stretch")
    assert str(caught.value).startswith("'stretch' is not a tier here; known: base, average")
    with pytest.raises(ContractError, match="targets has no column 'target'"):
        smart_check(table.drop(columns="target"), MAY, as_of="2024-03-31", by=["region"])
