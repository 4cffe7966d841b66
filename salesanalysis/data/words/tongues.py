"""How our columns are called in other languages: French, Spanish, Portuguese, Italian, and more."""

#: Our column of order lines -> names in French; Spanish; Portuguese; Italian; Dutch; Turkish;
#: Japanese; Russian; Arabic; Korean, where the language has a usual one.
MORE: dict[str, str] = {
    "order_id": """
        n° de commande; no commande; numéro de commande; commande; n° facture; numéro de facture;
        facture; pedido; n° pedido; nº pedido; nº de pedido; número de pedido; num pedido; orden;
        factura; nº factura; n° factura; número de factura; número do pedido; nota fiscal;
        ordine; n ordine; numero ordine; fattura; numero fattura; bestelling; ordernummer;
        factuurnummer; sipariş no; sipariş; fatura no; 注文番号; 受注番号; 注文id; 売上番号;
        номер заказа; заказ; номер; رقم الطلب; رقم الفاتورة;
        주문번호; 주문 번호; 수주번호; 전표번호; 송장번호""",
    "date": """
        date de commande; date commande; date facture; date de facture; date de facturation;
        date de vente; mois; fecha; fecha pedido; fecha de pedido; fecha factura;
        fecha de factura; fecha de venta; mes; data; data pedido; data do pedido;
        data da venda; data de emissão; data venda; mês; data ordine; data fattura;
        data documento; mese; factuurdatum; besteldatum; tarih; sipariş tarihi; fatura tarihi;
        ay; 売上日; 受注日; 注文日; 日付; 計上日; 年月日; дата; дата заказа; месяц; التاريخ;
        تاريخ الطلب;
        주문일자; 주문일; 판매일자; 판매일; 매출일자; 매출일; 거래일자; 거래일; 일자; 날짜""",
    "region": """
        région; secteur; zone; territoire; agence; région commerciale; pays; región; zona;
        territorio; sucursal; comunidad; delegación; provincia; país; região; filial; regional;
        estado; regione; area; filiale; agenzia; paese; regio; gebied; vestiging; bölge; şube;
        ülke; il; 支店; 地域; 営業所; エリア; 都道府県; 拠点; регион; филиал; область; المنطقة;
        الفرع;
        지역; 지점; 영업소; 권역; 시도""",
    "team": """
        équipe; service; département; equipo; departamento; equipe; time; squadra; reparto;
        afdeling; ekip; takım; 部署; チーム; 課; отдел; команда; الفريق; القسم;
        부서; 팀; 영업팀""",
    "salesperson": """
        commercial; vendeur; représentant; responsable commercial; vendedor; comercial;
        representante; agente; agente comercial; venditore; commerciale; rappresentante;
        verkoper; vertegenwoordiger; satış temsilcisi; temsilci; 担当者; 担当; 営業担当; 営業担当者;
        менеджер; продавец; البائع; المندوب; مندوب المبيعات;
        담당자; 영업사원; 영업담당자; 담당자명""",
    "product_line": """
        gamme; famille; catégorie; famille de produits; ligne de produits; familia; categoría;
        línea de producto; línea; linha; linha de produto; categoria; família; gruppo merceologico;
        famiglia; linea di prodotto; productgroep; kategori; ürün grubu; 商品分類; カテゴリ;
        カテゴリー; 商品区分; категория; группа товаров; الفئة;
        품목군; 제품군; 상품분류; 카테고리""",
    "product": """
        produit; article; désignation; libellé; référence; producto; artículo; descripción;
        produto; item de venda; descrição; prodotto; articolo; descrizione; product omschrijving;
        omschrijving; ürün; ürün adı; malzeme; 商品; 商品名; 品名; 製品名; 品目; товар;
        номенклатура; наименование; المنتج; الصنف;
        품목명; 품목; 제품명; 제품; 상품명; 상품""",
    "customer": """
        nom du client; raison sociale; société; cliente; nombre del cliente; razón social;
        nome do cliente; razão social; cliente final; ragione sociale; nome cliente; klant;
        klantnaam; müşteri; müşteri adı; cari; 得意先; 得意先名; 顧客; 顧客名; 取引先; お客様;
        клиент; покупатель; контрагент; العميل; اسم العميل;
        거래처명; 거래처; 고객명; 고객; 업체명""",
    "customer_type": """
        type de client; segment client; tipo de cliente; tipo cliente; segmento; klanttype;
        müşteri tipi; 顧客区分; 得意先区分; тип клиента;
        고객구분; 고객유형""",
    "channel": """
        canal; canal de vente; canal de venta; canal de venda; canale; canale di vendita;
        kanaal; verkoopkanaal; satış kanalı; kanal; 販売チャネル; チャネル; 販路; канал; القناة;
        판매채널; 채널; 유통채널""",
    "quantity": """
        quantité; qté; qte; nombre; cantidad; cant; unidades; quantidade; qtd; qtde; quantità;
        qta; aantal; hoeveelheid; miktar; adet; 数量; 個数; количество; кол-во; الكمية;
        수량; 판매수량; 주문수량""",
    "unit_price": """
        prix unitaire; pu; pu ht; prix unitaire ht; prix; precio; precio unitario; preço;
        preço unitário; valor unitário; vlr unitário; prezzo; prezzo unitario; prijs;
        stukprijs; eenheidsprijs; birim fiyat; birim fiyatı; fiyat; 単価; 販売単価; цена; السعر;
        단가; 판매단가; 판매가""",
    "revenue": """
        montant ht; montant hors taxe; total ht; chiffre d'affaires; ca; ca ht; montant;
        montant net; net ht; importe; importe neto; base imponible; importe sin iva; ventas;
        monto; valor;
        valor total; valor líquido; vlr total; receita; faturamento; vendas; importo;
        importo netto; imponibile; fatturato; ricavi; totale netto; bedrag; omzet; netto bedrag;
        bedrag excl btw; tutar; net tutar; satış tutarı; ciro; 金額; 売上金額; 売上高; 売上;
        税抜金額; 販売金額; 税抜; сумма; выручка; сумма без ндс; стоимость; المبلغ; المبيعات;
        الإيرادات; القيمة;
        공급가액; 매출액; 금액; 판매금액; 매출; 순매출""",
    "_gross": """
        montant ttc; total ttc; ttc; importe total; importe con iva; total con iva;
        valor bruto; totale ivato; importo lordo; bedrag incl btw; kdv dahil; kdv dahil tutar;
        税込金額; 税込; сумма с ндс; المبلغ شامل الضريبة;
        합계금액; 총금액; 결제금액""",
    "cost": """
        coût; coût total; cout; coste; costo; coste total; custo; custo total; costo totale;
        kostprijs; maliyet; 原価; 売上原価; себестоимость; التكلفة;
        원가; 매출원가""",
    "currency": "monnaie; divisa; valuta; para birimi; 通貨コード; валюта; العملة; 통화",
    "_year": "année; exercice; año; ejercicio; ano; anno; jaar; yıl; 年度; год; السنة; 연도; 년도",
    "_month": "mois; mes; mês; mese; maand; ay; 月度; месяц; الشهر; 월",
    "_other": """
        tva; montant tva; taux tva; iva; impuesto; impostos; imposto; icms; btw; kdv; 消費税;
        税額; ндс; الضريبة; remise; descuento; desconto; sconto; observaciones; observações;
        commentaire; adresse; dirección; endereço; 備考; примечание;
        부가세; 세액; 비고; 주소; 전화번호; 할인""",
}  # fmt: skip
