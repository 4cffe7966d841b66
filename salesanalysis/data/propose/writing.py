"""The text of a mapping file: every line with its reason, what is unsure as a comment beside it."""

import json
from typing import Any

from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.lookups import Lookup
from salesanalysis.data.propose.matching import Line, Note
from salesanalysis.data.propose.plan import Plan
from salesanalysis.data.propose.seen import SAMPLE
from salesanalysis.labels import count, label, percent
from salesanalysis.schema import TABLES

#: Columns of order lines that pages want; their absence is worth a line of its own.
_WANTED = {c.name for c in TABLES["sales"]}


def quoted(value: Any) -> str:
    """Write a value so that every YAML reader reads the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(
                f"{json.dumps(k, ensure_ascii=False)}: {quoted(v)}" for k, v in value.items()
            )
            + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(quoted, value)) + "]"
    text = json.dumps(str(value), ensure_ascii=False)
    # signs a YAML reader takes for ends of lines
    return "".join(
        f"\\u{ord(c):04x}" if ord(c) in (0x7F, 0x85, 0x2028, 0x2029, 0xFEFF) else c for c in text
    )


def one_line(text: str) -> str:
    """Return a text without ends of lines."""
    return " ".join(str(text).split())


def said(item: Note, lang: str = "en") -> str:
    """Return a note in words."""
    return label(item.key, lang, **{k: one_line(v) for k, v in item.filling})


def written(plan: Plan, name: str, cleaning: list[str], trial: list[str], lang: str = "en") -> str:
    """Return the text of the mapping file.

    Parameters
    ----------
    cleaning : list of str
        Lines of the section of that name.
    trial : list of str
        What trying the draft showed, as comments at the top.
    lang : {"en", "zh"}
        Of the comments.
    """
    lines = [
        f"# {label('draft.proposed', lang, source=one_line(plan.source), n=count(SAMPLE))}",
        *(f"# {one_line(t)}" for t in trial),
        f"# {label('draft.check', lang)}",
        f"name: {quoted(name)}",
        *_currency(plan, lang),
        f"fiscal_start: 1  # {label('draft.fiscal', lang)}",
        f'# as_of: "2024-03-31"  # {label("draft.as_of", lang)}',
        "tables:",
    ]
    for table, drafts in plan.drafts.items():
        block = _table(table, drafts, lang)
        if table in plan.asleep:
            why = one_line(plan.asleep[table])
            block = [
                f"  # {label('draft.asleep', lang, table=table, why=why)}",
                *("  #" + x[1:] for x in block),
            ]
        lines += block
    if plan.total:
        lines += ["control_totals:", f"  sales: {{revenue: {plan.total}}}"]
        lines[-1] += f"  # {label('draft.total', lang)}"
    lines += cleaning
    lines += [
        f"# {label('draft.not_used', lang, names=one_line(who))}: {said(why, lang)}"
        for who, why in plan.left
    ]
    lines += [
        f"# {label('draft.broken', lang)}: {one_line(who)}: {one_line(str(e).splitlines()[0])}"
        for who, e in plan.broken
    ]
    return "\n".join(lines) + "\n"


def _currency(plan: Plan, lang: str) -> list[str]:
    """Write the currency, and what several of them ask for."""
    if not plan.currency:
        return [f"# currency: CNY  # {label('quality.no_currency', lang)}"]
    if not plan.choice:
        return [f"currency: {plan.currency}  # {label('draft.only_currency', lang)}"]
    asleep = "" if plan.choice == "label" else "# "
    return [
        f"currency: {plan.currency}  # {said(plan.notes[-1], lang)}",
        f"{asleep}currency_is_label: true  # {label('draft.is_label', lang)}",
        f"# rates: {{fixed: {{{_others(plan)}}}}}  # "
        f"{label('draft.rates', lang, currency=plan.currency)}",
    ]


def _others(plan: Plan) -> str:
    """Return the other currencies, each with a place for its rate."""
    codes = dict(plan.notes[-1].filling)["codes"].split(", ")
    return ", ".join(f"{c}: RATE" for c in codes if c != plan.currency)


def _table(table: str, drafts: list[Draft], lang: str) -> list[str]:
    """Write the rules of one of our tables."""
    if len(drafts) == 1:
        return [f"  {table}:", *_rule(drafts[0], "    ", lang)]
    out = [f"  {table}:"]
    for made in drafts:
        first, *rest = _rule(made, "      ", lang)
        out += [f"    - {first.strip()}", *rest]
    return out


def _rule(made: Draft, pad: str, lang: str) -> list[str]:
    """Write one rule: its source, its shape, its columns, its lookups."""
    place = made.seen.place
    out = [f"{pad}file: {quoted(place.path.name)}{_found(made, lang)}"] if place.path else []
    out += [f"{pad}sheet: {quoted(place.sheet)}"] if place.sheet else []
    out += [f"{pad}table: {quoted(place.table)}"] if place.table else []
    out += [f"{pad}encoding: {place.encoding}"] if place.encoding else []
    rows = list(range(place.header, place.header + place.deep))
    out += [f"{pad}header: {rows if place.deep > 1 else rows[0]}"] if place.header else []
    out += [f"{pad}escaped: true"] if made.escaped else []
    out += [f"{pad}# {said(n, lang)}" for n in made.notes]
    months = made.known.wide
    if months is not None:
        name, value = months.free(made.seen, "month"), months.free(made.seen, "value")
        columns = quoted(list(months.columns))
        year = f", year: {quoted(made.year)}" if made.year else ""
        named = f"names_to: {name}, values_to: {value}{year}"
        out.append(f"{pad}unpivot: {{columns: {columns}, {named}}}")
    out += [f"{pad}fill_down: {quoted(made.fill_down)}"] if made.fill_down else []
    out += [f"{pad}where: {quoted(made.where)}"] if made.where else []
    out += [f"{pad}footer: {made.footer}"] if made.footer else []
    out += [f"{pad}columns:"]
    for line in made.lines:
        out += _line(made.known.table, line, pad + "  ", lang)
    if made.unused:
        names = ", ".join(map(one_line, made.unused))
        out.append(f"{pad}  # {label('draft.not_used', lang, names=names)}")
    if made.joins:
        out += [f"{pad}joins:"]
        for join in made.joins:
            out += _join(made.known.table, join, pad + "  ", lang)
    return out


def _found(made: Draft, lang: str) -> str:
    """Say what opening the file found out."""
    opened, place = made.seen.opened, made.seen.place
    files = made.seen.memo.get("files", ())
    parts = [label("draft.files", lang, n=count(len(files)))] if files else []
    parts += (
        [opened.encoding]
        if opened.encoding not in ("", "utf-8", "utf-8-sig", place.encoding)
        else []
    )
    header = label("draft.header", lang, n=count(opened.header))
    parts += [header] if opened.header > 1 else []
    return f"  # {', '.join(parts)}" if parts else ""


def _join(table: str, join: Lookup, pad: str, lang: str) -> list[str]:
    """Write one lookup."""
    place = join.seen.place
    source = [f"file: {quoted(place.path.name)}"] if place.path else []
    source += [f"sheet: {quoted(place.sheet)}"] if place.sheet else []
    source += [f"table: {quoted(place.table)}"] if place.table else []
    out = [f"{pad}- {source[0]}", *(f"{pad}  {s}" for s in source[1:])]
    out += [
        f"{pad}  key: {quoted(join.key)}",
        f"{pad}  lookup_key: {quoted(join.lookup_key)}",
        f"{pad}  take:",
    ]
    for line in join.lines:
        out += _line(table, line, pad + "    ", lang)
    return out


def _line(table: str, line: Line, pad: str, lang: str) -> list[str]:
    """Write the line of one column, with its remarks below it."""
    out = [pad + _first(table, line, lang)] if line.spec or _named(table, line.ours) else []
    out += [f"{pad}#   {said(n, lang)}" for n in line.notes]
    out += [
        f"{pad}#   {line.ours}: {_spec(spec)}  # {label('draft.for', lang, example=example)}"
        for spec, example in line.choices
    ]
    return out


def _named(table: str, ours: str) -> bool:
    """Tell whether a column that is not there is worth a line."""
    required = {c.name for c in TABLES[table] if c.required}
    return ours in required or (table == "sales" and ours in _WANTED)


def _first(table: str, line: Line, lang: str) -> str:
    """Write the rule of one column, or a comment where there is none."""
    if line.reason == "row":
        return f"{line.ours}: {{row: true}}  # {label('reason.no_number', lang)}"
    if line.reason == "constant":
        return f"{line.ours}: {_spec(line.spec)}  # {label('reason.one_for_all', lang)}"
    if line.reason == "reused":
        return f"# {line.ours}: {_spec(line.spec)}  # {label('reason.useful', lang)}"
    if not line.spec:
        required = any(c.required and c.name == line.ours for c in TABLES[table])
        need = label("draft.required" if required else "draft.theirs", lang)
        return f"# {line.ours}:   {need}"
    note = f"  # {label(f'reason.{line.reason}', lang)}, {percent(line.confidence, 0)}"
    return f"{'# ' if line.asleep else ''}{line.ours}: {_spec(line.spec)}{note}"


def _spec(spec: dict[str, Any]) -> str:
    """Write what a mapping says about one column."""
    if set(spec) == {"column"}:
        return quoted(spec["column"])
    plain = ("unit", "cast", "row", "year")
    return (
        "{"
        + ", ".join(
            f"{k}: {v if k in plain and not isinstance(v, bool) else quoted(v)}"
            for k, v in spec.items()
        )
        + "}"
    )
