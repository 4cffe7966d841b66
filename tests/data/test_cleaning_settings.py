"""What the cleaning may be told, and what it answers to settings nobody could have meant."""

import pytest

from salesanalysis import strictyaml
from salesanalysis.data.cleaning import DEFAULTS, RULES, Budget, Setting, settings
from salesanalysis.errors import ContractError


def read(spec):
    return settings(spec, where="m.yaml: cleaning")


def refusal(spec):
    with pytest.raises(ContractError) as caught:
        read(spec)
    return str(caught.value)


def test_by_default_everything_is_flagged_and_nothing_dropped():
    assert read(None) == read({}) == DEFAULTS
    assert set(DEFAULTS.rules.values()) == {Setting("flag")}
    assert (DEFAULTS.drops, DEFAULTS.limits, DEFAULTS.max_loss, DEFAULTS.eager) == (
        (),
        {},
        None,
        False,
    )
    assert DEFAULTS.asked == tuple(RULES)


def test_a_word_is_the_action_and_a_dict_has_limit_and_options():
    made = read(
        {
            "zero_price": "drop",
            "duplicates": "drop",
            "below_cost": {"limit": 0.4},
            "outliers": {"action": "skip", "threshold": 5},
            "max_loss": {"money": 0.01},
        }
    )
    assert made.drops == ("duplicates", "zero_price")  # in the order in which lines are lost
    assert made.limits == {"below_cost": 0.4}
    assert made["outliers"].option("threshold") == 5
    assert "outliers" not in made.asked
    assert made.max_loss == Budget(None, 0.01)
    assert made.eager


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {
            "duplicates": {"action": "drop", "ignore": ["time"]},
            "max_loss": {"rows": 0.1, "money": 0.0},
        },
        {"listed": {"action": "drop", "where": {"order_id": "A*", "region": ["x", "y"]}}},
        {"out_of_period": {"first": "2024-01-01"}, "outliers": {"threshold": 4.5, "limit": 0.2}},
        {"rename": {"product": {"Cofee": "Coffee"}}, "test_accounts": {"words": ["me"]}},
    ],
)
def test_settings_come_back_from_plain_values_as_they_were(spec):
    made = read(spec)
    assert read(made.to_dict()) == made
    assert set(made.to_dict()) == set(spec)


def test_places_come_from_a_document():
    doc = strictyaml.parse("cleaning:\n  duplicates: drop\n  below_cost: dorp\n", name="m.yaml")
    with pytest.raises(ContractError) as caught:
        settings(doc.data["cleaning"], where=lambda *keys: doc.where("cleaning", *keys))
    assert str(caught.value) == (
        "'dorp' is not a word for what below_cost does here; known: skip, flag, drop.\n"
        "  where: m.yaml:3: cleaning.below_cost\n"
        "  fix:   write 'drop'"
    )


def test_an_unknown_rule_is_named_with_the_nearest():
    assert refusal({"duplicate": "drop"}) == (
        f"'duplicate' is not a rule here; known: {', '.join(list(RULES)[:20])}, ....\n"
        "  where: m.yaml: cleaning.duplicate\n"
        "  fix:   write 'duplicates'"
    )


@pytest.mark.parametrize(
    ("spec", "want"),
    [
        (
            ["duplicates"],
            "the cleaning must be keys with values, got ['duplicates'].\n"
            "  where: m.yaml: cleaning\n"
            "  fix:   write each rule on a line of its own, such as duplicates: drop",
        ),
        (
            {"below_cost": {"limt": 0.1}},
            "'limt' is not a setting of below_cost here; known: action, limit.\n"
            "  where: m.yaml: cleaning.below_cost.limt\n"
            "  fix:   write 'limit'",
        ),
        (
            {"below_cost": {"limit": 30}},
            "limit of below_cost must be a share from 0 to 1, got 30.\n"
            "  where: m.yaml: cleaning.below_cost.limit\n"
            "  fix:   write 2 % as 0.02",
        ),
        (
            {"max_loss": {"rows": True}},
            "max_loss.rows must be a share from 0 to 1, got True.\n"
            "  where: m.yaml: cleaning.max_loss.rows\n"
            "  fix:   write 2 % as 0.02",
        ),
        (
            {"max_loss": {"row": 0.1}},
            "'row' is not a setting of max_loss here; known: rows, money.\n"
            "  where: m.yaml: cleaning.max_loss.row\n"
            "  fix:   write 'rows'",
        ),
        (
            {"below_cost": {"action": "skip", "limit": 0.3}},
            "below_cost is skipped, so its limit would never be looked at.\n"
            "  where: m.yaml: cleaning.below_cost\n"
            "  fix:   write action: flag, or take the limit away",
        ),
        (
            {"outliers": {"threshold": "high"}},
            "outliers.threshold must be a number of at least 0, got 'high'.\n"
            "  where: m.yaml: cleaning.outliers.threshold\n"
            "  fix:   write a plain number",
        ),
        (
            {"test_accounts": {"words": "me"}},
            "test_accounts.words must be a list of texts, got 'me'.\n"
            "  where: m.yaml: cleaning.test_accounts.words\n"
            "  fix:   write [one, two]",
        ),
        (
            {"out_of_period": {"first": "2024-02-30"}},
            "out_of_period.first must be a day, got '2024-02-30'.\n"
            "  where: m.yaml: cleaning.out_of_period.first\n"
            "  fix:   write 2024-01-31",
        ),
        (
            {"listed": {"where": []}},
            "listed.where must be columns with patterns, got [].\n"
            "  where: m.yaml: cleaning.listed.where\n"
            '  fix:   write {order_id: "A*"}',
        ),
        (
            {"rename": {"produkt": {"a": "b"}}},
            "'produkt' is not a column with names here; known: region, team, salesperson, "
            "product_line, product, customer, customer_type, channel.\n"
            "  where: m.yaml: cleaning.rename.produkt\n"
            "  fix:   write 'product'",
        ),
    ],
)
def test_settings_nobody_could_have_meant_are_refused(spec, want):
    assert refusal(spec) == want
