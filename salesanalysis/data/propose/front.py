"""The front door: look at a source, draft, try, and hand back the proposal."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis.data.propose.bytotal import answered
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.matching import Line, note
from salesanalysis.data.propose.plan import Plan, places_of, planned
from salesanalysis.data.propose.result import Proposal, safe_name
from salesanalysis.data.propose.trial import NOT_YET, Trial, cleaning_lines, faulty, tried
from salesanalysis.data.propose.writing import written
from salesanalysis.data.sources import Place
from salesanalysis.data.sources.files import require_exists, require_kind
from salesanalysis.data.sources.url import is_url, safe_url
from salesanalysis.data.statement import USUAL
from salesanalysis.errors import ParamError
from salesanalysis.labels import count, exact, label
from salesanalysis.schema import TABLES

_COLUMNS = ("table", "column", "source", "theirs", "confidence", "reason", "required", "part")


def propose(
    source: str | Path,
    *,
    counts: bool = True,
    encoding: str = "",
    total: str = "",
    lang: str = "en",
) -> Proposal:
    """Propose a mapping for a file, a folder or a database, and try it.

    Parameters
    ----------
    source : str or Path
        A file of any kind `load` reads, a folder of them, or the address of a database. Nothing
        is written.
    counts : bool
        Count what every cleaning rule finds, for the remarks beside its line; without, a large
        source is quicker.
    encoding : str
        Of text files, where their bytes do not prove it.
    total : str
        What the order lines add up to in the program of the export, as a plain number: the draft
        states it, and does not load unless its lines do.
    lang : {"en", "zh"}
        Of the comments in the mapping file.

    Returns
    -------
    Proposal
        `Proposal.loads` says whether the source was read with the draft as it is.

    Raises
    ------
    ContractError
        Missing, not readable, empty, or a folder without a table.
    """
    total = _checked(total)
    if is_url(str(source)):
        return _of_address(str(source), counts=counts, total=total, lang=lang)
    path = require_exists(Path(source))
    if path.is_file() and not _database(path):
        require_kind(path)
    places = [replace(p, encoding=encoding) if encoding else p for p in places_of(path)]
    plan = planned(places, path.name or str(path))
    plan.total = total
    home, given = (path, None) if path.is_dir() else (path.parent, path)
    return _proposal(plan, safe_name(path.name), home, given, None, counts=counts, lang=lang)


def _checked(total: str) -> str:
    """Refuse a total that is no plain number, before anything is read."""
    if total and not re.fullmatch(r"-?[0-9]+([.][0-9]+)?", total):
        raise ParamError(
            f"The total {total!r} is no plain number.",
            where="map --total, propose(total=...)",
            fix="write digits, with a point before the decimals: 1447682.12",
            code="bad-choice",
        )
    return total


def _database(path: Path) -> bool:
    from salesanalysis.data.sources.database import is_duckdb  # noqa: PLC0415

    return is_duckdb(path)


def _of_address(url: str, *, counts: bool, total: str, lang: str) -> Proposal:
    """Propose for the tables of a database."""
    from salesanalysis.data.sources.database import place_of, tables  # noqa: PLC0415

    place = place_of(url)
    if place.path is not None:
        return propose(place.path, counts=counts, total=total, lang=lang)
    places = [Place(table=name, backend=place.backend) for name in tables(place.backend)]
    name = safe_name(safe_url(url).rsplit("/", 1)[-1].split("?")[0])
    plan = planned(places, safe_url(url))
    plan.total = total
    return _proposal(plan, name, None, None, place.backend, counts=counts, lang=lang)


def _proposal(
    plan: Plan,
    name: str,
    home: Path | None,
    given: Path | None,
    backend: Any,
    *,
    counts: bool,
    lang: str,
) -> Proposal:
    """Try the drafts; put to sleep what cannot be read beside the order lines; write it all."""
    _reuse(plan)
    plan.asleep = _incomplete(plan)

    def attempt() -> Trial:
        text = written(plan, name, cleaning_lines(plan.rules, NOT_YET), [], lang)
        return tried(text, home, given, backend, counts=counts)

    trial = attempt()
    if not trial.loads and len(plan.drafts) > 1:
        text = written(plan, name, cleaning_lines(plan.rules, NOT_YET), [], lang)
        found = faulty(text, home, given, backend)
        plan.asleep |= found
        trial = attempt() if found else trial
    if not trial.loads and answered(plan, lambda: attempt().whole):
        trial = attempt()
    if not trial.loads and (open_ := _open(plan)):
        trial = replace(trial, fix=_decide(open_, plan.total))
    if trial.loads and trial.counts["amount"] < 0:
        plan.notes.append(note("remark.below_zero"))
    cleaning = cleaning_lines(plan.rules, trial, lang)
    text = written(plan, name, cleaning, _told(trial, lang), lang)
    first = plan.drafts["sales"][0]
    return Proposal(
        _frame(plan),
        first.seen.file or first.seen.place.table,
        plan.source,
        text,
        others=tuple(sorted({who for who, _ in [*plan.left, *plan.broken]})),
        unused=tuple(first.unused),
        notes=(*_notes(plan), *_found(trial)),
        trial=_trial(trial),
        broken={who: str(error).splitlines()[0] for who, error in plan.broken},
        currency=plan.currency or "CNY",
    )


def _open(plan: Plan) -> list[str]:
    """Return our columns of order lines that wait for one of the lines offered for them."""
    lines = [line for made in plan.drafts["sales"] for line in made.lines]
    required = {c.name for c in TABLES["sales"] if c.required}
    return [x.ours for x in lines if x.asleep and x.choices and x.ours in required]


def _decide(columns: list[str], total: str) -> str:
    """Say how an open question is answered."""
    fix = f"take one of the lines the draft offers for {' and '.join(dict.fromkeys(columns))}"
    if "revenue" not in columns:
        return fix
    if total:
        return f"{fix}, and look for the rows to leave out: with all of them none gives {total}"
    return f"{fix}, or give the total your program shows: --total"


def _incomplete(plan: Plan) -> dict[str, str]:
    """Return the tables beside the order lines that lack a required column, each with which."""
    out = {}
    for table, drafts in plan.drafts.items():
        need = {c.name for c in TABLES[table] if c.required}
        there = [{x.ours for x, _ in _lines(made) if x.spec and not x.asleep} for made in drafts]
        lack = sorted({c for have in there for c in need - have})
        if lack and table != "sales":
            out[table] = f"no column was found for {', '.join(lack)}"
    return out


def _reuse(plan: Plan) -> None:
    """Offer the column of products for the product line that is missing."""
    for made in plan.drafts["sales"]:
        given = {
            line.ours: line for line in [*made.lines, *(x for j in made.joins for x in j.lines)]
        }
        line, product = given.get("product_line"), given.get("product")
        if line is not None and not line.theirs and product is not None and product.theirs:
            line.spec, line.reason, line.asleep = dict(product.spec), "reused", True


def _trial(trial: Trial) -> dict[str, Any]:
    if not trial.loads:
        return {"loads": False, "what": trial.what, "where": trial.where, "fix": trial.fix}
    return {"loads": True, **trial.counts}


def _told(trial: Trial, lang: str) -> list[str]:
    """Return what trying showed, as comments."""
    if not trial.loads:
        return [
            label("draft.fails", lang, what=trial.what),
            label("draft.fix", lang, fix=trial.fix),
        ]
    c = trial.counts
    span = {"first": f"{c['first']:%Y-%m}", "last": f"{c['last']:%Y-%m}"}
    n, amount = count(c["n_rows"]), exact(c["amount"])
    out = [label("draft.tried", lang, n=n, amount=amount, **span)]
    if c["n_dropped"]:
        left = count(c["n_rows"] - c["n_dropped"])
        stays = exact(round(c["amount"] - c["amount_dropped"], 4))
        gone = count(c["n_dropped"])
        out.append(label("draft.dropped", lang, n=gone, left=left, amount=stays))
    tables = c["tables"].items()
    return [*out, *(label("draft.tried_table", lang, table=t, n=count(n)) for t, n in tables)]


def _found(trial: Trial) -> tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...]:
    """Return a remark for every rule that finds lines which stay in the numbers."""
    if not len(trial.rules):
        return ()
    table = trial.rules
    left = table[(table["n_rows"] > 0) & (table["action"] == "flag") & ~table["rule"].isin(USUAL)]
    return tuple(
        (
            "",
            "",
            "remark.rule",
            (("rule", r.rule), ("n", count(r.n_rows)), ("amount", exact(float(r.amount)))),
        )
        for r in left.itertuples()
    )


def _frame(plan: Plan) -> pd.DataFrame:
    """Return one row per column of ours and part."""
    rows = [
        _row(table, part, made.seen.called, line)
        for table, drafts in plan.drafts.items()
        for part, made in enumerate(drafts)
        for line, made in _lines(made)
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _lines(made: Draft) -> list[tuple[Line, Draft]]:
    order = {c: i for i, c in enumerate(c.name for c in TABLES[made.known.table])}
    lines = [*made.lines, *(line for join in made.joins for line in join.lines)]
    return [(x, made) for x in sorted(lines, key=lambda x: order.get(x.ours, 99))]


def _row(table: str, part: int, source: str, line: Line) -> dict[str, Any]:
    required = any(c.required and c.name == line.ours for c in TABLES[table])
    sign = " x " if "multiply" in line.spec else " - " if "difference" in line.spec else " + "
    theirs = "" if line.reason in ("row", "constant", "reused") else sign.join(line.theirs)
    return {
        "table": table,
        "column": line.ours,
        "source": source,
        "theirs": theirs,
        "confidence": float(line.confidence),
        "reason": "useful" if line.reason == "reused" else line.reason,
        "required": required,
        "part": part,
    }


def _notes(plan: Plan) -> tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...]:
    """Return every remark with the table and column it is about."""
    out = [("", "", n.key, n.filling) for n in plan.notes]
    for table, drafts in plan.drafts.items():
        for made in drafts:
            out += [(table, "", n.key, n.filling) for n in made.notes]
            out += [
                (table, line.ours, n.key, n.filling)
                for line, _ in _lines(made)
                for n in line.notes
                if n.key not in ("remark.lookup",)
            ]
    out += [
        ("", "", "remark.left", (("file", who), ("why_key", n.key), *n.filling))
        for who, n in plan.left
    ]
    out += [
        ("", "", "remark.asleep", (("table", t), ("why", why))) for t, why in plan.asleep.items()
    ]
    return tuple(dict.fromkeys(out))
