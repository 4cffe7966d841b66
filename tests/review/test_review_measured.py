"""The effect of an action, measured by the forecast made before it began."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis import store
from salesanalysis.errors import ContractError


def quarter(window=("2024-04", "2024-06"), *, east_price: float = 0.9) -> sa.variance.Bridge:
    """Compare East, which sells more at a lower price, and South as planned."""
    base = pd.DataFrame(
        {"region": ["East", "South"], "quantity": [1000, 500], "revenue": [1_000_000.0, 500_000.0]}
    )
    actual = base.assign(quantity=[1100, 500], revenue=[1_100_000 * east_price, 500_000.0])
    return sa.variance.explain(actual, base, by=["region"], units="quantity", window=window)


def opened(expected: float | None = 60_000) -> sa.review.Action:
    """Open an action on the price of East in the first quarter."""
    first = quarter(("2024-01", "2024-03"))
    row = first.effects.query("region == 'East' and effect == 'price'").index[0]
    return sa.review.open_action(
        first.cause(int(row)), owner="Li Na", start="2024-04-10", due="2024-06-30",
        measures="复核8%以上的折扣", expected=expected,
    )  # fmt: skip


@cache
def before(last: str = "2024-03-01", **given) -> sa.forecast.Forecast:
    """Forecast two regions of about 330,000 a month."""
    months = pd.date_range("2021-01-01", last, freq="MS")
    noise = np.random.default_rng(0).normal(0, 0.02, (2, len(months)))
    frames = [
        pd.DataFrame({"region": r, "period": months, "value": 330_000 * (1 + noise[i])})
        for i, r in enumerate(("East", "South"))
    ]
    return sa.forecast.panel(pd.concat(frames), 6, by=["region"], **given)


def followed(price: float, **changed) -> sa.review.FollowUp:
    later = quarter(east_price=price)
    return sa.review.follow_up(opened(**changed), later, forecast=before())


def test_the_effect_is_what_was_sold_less_what_was_forecast_before():
    # East sold 1,100 units at 960 = 1,056,000 from April to June
    found = followed(0.96)
    landing = before().select(region="East").landing(span=["2024-04", "2024-06"]).to_frame()
    said = landing[["landing", "hi95", "lo95"]].to_numpy()[0]
    assert found.measured == pytest.approx(tuple(1_056_000 - said))
    assert found.n_draws == landing["n_draws"].item()
    assert f"({found.n_draws} outcomes)." in found.explain()


@pytest.mark.parametrize(
    ("price", "expected", "status", "said"),
    [
        (1.20, 60_000, "improved", "Improved: the whole interval lies above 0."),
        (0.70, 60_000, "worse", "Worse: the whole interval lies below 0."),
        (0.90, 20_000, "too_early", "Too early to say: the interval holds 0."),
        (0.90, None, "too_early", "Too early to say: the interval holds 0."),
        (0.90, 109_000, "no_change",
         "No change shown: the interval holds 0 and ends below what was expected."),
    ],
)  # fmt: skip
def test_only_an_interval_beside_0_shows_an_effect(price, expected, status, said, tmp_path):
    found = followed(price, expected=expected)
    assert (found.effect_status, found.to_frame()["effect_status"].item()) == (status, status)
    assert said in found.explain().splitlines()
    store.write(found, tmp_path)
    pd.testing.assert_frame_equal(store.read(tmp_path).to_frame(), found.to_frame())


def test_the_chinese_sentences_have_no_english():
    for price in (1.2, 0.7, 0.9):
        told = followed(price).explain("zh").replace("East", "")
        assert not any(c.isascii() and c.isalpha() for c in told)


def test_a_forecast_that_knows_the_action_says_nothing_about_it():
    with pytest.raises(ContractError) as caught:
        sa.review.follow_up(opened(), quarter(), forecast=before("2024-04-01"))
    assert str(caught.value) == (
        f"Action {opened().id} starts on 2024-04-10, the forecast has seen sales up to "
        "2024-04-30.\n"
        "  where: follow_up(forecast=...)\n"
        "  fix:   pass the forecast made before the action began, in money, with "
        "coverage=(0.80, 0.95)"
    )
    with pytest.raises(ContractError, match=r"has no interval of 95 %"):
        sa.review.follow_up(opened(), quarter(), forecast=before(coverage=(0.5,)))


def test_an_effect_is_measured_once():
    with pytest.raises(ContractError) as caught:
        sa.review.follow_up(opened(), quarter(), forecast=before(), measured=(1, 0, 2))
    assert str(caught.value) == (
        "An effect is measured once: by the forecast, or elsewhere.\n"
        "  where: follow_up(measured=..., forecast=...)\n"
        "  fix:   pass one of them"
    )
