"""A small company in a folder: three regions, six people, two product lines, 39 months."""

from pathlib import Path

import pandas as pd

MAPPING = """\
name: pumps
title: {en: Pump works, zh: 水泵厂}
currency: CNY
as_of: 2024-03-31
tables:
  sales:
    file: sales.csv
    columns:
      order_id: order_id
      date: date
      region: region
      product_line: product_line
      team: team
      salesperson: salesperson
      customer: customer
      quantity: quantity
      revenue: revenue
  people:
    file: people.csv
    columns:
      salesperson: salesperson
      manager: manager
      team: team
      region: region
      valid_from: valid_from
      valid_to: valid_to
"""
PEOPLE = {"East": [("Li", "A"), ("Wu", "A"), ("Zhao", "B")], "West": [("Sun", "C"), ("Qian", "C")]}
PEOPLE["South"] = [("Feng", "D")]


def write_shop(folder: Path) -> Path:
    """Write the tables and the mapping; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, n = [], 0
    for m in pd.date_range("2021-01-01", "2024-03-01", freq="MS"):
        season = {11: 1.3, 2: 0.7}.get(m.month, 1.0) * (1 + 0.1 * (m.year - 2021))
        for region, who in PEOPLE.items():
            for k, (person, team) in enumerate(who):
                for j, line in enumerate(("Pumps", "Valves")):
                    n += 1
                    value = 1000 * (3 - k) * season + 100 * j + (n * 37) % 90
                    rows.append(
                        (f"S{n}", f"{m:%Y-%m}-15", region, line, team, person, f"C{k}{j}", 5,
                         round(value, 2))
                    )  # fmt: skip
    names = "order_id date region product_line team salesperson customer quantity revenue"
    pd.DataFrame(rows, columns=names.split()).to_csv(folder / "sales.csv", index=False)
    people = [
        ("Li", "", "A", "East", "2019-01-01", ""),
        ("Wu", "Li", "A", "East", "2020-01-01", ""),
        ("Zhao", "Li", "B", "East", "2020-01-01", "2024-06-30"),
        ("Feng", "", "D", "South", "2019-01-01", ""),
        ("Sun", "", "C", "West", "2019-01-01", ""),
        ("Qian", "Sun", "C", "West", "2020-05-01", ""),
    ]
    columns = ["salesperson", "manager", "team", "region", "valid_from", "valid_to"]
    pd.DataFrame(people, columns=columns).to_csv(folder / "people.csv", index=False)
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    return folder
