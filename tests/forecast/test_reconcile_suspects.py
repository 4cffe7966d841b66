"""Rows that are sums of other rows are found before they are counted twice."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.forecast.reconcile import subtotals


def sales(n: int, months: int = 36, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    season = 1 + 0.3 * np.sin(np.arange(months) / 6 * np.pi)
    return rng.uniform(5, 500, (n, 1)) * season * np.exp(rng.normal(0, 0.1, (n, months)))


def named(regions: str, lines: list[str]) -> pd.DataFrame:
    return pd.DataFrame([(r, line) for r in regions for line in lines], columns=["region", "line"])


def test_the_total_row_of_every_region_is_found_with_its_parts():
    parts = sales(6).reshape(2, 3, 36)
    history = np.concatenate([parts, parts.sum(axis=1, keepdims=True)], axis=1).reshape(8, 36)
    found = subtotals(history, named("NS", ["A", "B", "C", "Total"]))
    assert found["node"].tolist() == ["N / Total", "S / Total"]
    assert found["parts"].tolist() == ["A, B, C"] * 2
    assert found["level"].tolist() == ["line"] * 2
    assert found["n_parts"].tolist() == [3, 3]
    assert found["share"].tolist() == [1.0, 1.0]


def test_the_all_regions_row_of_every_line_is_found():
    parts = sales(6).reshape(3, 2, 36)
    history = np.concatenate([parts, parts.sum(axis=0, keepdims=True)]).reshape(8, 36)
    found = subtotals(history, named("EFG*", ["A", "B"]))
    assert found["node"].tolist() == ["* / A", "* / B"]
    assert found["parts"].tolist() == ["E, F, G"] * 2


def test_a_sum_of_some_siblings_is_found_though_rounded_and_wrong_in_three_months():
    history = sales(9)
    history[8] = np.round(history[[1, 4, 6]].sum(axis=0), 1)
    history[8, [3, 9, 20]] *= 1.2
    names = pd.DataFrame({"line": list("ABCDEFGHI")})
    found = subtotals(history, names)
    assert found[["node", "parts"]].to_numpy().tolist() == [["I", "B, E, G"]]
    assert found["share"].tolist() == [33 / 36]


def test_a_subtotal_with_a_part_missing_late_is_found_where_the_months_allow():
    history = sales(4)
    history[0, :30] = np.nan
    history[3] = np.nan_to_num(history[:3]).sum(axis=0)
    assert subtotals(history, pd.DataFrame({"line": list("ABCT")}))["node"].tolist() == ["T"]


@pytest.mark.parametrize("seed", range(5))
def test_honest_leaves_are_not_suspected(seed):
    names = named("NSEW", list("ABCDEFGH"))
    assert not len(subtotals(sales(32, seed=seed), names))
    assert not len(subtotals(np.round(sales(32, 24, seed=seed) / 100), names))


def test_leaves_that_never_move_or_are_too_young_say_nothing():
    flat = np.array([[1.0], [1.0], [2.0]]) * np.ones((3, 36))
    assert not len(subtotals(flat, pd.DataFrame({"line": list("ABC")})))
    young = sales(3, 11)
    young[2] = young[:2].sum(axis=0)
    assert not len(subtotals(young, pd.DataFrame({"line": list("ABC")})))
    assert not len(subtotals(np.zeros((3, 24)), pd.DataFrame({"line": list("ABC")})))


def test_strict_refuses_them_by_name():
    history = sales(3)
    history[2] = history[:2].sum(axis=0)
    with pytest.raises(ContractError) as caught:
        subtotals(history, pd.DataFrame({"line": ["A", "B", "Both"]}), check="strict")
    assert str(caught.value) == (
        "1 of 3 leaves look like subtotals, such as 'Both', the sum of A, B in 100 % of its months.\n"
        "  where: first ['Both'], see .rows\n"
        "  fix:   leave subtotals out: every sum is made from the leaves"
    )
    assert caught.value.rows["node"].tolist() == ["Both"]


def test_another_check_is_refused():
    with pytest.raises(ContractError) as caught:
        subtotals(sales(3), pd.DataFrame({"line": list("ABC")}), check="loud")
    assert str(caught.value) == (
        "check must be 'warn' or 'strict', got 'loud'.\n"
        "  where: subtotals(check=...)\n"
        "  fix:   write 'strict' to refuse leaves that look like subtotals"
    )


def test_a_forecast_refuses_them_where_asked_to():
    lines = named("NS", ["A", "B", "Total"])
    parts = sales(4).reshape(2, 2, 36)
    history = np.concatenate([parts, parts.sum(axis=1, keepdims=True)], axis=1).reshape(6, 36)
    months = pd.date_range("2021-01-01", periods=36, freq="MS", name="period")
    wide = pd.DataFrame(history, columns=months).assign(region=lines["region"], line=lines["line"])
    by = ["region", "line"]
    table = wide.melt(by, var_name="period")
    table["period"] = pd.to_datetime(table["period"])
    for method in ("engine", "seasonal_naive"):
        with pytest.raises(ContractError) as caught:
            sa.forecast.panel(table, 3, by=by, method=method, check="strict")
        assert str(caught.value).startswith(
            "2 of 6 leaves look like subtotals, such as 'N / Total', the sum of A, B in 100 % of "
        )
    last_year = {"by": by, "method": "seasonal_naive"}
    warned = sa.forecast.panel(table, 3, **last_year)
    assert warned.suspects["node"].tolist() == ["N / Total", "S / Total"]
    honest = table[table["line"] != "Total"].iloc[5:]
    checked = sa.forecast.panel(honest, 3, **last_year, check="strict")
    assert checked.point().tolist() == sa.forecast.panel(honest, 3, **last_year).point().tolist()
    alone = honest[honest["region"] == "N"].groupby("period", as_index=False)["value"].sum()
    one = sa.forecast.panel(alone, 3, by=[], method="seasonal_naive", check="strict")
    assert len(one.nodes()) == 1
