"""`map` on exports in other languages: the first draft loads, to the last digit."""

from pathlib import Path

import pytest

import salesanalysis as sa
from salesanalysis.data.propose import propose


def drafted(path: Path, *, encoding: str = ""):
    """Propose, write, load: nothing is edited."""
    proposal = propose(path, counts=False, encoding=encoding)
    mapping = path.parent / "draft.yaml"
    mapping.write_text(proposal.to_yaml(), encoding="utf-8")
    assert not proposal.required, proposal.to_yaml()
    return sa.load(path, mapping=mapping), proposal.to_yaml()


FRENCH = """Date de commande;N° de commande;Région;Commercial;Client;Quantité;Montant HT
2 janv. 2024;C-1;Bretagne;Zoë;L’Œil;9;7 086,11 €
18 févr. 2024;C-2;Île-de-France;Zoë;Aÿ;4;1 000,00 €
1 août 2024;C-3;Bretagne;Noël;Aÿ;1;-86,11 €
"""
JAPANESE = """受注番号,受注日,支店,担当者,得意先名,商品名,数量,売上金額
D1,令和6年1月13日,大阪,佐藤,タナカ,ノート,5,"1,745,493"
D2,令和6年2月1日,東京,鈴木,ヤマダ,ペン,2,"1,215,198"
"""
ARABIC = """رقم الطلب,التاريخ,المنطقة,العميل,المبلغ
A0,2024/01/01,الرياض,شركة,٩٩٦٢٫٨١
A1,2024/01/26,جدة,شركة,١٧١٩٤٫٢٣
"""


@pytest.mark.parametrize(
    ("text", "regions", "amount", "first"),
    [
        (FRENCH, {"Bretagne", "Île-de-France"}, 8000.00, "2024-01-02"),
        (JAPANESE, {"大阪", "東京"}, 2960691.0, "2024-01-13"),
        (ARABIC, {"الرياض", "جدة"}, 27157.04, "2024-01-01"),
    ],
    ids=["French", "Japanese", "Arabic"],
)
def test_headings_and_dates_of_a_language_are_known(tmp_path, text, regions, amount, first) -> None:
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    data, _ = drafted(path)
    frame = data.frame("sales")
    assert set(frame["region"]) == regions
    assert data.origins["sales"].amount == amount
    assert f"{frame['date'].min():%Y-%m-%d}" == first


def test_a_crosstab_with_months_by_name_becomes_rows_and_its_total_is_not_counted(tmp_path) -> None:
    path = tmp_path / "rapor.csv"
    path.write_bytes(
        "Bölge;Müşteri;Oca 2024;Şub 2024;Mar 2024;Toplam\n"
        "Marmara;Şişecam;11.913,08;25.565,14;29.317,60;66.795,82\n"
        "Ege;Iğdır A.Ş.;8.274,97;;24.002,99;32.277,96\n".encode("cp1254")
    )
    data, text = drafted(path)
    frame = data.frame("sales")
    assert "encoding: cp1254" in text
    assert (len(frame), data.origins["sales"].amount) == (5, 99073.78)
    assert set(frame["customer"]) == {"Şişecam", "Iğdır A.Ş."}
    assert sorted({f"{d:%Y-%m}" for d in frame["date"]}) == ["2024-01", "2024-02", "2024-03"]


def test_years_of_taiwan_are_declared_where_every_day_has_one(tmp_path) -> None:
    path = tmp_path / "訂單.csv"
    path.write_text("訂單編號,日期,區域,金額\nT0,113/01/06,高雄,39108\nT1,112/12/31,台北,74\n")
    data, text = drafted(path)
    assert 'format: "roc %Y/%m/%d"' in text
    assert "years are counted as in Taiwan: 112 is 2023" in text
    assert sorted(f"{d:%Y-%m-%d}" for d in data.frame("sales")["date"]) == [
        "2023-12-31",
        "2024-01-06",
    ]


def test_three_digits_that_are_no_year_near_ours_are_left_to_the_reader(tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("訂單編號,日期,區域,金額\nT0,913/01/06,高雄,39108\nT1,912/12/31,台北,74\n")
    assert (
        "roc" not in propose(path, counts=False).to_yaml().split("cleaning:")[0].split("tables:")[1]
    )
