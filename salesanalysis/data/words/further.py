"""How our columns are called in the languages of the north, the east and the south-east."""

#: Our column of order lines -> names in Polish; Czech; Swedish, Danish and Norwegian; Vietnamese;
#: Thai; Indonesian; and names in the languages of `tongues` for columns that have none there.
FURTHER: dict[str, str] = {
    "order_id": """
        nr faktury; numer faktury; nr zamówienia; numer zamówienia; zamówienie; nr dokumentu;
        číslo faktury; číslo objednávky; objednávka; číslo dokladu; fakturanr; fakturanummer;
        faktura; ordernr; ordrenr; ordrenummer; số hóa đơn; số đơn hàng; mã đơn hàng;
        số chứng từ; เลขที่เอกสาร; เลขที่ใบสั่งซื้อ; เลขที่ใบกำกับ; เลขที่ใบแจ้งหนี้; no faktur; nomor faktur;
        nomor pesanan""",
    "date": """
        data sprzedaży; data wystawienia; data faktury; data zamówienia; miesiąc; datum vystavení;
        datum prodeje; datum objednávky; orderdatum; fakturadatum; fakturadato; ordredato; dato;
        ngày; ngày đặt hàng; ngày hóa đơn; ngày bán; ngày chứng từ; วันที่; วันที่เอกสาร; tanggal;
        tanggal faktur""",
    "region": """
        województwo; rejon; oddział; kraj; oblast; pobočka; distrikt; landsdel; uf; khu vực; vùng;
        chi nhánh; tỉnh; ภาค; เขต; สาขา; จังหวัด; wilayah; cabang; provinsi""",
    "team": "dział; zespół; oddělení; tým; avdelning; afdeling; avdeling; phòng ban; แผนก; tim",
    "salesperson": """
        handlowiec; sprzedawca; przedstawiciel; przedstawiciel handlowy; opiekun; obchodník;
        prodejce; obchodní zástupce; säljare; sælger; selger; nhân viên; nhân viên bán hàng;
        nhân viên kinh doanh; พนักงานขาย; penjual; tenaga penjual""",
    "product_line": """
        grupa towarowa; kategoria; skupina zboží; kategorie; varugrupp; varegruppe; produktgrupp;
        nhóm hàng; ngành hàng; หมวดสินค้า; กลุ่มสินค้า; kategori barang""",
    "product": """
        towar; nazwa towaru; nazwa produktu; usługa; zboží; název zboží; výrobek; produktnamn;
        benämning; vare; varenavn; sản phẩm; tên sản phẩm; tên hàng; mặt hàng; hàng hóa; สินค้า;
        ชื่อสินค้า; รายการสินค้า; produk; nama barang; nama produk; barang""",
    "customer": """
        kontrahent; nazwa kontrahenta; klient; nabywca; odběratel; zákazník; kund; kundnamn;
        kundenavn; khách hàng; tên khách hàng; ลูกค้า; ชื่อลูกค้า; pelanggan; nama pelanggan""",
    "channel": "kanał; kanał sprzedaży; prodejní kanál; försäljningskanal; kênh; ช่องทาง; saluran",
    "quantity": """
        ilość; ilosc; množství; počet; antal; antall; số lượng; จำนวน; kuantitas; jumlah""",
    "unit_price": """
        cena netto; cena jednostkowa; cena jedn netto; jednotková cena; cena za jednotku; styckpris;
        stykpris; enhetspris; đơn giá; ราคาต่อหน่วย; harga satuan; harga""",
    "revenue": """
        wartość netto; kwota netto; sprzedaż netto; celkem bez dph; částka bez dph; tržby; částka;
        nettobelopp; belopp; försäljning; omsättning; nettobeløb; beløb; omsætning; nettobeløp;
        beløp; omsetning; thành tiền; doanh thu; doanh số; จำนวนเงิน; ยอดขาย; มูลค่า; nilai;
        penjualan; total harga; الإجمالي; الصافي; الإجمالي قبل الضريبة""",
    "_gross": """
        wartość brutto; kwota brutto; celkem s dph; belopp inkl moms; beløb inkl moms; tổng tiền;
        ยอดรวม""",
    "cost": "koszt; náklady; kostnad; omkostning; giá vốn; ต้นทุน; biaya",
    "status": """
        situação; situación; statut; stato; durum; статус; ステータス; 상태; 주문상태; stan; stav;
        trạng thái; สถานะ; الحالة""",
    "currency": "waluta; měna; valuta; tiền tệ; สกุลเงิน; mata uang",
    "_other": "dph; moms; uwagi; poznámka; ghi chú; หมายเหตุ; keterangan; ภาษีมูลค่าเพิ่ม",
}  # fmt: skip
