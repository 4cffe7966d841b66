"""A simulated world whose people respond to the plan: its cost with and without effort."""

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from paytools import plan_of, section_5, tiers_yaml

from salesanalysis import store
from salesanalysis.errors import ContractError
from salesanalysis.incentives.attainment import Attainment, Deals
from salesanalysis.incentives.behaviour import cost_with_effort, plan_effort
from salesanalysis.incentives.simulate import draw_world
from salesanalysis.labels import LANGUAGES

TEAM = pd.DataFrame(
    {"salesperson": [f"p{i}" for i in range(6)], "region": list("ABABAB"),
     "quota": [300_000.0, 600_000.0, 900_000.0] * 2}
)  # fmt: skip


@pytest.fixture(scope="module")
def world():
    return draw_world(TEAM, draws=600)


def test_a_flat_rate_adds_rate_over_cost_of_the_quota_in_every_period(world):
    flat = plan_of(tiers_yaml('{from: "0", rate: "0.05"}'))
    found = cost_with_effort(flat, world, effort_cost=0.5)
    assert found.people["effort_rate"].tolist() == pytest.approx([0.1] * 6, abs=1e-3)
    sales, pay = found.extra
    # 10 % of 3.6 million, which is a year's quota in a plan paid monthly
    monthly = world.quota.sum() / 100
    assert sales == pytest.approx(0.1 * monthly * world.periods, rel=1e-2)
    assert pay == pytest.approx(0.05 * sales, rel=1e-6)


def test_the_effort_is_the_one_of_the_plan_at_the_mean_and_spread_of_the_draws(world):
    found = cost_with_effort(section_5(), world, effort_cost=0.8)
    seen = np.concatenate([world.sold("p1")]) / (world.quota[1] / 100)
    people = pd.DataFrame(
        {"salesperson": ["p1"], "quota": [world.quota[1] / 100], "expected_rate": [seen.mean()]}
    )
    alone = plan_effort(section_5(), people, effort_cost=0.8, noise=float(seen.std()))
    assert found.people["effort_rate"][1] == pytest.approx(alone.frame["effort_rate"][0], abs=0.01)


def test_a_plan_against_itself_costs_the_same(world, tmp_path):
    same = cost_with_effort(section_5(), world, effort_cost=0.8, old=section_5(), margin_rate=0.3)
    assert same.extra == (0.0, 0.0)
    store.write(same, tmp_path)
    assert store.read(tmp_path).explain("zh") == same.explain("zh")


def test_a_vacant_year_stays_vacant():
    model = Attainment("lognormal", 0.0433, 0.1709, vacancy=0.3)
    vacant = draw_world(TEAM, model, draws=400)
    flat = plan_of(tiers_yaml('{from: "0", rate: "0.05"}'))
    found = cost_with_effort(flat, vacant, effort_cost=0.5)
    share = (vacant.sold("p0") > 0).mean()
    assert 0.5 < share < 0.9
    monthly = vacant.quota.sum() / 100 * vacant.periods
    assert found.extra[0] < 0.09 * monthly


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_and_picture_say_with_effort_response(lang, world):
    found = cost_with_effort(section_5(), world, effort_cost=0.8, margin_rate=0.3)
    assert found.headline(lang).startswith("With effort response" if lang == "en" else "有努力反应")
    assert ("Parameters:" if lang == "en" else "参数：") in found.explain(lang)
    assert_good_figure(found.plot(lang=lang))


def test_deals_and_odd_margins_are_refused(world):
    with pytest.raises(ContractError) as caught:
        cost_with_effort(section_5(), world, effort_cost=0.8, margin_rate=30)
    assert str(caught.value) == (
        "margin_rate is 30.\n"
        "  where: cost_with_effort(margin_rate=...)\n"
        "  fix:   write a margin of 30 % as 0.30"
    )
    single = draw_world(TEAM, draws=50, deals=Deals(per_period=10.0))
    with pytest.raises(ContractError) as caught:
        cost_with_effort(section_5(), single, effort_cost=0.8)
    assert str(caught.value) == (
        "the world is made of single deals; effort shifts sales as a whole.\n"
        "  where: cost_with_effort(world)\n"
        "  fix:   draw the world without deals"
    )
