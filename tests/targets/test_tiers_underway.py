"""Tiers of a year in progress: closed months as sold, the months after them drawn."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis import store
from salesanalysis.errors import ContractError
from salesanalysis.targets import Outlook, cascade, tiers
from salesanalysis.targets.underway import year_in_progress

YEAR = pd.date_range("2024-01-01", periods=12, freq="MS")
LAST_YEAR = pd.date_range("2023-01-01", periods=12, freq="MS")


def draws(first: int = 3, last: int = 12) -> pd.DataFrame:
    """Twenty futures of two regions and their company: 10, 20, ... a month and region."""
    cells = [(r, d, 10.0 * (d + 1)) for r in ("East", "West") for d in range(20)]
    table = pd.DataFrame(cells, columns=["region", "draw", "value"])
    company = table.groupby("draw", as_index=False)["value"].sum().assign(region="")
    both = pd.concat([table, company], ignore_index=True)
    return both.merge(pd.DataFrame({"period": YEAR[first:last]}), how="cross")


def sales(n_months: int = 3, **context) -> sa.Panel:
    """East sold 50 a month, a region that has closed 4, West nothing."""
    rows = [pd.DataFrame({"region": r, "period": YEAR[:n_months], "value": v})
            for r, v in (("East", 50.0), ("Old", 4.0))]  # fmt: skip
    return sa.Panel.of(pd.concat(rows), by=["region"], **context)


def plan():
    shares = pd.DataFrame({"region": ["East", "West"], "value": [1.0, 1.0]})
    return cascade(2_400, shares, levels=["region"], year=2024)


def test_sales_of_three_closed_months_and_draws_of_nine_make_the_year() -> None:
    table, through, unsold = year_in_progress(draws(), ["region"], YEAR, sales())
    first = table[table["draw"] == 0].set_index("region")["value"]
    # East 9 x 10 + 3 x 50, West 9 x 10, the company 9 x 20 + 3 x (50 + 4)
    assert first.to_dict() == {"": 342.0, "East": 240.0, "West": 90.0}
    assert (through, unsold) == ("2024-03-01", (("West",),))
    three = tiers(plan(), draws(), sold=sales())
    own = three.to_frame().set_index("region")
    middle = 9 * np.quantile(10.0 * np.arange(1, 21), [0.2, 0.5, 0.8])
    for tier, value in zip(("base", "average", "challenge"), middle, strict=True):
        assert own.loc["East", f"{tier}_quantile"] == pytest.approx(value + 150)
        assert own.loc["West", f"{tier}_quantile"] == pytest.approx(value)
        assert own.loc["", f"{tier}_quantile"] == pytest.approx(2 * value + 162)
        assert three.total(tier) == round(2 * value + 162)
    assert "Months up to Mar 2024 count with what was sold in them; only" in three.explain()
    assert "截至2024年3月的各月按实际销售额计入" in three.explain("zh")


def test_a_closed_month_without_a_line_is_nothing_sold_and_is_told_by_name() -> None:
    late = sales().frame
    late = late[~((late["region"] == "East") & (late["period"] == YEAR[2]))]
    three = tiers(plan(), draws(), sold=sa.Panel.of(late, by=["region"]))
    # East lacks March, West all three months; the company has lines in each of them
    assert three.unsold == (("East",), ("West",))
    said = "2 units have no line in one of those months or more; nothing counts as sold there: "
    assert said + "East, West." in three.explain()
    assert "2个单位在上述月份中至少有一个月没有销售记录" in three.explain("zh")
    assert three.select(region="West").unsold == (("West",),)
    whole = pd.concat([sales().frame, sales().frame.replace({"East": "West", "Old": "Older"})])
    assert tiers(plan(), draws(), sold=sa.Panel.of(whole, by=["region"])).unsold == ()


def test_a_year_wholly_ahead_needs_no_sales_and_is_not_changed_by_them() -> None:
    before = sa.Panel.of(
        pd.DataFrame({"region": "East", "period": ["2023-11-01", "2023-12-01"], "value": 9.0}),
        by=["region"],
    )
    told = [tiers(plan(), draws(0), sold=given) for given in (None, before)]
    pd.testing.assert_frame_equal(told[0].to_frame(), told[1].to_frame())
    assert told[1].sold_through == ""


def test_chances_of_a_plan_read_the_same_year_in_progress() -> None:
    outlook = Outlook.of(draws(), ["region"], months=YEAR, sold=sales())
    asked = pd.DataFrame({"region": ["East"], "target": [150.0 + 9 * 105.0]})
    # ten of twenty futures reach it: (1 + 10) / (20 + 2)
    assert outlook.chance(asked, ["region"]).tolist() == [0.5]
    assert plan().quality(outlook).frame["probability"].notna().all()


@settings(max_examples=6)
@given(st.integers(1, 11), st.integers(0, 99))
def test_every_draw_of_the_company_stays_the_sum_of_its_regions_and_what_closed(n, seed) -> None:
    table, _, _ = year_in_progress(
        draws(n).sample(frac=1, random_state=seed), ["region"], YEAR, sales(n)
    )
    wide = table.pivot_table(index="draw", columns="region", values="value")
    assert (wide[""] == wide["East"] + wide["West"] + 4.0 * n).all()


def test_a_forecast_with_its_closed_months_and_its_draws_beside_the_sales_say_the_same() -> None:
    months = pd.date_range("2021-01-01", "2024-03-01", freq="MS")
    rng = np.random.default_rng(3)
    rows = [pd.DataFrame({"region": r, "period": months, "value": rng.normal(100, 9, len(months))})
            for r in ("East", "West")]  # fmt: skip
    panel = sa.Panel.of(pd.concat(rows), by=["region"])
    forecast = sa.forecast.panel(panel, 9)
    own = tiers(plan(), forecast).to_frame()["average_quantile"]
    drawn = tiers(plan(), forecast.draws(n=1000).to_frame(), sold=panel).to_frame()
    assert drawn["average_quantile"].to_numpy() == pytest.approx(own.to_numpy(), rel=0.01)


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_sales_and_draws_of_two_days_and_of_two_currencies_are_refused() -> None:
    for n, through in ((2, "Feb 2024"), (5, "May 2024")):
        assert refusal(lambda n=n: tiers(plan(), draws(), sold=sales(n))) == (
            f"The draws begin with Apr 2024, the sales are closed through {through}.\n"
            "  where: forecast and sold\n"
            "  fix:   draw from the same day's sales: data.at(...).panel(...) for both"
        )
    lost = refusal(lambda: tiers(plan(), draws(3, 11), sold=sales()))
    assert lost.startswith("The draws lack 1 of the open months of the year, such as Dec 2024.")
    assert refusal(lambda: tiers(plan(), draws(), sold=sales(currency="USD"))) == (
        "The sales are in USD, the plan is in CNY.\n"
        "  where: tiers(sold=...)\n"
        "  fix:   pass forecast=draws, and sales in the currency of the plan"
    )
    yearly = draws(0).groupby(["region", "draw"], as_index=False)["value"].sum()
    assert refusal(lambda: tiers(plan(), yearly, sold=sales())) == (
        "sold goes before draws by month; forecast is a DataFrame without them.\n"
        "  where: forecast and sold\n"
        "  fix:   leave sold out: a forecast knows its closed months, and a table of a year has "
        "them in"
    )
    assert refusal(lambda: tiers(plan(), uplifts={"base": -0.1}, sold=sales())).startswith(
        "sold belongs to draws of a forecast.\n"
    )
    over = refusal(lambda: Outlook.of(draws(3, 12), ["region"], months=LAST_YEAR, sold=sales()))
    assert over.startswith("The draws lack 12 of the open months of the year: it is over.")
    nameless = sa.Panel.of(sales().frame.rename(columns={"region": "area"}), by=["area"])
    assert "region" in refusal(lambda: tiers(plan(), draws(), sold=nameless))
    known = Outlook.of(draws(), ["region"], months=YEAR, sold=sales())
    assert refusal(lambda: tiers(plan(), known, sold=sales())).startswith("sold goes before draws")
    assert Outlook.of(known, ["region"]).sold_through == "2024-03-01"
    unsaid = refusal(lambda: Outlook.of(draws(), ["region"], sold=sales()))
    assert unsaid.startswith("The draws stand beside closed months; which year is meant is not")


def test_tiers_stored_before_they_knew_of_closed_months_are_read_as_they_were(
    tmp_path: Path,
) -> None:
    before = tiers(plan(), uplifts={"base": -0.1, "challenge": 0.1})
    store.write(before, tmp_path)
    file = tmp_path / "result.json"
    tree = json.loads(file.read_text(encoding="utf-8"))
    del tree["fields"]["sold_through"]
    file.write_text(json.dumps(tree), encoding="utf-8")
    for lang in ("en", "zh"):
        assert store.read(tmp_path).explain(lang) == before.explain(lang)
    underway = tiers(plan(), draws(), sold=sales())
    store.write(underway, tmp_path / "now")
    assert store.read(tmp_path / "now").explain() == underway.explain()
