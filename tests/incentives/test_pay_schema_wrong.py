"""Sixty plans with one thing wrong: an editor underlines what the reader refuses."""

import pytest
from test_pay_schema import document, reads, schema
from test_pay_worked import EXAMPLE

WRONG = [
    ("    mode: marginal\n", ""),
    ("    basis: period\n", ""),
    ("    closed: lower\n    negative", "    negative"),
    ("    negative: carry\n", ""),
    (
        "{unit: attainment, quota: month, tier_measure: collected, pay_measure: collected}",
        "{quota: month, tier_measure: collected, pay_measure: collected}",
    ),
    (
        "{unit: attainment, quota: month, tier_measure: collected, pay_measure: collected}",
        "{unit: attainment, tier_measure: collected, pay_measure: collected}",
    ),
    (
        "{unit: attainment, quota: month, tier_measure: collected, pay_measure: collected}",
        "{unit: attainment, quota: month, tier_measure: collected}",
    ),
    (
        "measured: {unit: attainment, quota: month, tier_measure: collected}",
        "measured: {unit: attainment, quota: month, tier_measure: collected, pay_measure: collected}",
    ),
    ("    mode: marginal\n    basis: period\n", "    mode: retroactive\n    basis: cumulative\n"),
    ("    mode: marginal\n", "    mode: marginal\n    reprice: all\n"),
    ('    tiers: [{from: "0"', '    tier: [{from: "0"'),
    ('rate: "0.06"', "rate: 0.06"),
    ('from: "0.8", rate', 'from: "80", rate'),
    ('rate: "0.06"', 'rate: "6"'),
    ('rate: "0.06"', 'rate: "-0.06"'),
    ("multiplies: [commission]", "multiplies: []"),
    (", floor: zero}\nsettle", "}\nsettle"),
    ('gt: "90"}', 'gt: "90", lt: "100"}'),
    (', gt: "90"}', "}"),
    ('deduct: {share: "0.05"', 'deduct: {share: "0.05", amount: "5.00"'),
    ('deduct: {share: "0.05", of', "deduct: {of"),
    ('deduct: {share: "0.05", of: [commission, coef]}', 'deduct: {share: "0.05"}'),
    ("window_months: 6, method: reversal", "window_months: 6"),
    ("months: 6, recoverable", "recoverable"),
    (', recovery_share: "1.0"', ""),
    ("  leaver: prorata_to_last_day\n", ""),
    ('cap: {of: pay, amount: "36000.00"', 'cap: {of: rate, amount: "36000.00"'),
    ('cap: {of: pay, amount: "36000.00", ', "cap: {of: pay, "),
    (", excess: lost", ""),
    ('of: pay, amount: "36000.00", excess: lost', 'of: deal, amount: "36000.00", excess: deferred'),
    (
        'measure: training, weight: "0.4", direction: higher',
        'measure: training, weight: "0.4", direction: lower',
    ),
    (
        'measure: training, weight: "0.4", direction: higher',
        'measure: training, weight: "0.4", direction: higher, ratio: linear',
    ),
    (", all_met_gate: false", ""),
    ('pays: {amount: "3000.00", all', "pays: {all"),
    ('pays: {amount: "3000.00", all', 'pays: {amount: "3000.00", of: TI, all'),
    ('["1.5", "1.5"]]', '["1.5", "1.5", "2"]]'),
    ("currency: CNY", "currency: cny"),
    ("currency: CNY", "currency: Yuan"),
    (
        'title: {en: "Account executives 2026", zh: "2026年销售代表激励方案"}',
        'title: {en: "Account executives 2026"}',
    ),
    ("quota: {per: month,", "quota: {per: month, spread: even,"),
    ("quota: {per: month,", "quota: {per: year, paid: month,"),
    ('splits_total: "1"', 'splits_total: "0.9"'),
    ('{from: null, value: "0.8"}', '{from: "0.1", value: "0.8"}'),
    ('bands: [{from: null, value: "0.8"}', 'bands: [{from: "0", to: "0.7", value: "0.8"}'),
    (
        '{from: null, value: "0.8"}, {from: "0.8", value: "1.0"}',
        '{from: null, value: "0.8"}, {value: "1.0"}',
    ),
    ("    mode: marginal\n", '    mode: marginal\n    threshold: {at: "0.5"}\n'),
    ("ramp: null", 'ramp: {shares: ["0.5"]}'),
    ("windfall: null", 'windfall: {limit: "5000"}'),
    ("windfall: null", 'windfall: {limit: "5000", keep: "0.5", review: "true"}'),
    ("date: collected_on, credit: splits", "date: collected_on, credit: none"),
    ('weight: "0.4"', 'weight: "0"'),
    ("windfall: null", 'windfall: {limit: "5000", keep: "2"}'),
    ("tax_warning:", "tax_warn:"),
    ("  - id: kpi\n", "  - {id: s, type: spif, measure: collected, budget: x}\n  - id: kpi\n"),
    (
        "  - id: kpi\n",
        '  - {id: s, type: spif, measure: collected, budget: x, prizes: ["3"], per_unit: "1"}\n  - id: kpi\n',
    ),
    (
        "  - id: kpi\n",
        '  - {id: s, type: pool, weights: equal, unit: "100", source: {share: "0.01", measure: collected}}\n  - id: kpi\n',
    ),
    (
        "  - id: kpi\n",
        '  - {id: s, type: interpolated, basis: period, closed: lower, measured: {unit: amount, tier_measure: collected, pay_measure: collected}, tiers: [{from: "0", amount: "3"}]}\n  - id: kpi\n',
    ),
    ('deduct: {share: "0.05", of: [commission, coef]}', 'deduct: {tier: "0.5", of: [commission]}'),
    (
        'deduct: {share: "0.05", of: [commission, coef]}',
        "deduct: {forfeit: false, of: [commission]}",
    ),
    (
        'deduct: {share: "0.05", of: [commission, coef]}',
        'deduct: {share: "0.05", least: "0.2", of: [commission]}',
    ),
    ("floor: zero}\nsett", "floor: zero, limit: {}}\nsett"),
    ("true_up: none", "true_up: ytd"),
    ("holdback: null", 'holdback: {share: "1", release: {en: a, zh: b}}'),
    ("applies_to: {role: [account_executive]}", "applies_to: {role: account_executive}"),
]
#: What compares two values, or a value with the plan's unit, a schema cannot say.
ONLY_THE_READER = [
    ('amount: "36000.00"', 'amount: "36000.005"'),
    ('weight: "0.4"', 'weight: "0.3"'),
    ("multiplies: [commission]", "multiplies: [comission]"),
    ('[["0.5", "0"], ["1.0", "1.0"]', '[["1.5", "0"], ["1.0", "1.0"]'),
    ("to: 2026-12-31", "to: 2025-12-31"),
]


def read_alike(text: str) -> tuple[bool, bool]:
    """Return whether the reader and the schema take a plan."""
    data = document(text)
    return reads(data), schema().is_valid(data)


@pytest.mark.parametrize(("old", "new"), WRONG, ids=range(len(WRONG)))
def test_what_the_reader_refuses_an_editor_underlines(old, new) -> None:
    assert old in EXAMPLE
    assert read_alike(EXAMPLE.replace(old, new, 1)) == (False, False)


@pytest.mark.parametrize(("old", "new"), ONLY_THE_READER, ids=range(len(ONLY_THE_READER)))
def test_what_compares_values_only_the_reader_refuses(old, new) -> None:
    assert old in EXAMPLE
    assert read_alike(EXAMPLE.replace(old, new, 1)) == (False, True)


@pytest.mark.parametrize(
    "changes",
    [
        # a KPI without weight that must be met before others count above 1
        {"all_met_gate: false": "all_met_gate: true", 'weight: "0.6"': 'weight: "1"', 'weight: "0.4"': 'weight: "0"'},
        # a count that stands in the people's rows
        {"date: first_collected_on, credit: splits": "credit: none"},
    ],
)  # fmt: skip
def test_what_only_looks_passed_over_is_taken_by_both(changes) -> None:
    text = EXAMPLE
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    assert read_alike(text) == (True, True)
