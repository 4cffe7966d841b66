"""What a scheme change is called, shown and worth; what is refused, and what is not estimable."""

import re

import numpy as np
import pandas as pd
import pytest
from effecttools import REGIONS, panel, table
from figures import assert_good_figure
from test_effects_worked import PLAIN, monthly

from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.incentives.effects import SchemeEffect, evaluate_change, money
from salesanalysis.labels import LANGUAGES

#: Words that say the scheme did it.
CAUSAL = re.compile(
    r"raised|lowered|effect of the scheme|caused|because of the|提高了|降低了|方案的影响", re.I
)


@pytest.fixture(scope="module")
def compared() -> SchemeEffect:
    frame = panel(1, start=(24,) * 6, effect=6.0)
    return evaluate_change(frame, "2023-01-01", treated=REGIONS[:6], chosen_weak=True,
                           quota_changed=False, also=["a rival left"], **PLAIN)  # fmt: skip


@pytest.fixture(scope="module")
def series() -> SchemeEffect:
    return evaluate_change(panel(1, start=(24,) * 12, effect=6.0), "2023-01-01", **PLAIN)


# -- words ------------------------------------------------------------------------------------


def test_without_control_it_is_a_change_after_and_never_an_effect(series):
    assert series.meta.method == "series"
    for lang in LANGUAGES:
        text = series.explain(lang)
        assert not CAUSAL.search(text.replace("not an effect", "").replace("不是影响", "")), text
    assert "change after Jan 2023" in series.headline()
    assert "变更后的变化" in series.explain("zh")


def test_with_control_it_is_a_difference_and_an_effect_only_with_its_assumptions(compared):
    assert "difference from control" in compared.headline()
    assert not CAUSAL.search(compared.headline())
    lines = compared.explain().split("\n")
    causal = [i for i, line in enumerate(lines) if CAUSAL.search(line)]
    assert lines[causal[0]].startswith("If the assumptions below hold")
    assert lines[causal[0] + 1].startswith("Assumed: without the change both groups")


def test_threats_are_listed_as_they_were_answered(compared, series):
    text = compared.explain()
    assert "quotas changed" not in text
    assert "Open: not said whether prices changed at the same date." in text
    assert "Threat: the group was chosen because it was weak" in text
    assert "Threat named: a rival left." in text
    assert series.explain().count("Open: not said") == 3


def test_a_group_chosen_because_it_was_weak_is_seen_in_the_data():
    rows = [
        r
        for k in range(6)
        for r in monthly(np.full(24, 10.0 + 10 * k), name=f"p{k}", region=f"g{k}")
    ]
    found = evaluate_change(table(rows), "2022-01-01", treated=["g0"], **PLAIN)
    assert "the changed stood at 10.00 CNY and the control at 40.00 CNY" in found.explain()


def test_a_difference_that_is_not_told_apart_from_none_says_so():
    found = evaluate_change(panel(1, start=()), "2023-01-01", treated=REGIONS[:6], **PLAIN)
    assert found.interval[0] < 0 < found.interval[1]
    assert "Not told apart from no difference" in found.explain()


@pytest.mark.parametrize(("outcome", "factor", "told"), [
    ("attainment", 0.01, r"difference from control [+-]\d+\.\d points? "),
    ("new_customers", 0.1, r"difference from control [+-]\d+\.\d\d per"),
    ("revenue", 1000.0, r"difference from control [+-][\d.,]+k? ?CNY per"),
])  # fmt: skip
def test_every_outcome_is_told_in_its_unit(outcome, factor, told):
    frame = panel(1, regions=10, reps=2, start=(24,) * 5, effect=6.0)
    frame[outcome] = factor * frame["revenue"]
    found = evaluate_change(frame, "2023-01-01", treated=REGIONS[:5], outcome=outcome, draws=99)
    assert re.search(told.replace(" points? ", " ?(pp|points?) ?"), found.headline()), (
        found.headline()
    )


# -- pictures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pictures_of_steps_and_money_are_good(lang, compared, series):
    for result in (compared, series):
        for view in ("events", "months"):
            assert_good_figure(result.plot(lang=lang, view=view))
        assert_good_figure(money(result, 0.3, 10_000, 11_000).plot(lang=lang))
    assert "与对照组" in compared.plot(lang="zh").get_ylabel()


def test_tables_show_no_number_without_its_reason(compared, series):
    for result in (compared, series):
        for lang in LANGUAGES:
            shown = result.table(lang).shown()
            assert not shown.isin(["nan", "NaN"]).any().any()
        frame = result.to_frame()
        bare = frame["change"].isna() | frame["low_end"].isna()
        assert set(frame[bare]["status"]) <= {
            "counted",
            "not_needed",
            "no_interval",
            "not_estimable",
        }


# -- money ------------------------------------------------------------------------------------


def test_margin_less_pay_by_hand(compared):
    worth = money(compared, 0.25, pay_before=50_000, pay_after=50_200)
    amount = worth.frame.set_index("figure")
    gain = compared.effect * compared.meta.exposure
    assert amount["amount"].tolist() == pytest.approx([gain, gain / 4, 200, gain / 4 - 200])
    low, high = (compared.meta.exposure * v / 4 - 200 for v in compared.interval)
    assert amount.loc["net", ["low_end", "high_end"]].tolist() == pytest.approx([low, high])
    assert worth.break_even * compared.meta.exposure * 0.25 == pytest.approx(200)
    # t at 97.5 % and at 80 % of 11 degrees of freedom, standard errors
    assert worth.detectable == pytest.approx((2.20099 + 0.87553) * compared.meta.error, rel=1e-4)
    frame = panel(1, start=(24,) * 6, effect=6.0)
    changed = frame[frame["region"].isin(REGIONS[:6])]
    before, after = (changed[(changed["period"] < "2023-01-01") == side] for side in (True, False))
    # months of the changed after it, of people seen before it
    assert compared.meta.exposure == after["salesperson"].isin(before["salesperson"]).sum()


def test_a_scheme_that_costs_less_pays_for_itself(compared):
    text = money(compared, 0.25, 50_000, 49_000).explain()
    assert "it pays for itself with any gain" in text
    assert "no more than the old one" in text


def test_what_is_no_money_or_not_estimable_is_not_turned_into_margin(compared):
    frame = panel(1, regions=10, reps=2, start=(24,) * 5).assign(
        attainment=lambda f: f["revenue"] / 100
    )
    share = evaluate_change(
        frame, "2023-01-01", treated=REGIONS[:5], outcome="attainment", draws=99
    )
    with pytest.raises(ContractError) as caught:
        money(share, 0.3, 1.0, 2.0)
    assert str(caught.value) == (
        "'attainment' has no change in currency that could be turned into margin.\n"
        "  where: money(effect)\n"
        "  fix:   evaluate an outcome in currency, or pass kind='money' for one that is"
    )
    with pytest.raises(ContractError) as caught:
        money(compared, 30, 1.0, 2.0)
    assert str(caught.value) == (
        "margin_rate must be above 0 and at most 1, power 0.5 to below 1 and pay a number, got 30, "
        "0.8, 1.0 and 2.0.\n"
        "  where: money(margin_rate=..., pay_before=..., pay_after=..., power=...)\n"
        "  fix:   write a margin of 30 % as 0.30"
    )


# -- not estimable: a reason and no number ----------------------------------------------------


def not_estimable(found) -> str:
    assert found.main["status"] == "not_estimable"
    assert np.isnan(found.effect)
    numbers = found.frame[found.frame["stage"] != "description"]
    assert numbers[["change", "low_end", "high_end", "p_value"]].isna().all(axis=None)
    assert len(found.events) == 0
    for lang in LANGUAGES:
        assert_good_figure(found.plot(lang=lang))
    return found.headline()


def test_fewer_than_twelve_months_before_and_no_control_are_not_estimable():
    frame = panel(1, months=24, start=())
    found = evaluate_change(frame, "2021-12-01", **PLAIN)
    assert not_estimable(found) == (
        "Revenue: what came with the change of Dec 2021 is not estimable: fewer than 12 months "
        "before the change"
    )
    assert "无法估计：变更前不足12个月" in found.headline("zh")


def test_exactly_a_year_before_cannot_tell_growth_from_season():
    found = evaluate_change(panel(1, months=24, start=()), "2022-01-01", **PLAIN)
    assert not_estimable(found).endswith("too few months to tell growth, season and change apart")


def test_one_region_with_a_control_inside_is_not_estimable():
    frame = panel(1, regions=1, reps=8, start=())
    found = evaluate_change(frame, "2023-01-01", treated=["P000", "P001"], **PLAIN)
    assert "all are in one group" in not_estimable(found)
    # where people were changed one by one, each stands for itself
    alone = evaluate_change(
        frame, "2023-01-01", treated=["P000", "P001", "P002"], cluster=None, **PLAIN
    )
    assert alone.estimable


def test_two_regions_one_of_them_changed_have_a_difference_and_no_interval():
    found = evaluate_change(
        panel(1, regions=2, start=(24,)), "2023-01-01", treated=["R00"], **PLAIN
    )
    assert found.main["status"] == "no_interval"
    assert found.headline().endswith("too few groups for an interval")
    assert "Not told apart from no difference" in found.explain()
    for lang in LANGUAGES:
        assert_good_figure(found.plot(lang=lang))


def test_people_never_seen_before_their_change_are_left_out_and_counted():
    frame = panel(1, regions=12, reps=4, ragged=False, start=(24,) * 6, effect=5.0)
    new = frame["salesperson"].isin(["P000", "P004"]) & (frame["period"] < "2023-01-01")
    found = evaluate_change(frame[~new], "2023-01-01", treated=REGIONS[:6], **PLAIN)
    assert found.meta.n_new == 2
    assert "Left out because they were never seen before their change: 2 units." in found.explain()
    only = frame[~(frame["region"].isin(REGIONS[:6]) & (frame["period"] < "2023-01-01"))]
    nobody = evaluate_change(only, "2023-01-01", treated=REGIONS[:6], **PLAIN)
    assert "none of the changed was seen before the change" in not_estimable(nobody)


def test_a_change_after_which_nobody_of_the_changed_is_there_is_not_estimable():
    frame = panel(1, regions=6, reps=2, ragged=False, start=())
    gone = frame[~((frame["region"] == "R00") & (frame["period"] >= "2023-01-01"))]
    found = evaluate_change(gone, "2023-01-01", treated=["R00"], **PLAIN)
    assert "none of the changed is there after the change" in not_estimable(found)
    last = evaluate_change(frame, "2023-12-15", treated=["R00"], **PLAIN)
    assert "none of the changed is there after the change" in not_estimable(last)


def test_without_control_no_cluster_is_needed():
    frame = panel(1, start=()).drop(columns="region")
    assert evaluate_change(frame, "2023-01-01", **PLAIN).meta.method == "series"


def test_naming_everybody_is_no_control():
    frame = panel(1, start=(24,) * 12)
    found = evaluate_change(frame, "2023-01-01", treated=REGIONS[:12], **PLAIN)
    assert found.meta.method == "series"
    row = found.figure("comparison", "difference")
    assert (row["status"], row["why"]) == ("not_needed", "everybody_changed")


def test_sales_that_are_always_zero_never_changed():
    found = evaluate_change(table(monthly(np.zeros(36))), "2023-01-01", **PLAIN)
    assert "the outcome never changes" in not_estimable(found)
    frame = panel(1, start=()).assign(revenue=0.0)
    both = evaluate_change(frame, "2023-01-01", treated=REGIONS[:6], **PLAIN)
    assert (both.effect, both.interval) == (0.0, (0.0, 0.0))


def test_months_missing_inside_a_life_are_absent_or_zero_as_asked():
    frame = panel(1, regions=6, reps=2, ragged=False, start=(24, 24))
    hole = frame.drop(frame.index[[5, 6, 100]])
    found = evaluate_change(hole, "2023-01-01", treated=["R00", "R01"], **PLAIN)
    assert found.meta.n_gaps == 3
    assert "Months missing inside the life of a unit: 3, taken as not there." in found.explain()
    zeros = evaluate_change(hole, "2023-01-01", treated=["R00", "R01"], gaps="zero", **PLAIN)
    put = frame.copy()
    put.loc[put.index[[5, 6, 100]], "revenue"] = 0.0
    assert zeros.effect == pytest.approx(
        evaluate_change(put, "2023-01-01", treated=["R00", "R01"], **PLAIN).effect
    )


# -- refusals ---------------------------------------------------------------------------------


def refused(frame, change="2023-01-01", **more) -> str:
    with pytest.raises(ContractError) as caught:
        evaluate_change(frame, change, **{**PLAIN, **more})
    return str(caught.value)


SMALL = panel(1, regions=3, reps=1, ragged=False, start=())


def test_a_change_outside_the_data_is_refused():
    for day in ("2030-01-01", "2020-05-01", "2021-01-01"):
        assert refused(SMALL, day) == (
            f"the change on {day} lies outside the data (2021-01 to 2023-12), or at their first month.\n"
            "  where: evaluate_change(change_date=...)\n"
            "  fix:   give months before and after the change"
        )


def test_rows_nobody_could_evaluate_are_refused_with_their_reason():
    empty = SMALL.assign(revenue=SMALL["revenue"].where(SMALL.index != 3))
    assert refused(empty) == (
        "1 of 108 values of 'revenue' are empty, infinite or no numbers.\n"
        "  where: first rows [3], see .rows\n"
        "  fix:   no sales is 0; leave out months in which a unit was not there"
    )
    twice = pd.concat([SMALL, SMALL[:1]], ignore_index=True)
    assert refused(twice) == (
        "2 rows of frame share a unit and month.\n"
        "  where: keys ['unit', 'period'], first rows [0, 108], see .rows\n"
        "  fix:   sum them to one row per unit and month first"
    )
    idle = SMALL.assign(n_days=(SMALL.index != 3) * 20)
    assert refused(idle, days="n_days") == (
        "1 of 108 rows have days below 0, or an outcome without a day.\n"
        "  where: columns 'n_days' and 'revenue', see .rows\n"
        "  fix:   give the days somebody was active in the month; 0 only where nothing came"
    )


def test_names_that_do_not_exist_and_dates_that_contradict_are_refused():
    assert refused(SMALL, treated=["R0O"]).startswith("'R0O' is not a unit or cluster here; known:")
    assert refused(SMALL, treated=[]) == (
        "nobody is named to whom the new scheme applies, or no date from which it does.\n"
        "  where: evaluate_change(change_date=..., treated=...)\n"
        "  fix:   give the date; leave `treated` out where it applies to everybody"
    )
    assert refused(SMALL, "2022-06-01", treated={"R00": "2023-01-01"}) == (
        "the change is dated 2022-06-01, and the first of the dates given is 2023-01-01.\n"
        "  where: evaluate_change(change_date=..., treated=...)\n"
        "  fix:   pass change_date=None where `treated` holds the dates"
    )
    back = SMALL.assign(new=(SMALL["region"] == "R00") & SMALL["period"].dt.month.between(3, 6))
    assert refused(back, None, treated="new") == (
        "the column 'new' gives an end for one unit.\n"
        "  where: evaluate_change(treated=...)\n"
        "  fix:   give each unit one date from which the new scheme holds, or none"
    )
    assert refused(SMALL, treated="R00") == (
        "'R00' is a name and no column.\n"
        "  where: evaluate_change(treated=...)\n"
        "  fix:   write treated=['R00']"
    )
    assert refused(SMALL.drop(columns="region"), treated=["P000"]) == (
        "frame has no column 'region' to tell which units hang together.\n"
        "  where: evaluate_change(cluster=...)\n"
        "  fix:   add it, or pass cluster=None: each unit then stands for itself"
    )
    assert refused(SMALL, outcome="margin").startswith("frame has no column 'margin'.")
    assert refused(SMALL, None).startswith("nobody is named to whom the new scheme applies")
    assert refused(SMALL, "soon").startswith("'soon' is not a date.")


def test_settings_nobody_could_have_meant_are_refused():
    assert refused(SMALL, window=0) == (
        "window must be 1 to 12, level 0.5 to below 1 and draws at least 20, got 0, 0.95 and 99.\n"
        "  where: evaluate_change(window=..., level=..., draws=...)\n"
        "  fix:   write window=3, level=0.95, draws=999"
    )
    assert refused(SMALL.assign(d=1), gaps="zero", days="d") == (
        "a missing month has no days, so its outcome per day cannot be 0.\n"
        "  where: evaluate_change(gaps=..., days=...)\n"
        "  fix:   add the months to the frame with the days somebody was active"
    )
    assert refused(SMALL, gaps="null").startswith("'null' is not a gaps here; known: absent, zero.")


def test_results_that_lack_a_reason_or_do_not_add_up_are_refused(compared):
    frame = compared.frame.copy()
    frame.loc[frame["figure"] == "difference", "low_end"] = np.nan
    with pytest.raises(ReconciliationError) as caught:
        SchemeEffect(
            frame,
            compared.parts,
            compared.months,
            compared.events,
            compared.placebos,
            compared.meta,
        )
    assert str(caught.value) == (
        "1 figures lack a number, an interval or the reason for it.\n"
        "  where: SchemeEffect(frame=...)\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )
    parts = compared.parts.assign(
        amount=compared.parts["amount"].where(compared.parts["part"] != "joiners", 5.0)
    )
    with pytest.raises(ReconciliationError, match="Parts of the change leave"):
        SchemeEffect(
            compared.frame,
            parts,
            compared.months,
            compared.events,
            compared.placebos,
            compared.meta,
        )
