"""The page on data quality: a region's part, what nobody confirms, the same from a snapshot."""

from dataclasses import replace

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from figures import assert_good_figure

from salesanalysis.book import company
from salesanalysis.book.sharing import prepare_checks
from salesanalysis.data import load
from salesanalysis.data.demo import command
from salesanalysis.errors import ContractError, ReconciliationError

LEDGER = "region,period,revenue\nEast,2024-01,1.00\nSouth,2024-01,2.00\nHere,2024-01,3.00\n"


@pytest.fixture(scope="module")
def ugly(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ugly") / "demo"
    command.make(folder, dirty=True, lang="en")
    return load(folder)


@pytest.fixture(scope="module")
def book(ugly):
    return company(ugly)


@pytest.fixture(scope="module")
def checks(book):
    """What is found in the ugly demo company, worked out once for the tests that look at it."""
    return book.checks


@pytest.fixture(scope="module")
def saved(ugly, book, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "data"
    ugly.save(folder)
    prepare_checks(book, folder)
    return load(folder)


def test_the_regions_parts_add_up_to_what_the_company_found_and_lost(checks, ugly) -> None:
    parts, rules = checks.regional, ugly.quality.rules.set_index("rule")
    sums = parts.rules.groupby("rule")[["n_rows", "units", "n_dropped", "units_dropped"]].sum()
    for column in sums.columns:
        assert sums[column].tolist() == rules.loc[sums.index, column].tolist(), column
    assert parts.totals["n_looked"].sum() == ugly.quality.totals["n_looked"]
    assert parts.totals["n_kept"].sum() == ugly.quality.totals["n_kept"]


def test_a_region_says_first_where_it_has_more_than_its_share(checks) -> None:
    part = checks.part("East")
    said = part.explain().splitlines()
    assert said[0] == (
        "East: 16,706 order lines (33.7% of the company's), 68 of them left out (333.4k CNY)"
    )
    assert said[1] == "Without a salesperson: 34 of the company's 79 lines (43.0%), 260.0k CNY."
    assert part.explain("zh").splitlines()[0] == (
        "East：16,706条订单明细（占全公司33.7%），剔除68条（33.3万元）"
    ).replace("East", "华东")


def test_a_line_is_shown_with_the_file_and_the_row_it_stands_in(checks) -> None:
    lines = checks.part("East").lines
    first = lines[lines["rule"] == "test_accounts"].iloc[0]
    assert first["place"] == "sales_2020.txt: 3748"
    assert first["order_id"] == "SO2020-90002"
    assert (lines.groupby("rule").size() <= 3).all()


def test_a_region_without_lines_has_none_of_anything(checks) -> None:
    part = checks.part("Moon")
    assert part.to_frame()["n_rows"].sum() == 0
    assert part.explain().splitlines() == [
        "Moon: 0 order lines (0.0% of the company's), none dropped by a rule",
        "No rule finds a line in this region.",
    ]


def test_a_part_that_does_not_add_up_cannot_exist(checks) -> None:
    from dataclasses import replace

    part = checks.part("East")
    with pytest.raises(ReconciliationError) as caught:
        replace(part, totals={**part.totals, "n_kept": 0})
    assert str(caught.value) == (
        "East has +16,638 lines beside what the rules took from it.\n"
        "  where: quality of a region\n  fix:   this is a defect: please report it with the file"
    )


def test_a_snapshot_shows_the_same_page_as_the_source(checks, saved) -> None:
    one, two = checks, company(saved).checks
    for lang in ("en", "zh"):
        assert one.quality.explain(lang) == two.quality.explain(lang)
        assert one.statement(lang) == two.statement(lang)
        for region in ("East", "West"):
            assert one.part(region).explain(lang) == two.part(region).explain(lang)
    tables = [c.tables(c.part("East"), c.confirmed("East")) for c in (one, two)]
    for name, result in tables[0].items():
        pd.testing.assert_frame_equal(result.to_frame(), tables[1][name].to_frame())


def test_another_day_of_a_snapshot_does_not_show_the_saved_report(saved) -> None:
    then = company(saved.at("2023-12-31")).checks
    assert then.quality.as_of == pd.Timestamp("2023-12-31")
    assert then.part("East").totals["n_looked"] < 16_706


def test_without_a_third_party_the_page_says_unverified_and_how_to_add_one(checks) -> None:
    found = checks.confirmed("East")
    assert found.explain() == (
        "Unverified: no third party figure was given for revenue\n"
        "To verify, declare verify: in the mapping, or name a file of the other side as ledger; "
        "see docs/data.md."
    )
    assert found.explain("zh").splitlines()[0] == "未核对：销售额没有第三方数据"
    assert found.to_frame()["status"].tolist() == ["unverified"]


def test_a_ledger_is_compared_cell_by_cell_and_cut_to_the_region(checks, tmp_path) -> None:
    (tmp_path / "ledger.csv").write_text(LEDGER, "utf-8")
    found = checks.confirmed("East", ledger=str(tmp_path / "ledger.csv"))
    assert set(found.to_frame()["region"]) == {"East"}
    said = found.explain().splitlines()
    assert said[0].startswith("Revenue: Differs from the finance ledger: 0 of ")
    assert said[1].startswith("East alone: Differs from the finance ledger: 0 of 1 cell")
    whole = checks.confirmed(ledger=str(tmp_path / "ledger.csv"))
    assert set(whole.to_frame()["region"]) >= {"East", "South", "Here"}


def test_a_ledger_that_is_not_there_is_refused(checks) -> None:
    with pytest.raises(ContractError) as caught:
        checks.confirmed(ledger="no/ledger.csv")
    assert str(caught.value) == (
        "no/ledger.csv does not exist.\n  where: folder no does not exist either\n  fix:   check the path"
    )


def test_what_found_nothing_is_named_so_that_silence_is_not_taken_for_it(checks) -> None:
    loss = checks.loss()
    assert loss.headline() == (
        "Looked at, nothing found: Looks like a sum of the rows above, Without a region, "
        "Without a product, Quantity and amount of "
        "opposite sign, Amount is not quantity times price, Sold below cost, Amounts that stand "
        "out, Region that nobody declared, Outside the period, Month that is not over."
    )


def test_nothing_is_converted_without_rates_and_the_page_says_so(checks) -> None:
    assert checks.conversions().explain() == (
        "Nothing was converted: every amount is in the currency it was read in."
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_pictures_are_good(checks, lang) -> None:
    assert_good_figure(checks.part("East").plot(lang=lang))
    assert_good_figure(checks.confirmed("East").plot(lang=lang))


def test_no_empty_picture_is_printed_where_no_third_party_is_known(checks) -> None:
    unverified = replace(checks.confirmed("East"), parts=())
    # what pyplot knows of is what a notebook prints
    before = plt.get_fignums()
    drawn = unverified.plot()
    assert plt.get_fignums() == before
    assert drawn.get_title(loc="left") == unverified.headline()


def test_control_totals_are_shown_to_the_last_digit_and_saved_as_numbers(checks) -> None:
    sources = checks.sources()
    shown = sources.table().shown()
    assert shown.iloc[0].tolist() == ["Order lines", "sales_2020.txt", "10,016", "67,554,684.01"]
    assert sources.to_frame()["amount"].iloc[0] == 67_554_684.01
