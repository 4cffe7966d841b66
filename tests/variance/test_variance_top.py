"""How many steps, members and cells a finding names: `explain(top=...)`."""

import re

import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError

PLAN = pd.DataFrame({"region": list("ABCDEF"), "product": list("XXXYYY"), "revenue": [100.0] * 6})
SOLD = PLAN.assign(revenue=[40.0, 60.0, 75.0, 90.0, 99.0, 130.0])


def first(found, top: int, lang: str = "en") -> str:
    return found.explain(lang, top=top).splitlines()[0]


def test_the_finding_names_as_many_steps_as_asked_and_the_rest_as_one():
    gap = sa.variance.explain(SOLD, PLAN, by=["region"])
    assert first(gap, 1) == "Sales 106 CNY below target (-17.7%); A -60, other -46"
    assert first(gap, 2) == "Sales 106 CNY below target (-17.7%); A -60, B -40, other -6"
    assert first(gap, 3) == gap.headline() == gap.explain().splitlines()[0]
    # a rest of one is named: "other" would be longer than its name
    assert "other" not in first(gap, 5)
    assert first(gap, 1, "zh") == "销售额比目标低106元（-17.7%）；A -60，其他 -46"
    assert gap.explain(top=3) == gap.explain()


@pytest.mark.parametrize("top", [1, 2, 9])
def test_every_number_of_the_first_line_adds_up_to_the_gap_for_any_top(top):
    gap = sa.variance.explain(SOLD, PLAN, by=["region"])
    told = [int(t) for t in re.findall(r"[+-]\d+(?![\d.%])", first(gap, top).split(";")[1])]
    assert sum(told) == -106


def test_as_many_members_are_named_as_asked():
    plan, sold = (f.assign(units=[10, 10, 10, 10, 10, 10]) for f in (PLAN, SOLD))
    found = sa.variance.explain(sold, plan, by=["region"], units="units")
    start = "Largest parts of the gap: "
    told = [
        next(t for t in found.explain(top=n).splitlines() if t.startswith(start)) for n in (1, 2)
    ]
    assert told == [f"{start}A 56.6%.", f"{start}A 56.6%, B 37.7%."]


def test_slices_cells_and_drivers_take_top_as_well():
    heat = sa.variance.heat(SOLD, PLAN, rows="region", columns="product")
    assert [len(re.findall(r"[A-F] / [XY]", heat.explain(top=n))) for n in (1, 3)] == [1, 3]
    chain = sa.variance.explain(
        SOLD.assign(a=8.0, b=4.0, c=3.0), PLAN.assign(a=10.0, b=2.0, c=1.0), by=["region"],
        chain=["a", "b", "c", "revenue"],
    )  # fmt: skip
    assert "other" in first(chain, 1)
    assert "other" not in first(chain, 4)


@pytest.mark.parametrize("top", [0, -1, 2.5, True, "3"])
def test_a_top_that_is_no_number_above_0_is_refused(top):
    gap = sa.variance.explain(SOLD, PLAN, by=["region"])
    for result in (gap, sa.variance.heat(SOLD, PLAN, rows="region", columns="product")):
        with pytest.raises(ContractError) as caught:
            result.explain(top=top)
        assert str(caught.value) == (
            f"top cannot be {top!r}.\n  where: explain(top=...)\n"
            "  fix:   give how many the finding names, such as top=3"
        )
