"""Attainment: the presets of the method, their sums over a year, and what is refused."""

import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Attainment, attainment, draw_world, from_facts


def refused(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


PRINTED = [  # methods/incentives.md, section 9.1
    ("tight", 0.55, 1.25, 0.019926, 0.158571, 1.0330, 0.8325),
    ("normal", 0.60, 1.30, 0.043305, 0.170933, 1.0596, 0.8388),
    ("wide", 0.55, 1.50, 0.036207, 0.288133, 1.0808, 0.7167),
]


@pytest.mark.parametrize("printed", PRINTED, ids=[row[0] for row in PRINTED])
def test_a_preset_has_the_digits_the_method_prints(printed) -> None:
    name, reach, p90, m, s, mean, p10 = printed
    model = attainment(name)
    assert (round(model.m, 6), round(model.s, 6)) == (m, s)
    assert (round(model.mean, 4), round(model.p(0.1), 4)) == (mean, p10)
    assert model.reach(1.0) == pytest.approx(reach, abs=1e-12)
    assert model.p(0.9) == pytest.approx(p90, rel=1e-12)


def test_the_formula_of_the_two_facts_by_hand() -> None:
    """60 % reach, P90 1.3: s = ln 1.3 / (0.253347 + 1.281552), m = 0.253347 s."""
    s = math.log(1.3) / (NormalDist().inv_cdf(0.6) + NormalDist().inv_cdf(0.9))
    model = from_facts(0.6, 1.3)
    assert (model.s, model.m) == (s, s * NormalDist().inv_cdf(0.6))


@given(st.floats(0.3, 0.94), st.floats(1.01, 3))
def test_both_facts_come_out_as_they_went_in(reach, p90) -> None:
    model = from_facts(reach, p90)
    assert model.reach(1.0) == pytest.approx(reach, abs=1e-9)
    assert model.p(0.9) == pytest.approx(p90, rel=1e-9)


PEOPLE = pd.DataFrame({"salesperson": ["Li", "Wang"], "quota": [1e6, 1e6]})


def years_of(model, periods: int, draws: int = 40_000) -> np.ndarray:
    """Return the yearly attainments of two people."""
    world = draw_world(PEOPLE, model, periods=periods, draws=draws)
    return np.concatenate([world.sold(name).mean(axis=0) / 1e6 for name in ("Li", "Wang")])


@pytest.mark.parametrize("name", ["tight", "normal", "wide"])
@pytest.mark.parametrize("periods", [1, 4, 12])
def test_the_year_keeps_mean_and_spread_of_the_preset_whatever_its_periods(name, periods) -> None:
    """The bound is four standard errors; quantiles move by the tolerance the model states."""
    model, found = attainment(name), years_of(attainment(name), periods)
    n = found.size
    assert found.mean() == pytest.approx(model.mean, abs=4 * model.sd / math.sqrt(n))
    assert found.std() == pytest.approx(model.sd, rel=0.03)
    moved = {"tight": 0.005, "normal": 0.005, "wide": 0.012}[name] if periods > 1 else 0.0
    noise = 4 * math.sqrt(0.25 / n)
    assert (found >= 1).mean() == pytest.approx(model.reach(1.0), abs=moved + noise)
    assert np.quantile(found, 0.9) == pytest.approx(model.p(0.9), abs=moved + 5 * noise)


def test_a_month_is_noisier_than_a_year_by_a_known_amount() -> None:
    """Noise of the year 0.5 x 0.170933^2 = 0.014609; of a month ln(1 + 12 (e^0.014609 - 1))."""
    shift, spread = attainment("normal").noise_of_period(12)
    year = 0.5 * attainment("normal").s ** 2
    assert spread**2 == pytest.approx(math.log(1 + 12 * (math.exp(year) - 1)))
    assert math.exp(shift + spread**2 / 2) == pytest.approx(math.exp(year / 2))
    assert 0.40 < spread < 0.41
    world = draw_world(PEOPLE, "normal", draws=20_000)
    months = np.log(world.sold("Li") / 1e6)
    assert months.std() == pytest.approx(math.sqrt(year + spread**2), rel=0.02)


def test_normal_attainment_stays_normal_over_the_months() -> None:
    model = Attainment("normal", 1.0, 0.1)
    found = years_of(model, 12)
    assert found.mean() == pytest.approx(1.0, abs=0.002)
    assert found.std() == pytest.approx(0.1, rel=0.02)


def test_people_of_a_region_move_together_more_than_others() -> None:
    """Correlation of log attainment: market + region inside, market across; shares 0.2 and 0.3."""
    model = Attainment("lognormal", 0.0, 0.2, market=0.2, region=0.3, person=0.1, noise=0.4)
    people = pd.DataFrame({"salesperson": ["A", "B", "C"], "region": ["N", "N", "S"], "quota": 1e6})
    world = draw_world(people, model, periods=1, draws=40_000)
    a, b, c = (np.log(world.sold(name)[0]) for name in "ABC")
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(0.5, abs=0.02)
    assert np.corrcoef(a, c)[0, 1] == pytest.approx(0.2, abs=0.025)


def test_good_years_follow_a_good_person_but_not_a_good_market() -> None:
    model = Attainment("lognormal", 0.0, 0.2, market=0.3, region=0.1, person=0.4, noise=0.2)
    world = draw_world(PEOPLE, model, periods=2, per_year=1, draws=40_000)
    first, second = np.log(world.sold("Li"))
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0.4, abs=0.025)


def test_an_empirical_year_is_one_of_the_years_seen_and_months_differ() -> None:
    model = Attainment("empirical", 1.0, 0.2, values=(0.7, 1.0, 1.3))
    world = draw_world(PEOPLE.assign(quota=1e9), model, draws=3000)
    sold = world.sold("Li") / 1e9
    assert set(np.round(sold.mean(axis=0), 6)) == {0.7, 1.0, 1.3}
    assert (sold.std(axis=0) > 0.05).all()
    assert np.mean(np.round(sold.mean(axis=0), 6) == 1.3) == pytest.approx(1 / 3, abs=0.04)


def test_a_path_is_drawn_with_all_its_months() -> None:
    paths = ((0.5, 0.9), (2.0, 0.2))
    model = Attainment("empirical", 0.9, 0.2, values=(0.7, 1.1), paths=paths)
    sold = draw_world(PEOPLE, model, periods=2, per_year=2, draws=200).sold("Li") / 1e6
    assert {tuple(column) for column in sold.T} == set(paths)


def test_a_vacant_year_sells_nothing_and_lowers_the_mean() -> None:
    model = Attainment("lognormal", 0.043305, 0.170933, vacancy=0.1)
    found = years_of(model, 12, 20_000)
    assert (found == 0).mean() == pytest.approx(0.1, abs=0.01)
    assert model.mean == pytest.approx(0.9 * attainment("normal").mean, rel=1e-5)
    assert found.mean() == pytest.approx(model.mean, abs=0.01)
    assert found.std() == pytest.approx(model.sd, rel=0.02)
    assert model.p(0.05) == 0.0
    assert model.reach(1.0) == pytest.approx(0.9 * attainment("normal").reach(1.0), abs=1e-5)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_model_says_what_it_assumes(lang) -> None:
    said = attainment("normal").explain(lang)
    assert (
        said.split("\n")
        == {
            "en": [
                "A year ends at 106.0% of quota on average; 60.0% reach their quota; one in ten ends "
                "below 83.9%, one in ten above 130.0%.",
                "Of the spread, 5.0% is the market, 5.0% the region, 40.0% the person and 50.0% chance.",
                "These shares are assumed, not estimated.",
            ],
            "zh": [
                "全年完成率平均106.0%；60.0%达到任务额；十分之一低于83.9%，十分之一高于130.0%。",
                "离散程度中，市场占5.0%，区域占5.0%，个人占40.0%，偶然因素占50.0%。",
                "以上占比为假设，并非估计结果。",
            ],
        }[lang]
    )


def test_facts_that_are_no_attainment_are_refused_with_the_admissible_range() -> None:
    assert refused(lambda: from_facts(0.97, 1.3)) == (
        "0.97 of the people at or above quota is outside (0.05, 0.95).\n"
        "  where: from_facts(reach, p90)\n"
        "  fix:   give a share between 0.05 and 0.95, such as 0.6"
    )
    assert refused(lambda: from_facts(0.6, 1.0)) == (
        "a 90th percentile of 1 is not above 1.\n"
        "  where: from_facts(reach, p90)\n"
        "  fix:   give the attainment one person in ten exceeds: above 1, such as 1.3"
    )
    assert refused(lambda: from_facts(0.06, 1.3)) == (
        "with 0.06 of the people at or above quota the 90th percentile is below 1, not 1.3.\n"
        "  where: from_facts(reach, p90)\n"
        "  fix:   give a share above 0.1"
    )
    assert refused(lambda: Attainment("lognormal", 0.0, 0.0)) == (
        "s is 0: a spread is above 0.\n  where: Attainment(...)\n  fix:   give s > 0, such as 0.17"
    )


def test_a_spread_nobody_could_mean_is_refused() -> None:
    assert refused(lambda: Attainment("lognormal", 0.0, 17.0)) == (
        "s is 17: one in ten would end above 46 times the middle.\n"
        "  where: Attainment(...)\n"
        "  fix:   give the standard deviation of log attainment, such as 0.17"
    )


def test_shares_presets_and_kinds_that_are_none_are_refused() -> None:
    assert refused(lambda: Attainment("lognormal", 0.0, 0.2, noise=0.4)) == (
        "shares of market, region, person, noise are 0.05, 0.05, 0.4, 0.4.\n"
        "  where: Attainment(...)\n"
        "  fix:   give four shares, 0 or above, that add to 1"
    )
    assert refused(lambda: attainment("nromal")) == (
        "'nromal' is not a preset here; known: tight, normal, wide.\n"
        "  where: attainment=...\n"
        "  fix:   write 'normal'"
    )
    assert refused(lambda: attainment(0.9)) == (
        "attainment is a float.\n"
        "  where: attainment=...\n"
        "  fix:   give one of tight, normal, wide, or what calibrate(history) returns"
    )
    assert "kind is 'gamma'" in refused(lambda: Attainment("gamma", 0.0, 0.2))
    assert "m is nan" in refused(lambda: Attainment("lognormal", math.nan, 0.2))
    assert "vacancy is 1" in refused(lambda: Attainment("lognormal", 0.0, 0.2, vacancy=1.0))
    assert "q is 0" in refused(lambda: attainment("normal").p(0))
    assert "unordered" in refused(lambda: Attainment("empirical", 1.0, 0.1, values=(1.2, 0.9)))


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(["lognormal", "normal"]), st.floats(0.05, 0.4), st.floats(0, 0.3))
def test_reach_and_quantile_undo_each_other(kind, s, vacancy) -> None:
    model = Attainment(kind, 0.1 if kind == "lognormal" else 1.1, s, vacancy=vacancy)
    for q in (0.35, 0.5, 0.9, 0.99):
        assert model.reach(model.p(q)) == pytest.approx(1 - q, abs=1e-9)
