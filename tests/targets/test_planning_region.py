"""The page on targets of one region: every part agrees with the plan and with the card."""

import pandas as pd
import pytest
from pumptools import write_shop

import salesanalysis as sa
from salesanalysis import store
from salesanalysis.book import Company
from salesanalysis.book.asked import SHARED
from salesanalysis.book.note import Note
from salesanalysis.book.planning import Choices, Ground
from salesanalysis.errors import ContractError

CHOICES = """\
total: 460000
tiers: {uplifts: {base: -0.1, challenge: 0.15}}
proposals: {table: [{region: East, product_line: Pumps, proposer: Li, value: 90000}]}
responsibility: [{region: East, owner: Chen, due: 2024-12-31}]
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return sa.load(write_shop(tmp_path_factory.mktemp("region") / "shop"))


@pytest.fixture(scope="module")
def company(shop):
    return Company(shop, Choices.parse(CHOICES))


@pytest.fixture(scope="module")
def east(company):
    return company.asked.region("East")


def test_the_months_and_the_people_of_a_region_are_its_plan(company, east) -> None:
    total = company.plan.select(region="East").total
    assert east.months.to_frame()["target"].sum() == total
    assert east.people.to_frame()["target"].sum() == total
    assert east.responsibility.to_frame()["value"].iloc[0] == total
    assert east.card.total == total


def test_who_is_asked_more_than_the_region_stands_first(east) -> None:
    table = east.people.to_frame()
    assert table["ask_growth"].is_monotonic_decreasing
    own = table["target"].sum() / table["base"].sum() - 1
    gap = 100 * (table["ask_growth"] - own)
    pd.testing.assert_series_equal(table["ask_gap_points"], gap, check_names=False)


def test_the_tiers_of_a_region_are_its_part_of_the_companys(company, east) -> None:
    whole = company.asked.tiers
    for tier in ("base", "average", "challenge"):
        parts = [company.asked.region(r).tiers.total(tier) for r in ("East", "West", "South")]
        assert sum(parts) == whole.total(tier)
        assert east.tiers.months()[f"target_{tier}"].sum() == east.tiers.total(tier)
    assert [whole.total(t) for t in ("base", "average", "challenge")] == [414e3, 460e3, 529e3]
    assert east.against_tiers.status == "plan_same"
    assert east.against_tiers.explain().endswith(": the average target.")


def test_the_letters_on_the_card_are_those_of_the_check(company, east) -> None:
    check, card = company.asked.smart, company.asked.card.frame
    keys = ["region", "product_line", "team", "salesperson"]
    both = card.merge(check.letters(), on=keys, suffixes=("", "_check"))
    assert len(both) == len(card)
    assert (both["smart"] == both["smart_check"]).all()
    assert set(east.smart.frame["region"]) == {"East"}
    assert both["smart"].str.len().eq(5).all()


def test_one_chance_for_one_target_wherever_it_is_shown(company) -> None:
    card, check = company.asked.card.frame, company.asked.smart.frame
    keys = ["region", "product_line", "team", "salesperson"]
    both = card.merge(check, on=keys, suffixes=("", "_check"))
    known = both[both["probability"].notna()]
    assert len(known) > 3
    assert (known["probability"] == known["probability_check"]).all()


def test_a_capital_passes_a_small_letter_warns_and_a_dash_fails(company) -> None:
    check = company.asked.smart
    row = check.frame.iloc[0]
    mark = {"pass": str.upper, "warn": str.lower, "fail": lambda _: "-"}
    names = ("specific", "measurable", "attainable", "relevant", "time_bound")
    wanted = "".join(mark[row[name]](name[0]) for name in names)
    assert check.letters()["smart"].iloc[0] == wanted


def test_nobody_who_offered_nothing_is_read_as_an_offer_of_zero(east, company) -> None:
    assert east.gaps.to_frame()["status"].tolist() == ["submitted", "missing"]
    west = company.asked.region("West").gaps
    assert west.to_frame()["bottom_up"].isna().all()


def test_every_part_speaks_both_languages_and_has_a_table(east) -> None:
    for name in ("card", "months", "people", "harder", "responsibility", "tiers", "smart", "gaps"):
        part = getattr(east, name)
        assert part.explain("en")
        assert part.explain("zh")
        part.table("zh")


def test_without_proposals_the_page_says_so_in_one_sentence(shop) -> None:
    gaps = Company(shop, Choices()).asked.region("East").gaps
    assert isinstance(gaps, Note)
    assert gaps.explain() == (
        "Nobody has written down what they offer: without proposals from below there is no gap to "
        "show."
    )


def test_what_a_run_saves_for_its_pages_is_read_back_as_it_was(company, tmp_path) -> None:
    for name in SHARED:
        part = getattr(company.asked, name)
        store.write(part, tmp_path / name)
        again = store.read(tmp_path / name)
        if isinstance(part, Ground):
            assert again.plan().frame.equals(company.plan.frame)
        else:
            assert again.explain("zh") == part.explain("zh")
            pd.testing.assert_frame_equal(again.to_frame(), part.to_frame())


def test_the_name_of_a_plan_follows_from_its_choices(shop, company) -> None:
    same = Company(shop, Choices.parse(CHOICES))
    other = Company(shop, Choices.parse(CHOICES + "note: second\n"))
    assert company.asked.version.plan_id == same.asked.version.plan_id
    assert company.asked.version.plan_id != other.asked.version.plan_id


def test_a_name_the_tiers_do_not_have_is_refused(company) -> None:
    with pytest.raises(ContractError) as caught:
        company.asked.tiers.select(region="Eastt")
    assert str(caught.value) == (
        "'Eastt' is not a region here; known: East, South, West.\n"
        "  where: Tiers.select\n  fix:   write 'East'"
    )
    with pytest.raises(ContractError) as caught:
        company.asked.tiers.select(salesperson="Li")
    assert str(caught.value) == (
        "Tiers are selected from the top level down, got salesperson.\n"
        "  where: Tiers.select\n  fix:   name region"
    )
    with pytest.raises(ContractError) as caught:
        company.asked.smart.select(region="Wst")
    assert str(caught.value) == (
        "'Wst' is not a region here; known: East, South, West.\n"
        "  where: SmartCheck.select\n  fix:   write 'West'"
    )
