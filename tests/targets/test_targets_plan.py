"""The plan as a result: selections, months, quality, and totals nobody can tamper with."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis import store, strictyaml
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.labels import Terms
from salesanalysis.targets import Basis, cascade
from salesanalysis.targets.months import split_families
from salesanalysis.targets.nest import Nest

CASES = strictyaml.read(Path(__file__).parents[1] / "reference" / "targets_cases.yaml").data[
    "cases"
]
TERMS = Terms({"region": {"East": {"zh": "华东"}, "West": {"zh": "西部"}, "New": {"zh": "新区"}}})


def plan(total=1000, **kwargs) -> sa.targets.Plan:
    rows = [("East", "A", 30.0), ("East", "B", 10.0), ("West", "A", 60.0), ("New", "A", 0.0)]
    frame = pd.DataFrame(rows, columns=["region", "product_line", "value"])
    basis = Basis.of(frame, by=["region", "product_line"], year=2024, terms=TERMS)
    return cascade(total, basis, **kwargs)


class Normal:
    """A forecast that knows mean and sd of every unit of a region."""

    by = ("region",)

    def __init__(self, mean: dict, sd: float) -> None:
        self.mean, self.sd, self.asked = mean, sd, None

    def probability(self, targets: pd.DataFrame) -> pd.DataFrame:
        self.asked = targets
        z = [
            (t - self.mean.get(r, np.nan)) / self.sd
            for r, t in zip(targets["region"], targets["target"], strict=True)
        ]
        return targets.assign(probability=[0.5 * math.erfc(x / math.sqrt(2)) for x in z])


# ---- worked by hand


def test_a_selection_keeps_the_levels_and_its_own_total() -> None:
    east = plan().select(region="East")
    assert (east.total, east.scope, east.levels) == (
        400.0,
        {"region": "East"},
        ("region", "product_line"),
    )
    assert east.nodes()["node"].tolist() == ["East", "East / A", "East / B"]
    assert east.select(product_line="B").total == 100.0
    assert plan().select(product_line="A").nodes()["value"].tolist() == [
        300.0,
        0.0,
        600.0,
        300.0,
        0.0,
        600.0,
    ]


def test_months_can_be_had_for_any_level() -> None:
    months = plan(1200).months("product_line")
    assert months.columns.tolist() == ["product_line", "period", "value"]
    assert months.groupby("product_line")["value"].sum().to_dict() == {"A": 1080.0, "B": 120.0}
    assert plan(1200).months()["value"].tolist() == [100.0] * 12


def test_the_plan_is_read_aloud_in_both_languages() -> None:
    assert plan().explain() == (
        "Company: target 1.0k CNY for 2024; largest is West with 600 CNY (60.0%)\n"
        "West: 600 CNY, 60.0% of the total, without a base.\n"
        "East: 400 CNY, 40.0% of the total, without a base.\n"
        "Handed down over Region, Product line to 4 units and 12 months in whole steps of 1 CNY; the parts of "
        "every unit and the months of every year add up exactly.\n"
        "Months are equal parts; the largest is Jan 2024 with 84 CNY.\n"
        "1 unit has no base and so a target of 0 (no sales): New / A."
    )
    assert (
        plan().select(region="East").headline("zh")
        == "华东2024年目标400元；最大的是A，300元（75.0%）"
    )
    assert plan().select(region="New").explain("zh") == (
        "新区：2024年没有目标，无销售\n1个单位没有基数，目标为0（无销售）：新区 / A。"
    )


def test_the_check_of_fairness_names_what_is_unrealistic_and_what_is_too_easy() -> None:
    forecast = Normal({"East": 405.0, "West": 300.0}, 100.0)
    quality = plan().quality(forecast)
    frame = quality.to_frame().set_index("region")
    assert frame["verdict"].to_dict() == {"East": "attainable", "New": "", "West": "unrealistic"}
    assert frame.loc["New", "status"] == "zero_base"
    assert np.isnan(frame.loc["New", "probability"])
    assert (
        quality.headline()
        == "1 of 2 targets for 2024 are attainable, 1 unrealistic, 0 too easy; without a target: 1"
    )
    assert "Attainable means a chance from 30% to 85%" in quality.explain()
    # a unit without a target is not asked about
    assert forecast.asked["region"].tolist() == ["East", "West"]


def test_a_chance_of_exactly_30_or_85_percent_is_attainable() -> None:
    class Fixed:
        def probability(self, targets):
            return targets.assign(probability=[0.30, 0.85])

    assert plan().quality(Fixed()).to_frame()["verdict"].tolist() == [
        "attainable",
        "",
        "attainable",
    ]


def test_a_unit_the_forecast_does_not_know_has_no_verdict_and_says_so() -> None:
    quality = plan().quality(Normal({"East": 405.0}, 100.0))
    west = quality.to_frame().set_index("region").loc["West"]
    assert (west["verdict"], west["status"]) == ("", "no_forecast")
    assert "West: no verdict, no forecast." in quality.explain()


def test_one_region_is_judged_on_the_level_the_forecast_has() -> None:
    quality = plan().select(region="East").quality(Normal({"East": 405.0}, 100.0))
    assert quality.headline() == "East: attainable, 52% chance of reaching 400 CNY in 2024"
    assert quality.headline("zh") == "华东：2024年目标400元，达成概率52%，可实现"
    nothing = plan().select(region="New").quality(Normal({}, 1.0))
    assert nothing.headline() == "New: no verdict on the target for 2024, no sales"


# ---- invariants


def test_results_are_copies_nobody_can_change_from_outside() -> None:
    made = plan()
    mine = made.to_frame()
    mine["value"] = 0.0
    frame = made.to_frame()
    copy = replace(made, frame=frame)
    frame["value"] = 0.0
    assert made.to_frame()["value"].sum() == copy.to_frame()["value"].sum() == 1000.0
    with pytest.raises(AttributeError):
        made.total = 2.0


def test_the_plan_is_a_table_of_targets_others_can_read() -> None:
    frame = plan().to_frame()
    assert frame.columns.tolist() == ["region", "product_line", "period", "value", "status"]
    assert str(frame["period"].dtype) == "datetime64[us]"
    assert not frame.isna().any().any()
    assert len(frame) == 4 * 12


def test_basis_plan_quality_and_card_come_back_from_the_store_as_they_were(tmp_path: Path) -> None:
    months = pd.date_range("2022-01-01", "2024-01-01", freq="MS")
    frame = pd.concat(
        pd.DataFrame({"region": r, "period": months, "value": v})
        for r, v in (("East", 30.0), ("West", 70.0))
    )
    panel = sa.Panel.of(frame, by=["region"], terms=TERMS)
    basis = sa.targets.growth(panel, year=2024)
    pins = pd.DataFrame({"region": ["East"], "value": ["500"]})
    made = cascade(1200, basis, pins=pins)
    results = [basis, made, cascade(1200, basis), made.quality(Normal({"East": 400.0}, 90.0))]
    results += [
        sa.tracking.review(panel, made),
        sa.tracking.review(panel, made.select(region="East")),
    ]
    for i, result in enumerate(results):
        store.write(result, tmp_path / str(i))
        back = store.read(tmp_path / str(i))
        pd.testing.assert_frame_equal(back.to_frame(), result.to_frame())
        assert back.explain("zh") == result.explain("zh")


# ---- outside reference


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["kind"] == "attainability"], ids=lambda c: c["id"]
)
def test_the_chance_of_a_target_agrees_with_the_closed_form(case) -> None:
    inputs = case["inputs"]
    basis = Basis.of(pd.DataFrame({"region": ["X"], "value": [1.0]}), by=["region"], year=2024)
    quality = cascade(inputs["target"], basis).quality(Normal({"X": inputs["mean"]}, inputs["sd"]))
    assert quality.to_frame()["probability"].item() == pytest.approx(
        case["expected"], abs=case["tolerance"]
    )


# ---- refusals


def test_a_plan_with_one_yuan_moved_to_another_leaf_does_not_exist() -> None:
    frame = plan().to_frame()
    frame.loc[0, "value"] += 1
    frame.loc[12, "value"] -= 1
    with pytest.raises(ReconciliationError) as caught:
        replace(plan(), frame=frame)
    assert str(caught.value) == (
        "2 of 4 targets of level 'product_line' are not the sum of their parts; first off by -1 steps.\n"
        "  where: plan, product_line ('East', 'A')\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )
    assert caught.value.rows["gap"].tolist() == [-1, 1]


def test_a_plan_whose_regions_or_total_are_off_does_not_exist() -> None:
    tree = plan().tree.copy()
    tree.loc[0, "value"] += 5
    with pytest.raises(
        ReconciliationError, match="1 of 3 targets of level 'region' are not the sum"
    ):
        replace(plan(), tree=tree)
    with pytest.raises(
        ReconciliationError, match="1 of 1 targets of level 'company' are not the sum"
    ):
        replace(plan(), total=999.0)


def test_a_target_that_is_empty_or_no_whole_step_does_not_exist() -> None:
    for bad in (float("nan"), 0.5, -1.0):
        frame = plan().to_frame()
        frame.loc[0, "value"] = bad
        with pytest.raises(ReconciliationError) as caught:
            replace(plan(), frame=frame)
        assert str(caught.value) == (
            "1 of 48 targets are empty, negative or no whole step of 1; 48 rows for 4 units of 12 months.\n"
            "  where: plan, column 'value', see .rows\n"
            "  fix:   this is a defect or a tampered table: please report it with the input"
        )
        assert len(caught.value.rows) == 1
    with pytest.raises(ReconciliationError, match="47 rows for 4 units of 12 months"):
        replace(plan(), frame=plan().to_frame().iloc[1:])


def test_an_unknown_region_or_level_is_named_with_the_nearest() -> None:
    with pytest.raises(ContractError) as caught:
        plan().select(region="Esat")
    assert str(caught.value) == (
        "'Esat' is not a region here; known: East, New, West.\n  where: Plan.select\n  fix:   write 'East'"
    )
    with pytest.raises(ContractError) as caught:
        plan().select(reigon="East")
    assert str(caught.value) == (
        "'reigon' is not a level here; known: region, product_line.\n  where: Plan.select\n  fix:   write 'region'"
    )


def test_a_forecast_that_answers_wrongly_and_crossed_bands_are_refused() -> None:
    class Wrong:
        def probability(self, targets):
            return targets.assign(probability=30.0)

    with pytest.raises(ContractError) as caught:
        plan().quality(Wrong())
    assert str(caught.value) == (
        "2 of 3 chances are not between 0 and 1.\n"
        "  where: probability() of the forecast, see .rows\n"
        "  fix:   return a share 0..1 per unit"
    )
    with pytest.raises(ContractError) as caught:
        plan().quality(Normal({"East": 1.0, "West": 1.0}, 1.0), low=0.9)
    assert str(caught.value) == (
        "low and high must be 0 <= low < high <= 1, got 0.9 and 0.85.\n"
        "  where: quality(low=..., high=...)\n"
        "  fix:   write low=0.30, high=0.85"
    )


def test_a_table_built_with_its_units_is_checked_like_any_other() -> None:
    made = plan()
    nest = Nest.of(made.frame[::12].reset_index(drop=True), made.levels)
    replace(made, nest=nest)
    off = made.frame.assign(value=made.frame["value"].add(pd.Series({0: 1.0}), fill_value=0.0))
    with pytest.raises(ReconciliationError, match="are not the sum of their parts"):
        replace(made, frame=off, nest=nest)
    tree = made.tree.assign(value=made.tree["value"].mask(made.tree.index == 1, 7.0))
    with pytest.raises(ReconciliationError, match="are not the sum of their parts"):
        replace(made, tree=tree, nest=nest)


def test_equal_months_are_those_any_twelve_equal_weights_give() -> None:
    totals = np.array([0, 1, 11, 12, 130_000_007])
    dense = split_families(totals, np.full((5, 12), 0.3), None)
    assert (split_families(totals, np.broadcast_to(np.ones(12), (5, 12)), None) == dense).all()


def test_amounts_in_cents_add_up_in_cents_so_that_equal_units_stay_equal() -> None:
    # 0.1 + 0.2 is more than 0.3 in binary: the third yuan would go to the sum, not to the name
    rows = [("A", "x", 0.3), ("B", "y", 0.1), ("B", "z", 0.2)]
    shares = pd.DataFrame(rows, columns=["region", "team", "value"])
    made = cascade(3, shares, levels=["region", "team"], year=2024)
    assert made.tree[made.tree["level"] == "region"]["value"].tolist() == [2.0, 1.0]
