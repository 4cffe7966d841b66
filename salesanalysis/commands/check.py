"""``salesanalysis check SOURCE``: what was lost, what is suspicious, who confirms it."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from salesanalysis.errors import ContractError, ParamError

#: Codes of a run that stops because more is wrong than was allowed.
ABOVE = ("over-limit", "over-budget")


def add_arguments(add: argparse.ArgumentParser) -> None:
    """Add what the subcommand understands."""
    add.add_argument("source", metavar="SOURCE", help="demo, a file, a folder, a database address")
    add.add_argument("--mapping", metavar="FILE", help="column names of your export")
    add.add_argument("--as-of", dest="as_of", metavar="DATE", help="look from this evening")
    add.add_argument("--cleaning", metavar="FILE", help="rules in place of the mapping's")
    add.add_argument(
        "--set", action="append", metavar="RULE=VALUE", default=[], dest="changes",
        help="duplicates=drop, outliers.limit=0.01, max_loss.rows=0.02",
    )  # fmt: skip
    add.add_argument("--lang", default="en", choices=("en", "zh"), help="of the report")
    add.add_argument("--rows", metavar="FOLDER", help="write the lines of each rule there")
    add.set_defaults(work=run)


def run(given: argparse.Namespace) -> int:
    """Print the report; 1 where a limit or the budget is passed, the report all the same."""
    from salesanalysis.commands.checkreport import sections, write_rows  # noqa: PLC0415
    from salesanalysis.credentials import hide  # noqa: PLC0415

    rules = changed_rules(given)
    code = 0
    try:
        data = _load(given, rules)
    except ContractError as error:
        if error.code not in ABOVE:
            raise
        code = 1
        print(f"error[{error.code}]: {hide(str(error))}", file=sys.stderr)
        # the same data, everything counted and nothing left out: what there is to decide about
        data = _load(given, relaxed({**declared(given.source, given.mapping), **rules}))
    for text in sections(data, given.lang, stopped=bool(code)):
        print(hide(text))
    if given.rows:
        for path in write_rows(data, Path(given.rows), given.lang):
            print(path)
    return code


def _load(given: argparse.Namespace, rules: dict[str, Any]) -> Any:
    from salesanalysis.data import load  # noqa: PLC0415

    return load(given.source, given.mapping, as_of=given.as_of or None, cleaning=rules or None)


def declared(source: str, mapping: str | None) -> dict[str, Any]:
    """Return the rules of the mapping that `load` would choose."""
    from salesanalysis.data import mapping as mappings  # noqa: PLC0415

    if mapping:
        return dict(mappings.read(mappings.find(mapping)).cleaning)
    found = mappings.recognised(Path(source)) if Path(source).is_dir() else None
    return dict(found.cleaning) if found else {}


def changed_rules(given: argparse.Namespace) -> dict[str, Any]:
    """Return the rules of ``--cleaning`` and ``--set``, checked; those of the mapping stay out.

    Raises
    ------
    ContractError
        Rules, actions or options nobody knows, with the nearest.
    ParamError
        A change without ``=``.
    """
    from salesanalysis import strictyaml  # noqa: PLC0415
    from salesanalysis.data.cleaning import settings  # noqa: PLC0415

    out: dict[str, Any] = {}
    if given.cleaning:
        doc = strictyaml.read(given.cleaning)
        settings(doc.data, where=doc.where)
        out |= doc.data or {}
    if not given.changes:
        return out
    known = {**declared(given.source, given.mapping), **out}
    touched = _changed(given.changes, known)
    settings(touched, where=lambda *keys: f"--set {'.'.join(map(str, keys))}")
    return {**out, **touched}


def _changed(changes: Iterable[str], known: dict[str, Any]) -> dict[str, Any]:
    """Return the rules that changes name: what they said before, and what is said now."""
    from salesanalysis import strictyaml  # noqa: PLC0415

    out: dict[str, Any] = {}
    for change in changes:
        name, sign, text = change.partition("=")
        rule, _, option = name.strip().partition(".")
        if not (sign and rule and text.strip()):
            raise ParamError(
                f"{change!r} changes nothing.",
                where="--set",
                fix="write duplicates=drop, or outliers.limit=0.01",
                code="bad-choice",
            )
        value = strictyaml.parse(f"value: {text}", name=f"--set {change}").data["value"]
        before = out.get(rule, known.get(rule))
        kept = {"action": before} if isinstance(before, str) else dict(before or {})
        out[rule] = {**kept, option or "action": value}
    return out


def relaxed(rules: dict[str, Any]) -> dict[str, Any]:
    """Return the same rules with nothing left out, no limit and no budget.

    Examples
    --------
    >>> relaxed({"duplicates": {"action": "drop", "limit": 0.1}, "max_loss": {"rows": 0.01}})
    {'duplicates': {'action': 'flag'}, 'max_loss': {}}
    """
    from salesanalysis.data.cleaning import RULES, settings  # noqa: PLC0415

    read = settings(rules, where="cleaning")
    out: dict[str, Any] = {}
    for rule in RULES:
        if rule in rules:
            spec = {k: v for k, v in read[rule].to_dict().items() if k != "limit"}
            out[rule] = spec | ({"action": "flag"} if spec["action"] == "drop" else {})
    return out | ({"max_loss": {}} if "max_loss" in rules else {})
