"""Every number of a plan can be moved, and nothing else of its file changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.errors import ContractError, ParamError
from salesanalysis.incentives import Plan
from salesanalysis.incentives.plan import EXAMPLE
from salesanalysis.yamltext import replaced

STANDARD = "params/plans/standard.yaml"
SHIPPED = ["standard", "coefficient", "graduated", "team", "collections", "multi-level"]


def test_a_coefficient_of_1_3_pays_1_3_times_the_commission():
    plan = Plan.from_text(EXAMPLE)
    better = plan.edited({"coefficient.bands[2].value": "1.3"})
    assert (plan.payout(120_000, quota=100_000), better.payout(120_000, quota=100_000)) == (
        2880,
        3120,
    )


def test_a_knob_is_called_by_its_component_and_says_what_it_is_counted_in():
    knobs = Plan.from_yaml("params/plans/multi-level.yaml").knobs().set_index("knob")
    assert knobs.loc["commission.tiers[1].from", ["kind", "unit"]].tolist() == ["edge", "ratio"]
    assert knobs.loc["bonus.kpis[0].points[2][1]", ["kind", "unit"]].tolist() == ["height", "ratio"]
    assert knobs.loc["discount.when.ge", ["kind", "unit"]].tolist() == ["edge", "number"]
    assert knobs.loc["complaint.limit.share_of_pay", "kind"] == "share"
    assert knobs.loc["coefficient.bands[0].value", "title_zh"] == "奖金系数"


@pytest.mark.parametrize("name", SHIPPED)
def test_a_plan_written_back_is_the_file_it_was_read_from(name):
    path = f"params/plans/{name}.yaml"
    plan = Plan.from_yaml(path)
    with open(path, encoding="utf-8") as file:
        assert plan.to_yaml() == file.read()
    knobs = plan.knobs()
    assert plan.edited(dict(zip(knobs["knob"], knobs["text"], strict=True))) == plan


def test_comments_and_layout_stay_where_they_are():
    plan = Plan.from_yaml(STANDARD)
    after = plan.edited({"commission.tiers[1].rate": 0.045}).to_yaml()
    changed = [
        (a, b)
        for a, b in zip(plan.to_yaml().splitlines(), after.splitlines(), strict=True)
        if a != b
    ]
    assert changed == [
        ('      - {from: "0.5", rate: "0.04"}', '      - {from: "0.5", rate: "0.045"}')
    ]


@given(st.integers(0, 99), st.integers(1, 100))
def test_a_number_moved_and_moved_back_gives_the_same_plan(rate, coefficient):
    plan = Plan.from_yaml(STANDARD)
    moved = plan.edited(
        {
            "commission.tiers[4].rate": f"0.{rate:02d}",
            "coefficient.bands[2].value": coefficient / 10,
        }
    )
    back = moved.edited({"commission.tiers[4].rate": "0.15", "coefficient.bands[2].value": "1.2"})
    assert back.payout(400_000, quota=300_000) == plan.payout(400_000, quota=300_000)
    assert back.knobs()["value"].tolist() == plan.knobs()["value"].tolist()


def test_a_knob_nobody_has_is_refused_with_the_nearest():
    with pytest.raises(ContractError) as caught:
        Plan.from_yaml(STANDARD).edited({"commission.tiers[1].rates": "0.05"})
    assert str(caught.value) == (
        "plan has no number 'commission.tiers[1].rates'; it has 15.\n"
        "  where: params/plans/standard.yaml, edited({'commission.tiers[1].rates': ...})\n"
        "  fix:   did you mean 'commission.tiers[1].rate'?"
    )


def test_a_value_that_is_no_number_is_refused():
    with pytest.raises(ContractError) as caught:
        Plan.from_yaml(STANDARD).edited({"commission.tiers[1].rate": "4 %"})
    assert str(caught.value) == (
        "'4 %' for commission.tiers[1].rate is no finite number.\n"
        "  where: params/plans/standard.yaml, edited({'commission.tiers[1].rate': ...})\n"
        '  fix:   give a decimal, such as "0.05"'
    )


def test_edges_moved_past_each_other_are_no_plan():
    with pytest.raises(ParamError, match=r"commission|from") as caught:
        Plan.from_yaml(STANDARD).edited({"commission.tiers[1].from": "0.9"})
    assert "components[0].tiers[2].from" in str(caught.value)


def test_one_value_behind_an_alias_cannot_become_two():
    with pytest.raises(ContractError) as caught:
        replaced('a: &r "1"\nb: *r\n', {("a",): "2", ("b",): "3"}, name="plan.yaml")
    assert "is an alias: one value in the file, two new ones given." in str(caught.value)
