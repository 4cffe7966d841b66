"""The table of effects: who answers for them, and where they come from."""

import pytest
from actiontools import GIVEN, cause, opened, quarter, refused

import salesanalysis as sa
from salesanalysis.errors import ParamError
from salesanalysis.project import params

TABLE = params("review", "departments.yaml")


def test_the_shipped_table_says_what_effects_do_without_a_table():
    from salesanalysis.variance.effects import EFFECTS

    table = sa.review.read_departments()
    assert table.origins == sa.variance.read_origins().effects
    assert {e: o for e, o in table.origins.items() if e in EFFECTS} == {
        e: place[2] for e, place in EFFECTS.items() if e not in ("reference", "open")
    }
    plain, told = quarter(), quarter(origin=sa.variance.read_origins())
    assert told.meta.overrides == ()
    assert told.explain() == plain.explain()


def edited(tmp_path, *changes: tuple[str, str]):
    text = TABLE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "departments.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_edited_table_moves_an_origin_is_printed_and_moves_no_amount(tmp_path):
    path = edited(
        tmp_path,
        ("price: {origin: internal", "price: {origin: external"),
        ("quantity: {origin: unassigned", "quantity: {origin: internal"),
    )
    plain, told = quarter(), quarter(origin=sa.variance.read_origins(path))
    assert told.effects["amount"].tolist() == plain.effects["amount"].tolist()
    assert told.meta.overrides == ("price=external", "quantity=internal")
    sums = [b.by_origin().set_index("origin")["amount"] for b in (plain, told)]
    assert [s.sum() for s in sums] == [plain.gap] * 2
    assert sums[1]["external"] == sums[0]["internal"]
    assert "price counted as external" in told.explain()
    assert "价格影响归为外部因素" in told.explain("zh")
    # the record carries it on: a loss by price asks for resources now, and still from pricing
    action = opened_price(told)
    assert (action.origin, action.kind, action.department) == ("external", "resources", "pricing")


def opened_price(bridge):
    rows = bridge.effects.query("region == 'East' and effect == 'price'")
    return sa.review.open_action(bridge.cause(int(rows.index[0])), **GIVEN)


def test_an_edited_table_resolves_what_is_unassigned(tmp_path):
    path = edited(tmp_path, ("quantity: {origin: unassigned}", "quantity: {origin: external}"))
    record = cause("quantity") | {"amount": -100_000.0}
    assert "is unassigned" in refused(record)
    table = sa.review.read_departments(path)
    assert sa.review.open_action(record, departments=table, **GIVEN).origin == "external"
    # a month that is not closed is not resolved by a table
    assert "is open" in refused(record | {"origin": "open"}, departments=table)


def test_one_s_own_table_stands_before_the_shipped_one(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    folder = tmp_path / "params" / "review"
    folder.mkdir(parents=True)
    edited(
        folder,
        (
            "lost: {origin: unassigned, department: key_accounts",
            "lost: {origin: external, department: sales",
        ),
    )
    monkeypatch.chdir(tmp_path)
    assert sa.variance.read_origins().effects["lost"] == "external"
    assert sa.review.read_departments().of("lost") == ("sales", "sales_strategy")


def test_a_table_of_departments_alone_keeps_every_origin(tmp_path):
    path = tmp_path / "d.yaml"
    path.write_text(
        "departments: {sales: {en: S, zh: 销}}\ngroups: {g: {en: G, zh: 组}}\n"
        "effects: {price: {department: sales, group: g}}\n",
        encoding="utf-8",
    )
    assert sa.review.read_departments(path).of("price") == ("sales", "g")
    assert quarter(origin=sa.variance.read_origins(path)).meta.overrides == ()


def test_an_origin_that_does_not_exist_is_refused_with_its_line(tmp_path):
    path = edited(tmp_path, ("price: {origin: internal", "price: {origin: internl"))
    for read in (sa.variance.read_origins, sa.review.read_departments):
        with pytest.raises(ParamError) as caught:
            read(path)
        assert caught.value.what == "'price' cannot come from 'internl'."
        assert caught.value.where.startswith(f"{path}:25")
        assert caught.value.fix == "write 'internal'"
    path.write_text("departments: {}\n", encoding="utf-8")
    with pytest.raises(ParamError, match="has no part 'effects'"):
        sa.variance.read_origins(path)


def test_a_table_of_effects_alone_gives_origins_and_says_what_it_lacks_for_departments(tmp_path):
    path = tmp_path / "d.yaml"
    path.write_text("effects: {lost: {origin: external}}\n", encoding="utf-8")
    told = quarter(origin=sa.variance.read_origins(path))
    assert told.meta.overrides == ("lost=external",)
    for part in (told.drill("region"), told.drill({"region": "East"})):
        assert set(part.effects.query("effect == 'lost'")["origin"]) <= {"external"}
        assert part.meta.overrides == told.meta.overrides
    with pytest.raises(ParamError) as caught:
        sa.review.read_departments(path)
    assert caught.value.what == f"{path} has no part 'departments'."
    assert caught.value.fix == (
        "add departments: one's own table stands for the whole shipped one; copy that and edit it"
    )


def test_an_edited_table_decides(tmp_path):
    text = TABLE.read_text(encoding="utf-8").replace(
        "price: {origin: internal, department: pricing", "price: {department: finance", 1
    )
    path = tmp_path / "departments.yaml"
    path.write_text(text, encoding="utf-8")
    table = sa.review.read_departments(path)
    assert opened(departments=table).department == "finance"
    assert opened(departments=table, department="sales").department == "sales"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("departments: {}\ngroups: {}\n", "no part 'effects'"),
        ("departments: {}\ngroups: {}\neffects: {}\nefects: {}\n", "unknown part 'efects'"),
        ("departments: {a: {en: A}}\ngroups: {}\neffects: {}\n", "'a' needs a name in each of en, zh."),
        ("departments: {}\ngroups: {}\neffects: {price: sales}\n", "'price' needs a department and a group."),
        (
            "departments: {sales: {en: S, zh: 销}}\ngroups: {}\neffects: {price: {department: slaes, group: x}}\n",
            "'slaes' is not declared under departments.",
        ),
    ],
)  # fmt: skip
def test_a_broken_table_is_refused_with_its_line(tmp_path, text, message):
    path = tmp_path / "d.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParamError) as caught:
        sa.review.read_departments(path)
    assert message in caught.value.what
    assert str(path) in caught.value.where
    assert caught.value.fix
