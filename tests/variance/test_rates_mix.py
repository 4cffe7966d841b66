"""Rates that moved, and members that grew or shrank."""

import numpy as np
import pandas as pd
import pytest
from drivertools import CASES, by_effect
from hypothesis import given, settings
from hypothesis import strategies as st
from ratetools import RATE, explain, table

import salesanalysis as sa
from salesanalysis.variance.rates import REFERENCES, RULES, reversal

few = settings(max_examples=25)
some = settings(max_examples=4)
seeds = st.integers(0, 10_000)
rules, refs = st.sampled_from(RULES), st.sampled_from(REFERENCES)


def drawn(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 7))
    visits = rng.integers(0, 50, n).astype(float)
    rows = pd.DataFrame({"source": [f"S{i}" for i in rng.permutation(8)[:n]], "visits": visits})
    rows["deals"] = np.floor(visits * rng.uniform(0, 1, n))
    anchor = pd.DataFrame([{"source": "Z", "visits": 30.0, "deals": float(rng.integers(1, 30))}])
    return pd.concat([rows, anchor], ignore_index=True)


def arrays(actual, base):
    both = base.merge(actual, on="source", how="outer", suffixes=("0", "1")).fillna(0.0)
    out = []
    for side in "01":
        d, n = both["visits" + side].to_numpy(), both["deals" + side].to_numpy()
        out += [d / d.sum(), np.divide(n, d, out=np.zeros(len(d)), where=d > 0)]
    return out


# worked by hand


def test_a_better_rate_at_the_same_mix_is_rate_alone():
    base = table([("Web", 10, 100), ("Fair", 20, 100)])
    actual = table([("Web", 20, 100), ("Fair", 20, 100)])
    assert by_effect(explain(actual, base)) == pytest.approx({"rate": 0.05, "mix": 0})


def test_a_shift_to_the_better_source_is_mix_alone():
    base = table([("Web", 10, 100), ("Fair", 20, 100)])
    actual = table([("Web", 5, 50), ("Fair", 30, 150)])
    bridge = explain(actual, base)
    assert by_effect(bridge) == pytest.approx({"rate": 0, "mix": 0.025})
    # against the mean rate of 0.1625: the shift out of the poor source helps as well
    mix = bridge.effects[bridge.effects["effect"] == "mix"].set_index("source")["amount"]
    assert mix["Web"] == pytest.approx(-0.25 * (0.1 - 0.1625))
    assert mix["Fair"] == pytest.approx(0.25 * (0.2 - 0.1625))


def test_a_new_source_has_no_rate_effect():
    base = table([("Web", 10, 100), ("Old", 10, 100)])
    actual = table([("Web", 10, 100), ("App", 40, 100)])
    bridge = explain(actual, base)
    found = by_effect(bridge)
    ref = (0.10 + 0.25) / 2
    assert found == pytest.approx(
        {"rate": 0, "mix": 0, "new": 0.5 * (0.4 - ref), "lost": -0.5 * (0.1 - ref)}
    )
    notes = bridge.effects.set_index(["source", "effect"])["note"]
    assert notes["App", "new"] == "only_actual"
    assert notes["Old", "lost"] == "only_base"


def test_in_money_the_rate_is_worth_its_points_on_the_actual_denominator():
    base = table([("Web", 80, 100), ("Fair", 90, 100)])
    actual = table([("Web", 120, 200), ("Fair", 180, 200)])
    plain, money = explain(actual, base), explain(actual, base, in_money=True)
    assert money.meta.kind == "money"
    assert money.end == 300  # what came in
    assert money.start == pytest.approx(0.85 * 400)  # what the base rate would have brought
    for name, points in by_effect(plain).items():
        assert by_effect(money)[name] == pytest.approx(points * 400)


def test_a_member_shows_what_the_mean_takes_from_it():
    base = table([("Web", 10, 100), ("Fair", 20, 100)])
    actual = table([("Web", 5, 50), ("Fair", 30, 150)])
    part = explain(actual, base).drill({"source": "Fair"})
    # Fair's part of the rate rose from 10 to 15 points; 4 of them are its share at the mean
    assert (part.start, part.end) == pytest.approx((0.10, 0.15))
    assert by_effect(part) == pytest.approx(
        {"rate": 0, "mix": 0.25 * (0.2 - 0.1625), "reference": 0.25 * 0.1625}
    )


def test_a_mean_amount_is_shown_as_money_not_as_percent():
    base, actual = table([("Web", 5000, 10)]), table([("Web", 6000, 10)])
    bridge = explain(actual, base)
    assert bridge.meta.kind == "money"
    assert explain(actual, base, kind="share").meta.kind == "share"
    assert explain(table([("Web", 6, 10)]), table([("Web", 5, 10)])).meta.kind == "share"
    assert explain(table([("Web", 40, 10)]), table([("Web", 5, 10)])).meta.kind == "money"


def test_the_one_entry_hands_over_to_the_rate():
    base, actual = (
        table([("Web", 10, 100), ("Fair", 20, 100)]),
        table([("Web", 20, 90), ("Fair", 9, 100)]),
    )
    entry = sa.variance.explain(
        actual, base, by=["source"], rate=RATE, convention="three_term", ref="base_mean",
        names=("last_period", "actual"),
    )  # fmt: skip
    direct = explain(actual, base, convention="three_term", ref="base_mean")
    assert entry.explain("zh") == direct.explain("zh")
    pd.testing.assert_frame_equal(entry.effects, direct.effects)


def test_months_that_are_not_closed_are_left_out():
    months = pd.date_range("2024-01-01", periods=2, freq="MS")
    base = pd.DataFrame({"source": "Web", "period": months, "deals": [10.0, 10.0], "visits": 100.0})
    actual = base.assign(deals=[20.0, 0.0])
    bridge = explain(actual, base, closed_through="2024-01-01")
    assert (bridge.start, bridge.end) == pytest.approx((0.1, 0.2))
    assert "open months left out: 1; caution: 1 row dated after" in bridge.explain()


# invariants


@few
@given(seeds, seeds, rules, refs)
def test_rate_effects_close_and_totals_do_not_depend_on_the_reference(one, two, rule, ref):
    s0, r0, s1, r1 = arrays(drawn(one), drawn(two))
    found = sa.variance.rate_mix(s0, r0, s1, r1, convention=rule, ref=ref)
    parts = [found.rate, found.mix, found.interaction, found.new, found.lost]
    assert sum(p.sum() for p in parts) == pytest.approx(found.end - found.start, abs=1e-12)
    other = sa.variance.rate_mix(s0, r0, s1, r1, convention=rule, ref="none")
    assert found.rate.sum() == pytest.approx(other.rate.sum(), abs=1e-12)
    assert found.interaction.sum() == pytest.approx(other.interaction.sum(), abs=1e-12)
    both = (s0 > 0) & (s1 > 0)
    if both.all():  # without new and lost members the reference moves no total at all
        assert found.mix.sum() == pytest.approx(other.mix.sum(), abs=1e-12)
    assert (found.rate[~both] == 0).all()
    moved = [sum(p[i] for p in parts) for i in range(len(s0))]
    assert moved == pytest.approx(s1 * r1 - s0 * r0 - found.ref * (s1 - s0), abs=1e-12)


@few
@given(seeds, seeds)
def test_symmetric_against_the_mean_of_both_changes_sign_when_time_runs_backwards(one, two):
    s0, r0, s1, r1 = arrays(drawn(one), drawn(two))
    there, back = sa.variance.rate_mix(s0, r0, s1, r1), sa.variance.rate_mix(s1, r1, s0, r0)
    assert there.rate == pytest.approx(-back.rate, abs=1e-12)
    assert there.mix == pytest.approx(-back.mix, abs=1e-12)
    assert there.new == pytest.approx(-back.lost, abs=1e-12)


def test_the_other_conventions_do_not_change_sign():
    sides = ([0.8, 0.2], [0.05, 0.2], [0.3, 0.7], [0.04, 0.25])
    back = (*sides[2:], *sides[:2])
    for rule in RULES[1:]:
        there, other = (sa.variance.rate_mix(*s, convention=rule) for s in (sides, back))
        assert there.rate.sum() != pytest.approx(-other.rate.sum()), rule


@some
@given(seeds, seeds, rules, st.booleans())
def test_bridges_of_rates_close_drill_and_read_alike_in_any_order(one, two, rule, money):
    actual, base = drawn(one), drawn(two)
    chosen = {"convention": rule, "in_money": money}
    bridge = explain(actual, base, **chosen)
    assert bridge.effects["amount"].sum() == pytest.approx(bridge.gap, abs=1e-9)
    assert bridge.by_origin()["amount"].sum() == pytest.approx(bridge.gap, abs=1e-9)
    alone = bridge.drill([])
    assert by_effect(alone) == pytest.approx(by_effect(bridge), abs=1e-12)
    halves = [
        pd.concat([f.assign(deals=f["deals"] / 2, visits=f["visits"] / 2)] * 2).iloc[::-1]
        for f in (actual, base)
    ]
    again = explain(*halves, **chosen)
    assert again.explain("en") == bridge.explain("en")
    assert by_effect(again) == pytest.approx(by_effect(bridge), abs=1e-12)
    empty = pd.DataFrame([{"source": "ghost", "deals": 0.0, "visits": 0.0}])
    ghost = explain(pd.concat([actual, empty]), pd.concat([base, empty]), **chosen)
    assert by_effect(ghost) == pytest.approx(by_effect(bridge), abs=1e-12)


@few
@given(seeds)
def test_an_unchanged_rate_table_moves_nothing(seed):
    s, r, _, _ = arrays(drawn(seed), drawn(seed))
    for rule in RULES:
        found = sa.variance.rate_mix(s, r, s, r, convention=rule)
        assert not any(p.any() for p in (found.rate, found.mix, found.interaction, found.new))


@few
@given(seeds, seeds)
def test_the_reversal_is_flagged_exactly_where_its_definition_holds(one, two):
    s0, r0, s1, r1 = arrays(drawn(one), drawn(two))
    found = reversal(s0, r0, s1, r1)
    total = s1 @ r1 - s0 @ r0
    held = sum(
        (a + b) / 2
        for a, b, x, y in zip(s0, s1, r0, r1, strict=True)
        if a > 0 and b > 0 and (y - x) * total < 0 and abs(y - x) > 1e-12 and abs(total) > 1e-12
    )
    assert found.flag == (held > 0.8)
    assert found.share == pytest.approx(held)


def test_eighty_percent_is_not_more_than_eighty_percent():
    # the member that falls holds exactly 0.8 of the mean share
    sides = (np.array(v) for v in ([0.8, 0.2], [0.5, 0.1], [0.8, 0.2], [0.4, 0.9]))
    found = reversal(*sides)
    assert found.share == pytest.approx(0.8)
    assert not found.flag


# outside reference


@pytest.mark.parametrize("rule", ["symmetric", "rate_at_base_mix", "three_term"])
def test_the_published_funnel_whose_sources_all_fell_while_the_total_rose(rule):
    case = CASES["ratemix-simpson-funnel"]
    sides = [
        table(
            [
                (n, v[f"visits{s}"] * v[f"rate{s}"], v[f"visits{s}"])
                for n, v in case["inputs"].items()
            ]
        )
        for s in "01"
    ]
    bridge = explain(sides[1], sides[0], convention=rule)
    told = case["expected"]
    assert (bridge.start, bridge.end) == pytest.approx((told["total0"], told["total1"]), abs=1e-12)
    assert bridge.gap == pytest.approx(told["delta"], abs=1e-12)
    assert by_effect(bridge) == pytest.approx(told[rule], abs=1e-12)
    assert bridge.meta.detail("simpson") == "every"
    printed = case["printed_by_source"]
    assert [printed[k] for k in ("total0", "total1", "delta")] == pytest.approx(
        [bridge.start, bridge.end, bridge.gap]
    )


@pytest.mark.parametrize("year", ["2022", "2023", "2024"])
def test_every_row_of_the_published_mean_claims_agrees(year):
    case = CASES["ratemix-icanexplain-mean"]
    sides = [
        pd.DataFrame(
            [(n, v["mean"] * v["count"], v["count"]) for n, v in case["inputs"][y].items()],
            columns=["kind", "amount", "claims"],
        )
        for y in (str(int(year) - 1), year)
    ]
    bridge = sa.variance.explain_rate(
        sides[1], sides[0], by=["kind"], rate=("amount", "claims"),
        convention="rate_at_actual_mix", ref="current_mean", names=("last_year", "actual"),
    )  # fmt: skip
    found = bridge.effects.set_index(["kind", "effect"])["amount"]
    for source, slack in (
        ("expected", 1e-6),
        ("printed_by_source", case["printed_rounding_tolerance"]),
    ):
        told = case[source][year]
        assert abs(bridge.gap - told["total"]) <= slack
        for kind in ("Dentist", "Psychiatrist"):
            assert abs(found[kind, "rate"] - told[kind]["inner"]) <= slack
            assert abs(found[kind, "mix"] - told[kind]["mix"]) <= slack


def test_the_published_headship_rates_of_thirteen_age_groups_agree():
    case = CASES["dasgupta-headship-rates"]
    given_ = {k: np.array(v) for k, v in case["inputs"].items()}
    # the printed sizes are rounded: 1985 adds up to 100.0, 1970 to 100.0
    shares = [given_[f"size{s}"] / given_[f"size{s}"].sum() for s in "01"]
    found = sa.variance.rate_mix(shares[0], given_["rate0"], shares[1], given_["rate1"])
    told = {"rate": found.rate.sum(), "mix": found.mix.sum(), "total": found.end - found.start}
    for name, value in told.items():
        assert abs(value - case["printed"][name]) <= case["tolerance"], name


def test_a_rate_has_no_line_for_returns_and_says_so():
    base = table([("Web", 10, 100), ("Fair", 20, 100)])
    actual = table([("Web", 20, 100), ("Fair", 20, 100), ("Fair", -5, 0)])
    marked = actual.assign(is_return=[False, False, True])
    assert explain(marked, base).meta.returns == "net"
    assert "returns netted" in explain(marked, base).explain()
    assert "退货已抵减" in explain(marked, base).explain("zh")
    assert explain(actual, base).meta.returns == ""


def test_a_rate_is_called_by_its_quantities_not_by_effects():
    base = pd.DataFrame({"region": ["E", "W"], "cost": [60.0, 40.0], "revenue": [100.0, 80.0]})
    bridge = sa.variance.explain(
        base.assign(cost=[66.0, 41.0]), base, by=["region"], rate=("cost", "revenue")
    )
    assert bridge.headline("zh").startswith("成本/")
    assert "影响/" not in bridge.headline("zh")
    assert bridge.plot(lang="zh").get_ylabel() == bridge.headline("zh").split("比")[0]
