"""The ugly exports of the demo company, loaded: the clean company comes back to the cent."""

import json
from decimal import Decimal

import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.data.dataset import Dataset
from salesanalysis.data.demo.breakage import EXTRA
from salesanalysis.data.demo.dirty import write_dirty


def at(told: dict, rule: str) -> tuple[int, Decimal]:
    return told["breakages"][rule]["rows"], Decimal(told["breakages"][rule]["money"])


@pytest.fixture(scope="module", params=["zh", pytest.param("en", marks=pytest.mark.slow)])
def loaded(request, tmp_path_factory) -> tuple[Dataset, dict]:
    folder = tmp_path_factory.mktemp("demo") / request.param
    write_dirty(folder, lang=request.param)
    data = sa.load(folder, mapping=folder / "mapping.yaml")
    return data, json.loads((folder / "truth.json").read_text("utf-8"))


@pytest.mark.parametrize("value", ["revenue", "quantity", "cost"])
def test_the_dirty_folder_gives_the_clean_panel_to_the_cent(
    loaded, demo_data: Dataset, value: str
) -> None:
    by = ["region", "team", "product_line", "customer_type", "channel"]
    ours = demo_data.panel(by=by, value=value).to_frame()
    theirs = loaded[0].panel(by=by, value=value).to_frame()
    pd.testing.assert_frame_equal(
        theirs.sort_values([*by, "period"], ignore_index=True),
        ours.sort_values([*by, "period"], ignore_index=True),
    )


def test_people_and_targets_come_back_as_they_were(loaded, demo_data: Dataset) -> None:
    given, data = demo_data, loaded[0]
    keys = ["region", "metric", "span", "period"]
    columns = [*keys, "value"]
    pd.testing.assert_frame_equal(
        data.frame("targets")[columns].sort_values(columns, ignore_index=True),
        given.frame("targets")[columns].sort_values(columns, ignore_index=True),
    )
    columns = [
        "hire_date",
        "leave_date",
        "valid_from",
        "valid_to",
        "region",
        "team",
        "role",
        "ramp",
        "base_pay",
    ]
    pd.testing.assert_frame_equal(
        data.frame("people")[columns].sort_values(columns, ignore_index=True),
        given.frame("people")[columns].sort_values(columns, ignore_index=True),
    )


def test_what_leaves_the_numbers_is_what_was_added_row_by_row(loaded) -> None:
    data, told = loaded
    rules = data.quality.rules.set_index("rule")
    for rule in (*EXTRA, "total_rows"):
        n, money = at(told, rule)
        assert rules.loc[rule, "n_dropped"] == n, rule
        assert Decimal(int(rules.loc[rule, "units_dropped"])) / 10_000 == money, rule
    overview = data.quality.overview.set_index("table").loc["sales"]
    assert overview["n_left_out"] == told["breakages"]["left_out"]["rows"]
    assert overview["n_seen"] == told["clean"]["rows"]
    kept_out = told["written"]["rows"] - overview["n_left_out"]
    assert overview["n_in"] == kept_out == overview["n_seen"] + overview["n_dropped"]


def test_names_that_were_changed_are_found_and_kept_in_the_numbers(loaded) -> None:
    data, told = loaded
    lines = data.frame("sales")
    texts = lines[["salesperson", "customer"]]
    assert (texts["salesperson"] == "(none)").sum() == at(told, "missing_salesperson")[0]
    assert (texts["customer"] == "(none)").sum() == at(told, "missing_customer")[0]
    assert lines["product"].isin(list(told["meant"])).sum() == at(told, "unlike_names")[0]
    rules = data.quality.rules.set_index("rule")["n_rows"]
    for rule in ("unknown_people", "before_hire", "after_leave"):
        assert rules[rule] == at(told, rule)[0], rule
    assert rules["unlike_names"] >= at(told, "unlike_names")[0]


@pytest.mark.slow
def test_the_front_door_has_the_switch() -> None:
    data = sa.load("demo", dirty=True, lang="en")
    assert data.panel().total() == sa.load("demo").panel().total()
    assert data.tables == ["sales", "targets", "people"]
