"""Edges: who stands at them, what moving a deal pays, and whether history bunches there."""

from fractions import Fraction

import numpy as np
import pytest
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st
from paytools import plan_of, section_5, tiers_yaml

from salesanalysis import store
from salesanalysis.errors import ContractError
from salesanalysis.incentives.behaviour import bunching, gaming_exposure, moved_deal
from salesanalysis.incentives.behaviour.bunching import smooth_counts
from salesanalysis.labels import LANGUAGES

# -- worked by hand ---------------------------------------------------------------------------


def test_booking_now_instead_of_next_month_is_worth_what_the_method_says():
    # S = 290,000 and 320,000, a deal of 20,000, quota 300,000: 3,840 - 2,400
    assert moved_deal(section_5(), 290_000, 320_000, 20_000, quota=300_000) == 1440


def test_between_two_rates_a_moved_deal_earns_their_difference():
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.02"}, {from: "1.0", rate: "0.10"}'))
    assert moved_deal(plan, 320_000, 100_000, 10_000, quota=300_000) == Fraction(800)
    assert moved_deal(plan, 100_000, 320_000, 10_000, quota=300_000) == Fraction(-800)
    whole = plan_of(
        tiers_yaml('{from: "0", rate: "0.02"}, {from: "1.0", rate: "0.10"}', mode="retroactive")
    )
    # over the edge with 10,000: the jump 0.08 x 300,000 on top
    assert moved_deal(whole, 290_000, 100_000, 10_000, quota=300_000) == Fraction(
        10_000 * 0.08 + 290_000 * 0.08
    )


def test_people_money_and_deals_at_every_edge_by_hand():
    seen = [0.79, 0.795, 0.81, 0.99, 1.01, 1.3]
    found = gaming_exposure(section_5(), seen, quota=300_000, width=0.02, deals=[3_000, 60_000])
    rows = found.frame.set_index("edge_rate")
    assert rows["jump"].to_dict() == {0.8: 1320.0, 1.0: 2040.0, 1.2: 0.0, 0.5: 0.0}
    assert rows["kind"].to_dict() == {0.8: "jump", 1.0: "jump", 1.2: "bend", 0.5: "bend"}
    assert rows["n_near"].to_dict() == {0.8: 3, 1.0: 2, 1.2: 0, 0.5: 0}
    # at 80 %: two below, and the slope rises from 3.2 to 6 % over 2 % of 300,000 for three
    assert rows.loc[0.8, "at_stake"] == pytest.approx(2 * 1320 + 0.028 * 6_000 * 3)
    # 3,000 is 1 % of the quota, 60,000 is 20 %: two and two at 80 %, one and two at 100 %
    assert rows["n_carried"].to_dict() == {0.8: 2.0, 1.0: 1.5, 1.2: 0.5, 0.5: 0.0}


def test_bunching_counts_the_results_that_were_moved():
    spread = 0.7 + 0.6 * (np.arange(6000) + 0.5) / 6000  # 100 in every class of 1 %
    moved = (spread > 0.97) & (spread < 1) & (np.arange(6000) % 2 == 0)
    found = bunching(np.where(moved, spread + 0.03, spread))
    assert found.found
    assert found.excess == pytest.approx(150, abs=3)
    assert found.missing == pytest.approx(150, abs=3)
    assert found.height == pytest.approx(1.5, abs=0.03)
    assert found.headline().startswith("Results bunch just above 100.0%: 150 more than smooth")


def test_a_result_exactly_on_the_edge_is_above_it():
    values = np.concatenate([np.full(300, 1.0), np.linspace(0.8, 1.2, 400)])
    frame = bunching(values).frame
    edge = frame["from_rate"].sub(1.0).abs().idxmin()
    assert frame.loc[edge, "n_results"] >= 300
    low = bunching(np.concatenate([np.full(300, 0.8), np.linspace(0.6, 1.0, 400)]), 0.8).frame
    assert low.loc[low["from_rate"].sub(0.8).abs().idxmin(), "n_results"] >= 300


# -- invariants -------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 500_000), st.integers(0, 500_000), st.integers(1, 50_000))
def test_with_one_rate_for_everything_timing_earns_nothing(now, following, deal):
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.05"}'))
    assert moved_deal(plan, now, following, deal, quota=300_000) == 0
    assert len(gaming_exposure(plan, [0.5, 1.0], quota=300_000).frame) == 0


def test_order_of_results_and_rounds_of_the_store_change_nothing(tmp_path):
    values = np.random.default_rng(1).lognormal(0.03, 0.17, 2000)
    found, again = bunching(values), bunching(values[::-1])
    assert (found.excess, found.excess_low) == (again.excess, again.excess_low)
    store.write(found, tmp_path)
    assert store.read(tmp_path).explain("zh") == found.explain("zh")
    game = gaming_exposure(section_5(), values, quota=300_000)
    assert game.frame.equals(gaming_exposure(section_5(), values[::-1], quota=300_000).frame)


# -- planted truth ----------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["lognormal", "tight", "wide"])
def test_smooth_results_are_rarely_called_bunched_and_planted_ones_are(shape):
    false = held = planted = 0
    for seed in range(15):
        rng = np.random.default_rng(seed)
        values = {"lognormal": rng.lognormal(0.03, 0.17, 2500), "tight": rng.normal(1, 0.06, 2500),
                  "wide": rng.lognormal(0.03, 0.29, 2500)}[shape]  # fmt: skip
        false += bunching(values, n_boot=100).found
        chosen = (values > 0.97) & (values < 1) & (rng.random(2500) < 0.5)
        found = bunching(np.where(chosen, values + 0.03, values), n_boot=100)
        planted += found.found
        held += found.excess_low <= chosen.sum() <= found.excess_high
    assert false <= 2
    assert planted >= 12
    assert held >= 12


# -- outside reference ------------------------------------------------------------------------


def test_the_smooth_curve_is_the_poisson_regression_of_statsmodels():
    import statsmodels.api as sm

    counts = np.random.default_rng(3).poisson(40 * np.exp(-(np.linspace(-2, 2, 50) ** 2) / 2))
    hole = np.zeros(50, dtype=bool)
    hole[22:28] = True
    x = np.polynomial.legendre.legvander(np.linspace(-1, 1, 50), 3)
    fit = sm.GLM(counts[~hole], x[~hole], family=sm.families.Poisson()).fit(tol=1e-12)
    ours = smooth_counts(counts[None, :].astype(float), hole, 3)[0]
    assert ours == pytest.approx(np.exp(x @ fit.params), rel=1e-5)


# -- words and pictures -----------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pictures_of_edges_and_bunching_are_good(lang):
    values = np.random.default_rng(1).lognormal(0.03, 0.17, 2000)
    bunched = np.where((values > 0.97) & (values < 1), values + 0.03, values)
    flat = plan_of(tiers_yaml('{from: "0", rate: "0.05"}'))
    for found in (
        bunching(values), bunching(bunched), bunching(values[:50]),
        gaming_exposure(section_5(), values, quota=300_000, deals=[5_000]),
        gaming_exposure(section_5(), quota=300_000), gaming_exposure(flat, values),
    ):  # fmt: skip
        assert_good_figure(found.plot(lang=lang))
        assert found.explain(lang)


def test_too_few_results_are_a_reason_and_no_number():
    found = bunching(np.linspace(0.9, 1.1, 60))
    assert (found.status, found.found) == ("too_few", False)
    assert np.isnan(found.excess)
    assert found.headline() == (
        "Whether results bunch at 100.0% cannot be said: 60 results near it, at least 200 are needed"
    )
    assert "at least 200" in found.headline()
    assert "assumed and not seen" in gaming_exposure(section_5(), quota=300_000).explain()


# -- refusals ---------------------------------------------------------------------------------


def refused(call, *args, **more) -> str:
    with pytest.raises(ContractError) as caught:
        call(*args, **more)
    return str(caught.value)


def test_settings_that_do_not_fit_together_are_refused():
    text = refused(bunching, [1.0] * 300, near=(0.03, 0.3))
    assert text == (
        "edge 1.0, width 0.01, near (0.03, 0.3), window 0.25, order 4, level 0.95 and n_boot 500 do "
        "not fit together.\n"
        "  where: bunching(...)\n"
        "  fix:   near and window are whole numbers of classes, the window is wider than near and "
        "has at least twice as many classes outside it as the polynomial has terms"
    )
    assert refused(bunching, [1.0] * 300, width=0.0).startswith("edge 1.0, width 0.0")
    assert "this looks like percent" in refused(bunching, [100.0] * 300)
    assert "0 of 0 attainments" in refused(bunching, [])
    assert refused(moved_deal, section_5(), 1, 1, 0, quota=10) == (
        "the deal is 0.\n  where: moved_deal(deal=...)\n  fix:   give the size of one deal, above 0"
    )
    assert refused(gaming_exposure, section_5(), [1.0], width=0.7).startswith("width is 0.7: half")
    assert refused(gaming_exposure, section_5(), [1.0], deals=[5, -1]).startswith(
        "deals must be a finite number above 0"
    )
    assert "basis deal" in refused(gaming_exposure, section_5(basis="deal"), [1.0])
