"""The demo company as ugly exports: every breakage is counted, every clean line is still there."""

import csv
import gzip
import hashlib
import json
import re
import unicodedata
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from salesanalysis.data.demo import generate
from salesanalysis.data.demo.breakage import CHANGED, EXTRA, STRANGERS, TEST_ACCOUNTS
from salesanalysis.data.demo.command import make
from salesanalysis.data.demo.dirty import Truth, dirty_folder, write_dirty
from salesanalysis.errors import ContractError

AS_OF = pd.Timestamp("2024-03-31")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("demo") / "zh"
    return folder, write_dirty(folder)


@pytest.fixture(scope="module")
def told(made) -> dict:
    return json.loads((made[0] / "truth.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def clean() -> pd.DataFrame:
    sales = generate().tables["sales"]
    return sales[sales["date"] <= AS_OF]


def amount(text: str) -> Decimal:
    """Read an amount as a careful person would, with nothing of the package."""
    text = unicodedata.normalize("NFKC", str(text)).strip().replace(",", "").replace("¥", "")
    if text in ("", "-"):
        return Decimal(0)
    return -Decimal(text[1:-1]) if text.startswith("(") else Decimal(text)


NAMES = [
    "order", "line", "date", "region", "team", "seller", "product_line", "product", "customer",
    "type", "channel", "quantity", "price", "discount", "revenue", "cost", "status",
]  # fmt: skip


def text_rows(path: Path, encoding: str, delimiter: str) -> list[list[str]]:
    raw = path.read_bytes()
    raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
    lines = raw.decode(encoding).split("\r\n")
    assert lines[-1] == ""
    return list(csv.reader(lines[1:-1], delimiter=delimiter))


@pytest.fixture(scope="module")
def found(made) -> pd.DataFrame:
    """Every row of the files, read again without the package."""
    folder = made[0]
    texts = [
        ("销售明细2020.txt", "utf-16", "\t", "%Y/%m/%d"),
        ("订单明细_2021年.csv", "gbk", ",", "%Y年%m月%d日"),
        ("订单明细_2022年.csv", "gbk", ",", "%Y年%m月%d日"),
        ("销售导出2023.csv.gz", "utf-8-sig", ",", "%d/%m/%Y"),
    ]
    parts = []
    for name, encoding, delimiter, day in texts:
        table = pd.DataFrame(text_rows(folder / name, encoding, delimiter), columns=NAMES)
        table["date"] = pd.to_datetime(table["date"], format=day, errors="coerce")
        for column in ("revenue", "cost", "discount", "price", "quantity"):
            table[column] = table[column].map(amount)
        if "2023" in name:
            table[["revenue", "cost"]] *= 10_000
            table["customer"] = table["customer"].replace("N/A", "")
        parts.append(table.assign(file=name, sheet=""))
    book = openpyxl.load_workbook(folder / "销售台账2024.xlsx")
    for sheet in book.worksheets:
        rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=3)]
        table = pd.DataFrame(rows, columns=NAMES)
        table["region"] = table["region"].ffill()
        days = pd.to_numeric(table["date"]).astype("Float64").astype("Int64")
        table["date"] = pd.Timestamp("1899-12-30") + pd.to_timedelta(days, unit="D")
        for column in ("revenue", "cost", "discount", "price", "quantity"):
            table[column] = table[column].fillna(0).map(amount)
        parts.append(table.assign(file="销售台账2024.xlsx", sheet=sheet.title))
    rows = pd.concat(parts, ignore_index=True)
    texts = ["seller", "customer", "product", "status", "region"]
    rows[texts] = rows[texts].fillna("")
    return rows.assign(line=rows["line"].fillna("").astype(str).str.removesuffix(".0"))


def sold(found: pd.DataFrame) -> pd.DataFrame:
    return found[found["order"] != "合计"]


def at(told: dict, rule: str) -> tuple[int, Decimal]:
    return told["breakages"][rule]["rows"], Decimal(told["breakages"][rule]["money"])


def counts(rows: pd.DataFrame) -> tuple[int, Decimal]:
    return len(rows), sum(rows["revenue"], Decimal(0)).quantize(Decimal("0.01"))


# 1. the files are as ugly as promised


def test_every_file_is_written_the_way_its_office_writes(made) -> None:
    folder = made[0]
    wide = (folder / "销售明细2020.txt").read_bytes()
    assert wide.startswith(b"\xff\xfe")
    text = wide.decode("utf-16")
    assert text.startswith("单据编号\t序号\t日期\t大区")
    assert re.search(r"\t2020/1/2\t", text)
    assert re.search(r"\t\(\d,\d{3}\.\d\d\)\t", text)
    assert re.search(r"\t-?[０-９]+\t", text)
    gbk = (folder / "订单明细_2021年.csv").read_bytes().decode("gbk")
    assert re.search(r"SO2021-\d{5},\d+,2021年01月\d\d日,", gbk)
    assert '"￥1,' in gbk
    assert re.search("\r\n合计,,2021年12月31日,,,,,,,,,", gbk)
    packed = (folder / "销售导出2023.csv.gz").read_bytes()
    assert packed[4:8] == b"\0\0\0\0"
    plain = gzip.decompress(packed)
    assert plain.startswith("\ufeff订单编号".encode())
    assert "金额（万元）" in plain.decode("utf-8-sig").partition("\r\n")[0]
    assert b",N/A," in plain


def test_the_workbook_has_a_sheet_a_month_a_title_and_regions_named_once(made) -> None:
    book = openpyxl.load_workbook(made[0] / "销售台账2024.xlsx")
    assert book.sheetnames == ["1月", "2月", "3月"]
    sheet = book["1月"]
    assert sheet["A1"].value == "示范公司 1月"
    assert [c.value for c in sheet[2]][:4] == ["订单号", "行", "日期", "区域"]
    regions = [c.value for c in sheet["D"][2:]]
    assert sorted(filter(None, regions)) == sorted(["华东", "华南", "华北", "西部", "大客户部"])
    last = [c.value for c in sheet[sheet.max_row]]
    assert last[0] == "合计"
    assert last[2] is None
    assert sheet["C3"].value.isdigit()


def test_targets_have_a_column_for_each_month(made) -> None:
    lines = (made[0] / "销售目标.csv").read_bytes().decode("gbk").split("\r\n")
    assert lines[0].endswith("口径," + ",".join(f"{m}月" for m in range(1, 13)))
    assert lines[1] == '2024,,,,销售额,元,年,"130,000,000.00"' + ",-" * 11
    assert lines[6] == "2024,华东,上海组,李伟,拜访量,次,月" + ",15.00" * 12


# 2. the counts of the truth are those of the files


def test_files_hold_the_rows_and_the_money_the_truth_says(found, told) -> None:
    assert told["written"]["rows"] == len(found)
    assert Decimal(told["written"]["money"]) == sum(found["revenue"])
    for file in told["files"]:
        part = found[(found["file"] == file["file"]) & (found["sheet"] == file.get("sheet", ""))]
        assert counts(part) == (file["rows"], Decimal(file["money"])), file


def test_what_is_written_is_the_clean_company_and_what_was_added(told, clean) -> None:
    assert told["clean"]["rows"] == len(clean)
    assert Decimal(told["clean"]["money"]) == Decimal(f"{clean['revenue'].sum():.2f}")
    extra = [b for b in told["breakages"].values() if b["effect"] == "extra"]
    assert told["written"]["rows"] == len(clean) + sum(b["rows"] for b in extra)
    money = Decimal(told["clean"]["money"]) + sum(Decimal(b["money"]) for b in extra)
    assert Decimal(told["written"]["money"]) == money
    assert {r for r, b in told["breakages"].items() if b["effect"] == "changed"} == set(CHANGED)
    assert set(told["breakages"]) == {*EXTRA, *CHANGED, "total_rows", "left_out"}


def test_duplicates_are_those_a_reader_finds(found, told) -> None:
    rows = sold(found)
    again = rows[rows.duplicated(NAMES)]
    assert counts(again) == at(told, "duplicates")
    assert sorted(again["order"] + "/" + again["line"]) == told["breakages"]["duplicates"]["keys"]


def test_totals_are_the_sums_of_the_rows_above_them(found, told) -> None:
    totals = found[found["order"] == "合计"]
    assert counts(totals[totals["sheet"] == ""]) == at(told, "total_rows")
    assert counts(totals[totals["sheet"] != ""]) == at(told, "left_out")
    sums = sold(found).groupby(["file", "sheet"])["revenue"].sum()
    for row in totals.itertuples():
        assert row.revenue == sums[row.file, row.sheet].quantize(Decimal("0.01"))


def test_prices_accounts_and_cancellations_are_counted(found, told) -> None:
    rows = sold(found)
    assert counts(rows[rows["price"] == 0]) == at(told, "zero_price")
    assert counts(rows[rows["price"] < 0]) == at(told, "negative_price")
    assert counts(rows[rows["customer"].isin(TEST_ACCOUNTS["zh"])]) == at(told, "test_accounts")
    cancelled = rows[rows["status"] == "已取消"]
    assert counts(cancelled) == at(told, "listed")
    gone = cancelled["order"].str.startswith("C-")
    pairs = cancelled.assign(order=cancelled["order"].str.removeprefix("C-"))
    assert gone.sum() * 2 == len(cancelled)
    assert set(pairs.groupby(["order", "product", "price"]).size()) == {2}
    assert not any(pairs.groupby("order")[["quantity", "revenue", "cost"]].sum().to_numpy().ravel())


def test_missing_and_strange_names_are_counted(found, told) -> None:
    rows = sold(found)
    assert counts(rows[rows["seller"] == ""]) == at(told, "missing_salesperson")
    assert counts(rows[rows["customer"] == ""]) == at(told, "missing_customer")
    assert counts(rows[rows["seller"].isin(STRANGERS["zh"])]) == at(told, "unknown_people")


def test_misspelt_products_are_no_products_and_each_is_told_apart(found, told) -> None:
    company = generate()
    names = {t["zh"] for t in company.terms.to_dict()["product"].values()}
    rows = sold(found)
    wrong = rows[~rows["product"].isin(names)]
    assert counts(wrong) == at(told, "unlike_names")
    assert set(wrong["product"]) == set(told["meant"])
    assert set(told["meant"].values()) <= names
    kinds = {
        "wide": lambda w, m: unicodedata.normalize("NFKC", w) == m,
        "case": lambda w, m: w != m and w.casefold() == m.casefold(),
        "swapped": lambda w, m: w != m and sorted(w) == sorted(m),
    }
    for kind, fits in kinds.items():
        assert any(fits(w, m) for w, m in told["meant"].items()), kind


def test_sales_before_hire_and_after_leave_are_counted(made, found, told) -> None:
    staff = pd.read_csv(made[0] / "员工花名册.csv", encoding="utf-8-sig").drop_duplicates("姓名")
    days = {c: pd.to_datetime(staff[c], format="%Y年%m月%d日") for c in ("入职日期", "离职日期")}
    hired = dict(zip(staff["姓名"], days["入职日期"], strict=True))
    left = dict(zip(staff["姓名"], days["离职日期"], strict=True))
    rows = sold(found)
    assert counts(rows[rows["date"] < rows["seller"].map(hired)]) == at(told, "before_hire")
    assert counts(rows[rows["date"] > rows["seller"].map(left)]) == at(told, "after_leave")


# 3. what is left when the extra rows are taken away


def test_without_the_extra_rows_every_clean_line_is_there_to_the_cent(found, told, clean) -> None:
    rows = sold(found).drop_duplicates(NAMES)
    rows = rows[(rows["price"] > 0) & (rows["status"] == "正常")]
    rows = rows[~rows["customer"].isin(TEST_ACCOUNTS["zh"])]
    names = generate().terms.to_dict()
    for column, ours in (
        ("region", "region"),
        ("product_line", "product_line"),
        ("type", "customer_type"),
    ):
        ours_of = {t["zh"]: v for v, t in names[ours].items()}
        rows = rows.assign(**{column: rows[column].map(ours_of)})
    columns = ["order", "line", "date", "region", "product_line", "type", "revenue", "cost"]
    theirs = clean.assign(
        order=clean["order_id"], line=clean["order_line"].astype(str), type=clean["customer_type"]
    )
    for column in ("revenue", "cost"):
        theirs[column] = theirs[column].map("{:.2f}".format)
        rows[column] = rows[column].map("{:.2f}".format)
    by = ["order", "line"]
    pd.testing.assert_frame_equal(
        rows[columns].sort_values(by, ignore_index=True),
        theirs[columns].sort_values(by, ignore_index=True),
        check_dtype=False,
    )


# 4. same bytes, other choices, refusals


def fingerprint(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_same_choices_give_the_same_bytes_and_another_seed_others(made, tmp_path: Path) -> None:
    write_dirty(tmp_path / "again")
    assert fingerprint(tmp_path / "again") == fingerprint(made[0])
    write_dirty(tmp_path / "again", seed=7, as_of="2020-06-30")
    one = fingerprint(tmp_path / "again")
    write_dirty(tmp_path / "again", seed=8, as_of="2020-06-30")
    same = {name for name, print_ in fingerprint(tmp_path / "again").items() if one[name] == print_}
    # the organisation and the plan are the same for every seed
    assert same == {"mapping.yaml", "员工花名册.csv", "销售目标.csv"}
    assert [p.name for p in tmp_path.iterdir()] == ["again"]


def test_an_export_in_english_of_an_earlier_day_holds_what_was_known_then(tmp_path: Path) -> None:
    mapping = dirty_folder(tmp_path / "en", lang="en", as_of="2022-06-30")
    assert mapping == tmp_path / "en" / "mapping.yaml"
    assert sorted(p.name for p in (tmp_path / "en").iterdir()) == [
        "mapping.yaml", "orders_2021.csv", "orders_2022.csv", "sales_2020.txt", "staff.csv",
        "targets.csv", "truth.json",
    ]  # fmt: skip
    rows = text_rows(tmp_path / "en" / "orders_2022.csv", "gbk", ",")
    assert rows[-1][0] == "Total"
    assert max(row[2] for row in rows) == "2022年06月30日"
    told = json.loads((tmp_path / "en" / "truth.json").read_text("utf-8"))
    assert told["as_of"] == "2022-06-30"
    assert {"Test customer"} <= {row[8] for row in rows}


def test_a_folder_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        write_dirty(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} is there already and is no dirty demo company.\n"
        f"  where: {tmp_path}\n"
        "  fix:   choose another folder: this one would be overwritten"
    )
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_a_day_outside_the_companys_life_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        write_dirty(tmp_path / "x", as_of="2019-12-31")
    assert str(caught.value) == (
        "as_of 2019-12-31 lies outside the demo company's life.\n"
        "  where: write_dirty(as_of=...)\n"
        "  fix:   choose a day from 2020-01-02 to 2024-12-31"
    )
    assert not list(tmp_path.iterdir())


def test_the_tables_in_memory_say_where_the_dirty_ones_are() -> None:
    with pytest.raises(ContractError) as caught:
        generate(dirty=True)
    assert str(caught.value) == (
        "dirty makes files, so it is no switch of the tables in memory.\n"
        "  where: demo.generate(...)\n"
        '  fix:   write load("demo", dirty=True), or salesanalysis demo FOLDER'
    )


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    assert make(folder, dirty=True) == [
        f"written: {folder}, 49,622 rows in 5 files of order lines",
        f"of them 49,391 are sales of CNY 358,213,700.91, 231 are none; counts in {folder / 'truth.json'}",
        f"read them: salesanalysis.load({str(folder)!r}), through {folder / 'mapping.yaml'}",
    ]
    with pytest.raises(ContractError) as caught:
        make(folder, dirty=True, scale=3)
    assert str(caught.value) == (
        "dirty and scale do not go together.\n"
        "  where: salesanalysis demo\n"
        "  fix:   write one folder with each"
    )
