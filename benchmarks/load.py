"""Ten million order lines to the monthly panel, beside DuckDB queries written by hand.

Two ratios are printed, both against the same target. The hand-written queries check nothing: one
reads the four columns of the panel and no other, one first reads all columns into a table, as ours
does with a text, whose every mapped column it reads and whose bad values it refuses; of Parquet it
asks the statistics of the file first. Each side runs in a process of its own, which also tells its
memory and processor time; Python keeps what it compiled, as it does for a package that is installed.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks import Row

ROOT = Path(__file__).resolve().parents[1]
LINES = 10_000_000
TARGET = 1.5
GIB = 2.0
TIMES = 3

_MAKE = """
COPY (SELECT 'SO' || lpad((i // 3)::VARCHAR, 8, '0') AS order_id,
  (DATE '2022-01-01' + (hash(i) % 1004)::INT) AS date, 'Region ' || (hash(i * 7) % 8) AS region,
  'Team ' || (hash(i * 7) % 40) AS team, 'Seller ' || (hash(i * 3) % 400) AS salesperson,
  'Line ' || (hash(i * 11) % 6) AS product_line, 'Product ' || (hash(i * 11) % 120) AS product,
  'Customer ' || (hash(i * 13) % 20000) AS customer, 'Type ' || (hash(i * 13) % 3) AS customer_type,
  'Channel ' || (hash(i * 17) % 3) AS channel, (1 + hash(i * 19) % 20)::DECIMAL(18, 4) AS quantity,
  (hash(i * 23) % 100000 / 100.0)::DECIMAL(18, 4) AS unit_price,
  ((1 + hash(i * 19) % 20) * (hash(i * 23) % 100000) / 100.0)::DECIMAL(18, 4) AS revenue,
  ((1 + hash(i * 19) % 20) * (hash(i * 23) % 100000) / 130.0)::DECIMAL(18, 4) AS cost,
  false AS is_return
  FROM range({lines}) AS t(i)) TO '{parquet}';
COPY (FROM '{parquet}') TO '{csv}' (HEADER)
"""
_MAPPING = """name: big
tables:
  sales:
    file: {file}
    columns:
{columns}
"""
_COLUMNS = [
    "order_id",
    "date",
    "region",
    "team",
    "salesperson",
    "product_line",
    "product",
    "customer",
    "customer_type",
    "channel",
    "quantity",
    "unit_price",
    "revenue",
    "cost",
    "is_return",
]
_OURS = """
import salesanalysis as sa
panel = sa.load({file!r}, mapping={mapping!r}).panel(by=["region", "product_line"])
answer = len(panel.frame), panel.frame["value"].sum()
"""
_THEIRS = """
import duckdb
con = duckdb.connect()
con.sql("SET enable_progress_bar = false")
{ingest}
rows = con.sql("SELECT region, product_line, date_trunc('month', date) AS period, sum(revenue) AS "
               "value FROM {table} GROUP BY ALL").df()
answer = len(rows), float(rows["value"].astype("float64").sum())
"""
_FRAME = """
import json, resource, time
began = time.perf_counter()
{code}
spent = time.perf_counter() - began
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([spent, used.ru_maxrss / 1024**2, used.ru_utime + used.ru_stime, answer]))
"""


def run(lines: int = LINES) -> list[Row | str]:
    """Measure Parquet and CSV, each against a bare query and against one that reads all columns."""
    with tempfile.TemporaryDirectory() as room:
        return _measured(Path(room), lines)


def _measured(room: Path, lines: int) -> list[Row | str]:
    import duckdb

    files = {kind: room / f"big.{kind}" for kind in ("parquet", "csv")}
    duckdb.connect().sql(_MAKE.format(lines=lines, parquet=files["parquet"], csv=files["csv"]))
    out: list[Row | str] = []
    for kind, file in files.items():
        mapping = room / f"{kind}.yaml"
        columns = "\n".join(f"      {c}: {c}" for c in _COLUMNS)
        mapping.write_text(_MAPPING.format(file=file.name, columns=columns), encoding="utf-8")
        ours = _OURS.format(file=str(file), mapping=str(mapping))
        bare = _THEIRS.format(ingest="", table=f"'{file}'")
        whole = _THEIRS.format(ingest=f"con.sql(\"CREATE TABLE t AS FROM '{file}'\")", table="t")
        out += _rows(kind, lines, room, {"ours": ours, "bare": bare, "whole": whole})
    return out


def _rows(kind: str, lines: int, room: Path, codes: dict[str, str]) -> list[Row | str]:
    """Run the three sides in turns, every second time in the other order."""
    found: dict[str, list[tuple[float, float, float]]] = {side: [] for side in codes}
    sides = list(codes.items())
    answers = set()
    for turn in range(TIMES):
        for side, code in sides[:: -1 if turn % 2 else 1]:
            took, gib, cpu, answer = _fresh(code, room)
            found[side].append((took, gib, cpu))
            answers.add((answer[0], round(answer[1], 2)))
    if len(answers) != 1:
        return [f"{kind}: the sides differ: {sorted(answers)}"]
    seconds = {side: median(s for s, _, _ in runs) for side, runs in found.items()}
    memory = {side: max(g for _, g, _ in runs) for side, runs in found.items()}
    cores = {side: median(c for _, _, c in runs) for side, runs in found.items()}
    spent = "; of processor {:.1f} s against {:.1f} s".format
    name = f"{lines:,} lines, {kind}"
    return [
        Row(f"{name}, to the panel", seconds["ours"], seconds["bare"], target=TARGET,
            note="against a query that reads four columns and checks nothing"
            + spent(cores["ours"], cores["bare"])),
        Row(f"{name}, to the panel", seconds["ours"], seconds["whole"], target=TARGET,
            note="against a query that first reads all columns into a table and checks nothing"
            + spent(cores["ours"], cores["whole"])),
        Row(f"{name}, memory", memory["ours"], GIB, target=1.0, unit="GiB",
            note=f"against 2 GiB; the hand-written sides took {memory['bare']:.2f} and "
            f"{memory['whole']:.2f}"),
    ]  # fmt: skip


def _fresh(code: str, room: Path) -> tuple[float, float, float, list[float]]:
    """Return seconds, GiB, seconds of all processors together, and the answer of the code."""
    kept = {"PYTHONPYCACHEPREFIX": str(room / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **kept}
    command = [sys.executable, "-c", _FRAME.format(code=code)]
    done = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
    answer: tuple[float, float, float, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return answer
