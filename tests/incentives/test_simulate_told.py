"""What a simulation says, shows and keeps."""

import pandas as pd
import pytest
from figures import assert_good_figure
from paytools import PLANS, SECTION_5_TIERS, plan_of, section_5, tiers_yaml
from simtools import TWO_TEAMS

from salesanalysis.incentives import Attainment, Plan, draw_world
from salesanalysis.incentives.attainment import Deals, from_draws
from salesanalysis.incentives.simulate import expected_pay, simulate
from salesanalysis.store import read, write


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_shows_the_spread_of_the_cost(lang, tmp_path) -> None:
    run = section_5().simulate(TWO_TEAMS, draws=3000)
    ax = run.plot(lang=lang)
    assert_good_figure(ax)
    few = section_5().simulate(TWO_TEAMS, draws=1).plot(lang=lang)
    assert_good_figure(few)


def test_a_simulation_says_what_it_rests_on() -> None:
    plan = Plan.from_yaml(PLANS / "multi-level.yaml")
    run = plan.simulate(TWO_TEAMS, draws=500)
    said, chinese = run.explain("en"), run.explain("zh")
    titles = [p.title for p in plan.components if p.id in ("coefficient", "bonus")]
    english, chinese_names = (sep.join(t[k] for t in titles) for k, sep in enumerate((", ", "、")))
    assert f"Assumed: other measures stand at their target ({english})." in said
    assert f"假设：其他指标均按目标完成（{chinese_names}）。" in chinese
    assert "Assumed: no penalty applies (" in said
    assert "Calculated from the attainment ledger, which is exact." in said
    assert run.headline("en").startswith('"Sales, margin and satisfaction" costs ')
    assert "500 draws of 12 periods for 4 people" in said


def test_a_fallback_is_said_in_both_languages() -> None:
    capped = Plan.from_text(
        section_5().to_yaml()
        + 'limits: {cap: {of: pay, amount: "9000.00", excess: lost, before: null}}\n'
    )
    run = capped.simulate(TWO_TEAMS, draws=50)
    assert "Every person, period and draw was paid." in run.explain("en")
    assert "No sum over people can pay: the cap." in run.explain("en")
    assert "以下部分无法按人员汇总计算：封顶。" in run.explain("zh")
    assert "No sum over people" not in section_5().simulate(TWO_TEAMS, draws=50).explain("en")


def test_what_only_statements_can_pay_is_said_to_be_so_and_not_to_be_no_sum() -> None:
    table = tiers_yaml(SECTION_5_TIERS, basis="deal")
    run = plan_of(table).simulate(TWO_TEAMS, draws=5, deals=Deals(3))
    said = run.explain("en")
    assert run.backend == "exact"
    assert run.n_draws == 5  # all that were asked for: they are few
    assert "Paid by the exact engine, which large companies get on fewer draws." in said
    assert "Only the engine of statements can pay: Commission." in said
    assert "No sum over people" not in said
    assert "以下部分只能由结算单引擎计算：提成。" in run.explain("zh")


def test_a_simulation_is_stored_and_read_back(tmp_path) -> None:
    world = draw_world(TWO_TEAMS, draws=50)
    run, closed = simulate(section_5(), world), expected_pay(section_5(), world)
    draws = pd.DataFrame({"region": ["N", "N", "S", "S"], "period": "2024-01-01",
                          "draw": [0, 1, 0, 1], "value": [9.0, 12.0, 8.0, 11.0]})  # fmt: skip
    targets = pd.DataFrame({"region": ["N", "S"], "value": 10.0})
    ahead = draw_world(TWO_TEAMS, from_draws(draws, targets), periods=1, per_year=12, draws=20)
    for k, result in enumerate((run, closed, simulate(section_5(), ahead))):
        write(result, tmp_path / str(k))
        again = read(tmp_path / str(k))
        # texts are objects in pandas 2 until they are stored
        old = result.people.dtypes["salesperson"] == "object"
        pd.testing.assert_frame_equal(
            again.people, result.people, check_exact=True, check_dtype=not old
        )
        assert again.explain("zh") == result.explain("zh")
        assert (again.backend, again.why) == (result.backend, result.why)


def test_years_without_any_sales_are_told_without_a_share() -> None:
    empty = Attainment("lognormal", 0.0, 0.2, vacancy=0.999)
    run = section_5().simulate(TWO_TEAMS.head(1), empty, draws=3)
    assert run.cost == 0
    assert "of sales" not in run.explain("en")
    run.plot()
