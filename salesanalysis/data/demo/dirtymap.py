"""The mapping file that reads the ugly exports back, written from what the offices do."""

import json
from collections.abc import Mapping

from salesanalysis.data.demo.breakage import STATUS, TEST_ACCOUNTS
from salesanalysis.data.demo.offices import HEADER_ROW, Office
from salesanalysis.data.demo.registers import STAFF, TARGET_VALUES, TARGETS, month_names
from salesanalysis.labels import Terms

#: Columns whose values an export in Chinese writes in Chinese, and we in English.
TRANSLATED = ("region", "team", "product_line", "customer_type", "channel", "role", "level")

#: Column -> value -> language -> text.
Names = Mapping[str, Mapping[str, Mapping[str, str]]]


def quoted(text: object) -> str:
    """Return a text as YAML reads it back, whatever it holds.

    Examples
    --------
    >>> quoted("金额（万元）")
    '"金额（万元）"'
    """
    return json.dumps(str(text), ensure_ascii=False)


def mapping_text(
    places: list[tuple[Office, str]], terms: Terms, *, lang: str, as_of: str, year: int
) -> str:
    """Return the text of ``mapping.yaml``.

    Parameters
    ----------
    places : list of (office, sheet)
        One for every file, or pattern of files, and sheet.
    terms : Terms
        Of the demo company.
    """
    names = terms.to_dict()
    lines = [
        "# Reads the ugly exports in this folder; truth.json says what is broken in them.",
        "name: demo-dirty",
        "title: {en: Demo company (exports), zh: 示范公司（导出文件）}",
        "currency: CNY",
        f"as_of: {quoted(as_of)}",
        f"order: {{region: [{', '.join(map(quoted, names['region']))}]}}",
        "tables:",
        "  sales:",
    ]
    for office, sheet in places:
        lines += _sales_rule(office, sheet, names, lang)
    lines += _register("people", STAFF, names, lang)
    lines += _targets(names, lang, year)
    lines += _cleaning(lang)
    lines += ["terms:"]
    for column in TRANSLATED:
        lines += [f"  {column}:"]
        lines += [f"    {quoted(v)}: {{zh: {quoted(t['zh'])}}}" for v, t in names[column].items()]
    return "\n".join(lines) + "\n"


def _sales_rule(office: Office, sheet: str, names: Names, lang: str) -> list[str]:
    """Return the rule of one file, pattern or sheet."""
    lines = [f"    - file: {quoted(office.pattern[lang])}"]
    if office.workbook:
        theirs = {c.ours: quoted(c.name[lang]) for c in office.cells}
        kept = ", ".join(map(quoted, STATUS[lang]))
        lines += [
            f"      sheet: {quoted(sheet)}",
            f"      header: {HEADER_ROW}",
            f"      fill_down: [{theirs['region']}]",
            # a row of sums has no status
            f"      where: {{{theirs['status']}: [{kept}]}}",
        ]
    else:
        lines += [f"      encoding: {office.encoding}"]
    lines += ["      columns:"]
    for cell in office.cells:
        options = [cell.options, _kind(cell.ours), _values(cell.ours, names, lang)]
        lines += [_column(8, cell.ours, cell.name[lang], options)]
    order = next(c.name[lang] for c in office.cells if c.ours == "order_id")
    lines += [_column(8, "is_return", order, ["starts_with: R-"])]
    return lines


def _kind(ours: str) -> str:
    """Return the cast of a column the contract does not name."""
    return {"order_line": "cast: count", "discount_amount": "cast: number"}.get(ours, "")


def _values(ours: str, names: Names, lang: str) -> str:
    """Return how their values are called by us, where they differ."""
    if lang == "en" or ours not in TRANSLATED:
        return ""
    terms = names[ours]
    pairs = [f"{quoted(text['zh'])}: {quoted(v)}" for v, text in terms.items()]
    return f"values: {{{', '.join(pairs)}}}"


def _column(indent: int, ours: str, theirs: str, options: list[str]) -> str:
    """Return the line of one column: their name alone where nothing else is to say."""
    said = [o for o in options if o]
    if not said:
        return f"{' ' * indent}{ours}: {quoted(theirs)}"
    return f"{' ' * indent}{ours}: {{column: {quoted(theirs)}, {', '.join(said)}}}"


def _register(
    table: str, spec: Mapping[str, tuple[str, str]], names: Names, lang: str
) -> list[str]:
    """Return the rule of the staff list."""
    at = 0 if lang == "zh" else 1
    lines = [f"  {table}:", f"    file: {quoted(spec['file'][at])}", "    columns:"]
    for ours, headers in spec.items():
        if ours != "file":
            lines += [_column(6, ours, headers[at], [_values(ours, names, lang)])]
    return lines


def _targets(names: Names, lang: str, year: int) -> list[str]:
    """Return the rule of the targets: a column for each month becomes a row for each."""
    at = 0 if lang == "zh" else 1
    month, value = TARGETS["month"][at], TARGETS["value"][at]
    months = ", ".join(quoted(name) for name in month_names(lang))
    fixed = {"plan_id": f"demo-{year}", "version": "1", "layer": "plan", "tier": "base"}
    fixed |= {"method": "working_days", "status": "released"}
    lines = [
        "  targets:",
        f"    file: {quoted(TARGETS['file'][at])}",
        f"    encoding: {'gbk' if lang == 'zh' else 'utf-8'}",
        f"    unpivot: {{columns: [{months}], names_to: {month}, values_to: {value}}}",
        "    columns:",
        *(f"      {c}: {{constant: {quoted(v)}}}" for c, v in fixed.items()),
        f"      period: {{paste: [{quoted(TARGETS['year'][at])}, {quoted(month)}], "
        f"format: {quoted('%Y %m月' if at == 0 else '%Y M%m')}}}",
        f"      value: {quoted(value)}",
    ]
    for ours in ("region", "team", "salesperson", "metric", "unit", "span"):
        said = _values(ours, names, lang)
        if lang == "zh" and ours in TARGET_VALUES:
            pairs = [f"{quoted(v)}: {quoted(k)}" for k, v in TARGET_VALUES[ours].items()]
            said = f"values: {{{', '.join(pairs)}}}"
        lines += [_column(6, ours, TARGETS[ours][at], [said])]
    return lines


def _cleaning(lang: str) -> list[str]:
    """Return what is dropped, and why nothing else is."""
    words = ", ".join(map(quoted, TEST_ACCOUNTS[lang]))
    return [
        "cleaning:  # what is not named here is counted and kept",
        "  total_rows: drop",
        f"  test_accounts: {{action: drop, words: [{words}]}}",
        f"  listed: {{action: drop, where: {{status: [{quoted(STATUS[lang][1])}]}}}}",
        "  duplicates: drop",
        "  zero_price: drop",
        "  negative_price: drop",
    ]
