"""What words inside cells say: kinds of target, how far an order has come, nothing."""

import re

#: Values that stand for a kind of target -> our word.
METRICS: dict[str, str] = {
    "sales": "sales", "revenue": "sales", "sales revenue": "sales", "销售额": "sales",
    "销售": "sales", "收入": "sales", "业绩": "sales", "销售收入": "sales",
    "collection_rate": "collection_rate", "collection rate": "collection_rate",
    "回款率": "collection_rate", "new_customers": "new_customers",
    "new customers": "new_customers", "新增客户数": "new_customers", "新客户数": "new_customers",
    "visits": "visits", "拜访量": "visits", "拜访次数": "visits",
}  # fmt: skip
#: Words of a status that say a line is none, a return, or a deal that was won.
_CANCELLED = (
    "cancelled canceled void voided deleted rejected storniert annulé annulée cancelado cancelada "
    "anulado anulada annullato annullata geannuleerd iptal отменен отменён отменено "
    "failed declined "
    "已取消 取消 不成立 作废 已作废 无效 交易关闭 已关闭 已撤销 作廢 已取消訂單 "
    "已驳回 驳回 已拒绝 拒绝 审批拒绝 不同意 已终止 已撤回 "
    "キャンセル キャンセル済 キャンセル済み キャンセル確定 取消済 取消済み 取消し "
    "취소 주문취소 취소완료 결제취소 ยกเลิก ยกเลิกแล้ว dibatalkan batal ملغي ملغى ملغاة"
)
CANCELLED = (*_CANCELLED.split(), "đã hủy", "đã huỷ", "hủy", "huỷ bỏ", "hủy bỏ")
_RETURNED = (
    "return returned refund refunded credit retoure retour devolución devolucion devuelto reso "
    "iade возврат 退货 已退货 退款 已退款 退款成功 红字 红冲 退貨 返品 返金 반품 환불 "
    "retur diretur مرتجع مسترجع คืนสินค้า คืนเงิน"
)
RETURNED = (*_RETURNED.split(), "trả lại", "đã trả hàng", "hoàn trả", "đã hoàn tiền")
#: Parts of the status of an order that nobody has placed or paid yet.
NOT_YET = (
    *("draft", "草稿", "下書き", "임시저장", "ฉบับร่าง", "nháp", "مسودة", "konsep"),
    *("待付款", "待支付", "等待付款", "等待买家付款", "待审核", "审批中", "未提交"),
    *("入金待ち", "입금대기", "결제대기", "pending payment", "awaiting payment"),
)
#: Parts of a status that may mean that the order came back or was never one.
PERHAPS_UNDONE = (
    "退款",
    "退货",
    "退貨",
    "取消",
    "作废",
    "作廢",
    "终止",
    "驳回",
    "拒绝",
    "售后成功",
    "キャンセル",
    "返品",
    "취소",
    "반품",
    "환불",
    "ยกเลิก",
    "hủy",
    "huỷ",
    "ملغ",
    "refund",
    "return",
    "cancel",
    "void",
    "chargeback",
)
WON = (
    *("won", "closed won", "close won", "closedwon", "deal won", "gewonnen", "gagné", "gagnée"),
    *("ganado", "ganada", "ganho", "vinto", "赢单", "成交", "已成交", "赢得", "签约", "已签约"),
    *("贏單", "受注", "수주"),
)
#: What says, beside deals that were won, that others were not.
LOST = re.compile(
    r"\b(?:lost|abandoned|verloren|perdue?|perdid[oa]|pers[oa])\b"
    r"|输单|丢单|失单|战败|流失|未成交|輸單|失注|실주",
    re.IGNORECASE,
)
#: How an order goes on after it was placed or signed: it is a sale all the same.
_AFTER_WON = (
    "paid done processed shipped delivered complete completed confirmed invoiced fulfilled "
    "geliefert bezahlt abgeschlossen livré payé entregado pagado "
    "执行中 履行中 履约中 生产中 待发货 部分发货 已发货 已出库 已签收 已收货 已交付 已验收 已开票 "
    "已付款 已支付 已收款 已回款 已结清 已结算 已完成 完成 已完结 完结 已结束 交易成功 交易完成 "
    "出荷済 出荷済み 出荷準備中 納品済 納品済み 請求済 請求済み 入金済 入金済み 売上計上 完了 "
    "출고 출고완료 납품완료 배송중 배송완료 입금완료 완료"
)
AFTER_WON = tuple(_AFTER_WON.split())
#: Yes, in a column of yes and no, as programs and spreadsheets of several countries write it.
YES = (
    *("true", "t", "yes", "y", "1", "x", "是", "wahr", "ja", "vrai", "oui", "sí", "verdadero"),
    *("vero", "verdadeiro", "sim", "да", "истина", "evet", "doğru", "tak", "はい"),
)
#: Words of a state that say how far an order has come.
_UNDER_WAY = (
    "open closed paid pending draft new sale done posted sent active processing processed shipped "
    "delivered complete completed confirmed approved invoiced fulfilled unpaid partial"
)
UNDER_WAY = tuple(_UNDER_WAY.split())
#: Names of rows that measure the lines of a table and are none.
MEASURES = (
    *("average", "avg", "mean", "median", "min", "max", "minimum", "maximum", "count", "anzahl"),
    *("durchschnitt", "mittelwert", "moyenne", "nombre", "promedio", "recuento", "平均", "平均值"),
    *("均值", "计数", "笔数", "件数", "最大值", "最小值", "平均値", "평균"),
)
#: Names of sums in place of a day, which elsewhere may be a name: 월계 is a part of Seoul.
SUMS_OF_DAYS = ("일계", "주계", "월계", "년계", "日计", "月计", "年计", "日計", "月計", "年計")
#: Words in a cell that stand for nothing.
NOTHING = ("N/A", "n/a", "#N/A", "NULL", "null", "(blank)", "(空白)", "无", "未填")
