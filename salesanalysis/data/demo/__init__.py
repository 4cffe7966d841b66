"""The demo company: a made-up business with known truth, the same to the byte for a seed.

Five departments sell 36 products to some 400 customers from 2020 to 2024. The figures planners
know come out to the cent: 100 M in 2023, 130 M asked for 2024, 52 M of it from the East, whose
first quarter ends at 85 % of its working-day target because a key project slips to April.
What was done to the company on purpose stands in the table ``truth``, each cause with the exact
amount it moved; ``generate(causes=[])`` is the same company without them.

Read on in the order of the making: `timeline` (days), `staff` and `organisation` (people),
`products`, `customers`, `orders` (who buys what), `amounts` (cents), `causes` (what happened),
`sales`, then the tables around them: `receivables`, `activities`, `pipeline`, `market`, `commits`,
`given`.

As files: `dirty` writes the company as ugly exports with counted breakages (`breakage`, then
`offices` and `registers` for how each office writes, `export` for the bytes, `dirtymap` for the
mapping that reads them back, `truth` for the counts); `scale` writes it up to 1,000 times larger.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import pandas as pd

from salesanalysis.data.demo.activities import activities_table
from salesanalysis.data.demo.amounts import priced_lines
from salesanalysis.data.demo.causes import AS_OF, CAUSES, apply_causes, check_causes
from salesanalysis.data.demo.commits import commits_table
from salesanalysis.data.demo.customers import customers
from salesanalysis.data.demo.given import targets_table
from salesanalysis.data.demo.market import market_table, surveys_table
from salesanalysis.data.demo.orders import base_lines
from salesanalysis.data.demo.organisation import organisation
from salesanalysis.data.demo.pipeline import opportunities_table
from salesanalysis.data.demo.products import catalogue
from salesanalysis.data.demo.receivables import collections_table
from salesanalysis.data.demo.sales import sales_table
from salesanalysis.data.demo.staff import REGIONS
from salesanalysis.data.demo.terms import demo_terms
from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import Terms

#: Switches of `load` that write a folder: `dirty.write_dirty`, `scale.write_scaled`.
FOLDERS = {"dirty": "dirty=True", "scale": "scale=100"}

__all__ = ["CAUSES", "DemoCompany", "generate"]


@dataclass(frozen=True, eq=False)
class DemoCompany:
    """The demo company's tables and how to read them.

    Attributes
    ----------
    tables : dict of DataFrame
        One per contract of `salesanalysis.schema`. They run to the end of 2024; what lies after
        `as_of` is truth a method must not see. ``opportunities`` is a snapshot of `as_of`.
        Texts are never missing: an empty text means "all" or "not said". Numbers are never
        missing. A date is missing only where nothing happened yet (``leave_date``, ``closed``).
    terms : Terms
        Names of all values in Chinese.
    as_of : Timestamp
        The default date: 2024-03-31.
    regions : tuple of str
        In display order.
    title : dict
        Language -> name of the company.
    name, currency : str
    start_month : int
        First month of the fiscal year.
    """

    tables: dict[str, pd.DataFrame]
    terms: Terms
    as_of: pd.Timestamp = field(default_factory=lambda: pd.Timestamp(AS_OF))
    regions: tuple[str, ...] = tuple(REGIONS)
    title: dict[str, str] = field(default_factory=lambda: {"en": "Demo company", "zh": "示范公司"})
    name: str = "demo"
    currency: str = "CNY"
    start_month: int = 1


def generate(
    seed: int = 2024, *, causes: Collection[str] = tuple(CAUSES), **unknown: object
) -> DemoCompany:
    """Return the demo company of a seed.

    Parameters
    ----------
    seed : int, zero or more
        Another seed is another company with the same plan and the same given figures.
    causes : collection of str
        Which of `CAUSES` happen. Without one the company is the same but for the lines that
        cause touches; without any there is no ``truth`` table.

    Raises
    ------
    ContractError
        A seed that is no whole number of zero or more, an unknown cause or switch.

    Examples
    --------
    >>> company = generate()
    >>> sales = company.tables["sales"]
    >>> f"{sales.loc[sales['date'].dt.year == 2023, 'revenue'].sum():,.2f}"
    '100,000,000.00'
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ContractError(
            f"seed must be a whole number of zero or more, got {seed!r}.",
            where="demo.generate(seed=...)",
            fix="write seed=2024",
            code="bad-choice",
        )
    for name in unknown:
        if name in FOLDERS:
            raise ContractError(
                f"{name} makes files, so it is no switch of the tables in memory.",
                where="demo.generate(...)",
                fix=f'write load("demo", {FOLDERS[name]}), or salesanalysis demo FOLDER',
                code="bad-choice",
            )
        raise unknown_name(
            name,
            ["seed", "causes", *FOLDERS],
            kind="switch",
            where="the demo company",
            error=ContractError,
        )
    happened = check_causes(causes)
    org, shop = organisation(), catalogue(seed)
    who = customers(seed, org)
    lines = priced_lines(seed, base_lines(seed, shop, who), shop, who)
    lines, truth = apply_causes(lines, shop, who, happened)
    sales = sales_table(lines, org, shop, who)
    tables = {
        "sales": sales,
        "targets": targets_table(),
        "people": org.people,
        "collections": collections_table(seed, sales),
        "activities": activities_table(seed, org),
        "opportunities": opportunities_table(seed, org, who),
        "market": market_table(seed),
        "surveys": surveys_table(seed, org.people),
        "commits": commits_table(seed, sales),
    }
    if happened:
        tables["truth"] = truth
    return DemoCompany(tables, demo_terms(shop, who))
