"""What words inside cells say: kinds of target, how far an order has come, nothing."""

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
    "已取消 取消 作废 已作废 无效 交易关闭 已关闭 已撤销 作廢 已取消訂單 "
    "キャンセル 取消済 취소 주문취소"
)
CANCELLED = tuple(_CANCELLED.split())
_RETURNED = (
    "return returned refund refunded credit retoure retour devolución devolucion devuelto reso "
    "iade возврат 退货 已退货 退款 已退款 退款成功 红字 红冲 退貨 返品 返金 반품 환불"
)
RETURNED = tuple(_RETURNED.split())
#: Parts of a status that may mean that the order came back or was never one.
PERHAPS_UNDONE = (
    "退款",
    "退货",
    "取消",
    "作废",
    "终止",
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
#: Words of a state that say how far an order has come.
_UNDER_WAY = (
    "open closed paid pending draft new sale done posted sent active processing processed shipped "
    "delivered complete completed confirmed approved invoiced fulfilled unpaid partial"
)
UNDER_WAY = tuple(_UNDER_WAY.split())
#: Words in a cell that stand for nothing.
NOTHING = ("N/A", "n/a", "#N/A", "NULL", "null", "(blank)", "(空白)", "无", "未填")
