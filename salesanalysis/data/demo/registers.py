"""The lists beside the order lines: staff, and targets with a column for each month."""

import pandas as pd

#: Our column -> header in Chinese and in English.
STAFF = {
    "file": ("员工花名册.csv", "staff.csv"),
    "salesperson": ("姓名", "Name"),
    "manager": ("直属上级", "Manager"),
    "team": ("团队", "Team"),
    "region": ("区域", "Region"),
    "level": ("职级", "Grade"),
    "hire_date": ("入职日期", "Hired"),
    "leave_date": ("离职日期", "Left"),
    "valid_from": ("生效日期", "From"),
    "valid_to": ("失效日期", "Until"),
    "share": ("业绩占比", "Share"),
    "ramp": ("爬坡系数", "Ramp"),
    "role": ("岗位", "Role"),
    "base_pay": ("基本工资", "Base pay"),
    "target_pay": ("目标奖金", "Target pay"),
}
TARGETS = {
    "file": ("销售目标.csv", "targets.csv"),
    "year": ("年度", "Year"),
    "region": ("区域", "Region"),
    "team": ("团队", "Team"),
    "salesperson": ("销售员", "Salesperson"),
    "metric": ("指标", "Metric"),
    "unit": ("单位", "Unit"),
    "span": ("口径", "Span"),
    "month": ("月份", "Month"),
    "value": ("目标值", "Target"),
}
#: Values of the targets file in Chinese.
TARGET_VALUES = {
    "metric": {
        "sales": "销售额",
        "collection_rate": "回款率",
        "new_customers": "新增客户数",
        "visits": "拜访量",
    },
    "unit": {"CNY": "元", "share": "比例", "customers": "家", "visits": "次"},
    "span": {"year": "年", "month": "月"},
}


def staff_cells(people: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return the staff list as an office writes it, names in its language already."""
    at = 0 if lang == "zh" else 1
    shape = "%Y年%m月%d日" if lang == "zh" else "%d.%m.%Y"
    out = {}
    for ours, headers in STAFF.items():
        if ours != "file":
            column = people[ours]
            dated = column.dtype.kind == "M"
            out[headers[at]] = column.dt.strftime(shape).fillna("") if dated else column
    return pd.DataFrame(out)


def month_names(lang: str) -> list[str]:
    """Return the headers of the twelve months.

    Examples
    --------
    >>> month_names("zh")[0], month_names("en")[0]
    ('1月', 'M01')
    """
    return [f"{m}月" if lang == "zh" else f"M{m:02d}" for m in range(1, 13)]


def target_cells(targets: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return the targets with a column for each month; a dash where there is none."""
    at = 0 if lang == "zh" else 1
    keys = ["region", "team", "salesperson", "metric", "unit", "span"]
    rows = targets.assign(month=targets["period"].dt.month)
    wide = rows.pivot_table(index=keys, columns="month", values="value", sort=False)
    wide = wide.reindex(columns=range(1, 13))
    written = wide.map("{:,.2f}".format).where(wide.notna(), "-")
    written.columns = month_names(lang)
    out = written.reset_index()
    if lang == "zh":
        for column, names in TARGET_VALUES.items():
            out[column] = out[column].map(names)
    out.insert(0, "year", targets["period"].dt.year.iloc[0])
    return out.rename(columns={c: TARGETS[c][at] for c in ["year", *keys]})
