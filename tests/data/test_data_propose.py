"""A file nobody described yet ends in a mapping to edit, not only in an error."""

from pathlib import Path

import pytest

import salesanalysis as sa
from salesanalysis.data.propose import Proposal
from salesanalysis.data.propose import propose as propose_counted
from salesanalysis.errors import ContractError

ENGLISH = """Invoice No,Order Date,Territory,Sales Rep,Category,Qty,Net Amount,Remark
A1,2024-01-05,North,Ann,Tea,2,10.50,x
A2,2024-02-28,NA,None,Tea,1,5.25,y
A3,2024-02-29,South,Bob,Coffee,4,20.00,
"""
CHINESE = """订单编号,销售日期,大区,业务员,品类,数量,销售额
1,2024年1月5日,华东,李雷,茶,2,10.50
2,2024年2月29日,华南,韩梅梅,咖啡,1,5.25
"""


def propose(source: Path) -> Proposal:
    """Propose without counting what the rules find, which is quicker."""
    return propose_counted(source, counts=False)


def write(folder: Path, text: str, name: str = "export.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def round_trip(file: Path):
    mapping = file.parent / "mapping.yaml"
    mapping.write_text(propose(file).to_yaml(), encoding="utf-8")
    return sa.load(file, mapping=mapping)


def test_english_headers_are_found_by_their_usual_names(tmp_path: Path) -> None:
    proposal = propose(write(tmp_path, ENGLISH))
    assert proposal.found() == {
        "order_id": "Invoice No",
        "date": "Order Date",
        "region": "Territory",
        "salesperson": "Sales Rep",
        "product_line": "Category",
        "quantity": "Qty",
        "revenue": "Net Amount",
    }
    assert proposal.unused == ("Remark",)
    assert proposal.headline() == (
        "export.csv loads with this draft: 3 order lines worth 36 CNY from Jan 2024 to Feb 2024; "
        "remarks to check: 1"
    )


def test_the_proposed_mapping_of_an_english_file_loads_it(tmp_path: Path) -> None:
    data = round_trip(write(tmp_path, ENGLISH))
    assert data.panel().total() == 35.75
    assert data.regions == ["NA", "North", "South"]
    assert sorted(data.frame("sales")["salesperson"]) == ["Ann", "Bob", "None"]
    assert data.name == "export"


def test_the_proposed_mapping_of_a_chinese_file_loads_it(tmp_path: Path) -> None:
    data = round_trip(write(tmp_path, CHINESE, "订单明细.csv"))
    assert data.panel(by=["region"]).select(region="华东").total() == 10.5
    assert data.frame("sales")["salesperson"].tolist() == ["李雷", "韩梅梅"]
    assert data.name == "订单明细"


def test_the_proposal_says_how_sure_it_is_and_what_is_missing(tmp_path: Path) -> None:
    text = propose(write(tmp_path, ENGLISH)).to_yaml()
    assert '      region: "Territory"  # known synonym, 95%\n' in text
    assert "      # cost:   their column\n" in text
    assert "      # not used: Remark\n" in text


def test_dates_whose_order_the_column_decides_need_no_format(tmp_path: Path) -> None:
    file = write(tmp_path, "day;area;sales\n31/01/2024;N;1.5\n28/02/2024;S;2.5\n")
    # the loader finds it out by itself: 31 is no month
    assert '      date: "day"  # known synonym, 95%\n' in propose(file).to_yaml()
    assert round_trip(file).panel(by=["region"]).months()[0].month == 1


def test_without_an_order_number_each_line_is_an_order_and_without_a_region_there_is_one(
    tmp_path: Path,
) -> None:
    data = round_trip(write(tmp_path, "date,revenue\n2024-01-31,1.5\n2024-01-31,2.5\n"))
    assert sorted(data.frame("sales")["order_id"]) == ["1", "2"]
    assert data.regions == ["All"]


def test_a_column_is_known_by_its_values_where_its_name_says_nothing(tmp_path: Path) -> None:
    rows = "".join(f"2024-01-{i:02d},{'NSW'[i % 3]},{i}.5,{i}\n" for i in range(1, 21))
    proposal = propose(write(tmp_path, "c1,c2,c3,c4\n" + rows))
    assert proposal.found() == {"date": "c1", "region": "c2", "revenue": "c3"}
    assert set(proposal.to_frame().query("theirs != ''")["reason"]) == {"values"}


def test_a_name_that_fits_over_values_that_do_not_is_a_weak_guess(tmp_path: Path) -> None:
    file = write(tmp_path, "date,region,revenue\nsoon,N,1.5\n")
    row = propose(file).to_frame().set_index("column").loc["date"]
    assert (row["reason"], row["confidence"]) == ("values_differ", 0.4)


def test_a_column_that_must_be_there_and_is_not_stays_to_be_filled_in(tmp_path: Path) -> None:
    file = write(tmp_path, "region,comment\nN,a\nS,b\n")
    text = propose(file).to_yaml()
    assert "      # revenue:   REQUIRED: write the name of their column\n" in text
    with pytest.raises(ContractError, match="The mapping gives sales no 'date', 'revenue'"):
        round_trip(file)


def test_of_a_folder_the_file_that_looks_most_like_sales_is_taken(tmp_path: Path) -> None:
    write(tmp_path, ENGLISH)
    write(tmp_path, "id,name\n1,Ann\n", "people.csv")
    (tmp_path / "broken.csv").write_bytes(b"\xff\xfe\x00")
    proposal = propose(tmp_path)
    assert (proposal.file, proposal.others) == ("export.csv", ("broken.csv", "people.csv"))
    text = proposal.to_yaml()
    assert "# not used: people.csv: none of our tables; its columns are id, name\n" in text
    assert "# cannot be read: broken.csv: " in text


def test_loading_a_file_nobody_described_shows_the_proposal_and_writes_nothing(
    tmp_path: Path,
) -> None:
    file = write(tmp_path, ENGLISH)
    with pytest.raises(ContractError) as caught:
        sa.load(file)
    assert str(caught.value) == (
        "No mapping says which columns of export.csv are ours.\n"
        f"  where: {file}; export.csv loads with this draft: 3 order lines worth 36 CNY from Jan 2024 "
        "to Feb 2024; remarks to check: 1\n"
        f"  fix:   run: salesanalysis map {file}, check the mapping it writes, then load(..., "
        "mapping=that file). Proposed: order_id: Invoice No, date: Order Date, region: Territory, "
        "salesperson: Sales Rep, product_line: Category, quantity: Qty, revenue: Net Amount"
    )
    assert caught.value.rows["column"].tolist()[:3] == ["order_id", "date", "region"]
    assert set(caught.value.rows["table"]) == {"sales"}
    assert [p.name for p in tmp_path.iterdir()] == ["export.csv"]


def test_a_product_column_is_offered_for_the_product_line_that_is_missing(tmp_path: Path) -> None:
    file = write(tmp_path, ENGLISH.replace("Category", "Item"))
    proposal = propose(file)
    said = proposal.explain().splitlines()
    assert said[:3] == [
        "export.csv loads with this draft: 3 order lines worth 36 CNY from Jan 2024 to Feb 2024; "
        "remarks to check: 2",
        "no currency is declared; shown as CNY",
        "Useful and missing: Product line, for the pages by product. Without one, write "
        'product_line: "Item" to use their product column twice.',
    ]
    assert proposal.explain("zh").splitlines()[2] == (
        '建议补充：产品线，用于按产品分析的页面。若没有，可写product_line: "Item"，重复使用其产品列。'
    )
    line = (
        '      # product_line: "Item"  # useful for the pages by product: their column, or as here '
        "the one of product\n"
    )
    text = proposal.to_yaml()
    assert line in text
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(text.replace('# product_line: "Item"', 'product_line: "Item"'), "utf-8")
    frame = sa.load(file, mapping=mapping).frame("sales")
    assert frame["product_line"].tolist() == frame["product"].tolist() == ["Tea", "Tea", "Coffee"]


def test_where_a_product_line_is_found_or_no_product_nothing_is_offered(tmp_path: Path) -> None:
    both = ENGLISH.replace("Remark", "Item")
    assert propose(write(tmp_path, both)).found()["product"] == "Item"
    for text in (ENGLISH, both, "date,revenue\n2024-01-31,1.5\n"):
        proposal = propose(write(tmp_path, text))
        assert proposal.reusable() == {}
        assert "Useful" not in proposal.explain()


@pytest.mark.parametrize("text", ["", "\n", "Order,Day,Area,Net\n"])
def test_an_empty_file_is_called_empty_and_gets_no_mapping(tmp_path: Path, text: str) -> None:
    file = write(tmp_path, text)
    for call in (propose, sa.load):
        with pytest.raises(ContractError) as caught:
            call(file)
        below = ": there is no row below the header" if text.strip() else ""
        assert str(caught.value) == (
            f"export.csv is empty{below}.\n  where: {file}\n  fix:   check the export"
        )


def test_a_header_that_would_break_yaml_survives(tmp_path: Path) -> None:
    data = round_trip(write(tmp_path, 'date,region,"revenue: ""net"" # x"\n2024-01-31,No,1.5\n'))
    assert data.regions == ["No"]


def test_it_explains_itself_in_both_languages(tmp_path: Path) -> None:
    proposal = propose(write(tmp_path, CHINESE))
    assert proposal.explain().splitlines()[2] == "Order from 订单编号 (known synonym, 94%)"
    assert proposal.explain("zh").splitlines()[:3] == [
        "用此草案可读入export.csv：2024年1月至2024年2月共2条订单明细，16元；待核对说明1处",
        "未声明货币，按CNY显示",
        "订单号取自订单编号（已知同义词，94%）",
    ]


def test_a_folder_without_a_table_has_no_proposal(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        propose(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} holds no table that can be read.\n"
        f"  where: folder {tmp_path}\n"
        "  fix:   put CSV, Excel, Parquet or DuckDB files there"
    )
