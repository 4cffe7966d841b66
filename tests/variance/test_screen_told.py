"""How factors are told, drawn and refused."""

import re

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from screeningtools import EIGHT, FACTORS, repeated

import salesanalysis as sa
from salesanalysis.errors import ContractError

# -- words and picture ------------------------------------------------------------------------


def test_the_text_says_goes_together_and_never_because():
    found = sa.variance.screen(EIGHT, "attainment", ["visits", "height"])
    lines = found.explain().splitlines()
    assert lines[0] == (
        "Attainment: 1 of 2 factors go together with it beyond chance, most of all visits (+0.95)"
    )
    assert lines[1] == (
        "Visits goes together with higher attainment: rank correlation +0.95 "
        "(95% interval +0.66 to +0.99, n = 8)."
    )
    assert lines[-1] == "Going together is not causing."
    assert found.explain("zh").splitlines()[-1] == "相关不等于因果。"
    assert "cause" not in found.explain()


def test_no_summary_is_made_where_between_and_within_differ():
    found = sa.variance.screen(
        repeated(), "attainment", ["para"], person="salesperson", month="month", n_boot=100
    )
    text = found.explain()
    assert text.startswith("Attainment: no factor allows a summary on these data\n")
    assert re.search(
        r"para: -0\.\d\d between persons, \+0\.\d\d within the same person; the directions", text
    )


def test_nothing_found_too_few_and_constant_are_said():
    few = sa.variance.screen(EIGHT.head(5), "attainment", ["visits"])
    assert few.frame["status"].tolist() == ["too_few"]
    assert few.frame[["rho", "low_rho", "p_value", "pearson"]].isna().all(axis=None)
    assert "Visits: only 5 units, too few to judge." in few.explain()
    flat = sa.variance.screen(EIGHT.assign(visits=1), "attainment", ["visits", "height"])
    assert flat.frame.set_index("candidate").loc["visits", "status"] == "constant"
    assert flat.headline() == (
        "Attainment: nothing goes together with it beyond chance (factors tried: 1)"
    )
    assert flat.headline("zh") == "完成率：所试1个因素均未见超出偶然的相关"


def test_the_table_shows_remarks_in_words():
    found = sa.variance.screen(EIGHT.assign(visits=1), "attainment", ["visits", "height"])
    shown = found.table("zh").shown()
    assert sa.variance.screen(EIGHT, "attainment", ["visits"]).table().shown()[
        "q value"
    ].tolist() == ["<0.001"]
    assert "没有变化、未进入拟合" in shown["提示"].tolist()
    assert shown["提前月数"].tolist() == ["0", "0"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_shows_dots_with_intervals(lang):
    table = repeated()
    for i in range(9):
        table[f"extra_{i}"] = np.random.default_rng(i).normal(size=len(table))
    names = [*FACTORS, *(f"extra_{i}" for i in range(9))]
    found = sa.variance.screen(
        table, "attainment", names, person="salesperson", month="month", n_boot=100
    )
    ax = found.plot(lang=lang)
    dots = [float(c.get_offsets()[0][0]) for c in ax.collections]
    assert dots == pytest.approx(found.frame["rho"].head(11).tolist())
    assert ax.get_yticklabels()[-1].get_text() == ("Other (4)" if lang == "en" else "其他（4项）")
    assert_good_figure(ax)


# -- refusals ---------------------------------------------------------------------------------


def refused(*args, **kwargs) -> str:
    with pytest.raises(ContractError) as caught:
        sa.variance.screen(*args, **kwargs)
    return str(caught.value)


def test_text_and_infinite_values_are_refused():
    assert refused(EIGHT.assign(visits="many"), "attainment", ["visits"]) == (
        "'visits' holds text, not numbers.\n"
        "  where: df['visits'], first value 'many'\n"
        "  fix:   write it as a number, such as 0 and 1, or leave it out"
    )
    bad = EIGHT.assign(visits=EIGHT["visits"].astype(float))
    bad.loc[2, "visits"] = np.inf
    assert refused(bad, "attainment", ["visits"]) == (
        "1 of 8 rows of df: 'visits' is infinite.\n"
        "  where: first rows [2], see .rows\n"
        "  fix:   leave the value empty where a ratio has no base"
    )


def test_a_figure_that_never_changes_is_refused():
    assert refused(EIGHT.assign(attainment=1), "attainment", ["visits"]) == (
        "'attainment' never changes: nothing can go together with it.\n"
        "  where: df['attainment'], every value is 1\n"
        "  fix:   check the column, or the filter"
    )


def test_a_person_twice_in_a_month_is_refused():
    table = pd.concat([repeated(people=9, months=2)] * 2, ignore_index=True)
    assert refused(table, "attainment", ["visits"], person="salesperson", month="month") == (
        "36 rows of df are of the same person and month.\n"
        "  where: keys ['salesperson', 'month'], first rows [0, 1, 2], see .rows\n"
        "  fix:   sum them first, or add the level that tells them apart"
    )


def test_choices_nobody_could_have_meant_are_refused():
    assert refused(EIGHT, "attainment", "visits") == (
        "candidates must be a list of columns other than value, person and month, got 'visits'.\n"
        "  where: screen(candidates=...)\n"
        '  fix:   name each once, such as ["visits", "tenure"]'
    )
    assert refused(EIGHT, "attainment", ["visits"], lag=1) == (
        "A lag must be 0 or more months and needs the column of months, got lag={'visits': 1} "
        "and month=None.\n"
        "  where: screen(lag=..., month=...)\n"
        '  fix:   name the months: month="month"'
    )
    assert refused(EIGHT, "attainment", ["visits"], level=95) == (
        "level must lie between 0 and 1 and n_boot be at least 100, got 95 and 1000.\n"
        "  where: screen(level=..., n_boot=...)\n"
        "  fix:   write level=0.95, n_boot=1000"
    )
    assert refused(EIGHT, "attainment", ["visits"], part_of=["visit"]) == (
        "'visit' is not a candidate here; known: visits.\n"
        "  where: screen(part_of=..., lag=...)\n"
        "  fix:   write 'visits'"
    )
    assert refused(EIGHT, "attainment", ["visitss"]) == (
        "df has no column 'visitss'.\n"
        "  where: df columns are ['attainment', 'visits', 'height']\n"
        "  fix:   rename 'visits' to 'visitss'"
    )


def test_an_estimate_without_figure_and_reason_is_refused():
    found = sa.variance.screen(EIGHT, "attainment", ["visits", "height"])
    with pytest.raises(ContractError) as caught:
        type(found)(found.frame.assign(rho=np.nan), found.meta)
    assert str(caught.value) == (
        "2 factors have neither a figure nor a status that says why.\n"
        "  where: Screen(frame=...)\n"
        "  fix:   write constant or too_few as their status"
    )
