"""What a base is made of: unknown, zero, negative, new, closed and lucky units, each by name."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yearsales import months_of, panel_of, table

from salesanalysis.errors import ContractError
from salesanalysis.targets import CleanBase, Policy, clean_base, growth
from salesanalysis.targets.base_cleaning.deals import fence_of


def clean(facts, **more) -> CleanBase:
    return clean_base(facts, by=["region"], year=2024, **more)


def units(result) -> pd.DataFrame:
    return result.to_frame().set_index("region")


def rules(result) -> list:
    return result.policy_log[["node", "rule"]].to_numpy().tolist()


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


FACTS = months_of({"East": {2022: 120.0, 2023: 120.0}, "West": {2022: 240.0, 2023: 240.0}})


def with_odd(value, name="Odd") -> pd.DataFrame:
    odd = months_of({name: {2022: 12.0, 2023: 12.0}})
    late = odd["period"] >= "2023-01-01"
    return pd.concat([FACTS, odd.assign(value=odd["value"].mask(late, value))], ignore_index=True)


# ---- worked by hand


def test_zero_unknown_and_negative_are_three_different_things() -> None:
    states = {}
    for value in (0.0, np.nan, -1.0):
        basis = growth(clean(with_odd(value)), year=2024)
        row = basis.to_frame().set_index("region").loc["Odd"]
        states[row["status"]] = (row["value"], row["left_out_amount"], row["reason"])
        assert "Odd" in basis.policy_log["node"].tolist()
    assert states == {
        "zero_base": (0.0, 0.0, "no_sales"),
        "unknown_base": (0.0, 0.0, "unknown_months"),
        "negative_base": (0.0, -12.0, "net_returns"),
    }


def test_an_unknown_month_takes_its_year_out_and_is_named() -> None:
    facts = with_odd(1.0)
    facts.loc[(facts["region"] == "Odd") & (facts["period"] == "2023-05-01"), "value"] = np.nan
    result = clean(facts)
    assert units(result).loc["Odd", ["base", "status"]].tolist() == [0.0, "unknown_base"]
    log = result.policy_log.set_index("rule")
    assert log.loc["missing_exclude", ["node", "period"]].tolist() == ["Odd", "2023-05"]
    # a month without a row is as unknown as one with an empty value
    assert rules(clean(facts.dropna())) == rules(result)


def test_unknown_months_can_be_taken_as_zero_and_then_they_say_so() -> None:
    facts = with_odd(1.0)
    facts.loc[(facts["region"] == "Odd") & (facts["period"] == "2023-05-01"), "value"] = np.nan
    result = clean(facts, policy=Policy(missing="zero"))
    assert units(result).loc["Odd", "base"] == pytest.approx(11.0)
    assert ["Odd", "missing_zero"] in rules(result)


def test_true_zeros_can_share_a_floor() -> None:
    facts = pd.concat([with_odd(0.0), with_odd(0.0, "Odder").iloc[48:]])
    result = clean(facts, policy=Policy(zero="floor", floor=30.0))
    assert units(result)["base"].tolist() == pytest.approx([120.0, 15.0, 15.0, 240.0])
    basis = growth(result, year=2024).to_frame().set_index("region")
    assert basis.loc["Odd", "status"] == "borrowed"
    assert basis.loc["Odd", "value"] == pytest.approx(15.0)
    assert basis.loc["Odd", "cleaned_amount"] == pytest.approx(-15.0)


def test_net_returns_can_be_carried_by_the_units_beside() -> None:
    result = clean(with_odd(-3.0), policy=Policy(negative="carry"))
    # 36 returned, of 360 sold beside: a tenth off each
    assert units(result)["base"].tolist() == pytest.approx([108.0, 0.0, 216.0])
    assert units(result)["base"].sum() == pytest.approx(units(result)["sold"].sum())


def test_the_base_of_a_closed_unit_goes_to_its_successor_or_to_a_line_of_its_own() -> None:
    facts = with_odd(1.0)
    to_east = clean(facts, closed=table(["Odd"], to_region=["East"]))
    assert units(to_east)["base"].to_dict() == pytest.approx({"East": 132.0, "West": 240.0})
    alone = clean(facts, closed=table(["Odd"]))
    assert units(alone)["base"].to_dict() == pytest.approx(
        {"East": 120.0, "West": 240.0, "unassigned": 12.0}
    )
    log = to_east.policy_log
    assert log[log["rule"] == "closed"]["node"].unique().tolist() == ["Odd → East"]


def test_a_region_that_gained_a_city_is_compared_in_its_new_shape() -> None:
    facts = months_of({"East": {2022: 100.0, 2023: 150.0}, "West": {2022: 100.0, 2023: 50.0}})
    moves = table(["West"], to_region=["East"], share=[0.5], valid_from=["2023-01-01"])
    basis = growth(clean(facts, moves=moves), year=2024).to_frame().set_index("region")
    assert basis["base"].tolist() == pytest.approx([150.0, 50.0])
    assert basis["growth"].tolist() == pytest.approx([0.0, 0.0])


def test_territory_handed_on_twice_ends_with_its_last_owner() -> None:
    facts = months_of({"East": {2021: 12.0, 2023: 24.0}, "West": {2021: 6.0}, "Odd": {2023: 60.0}})
    moves = table(
        ["West", "East"], to_region=["Odd", "West"], valid_from=["2023-01-01", "2022-01-01"]
    )
    found = [clean(facts, moves=m) for m in (moves, moves[::-1])]
    # East's sales of 2021 went to West, and with West's own to Odd
    sold = found[0].yearly.query("year == 2021").groupby("region")["value"].sum()
    assert sold[sold > 0].to_dict() == pytest.approx({"Odd": 18.0})
    assert units(found[0])["base"].to_dict() == pytest.approx({"East": 24.0, "Odd": 60.0})
    assert units(found[0]).equals(units(found[1]))
    assert found[0].policy_log.equals(found[1].policy_log)


def test_two_units_change_places_and_halves_given_away_on_two_days_are_halves_of_the_whole() -> (
    None
):
    facts = months_of({"East": {2023: 24.0}, "West": {2023: 6.0}})
    swap = clean(facts, moves=table(["East", "West"], to_region=["West", "East"]))
    assert units(swap)["base"].to_dict() == pytest.approx({"East": 6.0, "West": 24.0})
    days = ["2024-01-01", "2024-02-01"]
    halves = table(["East"] * 2, to_region=["West", "Odd"], share=[0.5, 0.5], valid_from=days)
    assert units(clean(facts, moves=halves))["base"].to_dict() == pytest.approx(
        {"Odd": 12.0, "West": 18.0}
    )


def test_one_lucky_deal_is_no_base_above_the_fence() -> None:
    facts = with_odd(1.0)
    deals = table(["Odd"] * 20, date="2023-03-05", amount=[1.0, 2.0] * 10)
    deals = pd.concat([deals, table(["East"], date="2023-03-05", amount=[9.0])])
    assert fence_of(deals["amount"]) == pytest.approx(2.0 * 2.0**3)
    small = clean(facts, deals=deals)
    assert len(small.deals) == 0
    # 90 is far above the fence of 16, but not a tenth of what West sold
    big = pd.concat([facts, table(["Odd"], period=["2023-04-01"], value=[89.0])])
    deals = pd.concat([deals, table(["Odd", "West"], date="2023-04-05", amount=[90.0, 20.0])])
    result = clean(big, deals=deals, aggregate="sum")
    fence = 16.0
    assert result.deals["region"].tolist() == ["Odd"]
    assert units(result).loc["Odd", "base"] == pytest.approx(101.0 - (90 - fence))
    assert units(result).loc["Odd", "cleaned_amount"] == pytest.approx(90 - fence)
    assert "74 CNY of them not counted: Odd." in result.explain()
    kept = clean(big, deals=deals, aggregate="sum", policy=Policy(outlier="keep"))
    assert units(kept).loc["Odd", "base"] == pytest.approx(101.0)
    capped = clean(big, deals=deals, aggregate="sum", policy=Policy(outlier="cap", deal_cap=30.0))
    assert units(capped).loc["Odd", "base"] == pytest.approx(41.0)
    spread = clean(big, deals=deals, aggregate="sum", policy=Policy(outlier="spread"))
    assert units(spread).loc["Odd", "base"] == pytest.approx(11.0 + 30.0)


def test_a_newcomer_can_take_the_median_per_head_beside_it_times_its_ramp() -> None:
    new = months_of({"New": {2023: 12.0}})
    facts = pd.concat([FACTS, new[new["period"] >= "2023-07-01"]])
    starters = table(["New", "East", "West"], ramp=[0.5, 1, 1], heads=[2, 2, 3])
    assert units(clean(facts)).loc["New", "status"] == "new_business"
    result = clean(facts, starters=starters, policy=Policy(starters="peers"))
    # 60 and 80 a head beside it: 70 x 2 heads x half speed
    assert units(result).loc["New", "base"] == pytest.approx(70.0)
    assert growth(result, year=2024).sold == pytest.approx(366.0)


def test_an_unfinished_year_is_dropped_and_named_or_scaled_up_by_the_season() -> None:
    shape = np.repeat([1.0, 3.0], 6)
    facts = months_of({"East": {2021: 12.0, 2022: 12.0, 2023: 12.0}})
    facts["value"] = np.tile(shape, 3)
    facts = facts[facts["period"] <= "2023-06-01"]
    dropped = clean_base(facts, by=["region"], year=2023)
    assert ["Company", "unfinished_period"] in rules(dropped)
    assert dropped.to_frame()["base"].tolist() == [24.0]
    scaled = clean(facts, policy=Policy(unfinished="pro_rate"))
    assert scaled.to_frame()["base"].tolist() == pytest.approx([24.0])
    assert scaled.to_frame()["cleaned_amount"].tolist() == pytest.approx([6.0 - 24.0])
    assert refusal(lambda: clean(facts)) == (
        "The base year 2023 has 6 of 12 closed months.\n"
        "  where: growth(year=2024), data closed through Jun 2023\n"
        "  fix:   write year=2023: growth is never worked out from part of a year"
    )


def test_facts_of_unknown_units_stay_on_a_line_of_their_own() -> None:
    facts = with_odd(0.01)
    known = table(["East", "West"])
    result = clean(facts, nodes=known, unmapped_share=0.05)
    assert units(result).loc["unmapped", "base"] == pytest.approx(0.12)
    assert ["Odd", "unmapped"] in rules(result)


# ---- invariants


@settings(max_examples=15)
@given(
    st.lists(st.lists(st.sampled_from([0.0, -9.0, 12.0, np.nan]), min_size=3, max_size=3), min_size=1, max_size=4),
    st.sampled_from(["zero", "carry"]),
    st.sampled_from(["keep", "floor"]),
)  # fmt: skip
def test_bases_and_what_is_not_in_them_always_add_up_to_what_was_sold(sold, negative, zero) -> None:
    sales = {
        n: dict(zip((2021, 2022, 2023), v, strict=True)) for n, v in zip("ABCD", sold, strict=False)
    }
    facts = pd.concat([months_of(sales), months_of({"Z": {2022: 900.0, 2023: 900.0}})])
    policy = Policy(negative=negative, zero=zero, floor=50.0 if zero == "floor" else 0.0)
    result = clean(facts, policy=policy)
    known = facts[facts["period"] >= "2023-01-01"]["value"].sum()
    assert result.to_frame()["sold"].sum() == pytest.approx(known)
    frame = growth(result, year=2024).to_frame()
    odd = frame[frame["growth"].isna()]["region"]
    assert set(odd) <= set(result.policy_log["node"])
    assert (frame["value"] >= 0).all()


def test_a_panel_and_its_plain_table_are_cleaned_alike() -> None:
    panel = panel_of({"A": {2022: 100.0, 2023: 110.0}, "B": {2022: 5.0, 2023: 0.0}})
    a = clean_base(panel, year=2024)
    b = clean(panel.to_frame().sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(a.to_frame(), b.to_frame())
    pd.testing.assert_frame_equal(a.policy_log, b.policy_log)
    assert a.headline("zh").startswith("2023年基数110元")


# ---- refusals


def test_texts_infinite_values_and_doubled_rows_are_refused_with_their_rows() -> None:
    text = FACTS.assign(value=FACTS["value"].astype("object"))
    text.loc[3, "value"] = "12,5"
    assert refusal(lambda: clean(text)) == (
        "1 of 48 values of facts are no numbers, such as '12,5'.\n"
        "  where: column 'value', first rows [3], see .rows\n"
        "  fix:   read the column as plain finite numbers first"
    )
    endless = FACTS.assign(value=FACTS["value"].where(FACTS.index != 5, np.inf))
    assert refusal(lambda: clean(endless)) == (
        "1 of 48 values of facts are infinite, such as inf.\n"
        "  where: column 'value', first rows [5], see .rows\n"
        "  fix:   read the column as plain finite numbers first"
    )
    assert refusal(lambda: clean(pd.concat([FACTS, FACTS.head(1)]))) == (
        "2 rows of facts share a unit and month.\n"
        "  where: keys ['region', 'period'], first rows [0, 48], see .rows\n"
        '  fix:   write aggregate="sum", or leave one of them out'
    )
    dates = FACTS.assign(period=FACTS["period"].dt.strftime("%d.%m.%Y"))
    assert refusal(lambda: clean(dates)) == (
        "48 of 48 periods of facts are no month starts, such as '01.01.2022'.\n"
        "  where: column 'period', first rows [0, 1, 2, 3, 4], see .rows\n"
        '  fix:   write the first day of the month, such as "2024-03-01"'
    )


def test_too_much_value_of_unknown_units_is_refused() -> None:
    assert refusal(lambda: clean(with_odd(1.0), nodes=table(["East", "West"]))) == (
        "24 of 72 facts, 3.2% of the value, belong to units nobody knows, such as 'Odd'.\n"
        "  where: facts against nodes, level columns ['region'], see .rows\n"
        "  fix:   add the units to nodes, or allow more than 1.0%"
    )


def test_policies_that_refuse_name_the_units() -> None:
    assert refusal(lambda: clean(with_odd(-1.0), policy=Policy(negative="error"))) == (
        "1 units returned more than they sold: Odd.\n"
        '  where: Policy(negative="error")\n'
        "  fix:   correct the facts, or choose another answer for negative"
    )
    new = months_of({"New": {2023: 12.0}})
    facts = pd.concat([FACTS, new])
    assert refusal(lambda: clean(facts, policy=Policy(short="error"))) == (
        "1 units have fewer than 24 months: New.\n"
        '  where: Policy(short="error")\n'
        "  fix:   correct the facts, or choose another answer for short"
    )
    assert refusal(lambda: clean(with_odd(np.nan), policy=Policy(missing="error"))) == (
        "12 months of 1 units have no figure, first Odd in 2023-01.\n"
        "  where: facts, column 'value'\n"
        '  fix:   write 0 where nothing was sold, or Policy(missing="exclude")'
    )


def test_a_policy_nobody_could_have_meant_is_refused() -> None:
    assert refusal(lambda: Policy(zero="flor")) == (
        "'flor' is not a choice here; known: keep, floor.\n"
        "  where: Policy(zero=...)\n"
        "  fix:   write 'floor'"
    )
    assert refusal(lambda: Policy(zero="floor")) == (
        "floor needs an amount above 0, got 0.0.\n"
        "  where: Policy(floor=...)\n"
        '  fix:   write zero="floor" with floor=10000, or neither'
    )
    assert refusal(lambda: clean(FACTS, closed=table(["Esat"]))) == (
        "'Esat' is not a region here; known: East, West.\n"
        "  where: moves, units to move from\n"
        "  fix:   write 'East'"
    )
    assert refusal(lambda: clean_base(FACTS, year=2024)) == (
        "A plain table needs its levels named.\n"
        "  where: clean_base(by=...)\n"
        '  fix:   write by=["region"], or pass a Panel'
    )


@pytest.mark.parametrize(
    ("to", "said"),
    [
        (
            ["West", "East"],
            "2 closed units hand over to a closed unit, such as East → West → East.",
        ),
        (["East", "West"], "2 closed units hand over to a closed unit, such as East → East."),
        (["West", "Odd"], "1 closed units hand over to a closed unit, such as East → West → Odd."),
    ],
)
def test_a_closed_unit_whose_successor_is_closed_is_refused_with_the_path(to, said) -> None:
    closed = table(["East", "West"], to_region=to)
    assert refusal(lambda: clean(with_odd(1.0), closed=closed)) == (
        f"{said}\n"
        "  where: closed, columns of the successors, see .rows\n"
        "  fix:   name a successor that is still open, or none: the base then stands under "
        "'unassigned'"
    )
