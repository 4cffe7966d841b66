"""The page a reader gets: no code, nothing fetched, every Chinese character has its glyph."""

import base64
import subprocess
from pathlib import Path

import pytest
from browserpage import FLAGS, chromium

from salesanalysis.errors import ContractError
from salesanalysis.report.clean import clean_html
from salesanalysis.report.fontsubset import font_css
from salesanalysis.report.page import PageInfo, Trouble, page

ROOT = Path(__file__).resolve().parents[2]
PNG = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
).decode()


def md(source: str) -> dict:
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def code(*outputs: dict, source: str = "secret_call()", tags: tuple = ()) -> dict:
    return {
        "cell_type": "code",
        "source": source,
        "outputs": list(outputs),
        "metadata": {"tags": list(tags)},
    }


def shows(**data) -> dict:
    return {
        "output_type": "display_data",
        "data": {k.replace("_", "/", 1): v for k, v in data.items()},
        "metadata": {},
    }


def says(text: str, name: str = "stdout") -> dict:
    return {"output_type": "stream", "name": name, "text": text}


def test_a_page_shows_prose_results_and_pictures_but_no_code() -> None:
    cells = [
        md("# Targets\n\n**Question.** Who sells what?"),
        code(says("never shown\n"), tags=("parameters",)),
        md("## 1. Finding"),
        code(says("East leads.\nWest follows.\n"), shows(image_png=PNG, text_plain="<Axes>")),
    ]
    html = page({"cells": cells}, PageInfo(region="East", as_of="31 Mar 2024"))
    assert "secret_call" not in html
    assert "never shown" not in html
    assert "<p>East leads.</p><p>West follows.</p>" in html
    assert f'<img src="data:image/png;base64,{PNG}" alt="1. Finding">' in html
    assert "<h1>Targets</h1>" in html
    assert html.count("<h1>") == 1
    assert "Data as of 31 Mar 2024" in html


def test_columns_aligned_by_hand_keep_their_alignment_and_sentences_flow() -> None:
    html = page({"cells": [code(says("name    sales\nEast      1.0\n"))]}, PageInfo())
    assert "<pre>name    sales\nEast      1.0</pre>" in html


def test_a_page_that_is_not_good_says_so_in_red_with_section_cell_and_message() -> None:
    trouble = Trouble("failed", "2. Method", 7, "KeyError: 'East' <b>")
    html = page({"cells": [md("# Targets")]}, PageInfo(trouble=trouble))
    assert "▲ This page is not complete: failed in section “2. Method”, cell 7." in html
    assert "KeyError: &#39;East&#39; &lt;b&gt;" in html
    zh = page({"cells": [md("# 目标")]}, PageInfo(lang="zh", trouble=trouble))
    assert "本页不完整：失败，章节“2. Method”，第7单元。" in zh


def test_a_reader_sees_the_settings_in_words_and_no_file_places() -> None:
    parameters = {"data": "outputs/demo/.data", "horizon": 12, "region": "East", "cap": None}
    html = page({"cells": []}, PageInfo(parameters=parameters))
    assert '<th scope="row">Months ahead</th><td>12</td>' in html
    assert "outputs/demo" not in html
    assert "预测月数" in page({"cells": []}, PageInfo(lang="zh", parameters=parameters))


def test_nothing_an_output_brings_along_runs_or_fetches() -> None:
    bad = (
        '<style>@import "https://h/x.css"; td{background:url(https://h/x.png)}</style>'
        '<script src="https://h/x.js">run()</script><link rel="stylesheet" href="https://h/x.css">'
        '<img src="https://h/x.png" onerror="run()"><iframe src="//h"></iframe>'
        '<a href="https://h/read">read</a><table class="sa"><tr><td class="n">1 &lt; 2</td></tr></table>'
    )
    assert clean_html(bad) == (
        "<style> td{background:}</style><img>"
        '<a href="https://h/read">read</a><table class="sa"><tr><td class="n">1 &lt; 2</td></tr></table>'
    )
    html = page(
        {"cells": [code(shows(text_html=bad)), md("![x](https://h/y.png) <script>run()</script>")]},
        PageInfo(),
    )
    assert "<script" not in html
    assert "https://h/y.png" not in html


def test_a_chinese_page_carries_its_font_and_an_english_one_only_when_it_must() -> None:
    zh = page({"cells": [md("# 目标")]}, PageInfo(lang="zh"))
    assert zh.count("@font-face") == 1
    assert len(zh) < 40_000
    assert "@font-face" not in page({"cells": [md("# Targets")]}, PageInfo())
    mixed = page({"cells": [md("# Targets for 华东")]}, PageInfo())
    assert mixed.count("@font-face") == 1
    assert len(mixed) < len(zh)


def test_the_same_page_is_the_same_bytes() -> None:
    cells = {"cells": [md("# 目标"), code(shows(image_png=PNG))]}
    assert page(cells, PageInfo(lang="zh")) == page(cells, PageInfo(lang="zh"))


def test_a_character_without_a_glyph_is_refused() -> None:
    with pytest.raises(ContractError) as caught:
        font_css("𠀀", whole=True)
    assert str(caught.value) == (
        "1 characters of the page are not in the font: 𠀀 (U+20000).\n"
        "  where: page text and NotoSansSC-Regular.ttf\n"
        "  fix:   write them with other characters"
    )


def test_the_style_sheet_stays_small() -> None:
    from salesanalysis.report.page import style

    assert len(style().encode()) <= 20_000


@pytest.mark.browser
def test_a_browser_draws_the_page_without_asking_for_anything(tmp_path) -> None:
    browser = chromium()
    file = tmp_path / "page.html"
    text = "目标从一个数字到每个人" * 20
    file.write_text(
        page({"cells": [md(f"# 目标\n\n{text}")]}, PageInfo(lang="zh")), encoding="utf-8"
    )
    shot = tmp_path / "page.png"
    subprocess.run(
        [
            browser,
            *FLAGS,
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--screenshot={shot}",
            "--window-size=400,900",
            file.as_uri(),
        ],
        capture_output=True,
        check=True,
        timeout=60,
    )
    from PIL import Image

    picture = Image.open(shot).convert("L")
    assert picture.size == (400, 900)
    assert (
        min(
            picture.getdata()
            if not hasattr(picture, "get_flattened_data")
            else picture.get_flattened_data()
        )
        < 80
    )
    assert Path(shot).stat().st_size > 5_000
