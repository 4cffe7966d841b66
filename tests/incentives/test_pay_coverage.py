"""Every day of a person has exactly one plan, or it is said which days have two or none."""

import pandas as pd
import pytest
from paytools import HEAD, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan, plans_for

FLAT = tiers_yaml('{from: "0", rate: "0.10"}', unit="amount")
YEAR = {"first": "2024-01-01", "last": "2024-12-31"}


def plan(name: str, first: str, last: str, role: str = "") -> Plan:
    to = f"{{from: {first}, to: {last}}}" + (f", applies_to: {{role: [{role}]}}" if role else "")
    head = HEAD.replace("id: test", f"id: {name}")
    return Plan.from_text(head.replace("{from: 2024-01-01, to: 2024-12-31}", to) + FLAT)


def test_two_halves_of_a_year_and_two_roles_are_covered() -> None:
    plans = [
        plan("ae-1", "2024-01-01", "2024-06-30", "ae"),
        plan("ae-2", "2024-07-01", "null", "ae"),
        plan("sdr", "2024-01-01", "2024-12-31", "sdr"),
    ]
    people = pd.DataFrame({"salesperson": ["Li", "Wu"], "role": ["ae", "sdr"]})
    found = plans_for(plans, people, **YEAR)
    assert found["plan"].tolist() == ["ae-1", "ae-2", "sdr"]
    assert found["first_day"].dt.strftime("%m-%d").tolist() == ["01-01", "07-01", "01-01"]


def test_somebody_who_changes_role_changes_plan_on_that_day() -> None:
    plans = [plan("ae", "2024-01-01", "null", "ae"), plan("sdr", "2024-01-01", "null", "sdr")]
    people = pd.DataFrame(
        {
            "salesperson": "Li", "role": ["sdr", "ae"],
            "active_from": ["2024-01-01", "2024-05-16"], "active_to": ["2024-05-15", None],
        }
    )  # fmt: skip
    found = plans_for(plans, people, **YEAR)
    assert found["last_day"].dt.strftime("%m-%d").tolist() == ["12-31", "05-15"]


def test_days_with_two_plans_or_none_are_listed_by_person() -> None:
    plans = [
        plan("ae-2024", "2024-01-01", "2024-03-31", "ae"),
        plan("ae-north", "2024-03-01", "2024-05-31", "ae"),
        plan("ae-late", "2024-06-02", "2024-12-31", "ae"),
    ]
    people = pd.DataFrame({"salesperson": ["R017", "R018"], "role": ["ae", "boss"]})
    with pytest.raises(ContractError) as caught:
        plans_for(plans, people, **YEAR)
    assert str(caught.value) == (
        "2 people have days with two plans or with none: R017: ae-2024 and ae-north both apply "
        "2024-03-01 to 2024-03-31, R017: no plan 2024-06-01, R018: no plan 2024-01-01 to 2024-12-31.\n"
        "  where: plan.effective and plan.applies_to, see .rows\n"
        "  fix:   let the next plan start the day after the one before ends, and give every role "
        "one plan"
    )
    assert len(caught.value.rows) == 3


def test_two_plans_of_one_name_are_refused() -> None:
    plans = [plan("ae", "2024-01-01", "2024-06-30"), plan("ae", "2024-07-01", "null")]
    with pytest.raises(ContractError) as caught:
        plans_for(plans, pd.DataFrame({"salesperson": ["Li"]}), **YEAR)
    assert str(caught.value) == (
        "two plans are called 'ae'.\n"
        "  where: plans\n"
        "  fix:   give every version its own plan.id, such as ae-2026 and ae-2026-b"
    )


@pytest.mark.parametrize(
    "last", ["2024-03", "2024-03-31", "20240331", pd.Timestamp("2024-03-31"), "Mar 2024"]
)
def test_a_month_is_looked_at_to_its_last_day(last) -> None:
    people = pd.DataFrame({"salesperson": ["Li"]})
    days = plans_for([plan("ae", "2024-01-01", "null")], people, first="2024-03", last=last)
    assert days[["first_day", "last_day"]].astype("str").to_numpy().tolist() == [
        ["2024-03-01", "2024-03-31"]
    ]


def test_a_day_that_may_be_two_is_refused() -> None:
    with pytest.raises(ContractError, match=r"^'03/04/2024' may be two days\."):
        plans_for(
            [plan("ae", "2024-01-01", "null")], pd.DataFrame({"salesperson": ["Li"]}),
            first="03/04/2024", last="2024-12-31",
        )  # fmt: skip
