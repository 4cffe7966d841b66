"""The look of every figure: one font for both languages, whole titles, months and units."""

from dataclasses import dataclass

import pytest
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import font_manager
from matplotlib import pyplot as plt

from salesanalysis.errors import ContractError
from salesanalysis.periods import month_range
from salesanalysis.plots import base, draw, new_axes, style
from salesanalysis.plots.base import count_axis, font_path, money_axis, month_axis, wrap_title
from salesanalysis.results import Result

LONG_ZH = "华东区二〇二四年第一季度完成年度目标的百分之二十三，落后于进度七个百分点，主要原因是大客户项目推迟到四月份签约和春节较晚，预计下季度可以追回。"
LONG_EN = "East has reached 23 percent of its yearly target after the first quarter, seven points behind, mostly because a key project slipped into April."

# -- worked by hand ---------------------------------------------------------------------------


def test_the_font_is_the_one_file_that_knows_both_languages():
    assert font_path().is_file()
    style()
    found = font_manager.findfont("Noto Sans SC", fallback_to_default=False)
    assert found == str(font_path())
    assert plt.rcParams["font.family"] == ["Noto Sans SC"]
    style()
    assert sum(e.fname == str(font_path()) for e in font_manager.fontManager.ttflist) == 1


@pytest.mark.parametrize(
    ("lang", "words", "unit"),
    [
        ("en", ["Nov\n2023", "Dec", "Jan\n2024", "Feb"], "Sales, CNY"),
        ("zh", ["11月\n2023", "12月", "1月\n2024", "2月"], "销售额（元）"),
    ],
)
def test_axes_name_months_years_and_the_unit_in_the_language(lang, words, unit):
    ax = new_axes()
    months = month_range("2023-11-01", "2024-02-01")
    ax.plot(months, [1e6, 2e6, 3e6, 4e6])
    month_axis(ax, list(months), lang)
    money_axis(ax, "CNY", lang, key="axis.revenue")
    assert [t.get_text() for t in ax.get_xticklabels()] == words
    assert ax.get_ylabel() == unit
    assert_good_figure(ax)
    assert {"en": "4.0M", "zh": "400.0万"}[lang] in [t.get_text() for t in ax.get_yticklabels()]


@pytest.mark.parametrize(("n", "at_most"), [(1, 1), (12, 12), (13, 12), (60, 12), (121, 12)])
def test_at_most_a_dozen_months_are_named(n, at_most):
    ax = new_axes()
    months = month_range("2015-01-01", "2030-01-01")[:n]
    ax.plot(months, range(n), marker="o")
    month_axis(ax, list(months), "en")
    assert 1 <= len(ax.get_xticks()) <= at_most
    assert_good_figure(ax)


def test_months_of_several_years_are_named_where_quarters_or_halves_begin():
    ax = new_axes()
    for last, step in (
        ("2022-04-01", ["Jan", "Apr", "Jul", "Oct"]),
        ("2024-03-01", ["Jan", "Jul"]),
    ):
        months = month_range("2019-11-01", last)
        ax.plot(months, range(len(months)))
        month_axis(ax, list(months), "en")
        names = [t.get_text().split()[0] for t in ax.get_xticklabels()]
        assert names == (step * 5)[: len(names)]
        assert_good_figure(ax)


def test_money_along_x_and_counts_along_y():
    ax = new_axes()
    ax.scatter([1e6, 2e6], [10, 2_000])
    money_axis(ax, "USD", "zh", which="x")
    count_axis(ax, "数量（件）", "zh")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("金额（美元）", "数量（件）")
    assert_good_figure(ax)


@pytest.mark.parametrize("text", [LONG_ZH, LONG_EN, "短", "Short"])
def test_a_long_finding_is_broken_into_lines_that_fit(text):
    ax = new_axes()
    wrap_title(ax, text)
    title = ax.get_title(loc="left")
    assert title.replace("\n", "").replace(" ", "") == text.replace(" ", "")
    assert_good_figure(ax)


def test_a_title_in_half_a_figure_fits_its_half():
    style()
    _, (left, right) = plt.subplots(1, 2, figsize=(10, 3.5))
    for ax, text in ((left, LONG_EN), (right, LONG_ZH)):
        wrap_title(ax, text)
    assert_good_figure(left)


def test_no_line_of_a_chinese_title_begins_with_a_full_stop():
    ax = new_axes(figsize=(3, 3))
    wrap_title(ax, "一二三四五六七八九十一二三，" * 4)
    assert not [line for line in ax.get_title(loc="left").split("\n") if line[0] in "，。"]


@pytest.mark.parametrize("gap", range(12))
def test_no_line_of_a_chinese_title_ends_with_an_opening_mark(gap: int) -> None:
    ax = new_axes(figsize=(3, 3))
    wrap_title(ax, "一" * gap + "剔除两条（37元），“东区”（East）、《销售》" * 3)
    lines = ax.get_title(loc="left").split("\n")
    assert len(lines) > 2
    assert not [line for line in lines if line[-1] in "（“《" or line[0] in "，、）”》"]
    assert "".join(lines) == "一" * gap + "剔除两条（37元），“东区”（East）、《销售》" * 3


def test_axes_made_by_somebody_else_show_chinese_too():
    plt.rcdefaults()
    _, ax = plt.subplots(layout="constrained")
    ax.plot([1, 2], [1e6, 2e6])
    assert new_axes(ax) is ax
    money_axis(ax, "CNY", "zh")
    month_axis(ax, ["1970-01-02", "1970-01-03"], "zh")
    wrap_title(ax, "华东完成率")
    assert_good_figure(ax)


@dataclass(frozen=True, eq=False)
class Unseen(Result):
    """A result nobody draws."""


# -- what always holds ------------------------------------------------------------------------


@given(st.text("ab ，。华东1", min_size=1, max_size=120).map(str.strip).filter(bool))
@settings(max_examples=25)
def test_breaking_a_title_loses_no_character(text):
    ax = new_axes(figsize=(2, 2))
    wrap_title(ax, text)
    assert ax.get_title(loc="left").replace("\n", "").replace(" ", "") == text.replace(" ", "")
    plt.close("all")


def test_colours_of_a_series_differ():
    assert len(set(base.SERIES)) == len(base.SERIES) == 8


# -- refusals ---------------------------------------------------------------------------------


def test_a_character_the_font_lacks_fails_the_figure_test():
    ax = new_axes()
    wrap_title(ax, "Sales \U0001f600")
    with pytest.raises(UserWarning, match=r"^Glyph 128512 .* missing from font"):
        assert_good_figure(ax)


def test_two_texts_on_one_another_fail_the_figure_test():
    ax = new_axes()
    ax.text(0.5, 0.5, "North")
    ax.text(0.51, 0.5, "South")
    with pytest.raises(AssertionError, match=r"^'North' overlaps 'South'"):
        assert_good_figure(ax)


def test_a_text_outside_of_the_page_fails_the_figure_test():
    ax = new_axes()
    text = ax.text(3, 0.5, "North")
    text.set_in_layout(False)
    with pytest.raises(AssertionError, match=r"^'North' is cut off"):
        assert_good_figure(ax)


def test_a_result_without_a_picture_is_refused():
    for work in (lambda: draw(Unseen()), Unseen().plot):
        with pytest.raises(ContractError) as caught:
            work()
        assert str(caught.value) == (
            "There is no picture of a Unseen.\n"
            "  where: plot() of Unseen\n"
            "  fix:   use .to_frame() or .explain()"
        )


def test_a_missing_font_is_refused_with_the_package_to_install(monkeypatch):
    monkeypatch.setattr(base, "find_spec", lambda name: None)
    with pytest.raises(ContractError) as caught:
        font_path()
    assert str(caught.value) == (
        "The font for Chinese text is not installed.\n"
        "  where: package zhplot (font file NotoSansSC-Regular.ttf)\n"
        "  fix:   pip install zhplot"
    )
