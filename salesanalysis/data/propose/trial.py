"""Trying a draft: does it load, what does it read, and what do the rules find in it."""

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis import strictyaml
from salesanalysis.data import mapping as mappings
from salesanalysis.data.assembling import built
from salesanalysis.data.engine import connect, fetch
from salesanalysis.data.ingest.build import Builder
from salesanalysis.data.kinds import Origin
from salesanalysis.data.propose.seen import COUNTED
from salesanalysis.errors import SalesAnalysisError
from salesanalysis.labels import count, exact, label

#: Bytes of a text file that is tried whole; of a larger one only the head is read.
WHOLE = 300_000_000


@dataclass(frozen=True, eq=False)
class Trial:
    """What came of reading a source with its draft.

    Attributes
    ----------
    loads : bool
    what, fix, where : str
        Of the refusal, where it does not.
    table : str
        Our table the refusal is about.
    counts : dict
        ``n_rows``, ``amount``, ``first``, ``last``, and rows of other tables.
    rules : DataFrame
        ``rule``, ``n_rows``, ``amount``, ``status``, as `Quality` has them.
    """

    loads: bool
    what: str = ""
    fix: str = ""
    where: str = ""
    counts: dict[str, Any] = field(default_factory=dict)
    rules: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def whole(self) -> bool:
        """Whether it loads, and more than its head was tried."""
        return self.loads and bool(self.counts.get("whole", True))


#: Before anything was tried.
NOT_YET = Trial(loads=False)


def tried(
    text: str, home: Path | None, given: Path | None, backend: Any = None, *, counts: bool = True
) -> Trial:
    """Read a source with the text of a mapping; nothing is written.

    Parameters
    ----------
    counts : bool
        Hold the lines against every rule as well.
    """
    try:
        mapping = mappings.build(strictyaml.parse(text, name="the draft"))
        if _large(mapping, home, given):
            return _head(mapping, home, given)
        data = built(mapping, None, None, home=home, given=given, backend=backend)
        read = _read(data)
        rules = data.quality.to_frame() if counts else pd.DataFrame()
    except SalesAnalysisError as error:
        return refused(error)
    if len(rules):
        rules = rules[~rules["rule"].isin(("read", "later", "kept"))]
    return Trial(loads=True, counts=read, rules=rules)


def _read(data: Any) -> dict[str, Any]:
    """Count what was read and what is kept."""
    parts = {name: Origin.total(found) for name, found in data.parts.items()}
    t = data.whole("sales")
    kept = fetch(
        data.con,
        t.aggregate(
            n=t.count(),
            amount=t["revenue"].sum().fill_null(0),
            first=t["date"].min(),
            last=t["date"].max(),
        ),
    ).iloc[0]
    sales = parts["sales"]
    return {
        "n_rows": int(sales.n_rows),
        "amount": float(sales.amount),
        "n_dropped": int(sales.n_rows - kept["n"]),
        "amount_dropped": round(float(sales.amount) - float(kept["amount"]), 4),
        "first": kept["first"],
        "last": kept["last"],
        "tables": {name: int(part.n_rows) for name, part in parts.items() if name != "sales"},
    }


def _large(mapping: Any, home: Path | None, given: Path | None) -> bool:
    """Tell whether the text files of the order lines are too large to be tried whole."""
    files = [given] if given else []
    if home is not None and not files:
        patterns = {rule.source.file for rule in mapping.tables.get("sales", ())}
        files = [p for pattern in patterns if pattern for p in home.glob(pattern)]
    packed = (".gz", ".xz", ".bz2", ".zst")
    sizes = [
        p.stat().st_size * (8 if p.suffix in packed else 1)
        for p in files
        if p.is_file() and p.suffix not in (".parquet", ".duckdb", ".db", ".ddb")
    ]
    return sum(sizes) > WHOLE


def _head(mapping: Any, home: Path | None, given: Path | None) -> Trial:
    """Read the first lines of every part of the order lines, which add up to no control total."""
    con = connect()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as room:
        builder = Builder(con, mapping, Path(room), home=home, given=given)
        for rule in mapping.tables["sales"]:
            opened = builder._open(rule.source)
            builder.opened[rule.source] = replace(opened, table=opened.table.limit(COUNTED))
        table, origins = builder.table("sales")
        row = fetch(con, table.aggregate(first=table["date"].min(), last=table["date"].max())).iloc[
            0
        ]
    counts = {
        "n_rows": sum(o.n_rows for o in origins),
        "amount": float(sum(o.amount for o in origins)),
        "n_dropped": 0,
        "amount_dropped": 0.0,
        "first": row["first"],
        "last": row["last"],
        "tables": {},
        "whole": False,
    }
    return Trial(loads=True, counts=counts)


def refused(error: SalesAnalysisError) -> Trial:
    """Return what a refusal says, part by part."""
    what = str(error).splitlines()[0]
    return Trial(loads=False, what=what, fix=error.fix, where=error.where)


def faulty(text: str, home: Path | None, given: Path | None, backend: Any = None) -> dict[str, str]:
    """Return the tables beside the order lines that cannot be read, each with the reason."""
    try:
        mapping = mappings.build(strictyaml.parse(text, name="the draft"))
    except SalesAnalysisError:
        return {}
    out = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as room:
        con = connect()
        for name in mapping.tables:
            builder = Builder(con, mapping, Path(room), home=home, given=given, backend=backend)
            try:
                builder.table(name)
            except SalesAnalysisError as error:
                out[name] = str(error).splitlines()[0] + " " + str(getattr(error, "fix", ""))
    out.pop("sales", None)
    return out


def cleaning_lines(rules: dict[str, Any], trial: Trial, lang: str = "en") -> list[str]:
    """Return the section on cleaning: every choice written out, with what was counted.

    Parameters
    ----------
    rules : dict
        What rows asked for, such as dropping sums between lines.
    """
    from salesanalysis.data.propose.writing import quoted  # noqa: PLC0415

    out = [f"cleaning:  # {label('draft.cleaning', lang)}"]
    found = trial.rules.set_index("rule") if len(trial.rules) else pd.DataFrame()
    names = [*rules, *(r for r in found.index if r not in rules and found.loc[r, "n_rows"] > 0)]
    for name in names:
        rule = rules.get(name, {"action": "flag"})
        counted = _counted(found, name, rule, lang)
        if "where" in rule:
            spec = f"{{action: {rule['action']}, where: {quoted(rule['where'])}}}"
        else:
            spec = rule["action"]
        out.append(f"  {name}: {spec}{counted}")
    if len(out) == 1:
        out.append("  duplicates: flag")
    if len(found):
        clear = [
            r for r in found.index if r not in names and found.loc[r, "status"] == "nothing_found"
        ]
        out += [f"  # {label('draft.nothing_by', lang, rules=', '.join(clear))}"] if clear else []
    return [*out, f"  # max_loss: {{rows: 0.02, money: 0.01}}  # {label('draft.max_loss', lang)}"]


def _counted(found: pd.DataFrame, name: str, rule: dict[str, Any], lang: str) -> str:
    """Say what a rule found, and what dropping it would do."""
    if name in found.index and found.loc[name, "n_rows"] > 0:
        row = found.loc[name]
        n = int(row["n_dropped"]) if rule["action"] == "drop" else int(row["n_rows"])
        amount = row["amount_dropped"] if rule["action"] == "drop" else row["amount"]
        done = "draft.left_out" if rule["action"] == "drop" else "draft.would_leave"
        worth = exact(float(amount))
        return f"  # {label('draft.worth', lang, n=count(n), amount=worth)}{label(done, lang)}"
    n_file = rule.get("n")
    return f"  # {label('draft.in_file', lang, n=count(n_file))}" if n_file else ""
