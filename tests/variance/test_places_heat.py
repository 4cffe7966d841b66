"""Two dimensions against each other: cells add up, the map reads well."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from placestools import changed, even

import salesanalysis as sa
from salesanalysis.errors import ContractError, ReconciliationError


@pytest.fixture(scope="module")
def map_() -> sa.variance.Heat:
    plan = even()
    sold = changed(changed(plan, 0.5, region="E", product="B"), 1.2, region="N", product="D")
    new = pd.DataFrame([{"region": "S", "product": "Z", "rep": "rep 00", "revenue": 700.0}])
    return sa.variance.heat(pd.concat([sold, new]), plan, rows="region", columns="product")


def test_every_cell_stands_against_its_own_base_and_all_add_up(map_):
    cells = map_.to_frame().set_index(["region", "product"])
    assert cells.loc[("E", "B"), "amount"] == pytest.approx(-1500.0)
    assert cells.loc[("E", "B"), "base_growth"] == pytest.approx(-0.5)
    assert cells["amount"].sum() == pytest.approx(map_.gap)
    assert np.isnan(cells.loc[("S", "Z"), "base_growth"])
    assert cells.loc[("S", "Z"), "status"] == "no_base"


def test_the_headline_names_the_cells_that_moved_most(map_):
    assert map_.explain().split("\n") == [
        "Sales 200 CNY below target (-0.3%); largest cells E / B -1,500, S / Z +700, N / D +600",
        "Each cell of region and product against its own target.",
    ]
    assert map_.explain("zh").split("\n") == [
        "销售额比目标低200元（-0.3%）；变动最大：E / B -1,500，S / Z +700，N / D +600",
        "区域与产品的每个单元与其目标比较。",
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_map_reads_well_with_few_members_and_with_many(map_, lang):
    assert_good_figure(map_.plot(lang=lang))
    plan = even()
    many = sa.variance.heat(changed(plan, 0.3, rep="rep 04"), plan, rows="rep", columns="region")
    assert_good_figure(many.plot(lang=lang))


def test_the_same_dimension_twice_is_refused():
    with pytest.raises(ContractError) as caught:
        sa.variance.heat(even(90.0), even(), rows="region", columns="region")
    assert str(caught.value) == (
        "rows and columns are both 'region'.\n"
        "  where: heat(rows=..., columns=...)\n"
        "  fix:   name two different columns"
    )


def test_a_tampered_map_is_refused(map_):
    with pytest.raises(ReconciliationError):
        replace(map_, cells=map_.cells[map_.cells["product"] != "B"])
