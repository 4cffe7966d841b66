"""How other people call our columns: CRM, ERP and spreadsheets, in English, Chinese, German.

Further languages are in `tongues` and `further`.
"""

from functools import cache

from salesanalysis.data.words.further import FURTHER
from salesanalysis.data.words.headings import plain
from salesanalysis.data.words.tongues import MORE

#: Our table -> our column -> names it goes by, the commonest first. Names beginning with ``_``
#: are no columns of ours: they keep others from being taken for one, or help to work one out.
NAMES: dict[str, dict[str, str]] = {
    "sales": {
        "order_id": """
            order; order no; order number; order num; order id; invoice; invoice no;
            invoice number; invoice id; sales order; sales order number; sales order no;
            so number; so no; so; document; document no; document number; doc no;
            sales document; transaction; transaction id; transaction no; receipt no; reference;
            order ref; order reference; bill no; bill number; voucher no; external document no;
            vbeln; belnr;
            aubel; rechnung; rechnungsnr; rechnungsnummer; belegnr; belegnummer; beleg; auftrag;
            auftragsnr; auftragsnummer; verkaufsbeleg; opportunity id; opportunity number;
            deal id; billing doc; billing document; sale no; sale id; belegfeld 1;
            receipt number; ticket no; num; 商机编号; 订单号; 订单编号; 订单; 单号; 单据号;
            销售订单编号;
            单据编号; 单据编码;
            销售订单号; 销售订单; 销售单号; 出库单号; 销售出库单号; 发票号; 发票号码; 开票号;
            流水号; 交易号; 凭证字号; 伝票番号; 合同号; contract no; contract number; contract id;
            合同编号; 业务单号; 凭证号; 订单id; 微信订单号; 商户订单号; 訂單編號; 單據編號""",
        "order_line": """
            order line; line; line no; line number; order line no; line item; item no;
            item number; position; pos; posnr; sales order line number; order line number; no;
            row; 行号; 序号; 明细行; 行; 分录号; 行序号; 项次; 项目行; 明细序号""",
        "date": """
            date; order date; invoice date; sale date; sales date; posting date;
            transaction date; billing date; document date; doc date; booking date; day; ordered;
            ordered on; created at; order created; budat; fkdat; audat; erdat; bldat; datum;
            rechnungsdatum; belegdatum; buchungsdatum; auftragsdatum; auft dat; belegdat;
            bestelldatum; order date key;
            orderdatekey; date key; close date; closed date; delivery date; ship date;
            shipped date; ship date key; date time; created on; creation date; date created;
            order placed; period; order date dw; bill date; voucher date; closing date;
            date of sale; won time; won date; deal closed on; purchase date; posted date;
            month; year month;
            calendar month; monat; 年月; 月份; 月; 期间; 日期; 订单日期; 业务日期; 下单日期;
            销售日期; 成交日期; 单据日期; 制单日期; 开票日期; 下单时间; 订单时间; 成交时间;
            交易日期; 出库日期; 发货日期; 签约日期; 签订日期; 合同日期; 记账日期; 过账日期;
            contract date; sign date; signing date; signed date;
            审核日期; 付款时间; 订单付款时间; 订单创建时间; 支付时间; 付款日期; 訂單日期; 時間;
            时间; 創建時間; 创建时间; 日期时间""",
        "region": """
            region; area; territory; sales region; sales territory; zone; district; region name;
            territory name; sales area; sales district; market; geography; geo; branch; office;
            sales office; vkbur; bzirk; vertriebsgebiet; gebiet; bezirk; verkaufsgebiet;
            verkaufsbüro; niederlassung; country; country region; nation; land; land1; state;
            province; state province; billing country; shipping country; state; billing state;
            shipping state;
            billing province; shipping province; country code; country code billing; location;
            store;
            shop; outlet; vertriebsregion; region id;
            territory id; sales territory key; territory key; 区域; 大区; 地区; 销售区域;
            销售大区; 所属大区; 所属区域; 战区; 片区; 区域名称; 大区名称; 办事处; 分公司;
            销售办事处; 省区; 省份; 省; 国家; 城市; 区部; 分部; 营销中心; 區域; 地區""",
        "team": """
            team; group; sales team; department; sales group; dept; business unit; division;
            sales org; sales organization; sales organisation; vkgrp; vkorg; abteilung;
            verkaufsgruppe; owner role; team name; 团队; 销售团队; 小组; 部门; 业务部门;
            销售部门; 销售组; 组别; 销售组织; 所属部门; 部门名称; 业务组; 团队名称; 事业部;
            團隊; 部門""",
        "salesperson": """
            salesperson; sales person; sales rep; rep; sales representative; seller; owner;
            opportunity owner; account owner; sales agent; agent; salesman; employee;
            salesperson name; sales rep name; rep name; account manager; account executive;
            owner name; sales executive; assigned to; responsible; sales employee; consultant;
            vkname; pernr; verkäufer; vertreter; vertriebsmitarbeiter; mitarbeiter;
            sachbearbeiter; aussendienst; employee name; salesperson id; employee id;
            employee key; employee no; rep id; owner id; sales rep id; salesperson key;
            seller id; 销售人员; 我方签约人; 签约人; 销售员; 业务员;
            销售代表; 客户经理; 负责人; 业务代表; 所属销售;
            归属人; 销售顾问; 业务经理; 销售经理; 跟进人; 员工; 员工姓名; 业务员名称;
            销售员名称; 职员; 经办人; 经手人; 销售姓名; 销售; 員工; 業務員; 业务员编码;
            员工编号; 工号""",
        "product_line": """
            product line; category; product category; product group; product family;
            product type; item category; item group; material group; family; series; class;
            product class; merchandise category; product line name; line of business; matkl;
            spart; warengruppe; produktgruppe; produktlinie; sparte; artikelgruppe;
            commodity group; 产品线; 品类; 产品类别; 产品分类; 产品大类; 大类; 类别; 产品系列;
            商品类别; 商品分类; 物料分组; 物料类别; 存货分类; 系列; 产品组; 物料组; 产品类型;
            商品大类; 類別; 產品線""",
        "product": """
            product; product name; item; item name; sku; article; article name; material;
            material name; material description; item description; description; stock item;
            goods; lineitem name; part; part name; matnr; arktx; maktx; artikel; artikelname;
            artikelbezeichnung; bezeichnung; produkt; produktname; stock code; product code;
            item code; product id; product service; artikelbez; product key; article no;
            article number; part number;
            part no; material number; artikelnr; artikelnummer; 产品; 产品名称; 商品; 商品名称;
            商品全名; 选购商品; 菜品名称; 品名; 物料名称; 存货名称;
            货品; 货品名称; 产品型号; 型号; 规格型号; 物料; 存货;
            产品名; 品种; 品项; 商品编码; 产品编码; 物料编码; 物料代码; 存货编码; 货号;
            產品名稱; 商品名稱""",
        "customer": """
            customer; customer name; client; client name; account name; account; buyer; company;
            company name; bill to customer; bill to; sold to; sold to party; sold to name;
            ship to customer; reseller; dealer; business partner; customer full name; debtor;
            name1; kunde; kundenname; debitor; auftraggeber; customer id; customer no;
            customer number; customer code; customer key; client id; account id; reseller key;
            kunnr; kunag; kundennr; kundennummer; party name; party; contact name; debitorenname;
            company billing; particulars; 客户; 客户名称; 客户全称; 客户名; 买方;
            购货单位; 购买方; 客户简称; 往来单位; 单位名称; 收货单位; 公司名称; 甲方; 购方名称;
            会员; 经销商名称; 门店; 门店名称; 門店; 客戶名稱; 客戶; 客户编码; 客户编号; 客户代码;
            客户id""",
        "customer_type": """
            customer type; account type; client type; segment; business type; customer segment;
            customer category; customer group; customer class; market segment; industry;
            kundengruppe; kundenart; kdgrp; branche; 客户类型; 客户类别; 客户分类; 客户性质;
            客户等级; 客户行业; 行业; 客户分组; 客户属性""",
        "channel": """
            channel; sales channel; distribution channel; route; order source; lead source;
            order type; vtweg; vertriebsweg; vertriebskanal; kanal; 渠道; 销售渠道; 成交渠道;
            渠道类型; 分销渠道; 订单来源; 来源渠道; 销售方式; 业务类型""",
        "quantity": """
            quantity; qty; order qty; order quantity; quantity ordered; units; units sold;
            pieces; volume; billed quantity; invoiced quantity; shipped quantity; pcs;
            lineitem quantity; qty ordered; quantity refund; qty sold; sales quantity; kwmeng;
            fkimg; menge; anzahl; stück;
            absatzmenge; 数量; 实发数量; 结算数量; 销售数量; 出库数量; 销量; 件数; 开票数量;
            订货数量; 订单数量; 商品数量; 菜品份数; 发货数量;
            基本数量; 销售件数; 數量""",
        "unit_price": """
            unit price; price; price each; net price; sales price; selling price; list price;
            price per unit; lineitem price; netpr; item cost; item rate; unit amount; unit rate;
            rate;
            einzelpreis; preis; stückpreis; nettopreis;
            单价; 不含税单价; 销售单价; 价格; 含税单价; 成交单价; 商品单价; 售价; 单价未税; 净价;
            結算單價; 結算单价; 单位价格""",
        "revenue": """
            revenue; net revenue; net sales; net amount; product sales; sales amount; net value;
            net sales amount; sales revenue; amount excl tax; amount excluding tax;
            amount ex vat; net amount excl vat; sales; amount; turnover; line amount;
            extended amount; line total; order amount; sales value; net; invoice amount;
            net invoiced; billed amount; amount usd; netwr; nettobetrag; nettowert; umsatz;
            nettoumsatz; netto; umsatz netto; betrag; subtotal; total amount; total; value;
            total price; extended price; total sales; gmv; net amt; amount net; item total;
            line value; gesamtpreis;
            taxable value; taxable amount; 不含税金额; 销售额; 销售金额;
            不含税销售额; 未税金额; 折后金额; 折后总额; 优惠后金额;
            净额; 净销售额; 销售收入; 收入; 营业收入; 成交金额; 金额;
            营业额; 本币金额; 订单金额; 实际金额; 结算金额; 开票金额; 合同金额; 合同额; 业绩;
            contract amount; contract value;
            业绩金额; 成交额; 交易金额; 实收金额; 实付金额; 应收金额; 收入金额; 總額; 銷售額;
            金額; 本币无税金额; 无税金额; 买家实际支付金额; 应结订单金额; 订单实付金额;
            订单应付金额; 销售总额; 总金额; 主营业务收入; 不含税收入; 税前金额;
            商家实收金额; 用户实付金额; 商品总价""",
        "_gross": """
            gross amount; amount incl tax; amount including tax; gross sales; gross revenue;
            amount incl vat; gross; gross transaction amount; total incl tax; total incl vat;
            brutto; bruttobetrag;
            含税金额; 价税合计; 含税销售额; 含税总额; 含税收入; 价税总计; 税价合计;
            本币价税合计; 價稅合計""",
        "cost": """
            cost; total cost; cogs; cost of sales; cost of goods sold; cost amount;
            total product cost; wavwr; kosten; wareneinsatz; selbstkosten; 成本; 总成本; 成本额;
            成本金额; 销售成本; 总成本额; 成本总额; 主营业务成本""",
        "_unit_cost": """
            unit cost; cost price; standard cost; product standard cost; unit standard cost;
            cost per unit; einstandspreis; 单位成本; 成本单价; 成本价; 标准成本; 进价""",
        "discount_amount": """
            discount amount; discount; rebate; allowance; discount value; rabatt; rabattbetrag;
            line discount amount; 折扣; 折扣额; 折扣金额; 折让; 优惠; 优惠金额; 优惠总金额;
            优惠总额; 店铺优惠; 平台优惠; 让利""",
        "is_return": """
            is return; return; returned; return flag; is returned; is credit; credit note;
            retoure; 退货; 是否退货; 退货标志; 是否退款; 退货标识""",
        "status": """
            status; order status; state; financial status; document status; invoice status;
            line status; 状态; 生命状态; 合同状态; 发票状态; 销售状态;
            付款状态; 订单状态; 单据状态; 交易状态;
            审核状态; 关闭状态; 狀態""",
        "currency": """
            currency; currency code; curr; currency iso code; transaction currency; waerk;
            waers; währung; währg; waehrung; waehrg; devise; moneda; moeda; valuta; 通貨; 币别;
            币种; 货币; 结算币别; 原币; 本位币; 幣別""",
        "_year": """
            year; fiscal year; calendar year; fy; jahr; 年; 年度; 年份; 会计年度; 财年""",
        "_month": """
            month; period; calendar month; month name; monat; month no; month number; 月; 月份;
            期间; 会计期间; 月度""",
        "_other": """
            tax; tax amount; vat; vat amount; tax rate; vat rate; freight; shipping;
            transaction type;
            document type; invoice type; voucher type; balance;
            shipping cost; discount pct; discount percent; discount rate; margin; gross margin;
            profit; gross profit; mwst; steuer; remark; remarks; comment; comments; note; notes;
            due date; due date key; address; phone; email; city; postal code; zip; warehouse;
            unit; unit of measure; uom; plant; vendor; created by; modified by; last modified date;
            modified on; updated at; updated on; last updated; last modified;
            promotion key; due date dw; ship date dw; currency key; revision number;
            exchange rate; 税额; 税率; 运费; 折扣率; 折扣%; 毛利; 毛利率; 利润; 备注; 摘要;
            说明; 地址; 电话; 仓库; 计量单位; 单位; 基本单位; 制单人; 审核人; 创建人; 交货日期;
            要求交货日期; 到期日; 汇率; 打印次数; 出库成本单价; 批号; 规格""",
    },
    "targets": {
        "period": """
            period; month; target month; plan month; date; target date; year month;
            quarter start; period start; 期间; 月份; 目标月份; 计划月份; 年月; 日期; 会计期间""",
        "value": """
            target; quota; budget; plan; goal; target amount; target value; quota amount;
            sales target; revenue target; budget amount; plan amount; planned; planned revenue;
            target revenue; plan value; soll; ziel; planumsatz; value; 目标; 目标值; 目标金额;
            销售目标; 指标值; 预算; 预算金额; 任务; 任务额; 销售任务; 计划; 计划金额; 配额;
            目标额; 业绩目标; 目標""",
        "metric": """
            metric; measure; kpi; indicator; target type; 指标; 指标名称; 考核指标; 度量;
            目标类型""",
        "unit": "unit; uom; 单位; 计量单位",
        "span": "span; 口径",
        "plan_id": "plan id; plan; 方案编号; 计划编号",
        "version": "version; plan version; scenario; 版本; 版本号",
        "layer": "layer; 层级",
        "tier": "tier; 档位; 目标档位",
        "_year": "year; fiscal year; fy; plan year; jahr; 年; 年度; 年份; 财年; 计划年度",
        "_month": "month; month no; month number; month name; monat; 月; 月份; 月度",
        "region": "@sales", "team": "@sales", "salesperson": "@sales", "product_line": "@sales",
        "currency": "@sales",
    },
    "people": {
        "salesperson": """
            salesperson; name; employee; employee name; full name; sales rep; rep;
            salesperson name; sales person; seller; 姓名; 员工姓名; 员工; 销售员; 业务员;
            销售人员; 销售代表; 人员; 人员姓名; 名称""",
        "manager": """
            manager; supervisor; reports to; line manager; manager name; boss; head; 直属上级;
            上级; 经理; 主管; 直接上级; 汇报对象; 部门负责人; 上级领导""",
        "team": "@sales",
        "region": "@sales",
        "level": "level; grade; rank; band; seniority; 职级; 级别; 等级; 岗位级别",
        "role": "role; title; job title; position; job; 岗位; 职位; 职务; 岗位名称",
        "hire_date": """
            hire date; hired; start date; join date; date of joining; date hired;
            employment date; entry date; eintritt; eintrittsdatum; 入职日期; 入职时间; 到岗日期""",
        "leave_date": """
            leave date; left; end date; termination date; exit date; date left; austritt;
            austrittsdatum; 离职日期; 离职时间""",
        "valid_from": "valid from; from; effective from; effective date; 生效日期; 开始日期",
        "valid_to": "valid to; until; to; effective to; valid until; 失效日期; 结束日期; 截止日期",
        "share": "share; split; credit share; allocation; 业绩占比; 占比; 分成比例",
        "ramp": "ramp; ramp factor; 爬坡系数; 爬坡",
        "base_pay": "base pay; base salary; salary; fixed pay; 基本工资; 底薪; 固定工资",
        "target_pay": "target pay; target bonus; variable pay; on target bonus; 目标奖金; 浮动工资",
        "_id": "employee id; employee no; id; salesperson id; staff id; 工号; 员工编号; 编号",
    },
    "collections": {
        "date": """
            date; due date; payment date; invoice date; collection date; receipt date; 日期;
            应收日期; 到期日; 到期日期; 回款日期; 收款日期; 应收到期日""",
        "due_amount": """
            due amount; amount due; due; receivable; receivables; invoiced; billed;
            invoice amount; 应收金额; 应收; 应收账款; 应收款; 开票金额; 应收余额; 应回款""",
        "collected_amount": """
            collected amount; collected; amount collected; amount paid; paid; paid amount;
            received; amount received; cash received; 回款金额; 回款; 实收金额; 收款金额;
            已收金额; 已回款; 已回款金额; 实收; 到账金额""",
        "customer": "@sales", "salesperson": "@sales", "order_id": "@sales",
    },
    "activities": {
        "date": "date; day; week; activity date; 日期; 活动日期; 周",
        "salesperson": "@sales",
        "calls": "calls; phone calls; no of calls; 电话; 电话量; 电话数; 通话数",
        "visits": "visits; meetings; customer visits; 拜访; 拜访量; 拜访次数; 拜访数",
        "leads": "leads; new leads; 线索; 线索数; 新增线索",
        "qualified_leads": "qualified leads; mql; sql; 合格线索; 有效线索",
        "proposals": "proposals; quotes; offers; 方案; 方案数; 报价数; 报价",
        "proposals_accepted": "proposals accepted; accepted; 方案通过; 通过方案数",
        "deals": "deals; wins; closed deals; 成交数; 成交单数; 签单数",
    },
    "opportunities": {
        "id": """
            opportunity id; id; opportunity; opportunity number; opportunity no; deal id;
            opportunity name; deal name; record id; topic; 商机编号; 商机id; 商机号; 商机;
            商机名称; 机会编号; 项目编号; 项目名称""",
        "owner": """
            opportunity owner; owner; deal owner; owner name; salesperson; sales rep;
            account owner; owner id; salesperson id; opportunity owner alias; 负责人;
            商机负责人; 所有人; 商机所有人; 业务员; 销售员; 销售代表; 跟进人""",
        "opened": """
            created date; create date; opened; open date; created; created on; creation date;
            start date; 创建日期; 创建时间; 商机创建时间; 立项日期; 发现日期; 开始日期""",
        "closed": """
            close date; closed date; closed; actual close date; est close date;
            expected close date; estimated close date; close; 成交日期; 结束日期; 关闭日期;
            预计成交日期; 预计签约日期; 预计成交时间; 结单日期""",
        "stage": """
            stage; stage name; opportunity stage; sales stage; deal stage; pipeline stage;
            phase; pipeline phase; 阶段; 商机阶段; 销售阶段; 项目阶段""",
        "amount": """
            amount; opportunity amount; value; deal value; est revenue; estimated revenue;
            expected amount; deal amount; expected revenue; potential; 金额; 商机金额; 预计金额;
            预计销售金额; 预计成交金额; 预计合同额; 商机额""",
        "probability": """
            probability; probability (%); win probability; chance; likelihood; 概率; 赢率;
            赢单率; 成交概率; 可能性""",
        "status": "status; state; status reason; won; is won; 状态; 商机状态; 赢单状态",
        "customer": "@sales", "product": "@sales", "product_line": "@sales", "region": "@sales",
        "team": "@sales", "channel": "@sales", "currency": "@sales",
    },
    "market": {
        "period": "period; month; quarter; date; year; 期间; 月份; 季度; 日期; 年份",
        "market_size": """
            market size; market; market volume; market value; total market; tam; industry sales;
            市场规模; 市场容量; 市场总量; 行业规模; 市场总额""",
        "region": "@sales", "product_line": "@sales",
        "source": "source; data source; 来源; 数据来源",
    },
    "surveys": {
        "period": "period; month; quarter; survey date; date; 期间; 月份; 季度; 调查日期",
        "subject": "subject; team; salesperson; customer; 对象; 调查对象; 被评对象",
        "subject_kind": "subject kind; subject type; 对象类型",
        "score": "score; nps; csat; satisfaction; rating; 得分; 满意度; 评分",
        "n": "n; responses; respondents; 样本数; 答复数; 问卷数",
    },
}  # fmt: skip
#: Words in the name of a file or sheet that say which table it is.
FILE_WORDS: dict[str, str] = {
    "targets": "target quota budget goal ziel plan 目标 指标 预算 配额 任务 计划",
    "people": "people staff employee salespeople hr roster person 花名册 人员 员工 名册",
    "collections": "collection receivable payment cash ageing aging 回款 应收 收款",
    "activities": "activit visits calls 拜访 活动",
    "opportunities": "opportunit pipeline deals 商机 机会 漏斗",
    "market": "market 市场",
    "surveys": "survey nps csat 满意度 调查",
    "sales": "sales order invoice revenue umsatz export 销售 订单 出库 台账 流水 发票 明细 业绩",
}


@cache
def names(table: str) -> dict[str, tuple[str, ...]]:
    """Return our columns of `table` with the plain names they go by, commonest first."""
    found = {}
    for ours, text in NAMES[table].items():
        of_sales = table == "sales" or text == "@sales"
        listed = (NAMES["sales"][ours] if of_sales else text).split(";")
        for more in (MORE, FURTHER) if of_sales else ():
            listed += more.get(ours, "").split(";")
        found[ours] = tuple(dict.fromkeys(plain(n) for n in listed if plain(n)))
    return found


def file_table(name: str) -> str:
    """Return the table the name of a file or sheet speaks of, or nothing.

    Examples
    --------
    >>> file_table("销售目标.csv"), file_table("Q3 orders"), file_table("a.csv")
    ('targets', 'sales', '')
    """
    folded = name.casefold()
    return next(
        (t for t, words in FILE_WORDS.items() if any(w in folded for w in words.split())), ""
    )
