"""Two groups differ: in what they have, or in what it brings them."""

import re

import numpy as np
import pandas as pd
import pytest
from componentstools import CASES
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis import store
from salesanalysis.errors import ContractError
from salesanalysis.variance.groups import split_means

OAXACA = sa.variance.oaxaca
CASE = CASES["oaxaca-ccard"]
X = ["AGE", "INCOME", "INCOMESQ"]


def cards() -> pd.DataFrame:
    from statsmodels.datasets import ccard

    return ccard.load_pandas().data


def staff(n: int = 60, seed: int = 0, gap: float = -5.0) -> pd.DataFrame:
    """New people make fewer visits, and each visit brings them 1 less."""
    rng = np.random.default_rng(seed)
    new = np.arange(n) % 2 == 0
    visits = rng.normal(np.where(new, 8, 10), 2)
    region = np.where(rng.random(n) < 0.4, "East", np.where(rng.random(n) < 0.5, "North", "South"))
    lift = np.select([region == "East", region == "North"], [7.0, 3.0], 0.0)
    revenue = visits * np.where(new, 9.0, 10.0) + lift + np.where(new, gap, 0.0)
    return pd.DataFrame(
        {"is_new": new, "visits": visits, "region": region, "revenue": 100 * revenue}
    )


def effects(bridge) -> dict[str, float]:
    return dict(bridge.by_effect()[["effect", "amount"]].itertuples(index=False, name=None))


# -- worked by hand ---------------------------------------------------------------------------


def test_fewer_visits_and_less_for_each_by_hand():
    # base: 10 a visit, 10 visits on average; actual: 9 a visit, 8 visits on average
    base = pd.DataFrame({"g": "old", "visits": [8.0, 9, 10, 11, 12] * 2})
    actual = pd.DataFrame({"g": "new", "visits": [6.0, 7, 8, 9, 10] * 2})
    table = pd.concat([base.assign(y=base["visits"] * 10), actual.assign(y=actual["visits"] * 9)])
    bridge = OAXACA(table, "y", group="g", actual="new", base="old", x=["visits"])
    assert (bridge.start, bridge.end) == pytest.approx((100.0, 72.0))
    assert effects(bridge) == pytest.approx(
        {"endowments": -20.0, "coefficients": -10.0, "interaction": 2.0}
    )
    assert bridge.by_effect()["origin"].tolist() == ["internal", "internal", "unassigned"]


def test_detail_names_columns_and_keeps_the_indicators_of_one_together():
    whole = OAXACA(
        staff(), "revenue", group="is_new", actual=True, base=False, x=["visits", "region"]
    )
    detail = OAXACA(
        staff(), "revenue", group="is_new", actual=True, base=False, x=["visits", "region"],
        detail=True,
    )  # fmt: skip
    parts = effects(detail)
    assert list(parts) == ["visits", "region", "coefficients", "interaction"]
    assert parts["visits"] + parts["region"] == pytest.approx(effects(whole)["endowments"])
    assert detail.by_effect()["parent"].tolist() == ["endowments", "endowments", "gap", "gap"]
    # which indicator is left out does not matter
    renamed = staff().assign(region=lambda t: t["region"].replace("East", "Z-East"))
    again = OAXACA(
        renamed, "revenue", group="is_new", actual=True, base=False, x=["visits", "region"],
        detail=True,
    )  # fmt: skip
    assert effects(again) == pytest.approx(parts)


# -- invariants -------------------------------------------------------------------------------


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from([2, 3]), st.floats(-20, 20))
def test_the_parts_add_up_and_the_sign_is_actual_minus_base(seed, fold, gap):
    table = staff(seed=seed, gap=gap)
    choices = {"group": "is_new", "x": ["visits"], "fold": fold}
    there = OAXACA(table, "revenue", actual=True, base=False, **choices)
    back = OAXACA(table, "revenue", actual=False, base=True, **choices)
    means = table.groupby("is_new")["revenue"].mean()
    assert there.gap == pytest.approx(means[True] - means[False])
    assert sum(effects(there).values()) == pytest.approx(there.gap)
    assert back.gap == pytest.approx(-there.gap)
    if fold == 2:
        assert effects(back)["explained"] == pytest.approx(-effects(there)["explained"])


def test_rows_units_and_kinds_of_columns_do_not_matter():
    table = staff()
    choices = {"group": "is_new", "actual": True, "base": False, "x": ["visits", "region"]}
    one = effects(OAXACA(table, "revenue", **choices))
    mixed_up = table.sample(frac=1, random_state=1).assign(
        visits=lambda t: t["visits"] / 10_000, region=lambda t: t["region"].astype("category")
    )
    assert effects(OAXACA(mixed_up, "revenue", **choices)) == pytest.approx(one)


def test_a_stored_bridge_reads_back_the_same_with_its_detail(tmp_path):
    bridge = OAXACA(cards(), "AVGEXP", group="OWNRENT", actual=1, base=0, x=X, detail=True)
    store.write(bridge, tmp_path)
    again = store.read(tmp_path)
    assert again.explain() == bridge.explain()
    assert again.cause(0) == bridge.cause(0)


# -- planted truth ----------------------------------------------------------------------------


def test_what_is_planted_is_found():
    bridge = OAXACA(
        staff(n=4000), "revenue", group="is_new", actual=True, base=False, x=["visits", "region"]
    )
    found = effects(bridge)
    # 2 visits fewer at 1,000 each; 10 visits at 100 less and 500 less in any case; 2 x 100 back
    assert found["endowments"] == pytest.approx(-2000, rel=0.06)
    assert found["coefficients"] == pytest.approx(-1500, rel=0.06)
    assert found["interaction"] == pytest.approx(200, rel=0.06)


# -- outside reference ------------------------------------------------------------------------


def test_agrees_with_stata_on_the_credit_cards():
    bridge = OAXACA(cards(), "AVGEXP", group="OWNRENT", actual=1, base=0, x=X)
    assert bridge.gap == pytest.approx(CASE["gap"], abs=1e-3)
    assert effects(bridge) == pytest.approx(CASE["three_fold"], abs=1e-3)
    two = OAXACA(cards(), "AVGEXP", group="OWNRENT", actual=1, base=0, x=X, fold=2)
    assert effects(two) == pytest.approx(CASE["two_fold"], abs=1e-3)


def test_the_groups_are_never_turned_to_make_the_difference_positive():
    bridge = OAXACA(cards(), "AVGEXP", group="OWNRENT", actual=0, base=1, x=X)
    assert bridge.gap == pytest.approx(-CASE["gap"], abs=1e-3)
    assert effects(bridge) == pytest.approx(CASE["turned"], abs=1e-3)


def test_least_squares_by_hand_gives_the_same_three_parts():
    table = staff(n=40)
    parts = []
    for new in (True, False):
        side = table[table["is_new"] == new]
        x = np.column_stack([side["visits"], np.ones(len(side))])
        parts.append((x.mean(axis=0), np.linalg.lstsq(x, side["revenue"], rcond=None)[0]))
    (xa, ba), (xb, bb) = parts
    expected = {
        "endowments": (xa - xb) @ bb, "coefficients": xb @ (ba - bb),
        "interaction": (xa - xb) @ (ba - bb),
    }  # fmt: skip
    bridge = OAXACA(table, "revenue", group="is_new", actual=True, base=False, x=["visits"])
    assert effects(bridge) == pytest.approx(expected)
    y1, y0 = (table.loc[table["is_new"] == new, "revenue"].to_numpy() for new in (True, False))
    x1, x0 = (table.loc[table["is_new"] == new, ["visits"]].to_numpy() for new in (True, False))
    assert split_means(y1, x1, y0, x0).effects == pytest.approx(expected)


# -- words and picture ------------------------------------------------------------------------


def test_the_text_explains_its_words_in_both_languages():
    bridge = OAXACA(staff(), "revenue", group="is_new", actual=True, base=False, x=["visits"])
    lines = bridge.explain().splitlines()
    assert lines[0].startswith("Sales ")
    assert " below is_new = no " in lines[0]
    assert lines[1].startswith("Means: is_new = yes: ")
    assert "The groups are compared on visits." in lines
    assert "This accounts for averages; it does not show a cause." in lines
    named = OAXACA(
        staff().rename(columns={"is_new": "team"}).assign(team=lambda t: np.where(t["team"], "甲", "乙")),
        "revenue", group="team", actual="甲", base="乙", x=["visits"],
    )  # fmt: skip
    assert "平均值：“团队=甲”为" in named.explain("zh")
    assert not re.findall("[A-Za-z]", named.explain("zh"))


def test_a_thin_group_and_rows_of_others_are_said():
    table = pd.concat([staff(n=48), staff(n=3).assign(is_new=2)], ignore_index=True)
    bridge = OAXACA(table, "revenue", group="is_new", actual=True, base=False, x=["visits"])
    assert "fewer than 10 rows per coefficient" not in bridge.explain()
    assert "rows of other groups left out 3" in bridge.explain()
    thin = OAXACA(staff(n=30), "revenue", group="is_new", actual=True, base=False, x=["visits"])
    assert "Caution: fewer than 10 rows per coefficient" in thin.explain()


def test_names_given_by_the_caller_are_kept():
    bridge = OAXACA(
        cards(), "AVGEXP", group="OWNRENT", actual=1, base=0, x=X, names=("renters", "owners"),
        currency="USD",
    )  # fmt: skip
    assert bridge.headline() == (
        "AVGEXP 159 USD above renters (+78.2%); composition +322, interaction -238, returns to it +75"
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_leads_from_one_mean_to_the_other(lang):
    bridge = OAXACA(cards(), "AVGEXP", group="OWNRENT", actual=1, base=0, x=X, detail=True)
    ax = bridge.plot(lang=lang)
    assert ax.patches[0].get_height() == pytest.approx(bridge.start)
    assert ax.patches[-1].get_height() == pytest.approx(bridge.end)
    assert_good_figure(ax)


# -- refusals ---------------------------------------------------------------------------------


def refused(table: pd.DataFrame, **changed) -> str:
    choices = {"group": "is_new", "actual": True, "base": False, "x": ["visits"]} | changed
    with pytest.raises(ContractError) as caught:
        OAXACA(table, "revenue", **choices)
    return str(caught.value)


def test_a_column_that_says_nothing_new_is_named_with_its_group():
    table = staff().assign(tenure=lambda t: np.where(t["is_new"], 0.0, t["visits"] * 3 + 1))
    assert refused(table, x=["visits", "tenure"]) == (
        "'tenure' never changes in group is_new=True: its coefficient cannot be found.\n"
        "  where: oaxaca(x=['visits', 'tenure'])\n"
        "  fix:   leave 'tenure' out, or compare groups in which it differs"
    )
    table = staff().assign(calls=lambda t: 2 * t["visits"] + 5)
    assert refused(table, x=["visits", "calls"]) == (
        "'calls' follows from the columns before it in group is_new=True: its coefficient cannot be found.\n"
        "  where: oaxaca(x=['visits', 'calls'])\n"
        "  fix:   leave 'calls' out, or compare groups in which it differs"
    )


def test_a_group_that_is_too_small_is_named():
    assert refused(staff(n=18)) == (
        "Group is_new=True has 9 rows for 2 coefficients; at least 10 are needed.\n"
        "  where: oaxaca(group=..., x=...)\n"
        "  fix:   give more rows, or compare on fewer columns"
    )


def test_groups_that_do_not_exist_or_are_one_are_refused():
    assert refused(staff(), actual="yes") == (
        "'yes' is not a value of is_new here; known: False, True.\n"
        "  where: oaxaca(actual=..., base=...)\n"
        "  fix:   use one of: False, True"
    )
    assert refused(staff(), actual=False) == (
        "actual and base are the same group: False.\n"
        "  where: oaxaca(actual=..., base=...)\n"
        "  fix:   name two values of the group column"
    )


def test_empty_values_and_wrong_choices_are_refused():
    holes = staff()
    holes.loc[3, "visits"] = np.nan
    assert refused(holes) == (
        "1 of 60 rows of df: 'visits' is empty or infinite.\n"
        "  where: first rows [3], see .rows\n"
        "  fix:   fill them, or leave these rows out and say so"
    )
    assert refused(staff(), x="visits") == (
        "x must be a list of columns other than value and group, got 'visits'.\n"
        "  where: oaxaca(x=...)\n"
        '  fix:   name each once, such as x=["visits", "tenure"]'
    )
    assert refused(staff(), fold=4) == (
        "'4' is not a fold here; known: 3, 2.\n  where: oaxaca(fold=...)\n  fix:   use one of: 3, 2"
    )
    assert refused(staff().assign(revenue="much")) == (
        "'revenue' holds text, not numbers.\n"
        "  where: df['revenue'], first value 'much'\n"
        "  fix:   turn it into numbers first"
    )
    assert refused(staff().assign(region=None), x=["visits", "region"]).startswith(
        "60 of 60 rows of df have no 'region'."
    )
