"""How our columns are called in the languages of the north, the east and the south-east."""

#: Our column of order lines -> names in Polish; Czech; Swedish, Danish and Norwegian; Vietnamese;
#: Thai; Indonesian; and names in the languages of `tongues` for columns that have none there.
FURTHER: dict[str, str] = {
    "order_id": """
        nr faktury; numer faktury; nr zamówienia; numer zamówienia; zamówienie; nr dokumentu;
        číslo faktury; číslo objednávky; objednávka; číslo dokladu; fakturanr; fakturanummer;
        faktura; ordernr; ordrenr; ordrenummer; số hóa đơn; số đơn hàng; mã đơn hàng;
        số chứng từ; เลขที่เอกสาร; เลขที่ใบสั่งซื้อ; เลขที่ใบกำกับ; เลขที่ใบแจ้งหนี้; no faktur; nomor faktur;
        nomor pesanan; 取引id; 取引番号; 請求書番号; 納品書番号; 伝票no; 受注no; 결제번호""",
    "date": """
        data sprzedaży; data wystawienia; data faktury; data zamówienia; miesiąc; datum vystavení;
        datum prodeje; datum objednávky; orderdatum; fakturadatum; fakturadato; ordredato; dato;
        ngày; ngày đặt hàng; ngày hóa đơn; ngày bán; ngày chứng từ; วันที่; วันที่เอกสาร; tanggal;
        tanggal faktur; tgl faktur; tgl; ngày hạch toán; تاريخ الفاتورة; 発生日; 取引日; 取引日時;
        伝票日付; 請求日; 納品日; 売上計上日; 注文日時; 受注日時; 営業日; 营业日期; 营业日; 交易日;
        결제일; 결제일시; 주문일시; 매출인식일""",
    "region": """
        województwo; rejon; oddział; kraj; oblast; pobočka; distrikt; landsdel; uf; khu vực; vùng;
        chi nhánh; tỉnh; ภาค; เขต; สาขา; จังหวัด; wilayah; cabang; provinsi""",
    "team": "dział; zespół; oddělení; tým; avdelning; afdeling; avdeling; phòng ban; แผนก; tim",
    "salesperson": """
        handlowiec; sprzedawca; przedstawiciel; przedstawiciel handlowy; opiekun; obchodník;
        prodejce; obchodní zástupce; säljare; sælger; selger; nhân viên; nhân viên bán hàng;
        nhân viên kinh doanh; พนักงานขาย; penjual; nama penjual; tenaga penjual; 販売員; 店員""",
    "product_line": """
        grupa towarowa; kategoria; skupina zboží; kategorie; varugrupp; varegruppe; produktgrupp;
        nhóm hàng; ngành hàng; หมวดสินค้า; กลุ่มสินค้า; kategori barang""",
    "product": """
        towar; nazwa towaru; nazwa produktu; usługa; zboží; název zboží; výrobek; produktnamn;
        benämning; vare; varenavn; sản phẩm; tên sản phẩm; tên hàng; mặt hàng; hàng hóa; สินค้า;
        ชื่อสินค้า; รายการสินค้า; สินค้าบริการ; produk; nama barang; nama produk; barang;
        keterangan barang; 宝贝标题; 宝贝名称""",
    "customer": """
        kontrahent; nazwa kontrahenta; klient; nabywca; odběratel; zákazník; kund; kundnamn;
        kundenavn; khách hàng; tên khách hàng; ลูกค้า; ชื่อลูกค้า; pelanggan; nama pelanggan;
        购方企业名称; 购买方名称; 取引先名称; 取引先名; 收付方名称""",
    "channel": "kanał; kanał sprzedaży; prodejní kanál; försäljningskanal; kênh; ช่องทาง; saluran",
    "quantity": """
        ilość; ilosc; množství; počet; antal; antall; số lượng; số lượng bán; tổng số lượng bán;
        จำนวน; kuantitas; kts; jumlah; 宝贝总数量; 购买数量""",
    "unit_price": """
        cena netto; cena jednostkowa; cena jedn netto; jednotková cena; cena za jednotku; styckpris;
        stykpris; enhetspris; đơn giá; ราคาต่อหน่วย; harga satuan; harga;
        京东价; 成交价; 商品単価; 상품가격; سعر الوحدة; giá bán""",
    "revenue": """
        wartość netto; kwota netto; sprzedaż netto; celkem bez dph; částka bez dph; tržby; částka;
        nettobelopp; belopp; försäljning; omsättning; nettobeløb; beløb; omsætning; nettobeløp;
        beløp; omsetning; thành tiền; doanh thu; doanh số; จำนวนเงิน; ยอดขาย; มูลค่า; nilai;
        penjualan; total harga; doanh thu thuần; doanh số bán; tiền hàng; jumlah;
        มูลค่าก่อนภาษี; ราคาก่อนภาษี; ยอดก่อนภาษี; 판매액; 상품별총주문금액; 未稅金額; 销货金额;
        小计; 小計; 소계;
        الإجمالي; الصافي; الإجمالي قبل الضريبة""",
    "_gross": """
        wartość brutto; kwota brutto; celkem s dph; belopp inkl moms; beløb inkl moms; tổng tiền;
        ยอดรวม; ยอดรวมสุทธิ""",
    "cost": "koszt; náklady; kostnad; omkostning; giá vốn; ต้นทุน; biaya",
    "status": """
        situação; situación; statut; stato; durum; статус; ステータス; 상태; 주문상태; stan; stav;
        trạng thái; สถานะ; الحالة""",
    "currency": "waluta; měna; valuta; tiền tệ; สกุลเงิน; mata uang",
    "_other": "dph; moms; uwagi; poznámka; ghi chú; หมายเหตุ; keterangan; ภาษีมูลค่าเพิ่ม",
}  # fmt: skip
