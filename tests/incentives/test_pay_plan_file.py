"""Plan files: what they may say, and the full text of every refusal."""

import re
from fractions import Fraction

import pytest
from paytools import HEAD, PLANS, SECTION_5_BANDS, SECTION_5_TIERS, plan_of, section_5, tiers_yaml

from salesanalysis.errors import ParamError
from salesanalysis.incentives import Plan

GOOD = tiers_yaml(SECTION_5_TIERS) + SECTION_5_BANDS
BANDS = '{from: null, value: "0.8"}, {from: "0.8", value: "1.0"}, {from: "1.0", value: "1.2"}'


def refusal(old: str = "", new: str = "", *, text: str = HEAD + GOOD) -> str:
    assert old in text
    with pytest.raises(ParamError) as caught:
        Plan.from_text(text.replace(old, new), name="ae.yaml")
    return str(caught.value)


# ---- worked by hand


def test_numbers_are_exact_fractions() -> None:
    plan = section_5()
    assert [t.rate for t in plan.components[0].tiers] == [
        Fraction(2, 100),
        Fraction(4, 100),
        Fraction(6, 100),
        Fraction(1, 10),
        Fraction(15, 100),
    ]
    assert plan.components[1].bands[0] == (None, Fraction(4, 5))


def test_the_shipped_plans_are_valid_and_bilingual() -> None:
    for name, per, currency in (("standard", "month", "CNY"), ("adventureworks", "quarter", "USD")):
        plan = Plan.from_yaml(PLANS / f"{name}.yaml")
        assert (plan.head.id, plan.head.per, plan.head.currency) == (name, per, currency)
        assert re.search("[\u4e00-\u9fff]", plan.title("zh"))
        assert not re.search("[\u4e00-\u9fff]", plan.text("en"))


def test_comments_and_the_order_of_keys_do_not_change_the_plan() -> None:
    first = Plan.from_text(HEAD + GOOD)
    second = Plan.from_text("# a comment\n" + (HEAD + GOOD).replace(
        "    mode: marginal\n    basis: period\n", "    basis: period\n    mode: marginal\n"))  # fmt: skip
    assert first == second


def test_the_plan_in_words_is_the_sample_of_the_method() -> None:
    english, chinese = section_5("carry").text("en"), section_5("carry").text("zh")
    assert english.splitlines()[3] == (
        "Commission. Each rate applies to its own slice (marginal), on the total of the period. "
        "0% to below 50% of quota: 2%; 50% to below 80% of quota: 4%; 80% to below 100% of quota: 6%; "
        "100% to below 120% of quota: 10%; at least 120% of quota: 15%. A result exactly on a boundary "
        "belongs to the higher tier. Where returns exceed sales, nothing is paid and the balance is "
        "carried into the next period."
    )
    assert chinese.splitlines()[3] == (
        "提成。分段累进（超额累进），按期间合计计算，各段只对该段部分计提。完成率0%（含）至50%（不含）：2%；"
        "完成率50%（含）至80%（不含）：4%；完成率80%（含）至100%（不含）：6%；"
        "完成率100%（含）至120%（不含）：10%；完成率120%（含）以上：15%。"
        "恰好等于分界点的归入较高一档。退货超过销售时不发放，差额结转下一期。"
    )


OTHERS = (
    "  - {id: step, type: step, basis: period, closed: upper, pays: sum, measured: {unit: amount, "
    'tier_measure: sales, pay_measure: sales}, steps: [{from: "60000", amount: "230.50"}]}\n'
    "  - {id: spread, type: interpolated, basis: period, closed: lower, measured: {unit: amount, "
    'tier_measure: sales, pay_measure: sales}, tiers: [{from: "0", to: "7000", amount: "70"}]}\n'
    '  - {id: packs, type: package, free: "10000", size: "2500", amount: "33"}\n'
    '  - {id: curve, type: curve, basis: period, closed: lower, scale: TI, below: "0.05", measured: '
    "{unit: attainment, quota: month, tier_measure: sales, pay_measure: sales}, "
    'points: [["0.75", "0.5"], ["1.5", "3"]]}\n'
)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_number_of_a_plan_stands_in_its_text(lang) -> None:
    text = plan_of(GOOD + OTHERS).text(lang).replace(",", "")
    found = {Fraction(n) for n in re.findall(r"\d+(?:\.\d+)?", text.replace("%", ""))}
    percent = ["0", "50", "80", "100", "120", "2", "4", "6", "10", "15", "75", "150", "300", "5"]
    plain = [
        "0.8",
        "1",
        "1.2",
        "15000",
        "60000",
        "230.5",
        "7000",
        "70",
        "10000",
        "2500",
        "33",
        "0.01",
    ]
    dates = ["2024", "01", "12", "31"]
    assert found == {Fraction(n) for n in percent + plain + dates}


# ---- refusals, full text


def test_a_missing_basis_is_refused_as_there_is_no_default() -> None:
    assert refusal("    basis: period\n") == (
        "ae.yaml: P01 'commission': 'basis' is required (deal, period or cumulative).\n"
        "  where: ae.yaml:9: components[0].basis\n"
        "  fix:   choose 'basis: deal', 'basis: period' or 'basis: cumulative'; "
        "compare_semantics shows what each pays"
    )


@pytest.mark.parametrize(
    "switch", ["mode: marginal", "basis: period", "closed: lower", "negative: zero"]
)
def test_no_switch_of_a_tier_plan_has_a_default(switch) -> None:
    assert f"P01 'commission': '{switch.split(':')[0]}' is required" in refusal(f"    {switch}\n")


def test_what_attainment_is_measured_in_has_no_default() -> None:
    assert refusal(
        "unit: attainment, quota: month, tier_measure: sales, pay",
        "quota: month, tier_measure: sales, pay",
    ) == (
        "ae.yaml: P01 'commission': 'unit' is required (attainment or amount).\n"
        "  where: ae.yaml:16: components[0].measured.unit\n"
        "  fix:   choose 'unit: attainment' or 'unit: amount'"
    )


def test_retroactive_and_cumulative_asks_whether_earlier_deals_are_re_rated() -> None:
    yaml = tiers_yaml(
        '{from: "0", rate: "0.1"}', mode="retroactive", basis="cumulative", unit="amount"
    )
    assert refusal(text=HEAD + yaml) == (
        "ae.yaml: P01 'commission': 'reprice' is required (all or new_only).\n"
        "  where: ae.yaml:9: components[0].reprice\n"
        "  fix:   choose 'reprice: all' or 'reprice: new_only'; "
        "compare_semantics shows what each pays"
    )


def test_a_misspelt_key_is_named_once_with_the_nearest() -> None:
    assert refusal("    tiers: [", "    tier: [") == (
        "ae.yaml: P02 unknown key 'tier'.\n"
        "  where: ae.yaml:17: components[0].tier\n"
        "  fix:   did you mean 'tiers'?"
    )


def test_unsorted_edges_are_refused() -> None:
    assert refusal('{from: "0.8", rate', '{from: "0.4", rate') == (
        "ae.yaml: P03 tier 3 starts at 0.4, which lies below 0.5 of the tier before.\n"
        "  where: ae.yaml:17: components[0].tiers[2].from\n"
        "  fix:   sort the edges upwards, each once"
    )


def test_a_repeated_edge_is_refused() -> None:
    assert "P03 tier 3 starts at 0.5, which repeats 0.5 of the tier before." in refusal(
        '{from: "0.8", rate', '{from: "0.5", rate'
    )


def test_80_to_99_then_100_leaves_a_hole_and_is_refused() -> None:
    ranges = '{from: null, to: "0.8", value: "0.8"}, {from: "0.8", to: "0.99", value: "1.0"}, {from: "1.0", value: "1.2"}'
    assert refusal(BANDS, ranges) == (
        "ae.yaml: P03 0.99 to 1 is covered by no band.\n"
        "  where: ae.yaml:24: components[1].bands[2]\n"
        "  fix:   give edges, not ranges: 'from' alone, each tier ends where the next starts"
    )


def test_overlapping_ranges_are_refused() -> None:
    ranges = '{from: null, to: "0.85", value: "0.8"}, {from: "0.8", value: "1.0"}'
    assert refusal(BANDS, ranges) == (
        "ae.yaml: P03 0.8 to 0.85 is covered by two bands.\n"
        "  where: ae.yaml:24: components[1].bands[1]\n"
        "  fix:   give edges, not ranges: 'from' alone, each tier ends where the next starts"
    )


def test_a_range_written_as_one_text_is_refused() -> None:
    assert refusal('{from: "0.8", value', '{from: "80-99", value') == (
        "ae.yaml: P03 from is the range '80-99': what lies between two ranges would be paid by none.\n"
        "  where: ae.yaml:24: components[1].bands[1].from\n"
        "  fix:   give one edge, where the tier starts"
    )


def test_bands_that_start_above_nothing_leave_low_sellers_out_and_are_refused() -> None:
    assert refusal("{from: null, value", '{from: "0.5", value') == (
        "ae.yaml: P03 below 0.5 there is no band.\n"
        "  where: ae.yaml:24: components[1].bands[0].from\n"
        "  fix:   write from: null in the first band"
    )


def test_numbers_that_are_not_exact_decimals_are_refused_all_at_once() -> None:
    text = HEAD + GOOD
    for old, new in (
        ('"0.02"', '"1,000"'),
        ('"0.06"', "0.06"),
        ('"0.10"', "true"),
        ('"0.15"', '"15%"'),
    ):
        text = text.replace(f"rate: {old}", f"rate: {new}")
    assert refusal(text=text) == (
        "ae.yaml: 4 problems in the plan.\n"
        "    1 P04 rate is '1,000', not a plain decimal.\n"
        "    2 P04 rate is 0.06 without quotes: a float is not exact.\n"
        "    3 P04 rate is true, not a number.\n"
        "    4 P04 rate is '15%', not a plain decimal.\n"
        "  where: 1 ae.yaml:17: components[0].tiers[0].rate\n"
        "         2 ae.yaml:17: components[0].tiers[2].rate\n"
        "         3 ae.yaml:17: components[0].tiers[3].rate\n"
        "         4 ae.yaml:17: components[0].tiers[4].rate\n"
        '  fix:   1 write "1000"\n'
        '         2 write "0.06" in quotes (exact decimal)\n'
        '         3 write a decimal in quotes such as "0.06"\n'
        '         4 write "0.15"'
    )


def test_percent_where_a_ratio_is_meant_is_refused() -> None:
    assert refusal('{from: "0.8", rate: "0.06"}', "{from: 80, rate: 6}") == (
        "ae.yaml: 2 problems in the plan.\n"
        "    1 P05 rate: 6 looks like percent; a rate is a ratio.\n"
        "    2 P05 from: 80 looks like percent; attainment is a ratio.\n"
        "  where: 1 ae.yaml:17: components[0].tiers[2].rate\n"
        "         2 ae.yaml:17: components[0].tiers[2].from\n"
        '  fix:   1 write "0.06", or allow_rate_above_one: true on the component\n'
        '         2 write "0.8"'
    )


def test_a_coefficient_on_nothing_or_on_a_coefficient_is_refused() -> None:
    assert refusal("[commission]", "[comission, coef]") == (
        "ae.yaml: 2 problems in the plan.\n"
        "    1 P07 coef.multiplies: no component 'comission'; known: commission.\n"
        "    2 P07 coef.multiplies: 'coef' is itself a coefficient; that would be circular.\n"
        "  where: 1 ae.yaml:23: components[1].multiplies[0]\n"
        "         2 ae.yaml:23: components[1].multiplies[1]\n"
        "  fix:   1 did you mean 'commission'?\n"
        "         2 name what is earned: commission"
    )


def test_a_measure_that_does_not_exist_is_refused() -> None:
    assert refusal("tier_measure: sales, pay", "tier_measure: sale, pay") == (
        "ae.yaml: P07 tier_measure: no measure 'sale'; known: sales.\n"
        "  where: ae.yaml:16: components[0].measured.tier_measure\n"
        "  fix:   write sales"
    )


def test_two_components_of_one_name_are_refused() -> None:
    assert "P07 two components are called 'commission'." in refusal(
        "- id: coef", "- id: commission"
    )


def test_a_plan_that_ends_before_it_starts_is_refused() -> None:
    assert refusal("2024-12-31", "2023-12-31") == (
        "ae.yaml: P08 the plan ends on 2023-12-31, before it starts on 2024-01-01.\n"
        "  where: ae.yaml:2: plan.effective.to\n"
        "  fix:   swap the dates"
    )


def test_money_finer_than_the_unit_of_the_plan_is_refused() -> None:
    assert refusal('rate: "0.02"}', 'rate: "0.02", flat: "10.005"}') == (
        "ae.yaml: P10 flat: 10.005 is finer than 0.01.\n"
        "  where: ae.yaml:17: components[0].tiers[0].flat\n"
        "  fix:   round it to the unit of the plan"
    )


def test_curve_points_that_do_not_rise_and_an_open_last_tier_are_refused() -> None:
    curve = OTHERS.replace('["1.5", "3"]', '["0.7", "3"]')
    assert "P10 point 2 starts at 0.7, which lies below 0.75 of the point before." in refusal(
        text=HEAD + GOOD + curve
    )
    spread = OTHERS.replace('to: "7000", ', "")
    assert "P10 the last tier has no upper end" in refusal(text=HEAD + GOOD + spread)


def test_all_problems_of_a_file_are_listed_in_one_run_in_the_order_of_the_file() -> None:
    text = (HEAD + GOOD).replace("    basis: period\n", "").replace("schema: 1", "schema: 2")
    text = text.replace("[commission]", "[kpi]").replace('rate: "0.06"', "rate: 0.06")
    with pytest.raises(ParamError) as caught:
        Plan.from_text(text, name="ae.yaml")
    assert caught.value.rows["code"].tolist() == ["P02", "P01", "P04", "P07"]
    assert caught.value.rows["line"].is_monotonic_increasing


def test_the_traps_of_yaml_are_refused_inside_a_plan_with_file_line_and_key() -> None:
    text = (HEAD + GOOD).replace("closed: lower\n    negative", "closed: NO\n    negative")
    text = text.replace('rate: "0.02"', "rate: 012").replace('rate: "0.04"', "rate: 1e6")
    message = refusal(text=text)
    assert message.startswith(
        "ae.yaml has 3 values that readers read differently.\n"
        "  where: ae.yaml:14: components[0].closed\n"
        "         ae.yaml:17: components[0].tiers[0].rate\n"
        "         ae.yaml:17: components[0].tiers[1].rate\n"
        "  fix:   'NO' is a yes/no word to some readers"
    )


def test_a_file_that_is_not_there_is_refused(tmp_path) -> None:
    with pytest.raises(ParamError) as caught:
        Plan.from_yaml(tmp_path / "none.yaml")
    assert "none.yaml cannot be read" in str(caught.value)


def test_an_empty_plan_lists_what_it_lacks() -> None:
    message = refusal(text="schema: 1\n")
    for what in (
        "'plan' is missing",
        "'measures' is missing",
        "'quota' is missing",
        "'components' is missing",
    ):
        assert what in message
