"""Made-up names of customers, in both languages; any likeness to a real company is chance."""

import numpy as np
import pandas as pd

from salesanalysis.data.demo.timeline import Flags, Ints

#: Cities of each region; key accounts are company groups and go without.
CITIES = (
    (("Shanghai", "上海"), ("Hangzhou", "杭州"), ("Suzhou", "苏州"), ("Ningbo", "宁波"),
     ("Wuxi", "无锡"), ("Nanjing", "南京"), ("Hefei", "合肥")),
    (("Guangzhou", "广州"), ("Shenzhen", "深圳"), ("Dongguan", "东莞"), ("Foshan", "佛山"),
     ("Xiamen", "厦门"), ("Zhuhai", "珠海")),
    (("Beijing", "北京"), ("Qingdao", "青岛"), ("Tianjin", "天津"), ("Jinan", "济南"),
     ("Shijiazhuang", "石家庄"), ("Yantai", "烟台")),
    (("Chengdu", "成都"), ("Chongqing", "重庆"), ("Kunming", "昆明"), ("Guiyang", "贵阳"),
     ("Mianyang", "绵阳")),
    (),
)  # fmt: skip
BRANDS = (
    ("Hengtai", "恒泰"), ("Jincheng", "锦程"), ("Ruida", "瑞达"), ("Dongsheng", "东昇"),
    ("Xinhua", "鑫华"), ("Tianyu", "天宇"), ("Boyuan", "博远"), ("Lihua", "利华"),
    ("Guangming", "广铭"), ("Shunfa", "顺发"), ("Minghui", "明辉"), ("Yonghe", "永和"),
    ("Kaida", "凯达"), ("Zhongrui", "中瑞"), ("Haorun", "昊润"), ("Fulin", "富林"),
    ("Junyi", "骏毅"), ("Weiye", "伟业"), ("Taihe", "泰和"), ("Xingwang", "兴旺"),
    ("Jiahe", "嘉禾"), ("Qihang", "启航"), ("Anda", "安达"), ("Longteng", "龙腾"),
    ("Shengda", "盛达"), ("Hongyuan", "宏源"), ("Zhixin", "智信"), ("Baoli", "宝立"),
    ("Jinghua", "精华"), ("Lianchuang", "联创"),
)  # fmt: skip
TRADES = (
    ("Machinery", "机械"), ("Automation", "自动化"), ("Electric", "电气"), ("Equipment", "设备"),
    ("Electronics", "电子"), ("Trading", "贸易"), ("Auto Parts", "汽配"), ("Packaging", "包装"),
)  # fmt: skip
GROUPS = (
    ("Rail Group", "轨道集团"), ("Energy Group", "能源集团"), ("Steel Group", "钢铁集团"),
    ("Shipbuilding", "船舶重工"), ("Telecom", "通信"), ("Pharma Group", "医药集团"),
)  # fmt: skip


def customer_names(
    region: Ints, is_group: Flags, rng: np.random.Generator
) -> tuple[list[str], list[str]]:
    """Return English and Chinese names, no two alike.

    Parameters
    ----------
    region : array of int, shape (n,)
    is_group : array of bool, shape (n,)
        A company group is named by brand and industry, without a city.
    rng : numpy Generator
    """
    # one shuffled deck of city and brand per region, one of brand and industry for groups
    cards = rng.random((len(CITIES), 7 * len(BRANDS)))
    n_cards = np.array([len(cities) for cities in CITIES]) * len(BRANDS)
    cards[np.arange(cards.shape[1]) >= n_cards[:, None]] = np.inf
    deck = np.argsort(cards, axis=1)
    group_deck = rng.permutation(len(BRANDS) * len(GROUPS))
    trade = rng.integers(0, len(TRADES), len(region))
    turn = pd.Series(region).groupby([region, is_group]).cumcount().to_numpy()
    group_turn = np.cumsum(is_group) - 1
    card = np.where(is_group, group_deck[group_turn], deck[region, turn])
    english = _written(region, card, trade, is_group, language=0)
    chinese = _written(region, card, trade, is_group, language=1)
    return [" ".join(parts.split()) for parts in english], chinese


def _written(region: Ints, card: Ints, trade: Ints, is_group: Flags, *, language: int) -> list[str]:
    """Write the names in one language: city, brand and trade, or brand and industry."""
    blank = " " if language == 0 else ""
    cities = np.array([[c[language] for c in [*r, *[("", "")] * (7 - len(r))]] for r in CITIES])
    brands, trades, groups = (
        np.array([name[language] for name in names]) for names in (BRANDS, TRADES, GROUPS)
    )
    city = np.where(is_group, "", cities[region, np.minimum(card // len(BRANDS), 6)])
    last = np.where(is_group, groups[np.minimum(card // len(BRANDS), 5)], trades[trade])
    parts = [city, brands[card % len(BRANDS)], last]
    return [blank.join(name) for name in zip(*parts, strict=True)]
