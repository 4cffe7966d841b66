"""The demo company up to a thousand times larger, written as Parquet piece by piece.

A company of scale 100 is a hundred houses: each has the demo company's ten teams, some forty
people and some 430 customers of its own, with its own orders, and sells exactly 100 M in 2023.
Regions, product lines, products and prices, customer types and channels are shared, so the tree
grows where a real one grows: in teams, people and customers, while nobody leads more people than
before. The first house is the demo company itself; in the others every team, person, customer and
order carries the number of its house: ``Li Wei 0017``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.data.demo.amounts import TOTAL_2023, net, priced_lines
from salesanalysis.data.demo.causes import AS_OF, CAUSES, apply_causes
from salesanalysis.data.demo.customers import CHANNELS, TYPES, Customers, customers
from salesanalysis.data.demo.given import targets_table
from salesanalysis.data.demo.orders import base_lines
from salesanalysis.data.demo.organisation import Organisation, organisation
from salesanalysis.data.demo.products import LINES, Catalogue, catalogue
from salesanalysis.data.demo.sales import order_ids, sorted_lines
from salesanalysis.data.demo.staff import REGIONS, TEAMS
from salesanalysis.data.demo.terms import demo_terms
from salesanalysis.data.demo.timeline import FIRST, Ints
from salesanalysis.data.folder import fresh_folder
from salesanalysis.data.kinds import Origin
from salesanalysis.data.snapshot import CARD, row_groups, write_card
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.labels import Terms
from salesanalysis.money import cents_of
from salesanalysis.schema import TABLES

MAX_SCALE = 1000
#: Column -> kind, in the order a loaded table has: the contract first.
_SALES = {
    **{c.name: c.kind for c in TABLES["sales"]},
    "order_line": "count",
    "discount_amount": "number",
}


def write_scaled(folder: str | Path, scale: int, *, seed: int = 2024) -> Path:
    """Write the company `scale` times larger, as a folder that `salesanalysis.load` opens.

    Sales of 2023 are ``scale`` x 100,000,000.00 to the cent. One house is made and written at a
    time, so memory does not grow with `scale`. Same choices, same bytes.

    Parameters
    ----------
    folder : str or Path
        New, empty, or an older one of this kind.
    scale : int, 1 to 1,000
        1,000 are some 60 million order lines.
    seed : int, zero or more

    Returns
    -------
    Path
        `folder`: ``sales.parquet``, ``people.parquet`` and ``targets.parquet``, with the card
        of a snapshot.

    Raises
    ------
    ContractError
        A scale or seed that is none, a folder that holds something else.
    RenderError
        A folder that cannot be written.
    """
    _require_whole(scale, "scale", 1, MAX_SCALE)
    _require_whole(seed, "seed", 0, None)
    path = Path(folder)
    org, shop = organisation(), catalogue(seed)
    with fresh_folder(path, CARD, kind="snapshot") as room:
        n_rows, cents = _write_sales(room / "sales.parquet", scale, seed, org, shop)
        small = {"targets": _targets(scale), "people": _people(scale, org)}
        origins = {"sales": Origin("sales.parquet", n_rows, cents / 100)}
        for name, table in small.items():
            _write_table(room / f"{name}.parquet", table, name)
            amount = float(table["value"].sum()) if name == "targets" else 0.0
            origins[name] = Origin(f"{name}.parquet", len(table), amount)
        write_card(
            room,
            name=f"demo-x{scale}",
            titles={"en": f"Demo company x {scale:,}", "zh": f"示范公司 {scale:,} 倍"},
            as_of=pd.Timestamp(AS_OF),
            origins=origins,
            order={"region": tuple(REGIONS)},
            terms=_terms(scale, shop, customers(seed, org)),
        )
    return path


def _require_whole(value: object, name: str, low: int, high: int | None) -> None:
    """Refuse what is no whole number of the range."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not (whole and value >= low and (high is None or value <= high)):  # type: ignore[operator]
        span = f"{low} or more" if high is None else f"{low} to {high:,}"
        raise ContractError(
            f"{name} must be a whole number, {span}, got {value!r}.",
            where=f"write_scaled({name}=...)",
            fix=f"write {name}={low if high is not None else 2024}",
            code="bad-choice",
        )


def _write_sales(
    path: Path, scale: int, seed: int, org: Organisation, shop: Catalogue
) -> tuple[int, int]:
    """Write the lines of every house in pieces of one size; return rows and cents."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    counted = np.zeros(3, dtype="int64")

    def houses() -> Iterator[Any]:
        for house in range(scale):
            table, sums = _house(house, seed, org, shop)
            counted[:] += sums
            yield table

    schema = _schema(_SALES)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in row_groups(houses(), schema):
            writer.write_table(group, row_group_size=len(group))
    n_rows, cents, of_2023 = counted.tolist()
    if of_2023 != scale * TOTAL_2023:
        raise ReconciliationError(
            f"Sales of 2023 are {of_2023} cents, but {scale * TOTAL_2023} were meant.",
            where=str(path),
            fix="this is a defect: please report it with the seed",
            code="does-not-add-up",
        )
    return n_rows, cents


def _schema(kinds: Mapping[str, str]) -> Any:
    """Return the types the engine has for columns of these kinds."""
    import pyarrow as pa  # noqa: PLC0415

    of_kind = {
        "text": pa.string(), "date": pa.date32(), "number": pa.decimal128(18, 4),
        "count": pa.int64(), "share": pa.float64(), "flag": pa.bool_(),
    }  # fmt: skip
    return pa.schema([(name, of_kind[kind]) for name, kind in kinds.items()])


@dataclass(frozen=True, eq=False)
class _House:
    """One house: its number, 0 is the first, what it shares, and its own customers."""

    number: int
    seed: int
    org: Organisation
    shop: Catalogue
    who: Customers

    def lines(self) -> pd.DataFrame:
        """Return its numbered lines in the order of the days, causes included."""
        drawn = base_lines(self.seed, self.shop, self.who)
        priced = priced_lines(self.seed, drawn, self.shop, self.who)
        lines, _ = apply_causes(priced, self.shop, self.who, tuple(CAUSES))
        return sorted_lines(lines)

    def named(self, rows: pd.DataFrame) -> dict[str, Any]:
        """Return the names in its lines as Arrow arrays."""
        import pyarrow as pa  # noqa: PLC0415

        seat, day = rows["seat"].to_numpy(), rows["day"].to_numpy()
        product, customer = rows["product"].to_numpy(), rows["customer"].to_numpy()
        people, teams = _numbered(self.org.persons, self.number), _numbered(TEAMS, self.number)
        ids = order_ids(rows) + (f".{self.number + 1:04d}" if self.number else "")
        return {
            "order_id": pa.array(ids),
            "region": _names(list(REGIONS), rows["region"].to_numpy()),
            "team": _names(teams, self.org.seat_team[seat]),
            "salesperson": _names(people, self.org.holder[seat, day]),
            "product_line": _names(list(LINES), self.shop.line[product]),
            "product": _names(self.shop.names, product),
            "customer": _names(_numbered(self.who.names, self.number), customer),
            "customer_type": _names(list(TYPES), self.who.kind[customer]),
            "channel": _names(list(CHANNELS), self.who.channel[customer]),
        }


def _house(number: int, seed: int, org: Organisation, shop: Catalogue) -> tuple[Any, list[int]]:
    """Return the lines of one house; their number, their cents, and those of 2023."""
    import pyarrow as pa  # noqa: PLC0415

    own = _seed_of(number, seed)
    house = _House(number, own, org, shop, customers(own, org))
    rows = house.lines()
    revenue = net(rows)
    days = (FIRST + rows["day"].to_numpy().astype("timedelta64[D]")).astype("datetime64[D]")
    columns = {
        **house.named(rows),
        "date": pa.array(days),
        "order_line": pa.array(rows["line"].where(~rows["is_return"], 1).to_numpy()),
        "quantity": _decimals(rows["quantity"].to_numpy() * 10_000),
        "unit_price": _decimals(rows["price"].to_numpy() * 100),
        "discount_amount": _decimals(rows["discount"].to_numpy() * 100),
        "revenue": _decimals(revenue * 100),
        "cost": _decimals(rows["cost"].to_numpy() * 100),
        "is_return": pa.array(rows["is_return"].to_numpy()),
    }
    in_2023 = days.astype("datetime64[Y]") == np.datetime64("2023", "Y")
    sums = [len(rows), int(revenue.sum()), int(revenue[in_2023].sum())]
    return pa.table(columns, schema=_schema(_SALES)), sums


def _seed_of(house: int, seed: int) -> int:
    """Return the seed of a house: the first has the seed itself, others share none.

    Examples
    --------
    >>> _seed_of(0, 2024), _seed_of(1, 2024) == _seed_of(1, 2025)
    (2024, False)
    """
    if house == 0:
        return seed
    return int(np.random.SeedSequence([seed, house]).generate_state(1, np.uint64)[0])


def _numbered(names: Iterable[str], house: int) -> list[str]:
    """Give names the number of their house; the first house goes without.

    Examples
    --------
    >>> _numbered(["Li Wei"], 0), _numbered(["Li Wei"], 16)
    (['Li Wei'], ['Li Wei 0017'])
    """
    return [name + _number(house) for name in names]


def _number(house: int) -> str:
    return f" {house + 1:04d}" if house else ""


def _names(names: list[str], code: Ints) -> Any:
    """Return a text column of names by their number."""
    import pyarrow as pa  # noqa: PLC0415

    return pa.array(names, pa.string()).take(pa.array(code))


def _decimals(units: Ints) -> Any:
    """Return whole ten-thousandths as DECIMAL(18, 4), without a float on the way.

    Examples
    --------
    >>> _decimals(np.array([12_345_600, -1])).to_pylist()
    [Decimal('1234.5600'), Decimal('-0.0001')]
    """
    import pyarrow as pa  # noqa: PLC0415

    # a DECIMAL is a 16-byte whole number: the low half, and the sign filling the high half
    halves = np.column_stack([units, units >> 63]).astype("<i8")
    return pa.Array.from_buffers(
        pa.decimal128(18, 4), len(units), [None, pa.py_buffer(halves.tobytes())]
    )


def _houses(table: pd.DataFrame, scale: int, columns: tuple[str, ...]) -> pd.DataFrame:
    """Repeat a table for every house, names with the number of theirs; empty names stay so."""
    house = np.repeat(np.arange(scale), len(table))
    out = pd.concat([table] * scale, ignore_index=True)
    number = " " + pd.Series(house + 1).astype("str").str.zfill(4)
    for column in columns:
        named = (house > 0) & (out[column] != "").to_numpy()
        out[column] = out[column].where(~named, out[column] + number)
    return out


def _people(scale: int, org: Organisation) -> pd.DataFrame:
    """Return the people of all houses; regions and their heads are shared."""
    heads = org.people["team"] == ""
    leads = org.people["manager"].isin(org.people.loc[heads, "salesperson"])
    own = _houses(org.people[~heads], scale, ("salesperson", "name", "team"))
    boss = _houses(org.people[~heads], scale, ("manager",))["manager"]
    under_head = np.tile(leads[~heads].to_numpy(), scale)
    own["manager"] = own["manager"].where(under_head, boss)
    rows = pd.concat([org.people[heads], own], ignore_index=True)
    return rows.sort_values(["salesperson", "valid_from"], ignore_index=True)


def _targets(scale: int) -> pd.DataFrame:
    """Return the targets: amounts and counts of shared nodes x scale, those of a person as is."""
    given = targets_table()
    shared = given["salesperson"] == ""
    ratio = given["unit"] == "share"
    larger = given["value"].where(ratio, given["value"] * scale)
    own = _houses(given[~shared], scale, ("team", "salesperson", "owner"))
    top = given.assign(value=larger)[shared]
    return pd.concat([top, own], ignore_index=True)


def _write_table(path: Path, table: pd.DataFrame, name: str) -> None:
    """Write a small table with the types the engine gives it."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    contract = {c.name: c.kind for c in TABLES[name] if c.name in table}
    schema = _schema({**contract, **{str(c): "text" for c in table if c not in contract}})
    columns = {c: _typed(table[c], schema.field(c).type) for c in schema.names}
    pq.write_table(pa.table(columns, schema=schema), path, compression="zstd")


def _typed(column: pd.Series, kind: Any) -> Any:
    """Return a column as an Arrow array; an empty text is missing."""
    import pyarrow as pa  # noqa: PLC0415

    if pa.types.is_decimal(kind):
        return _decimals(cents_of(column) * 100)
    if pa.types.is_date(kind):
        return pa.array(column.to_numpy().astype("datetime64[D]"))
    text = column.where(column != "") if pa.types.is_string(kind) else column
    return pa.array(text, kind, from_pandas=True)


def _terms(scale: int, shop: Catalogue, who: Customers) -> Terms:
    """Return the demo company's names, with the teams and people of every house."""
    names = demo_terms(shop, who).to_dict()
    for column in ("team", "salesperson", "name", "manager", "owner"):
        own = names[column]
        names[column] = {
            f"{value}{_number(house)}": {"zh": f"{text['zh']}{_number(house)}"}
            for house in range(scale)
            for value, text in own.items()
        }
    return Terms(names)
