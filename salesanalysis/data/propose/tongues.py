"""How our columns are called in other languages: French, Spanish, Portuguese, Italian, and more."""

#: Our column of order lines -> names in French; Spanish; Portuguese; Italian; Dutch; Turkish;
#: Japanese; Russian; Arabic, where the language has a usual one.
MORE: dict[str, str] = {
    "order_id": """
        n° de commande; no commande; numéro de commande; commande; n° facture; numéro de facture;
        facture; pedido; n° pedido; nº pedido; nº de pedido; número de pedido; num pedido; orden;
        factura; nº factura; n° factura; número de factura; número do pedido; nota fiscal;
        ordine; n ordine; numero ordine; fattura; numero fattura; bestelling; ordernummer;
        factuurnummer; sipariş no; sipariş; fatura no; 注文番号; 受注番号; 注文id; 売上番号;
        номер заказа; заказ; номер; رقم الطلب; رقم الفاتورة""",
    "date": """
        date de commande; date commande; date facture; date de facture; date de facturation;
        date de vente; mois; fecha; fecha pedido; fecha de pedido; fecha factura;
        fecha de factura; fecha de venta; mes; data; data pedido; data do pedido;
        data da venda; data de emissão; data venda; mês; data ordine; data fattura;
        data documento; mese; factuurdatum; besteldatum; tarih; sipariş tarihi; fatura tarihi;
        ay; 売上日; 受注日; 注文日; 日付; 計上日; 年月日; дата; дата заказа; месяц; التاريخ;
        تاريخ الطلب""",
    "region": """
        région; secteur; zone; territoire; agence; région commerciale; pays; región; zona;
        territorio; sucursal; comunidad; delegación; provincia; país; região; filial; regional;
        estado; regione; area; filiale; agenzia; paese; regio; gebied; vestiging; bölge; şube;
        ülke; il; 支店; 地域; 営業所; エリア; 都道府県; 拠点; регион; филиал; область; المنطقة;
        الفرع""",
    "team": """
        équipe; service; département; equipo; departamento; equipe; time; squadra; reparto;
        afdeling; ekip; takım; 部署; チーム; 課; отдел; команда; الفريق; القسم""",
    "salesperson": """
        commercial; vendeur; représentant; responsable commercial; vendedor; comercial;
        representante; agente; agente comercial; venditore; commerciale; rappresentante;
        verkoper; vertegenwoordiger; satış temsilcisi; temsilci; 担当者; 担当; 営業担当; 営業担当者;
        менеджер; продавец; البائع; المندوب; مندوب المبيعات""",
    "product_line": """
        gamme; famille; catégorie; famille de produits; ligne de produits; familia; categoría;
        línea de producto; línea; linha; linha de produto; categoria; família; gruppo merceologico;
        famiglia; linea di prodotto; productgroep; kategori; ürün grubu; 商品分類; カテゴリ;
        カテゴリー; 商品区分; категория; группа товаров; الفئة""",
    "product": """
        produit; article; désignation; libellé; référence; producto; artículo; descripción;
        produto; item de venda; descrição; prodotto; articolo; descrizione; product omschrijving;
        omschrijving; ürün; ürün adı; malzeme; 商品; 商品名; 品名; 製品名; 品目; товар;
        номенклатура; наименование; المنتج; الصنف""",
    "customer": """
        nom du client; raison sociale; société; cliente; nombre del cliente; razón social;
        nome do cliente; razão social; cliente final; ragione sociale; nome cliente; klant;
        klantnaam; müşteri; müşteri adı; cari; 得意先; 得意先名; 顧客; 顧客名; 取引先; お客様;
        клиент; покупатель; контрагент; العميل; اسم العميل""",
    "customer_type": """
        type de client; segment client; tipo de cliente; tipo cliente; segmento; klanttype;
        müşteri tipi; 顧客区分; 得意先区分; тип клиента""",
    "channel": """
        canal; canal de vente; canal de venta; canal de venda; canale; canale di vendita;
        kanaal; verkoopkanaal; satış kanalı; kanal; 販売チャネル; チャネル; 販路; канал; القناة""",
    "quantity": """
        quantité; qté; qte; nombre; cantidad; cant; unidades; quantidade; qtd; qtde; quantità;
        qta; aantal; hoeveelheid; miktar; adet; 数量; 個数; количество; кол-во; الكمية""",
    "unit_price": """
        prix unitaire; pu; pu ht; prix unitaire ht; prix; precio; precio unitario; preço;
        preço unitário; valor unitário; vlr unitário; prezzo; prezzo unitario; prijs;
        stukprijs; eenheidsprijs; birim fiyat; birim fiyatı; fiyat; 単価; 販売単価; цена; السعر""",
    "revenue": """
        montant ht; montant hors taxe; total ht; chiffre d'affaires; ca; ca ht; montant;
        montant net; net ht; importe; importe neto; base imponible; importe sin iva; ventas;
        monto; valor;
        valor total; valor líquido; vlr total; receita; faturamento; vendas; importo;
        importo netto; imponibile; fatturato; ricavi; totale netto; bedrag; omzet; netto bedrag;
        bedrag excl btw; tutar; net tutar; satış tutarı; ciro; 金額; 売上金額; 売上高; 売上;
        税抜金額; 販売金額; 税抜; сумма; выручка; сумма без ндс; стоимость; المبلغ; المبيعات;
        الإيرادات; القيمة""",
    "_gross": """
        montant ttc; total ttc; ttc; importe total; importe con iva; total con iva;
        valor bruto; totale ivato; importo lordo; bedrag incl btw; kdv dahil; kdv dahil tutar;
        税込金額; 税込; сумма с ндс; المبلغ شامل الضريبة""",
    "cost": """
        coût; coût total; cout; coste; costo; coste total; custo; custo total; costo totale;
        kostprijs; maliyet; 原価; 売上原価; себестоимость; التكلفة""",
    "currency": "monnaie; divisa; valuta; para birimi; 通貨コード; валюта; العملة",
    "_year": "année; exercice; año; ejercicio; ano; anno; jaar; yıl; 年度; год; السنة",
    "_month": "mois; mes; mês; mese; maand; ay; 月度; месяц; الشهر",
    "_other": """
        tva; montant tva; taux tva; iva; impuesto; impostos; imposto; icms; btw; kdv; 消費税;
        税額; ндс; الضريبة; remise; descuento; desconto; sconto; observaciones; observações;
        commentaire; adresse; dirección; endereço; 備考; примечание""",
}  # fmt: skip
