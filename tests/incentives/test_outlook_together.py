"""One door to every output, its pictures in both languages, what is stored and read back."""

import re

import pandas as pd
import pytest
from figures import assert_good_figure
from outlooktools import team
from paytools import PLANS, deals, plan_of, section_5, tiers_yaml

from salesanalysis import store
from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan
from salesanalysis.incentives.outlook import cost_distribution, outlook
from salesanalysis.incentives.outlook.together import PARTS
from salesanalysis.incentives.simulate import draw_world, simulate


def whole(n: int = 8, **more):
    people = team(n)
    names = people["salesperson"].tolist()
    sold = (people["quota"] * [0.7 + 0.6 * i / n for i in range(n)]).round(2)
    table = deals(*sold, salesperson=names, customer=[f"C{i % 7}" for i in range(n)])
    return outlook(Plan.from_yaml(PLANS / "standard.yaml"), people, draws=300, budget=2e6,
                   margin_rate=0.3, old=Plan.from_yaml(PLANS / "coefficient.yaml"), deals=table,
                   **more)  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return whole()


def test_every_output_is_there_with_a_table_and_a_finding_in_both_languages(found):
    assert tuple(found.parts()) == PARTS
    assert found.missing == ()
    assert all(len(frame) for frame in found.to_frames().values())
    assert set(found.headlines("zh")) == set(PARTS)


def test_all_parts_speak_of_one_cost(found):
    cost = found.cost.value("mean")
    assert cost == pytest.approx(found.simulation.cost)
    assert found.cost_of_sales.to_frame()["pay"].iloc[0] == pytest.approx(cost)
    assert found.winners.new_total == pytest.approx(cost)
    assert found.break_even.to_frame()["pay_change"].iloc[0] == pytest.approx(
        found.winners.new_total - found.winners.old_total
    )
    again = cost_distribution(simulate(Plan.from_yaml(PLANS / "standard.yaml"), found.world), 2e6)
    assert again.explain() == found.cost.explain()


def test_no_number_is_empty_without_a_status_that_says_why(found):
    for name, frame in found.to_frames().items():
        if frame.select_dtypes("number").isna().any().any():
            reason = {"winners", "winners_on_deals"}  # change in percent of nothing
            assert "status" in frame.columns or name in reason, name


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_output_is_a_good_picture(found, lang):
    for part in found.parts().values():
        ax = part.plot(lang=lang)
        assert ax.get_title(loc="left").replace("\n", " " if lang == "en" else "").strip()
        assert_good_figure(ax)


def test_chinese_sentences_and_tables_hold_no_english_word_and_english_ones_no_chinese(found):
    texts = [found.explain("zh")]
    texts += [repr(part.table("zh")) for part in found.parts().values()]
    seen = set(re.findall("[A-Za-z]{2,}", "\n".join(texts)))
    assert seen <= {"North", "South", "East"}
    english = found.explain("en") + "".join(repr(p.table("en")) for p in found.parts().values())
    assert re.findall("[\u4e00-\u9fff]", english) == []
    assert "nan" not in english + "".join(texts)


def test_every_column_has_a_heading_in_both_languages(found):
    for part in found.parts().values():
        for lang in ("en", "zh"):
            shown = part.table(lang).shown()
            plain = [c for c in shown.columns if "_" in str(c)]
            assert plain == [], (type(part).__name__, plain)


def test_results_survive_being_stored(found, tmp_path):
    for name, part in found.parts().items():
        store.write(part, tmp_path / name)
        again = store.read(tmp_path / name)
        assert again.explain("zh") == part.explain("zh")
        pd.testing.assert_frame_equal(again.to_frame(), part.to_frame())


def test_people_in_another_order_give_the_same_outlook():
    plan, people = section_5(), team(6)
    parts = ["cost", "cost_of_sales", "inequality", "coverage", "performance"]
    one, other = (
        outlook(plan, p, draws=100, parts=parts).explain() for p in (people, people[::-1])
    )
    assert one == other


def test_what_is_missing_is_said():
    found = outlook(section_5(), team(3), draws=50, parts=["winners", "break_even", "fairness"])
    assert found.parts() == {}
    assert found.explain() == (
        "Winners and losers: no old plan is given.\n\nBreak-even: no margin rate is given.\n\n"
        "Fairness of quotas: it is not known what was attained."
    )
    assert found.explain("zh").startswith("受益与受损：未提供原方案。")


def test_one_person_and_a_plan_that_pays_nothing_have_an_outlook_as_well():
    free = plan_of(tiers_yaml('{from: "0", rate: "0"}'))
    people = team(1).assign(attainment=1.0)
    found = outlook(free, people, draws=60, budget=0, margin_rate=1, old=free)
    assert found.cost.over_probability == 0
    assert "nan" not in found.explain() + found.explain("zh")
    for i, part in enumerate(found.parts().values()):
        assert_good_figure(part.plot(lang=("en", "zh")[i % 2]))


def test_people_without_a_result_are_counted_and_not_dropped_in_silence():
    people = team(9).assign(attainment=[None, *[0.9 + 0.02 * i for i in range(8)]])
    found = outlook(section_5(), people, draws=20, parts="fairness").fairness
    assert found.to_frame()["n_people"].iloc[0] == 8
    assert found.explain().endswith("Left out, without a quota or a result: 1.")


def test_a_world_drawn_before_is_used_as_it_is():
    plan, people = section_5(), team(3)
    world = draw_world(people, "wide", draws=70, seed=5)
    found = outlook(plan, people, world=world, parts=["cost"])
    assert found.world is world
    assert found.cost.n_draws == 70


def test_a_plan_with_a_draw_is_compared_on_the_draws_both_plans_could_be_paid_on():
    text = section_5().to_yaml() + (
        'settlement: {draw: {amount: "9000.00", months: 6, recoverable: false}}\n'
    )
    found = outlook(Plan.from_text(text), team(3), draws=400, old=section_5(),
                    parts=["winners", "convexity", "coverage"])  # fmt: skip
    assert found.winners.frame["change_amount"].min() >= 0
    assert found.winners.new_total > found.winners.old_total
    ways = found.convexity.to_frame().set_index("way")["status"]
    assert ways.to_dict() == {"accelerator": "no_bend", "pieces": "no_lines",
                              "simulated": "calculated"}  # fmt: skip


def test_a_misspelt_part_and_bad_amounts_are_refused_before_anything_is_drawn():
    plan, people = section_5(), team(3)
    with pytest.raises(ContractError, match="'torndo' is not a part here"):
        outlook(plan, people, parts=["torndo"])
    for budget in (-1, "much", float("nan"), float("inf"), True):
        with pytest.raises(ContractError, match=f"budget is {budget}; it must be a number 0 or"):
            outlook(plan, people, budget=budget)
    with pytest.raises(ContractError, match="margin_rate is 0; it must be a number above 0"):
        outlook(plan, people, margin_rate=0)
