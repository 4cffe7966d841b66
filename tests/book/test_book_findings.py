"""What the scheme of a region provokes, at its own completions."""

from pathlib import Path

import pytest

from salesanalysis.incentives import Plan

PLANS = Path(__file__).parents[2] / "params" / "plans"


@pytest.fixture(scope="module")
def company(demo_company):
    return demo_company


def test_the_cliffs_of_the_standard_scheme_are_named_for_the_region(company) -> None:
    found = company.payroll("East").findings(company.scheme())
    codes = found.to_frame()["code"].tolist()
    assert codes.count("L01") == 2
    assert not found.assumed


def test_a_scheme_on_amounts_is_not_called_dead_where_it_pays(company) -> None:
    found = company.payroll("East").findings(Plan.from_yaml(PLANS / "graduated.yaml"))
    assert "L02" not in found.to_frame()["code"].tolist()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_findings_speak_both_languages(company, lang) -> None:
    assert "L01" in company.payroll("East").findings(company.scheme()).explain(lang)
