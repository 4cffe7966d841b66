"""Traditional characters of headings as the simplified ones our lists of names are written in."""

_TRADITIONAL = (
    "單價銷額訂發編號戶數貨員業務區類產備註時間狀態經總稱廠規開據憑門會計實應專櫃獎種"
    "個錄運費稅淨後組織賣買內傳標準採購進庫圖項負責擔當樣簡電話聯絡優讓減還結帳賬營"
)
_SIMPLIFIED = (
    "单价销额订发编号户数货员业务区类产备注时间状态经总称厂规开据凭门会计实应专柜奖种"
    "个录运费税净后组织卖买内传标准采购进库图项负责担当样简电话联络优让减还结帐账营"
)
_TO_SIMPLIFIED = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def simplified(name: str) -> str:
    """Return a heading in simplified characters; others stay as they are.

    Examples
    --------
    >>> simplified("訂單編號"), simplified("單價"), simplified("単価"), simplified("Amount")
    ('订单编号', '单价', '単価', 'Amount')
    """
    return name.translate(_TO_SIMPLIFIED)
