"""Codes of currencies: the one list that headings, cells and columns of codes are read by."""

#: Codes so usual that a column of them is one of currencies, whatever its heading says.
COMMON = frozenset([
    "AED", "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR",
    "INR", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RUB", "SAR", "SEK", "SGD",
    "THB", "TRY", "TWD", "USD", "VND", "ZAR",
])  # fmt: skip
#: Every currency of ISO 4217 a country pays with, as the Unicode CLDR lists them (babel 2.18;
#: a test holds the two together), and ANG, replaced in 2025: exports of the years before have it.
CODES = COMMON | frozenset([
    "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD",
    "BIF", "BMD", "BND", "BOB", "BSD", "BTN", "BWP", "BYN", "BZD", "CDF", "CLP", "COP", "CRC",
    "CUP", "CVE", "DJF", "DOP", "DZD", "EGP", "ERN", "ETB", "FJD", "FKP", "GEL", "GHS", "GIP",
    "GMD", "GNF", "GTQ", "GYD", "HNL", "HTG", "ILS", "IQD", "IRR", "ISK", "JMD", "JOD", "KES",
    "KGS", "KHR", "KMF", "KPW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD",
    "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MZN", "NAD",
    "NGN", "NIO", "NPR", "OMR", "PAB", "PEN", "PGK", "PKR", "PYG", "QAR", "RON", "RSD", "RWF",
    "SBD", "SCR", "SDG", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SYP", "SZL", "TJS", "TMT",
    "TND", "TOP", "TTD", "TZS", "UAH", "UGX", "UYU", "UZS", "VES", "VUV", "WST", "XAF", "XCD",
    "XCG", "XOF", "XPF", "YER", "ZMW", "ZWG",
])  # fmt: skip
#: Codes that are units and labels as well: beside digits they say no currency (TOP 10, 3 CUP,
#: 5 lak, thousand metric tons).
LABELS = frozenset(["ALL", "CUP", "LAK", "PEN", "STN", "TMT", "TOP"])
#: Codes that are words or short names as well: behind a heading they say no currency
#: (Sales ALL; MOP, the method of payment; SHP, a shipment; MAD, Madrid).
WORDS = LABELS | frozenset([
    "ANG", "BAM", "BOB", "COP", "DOP", "ERN", "GEL", "MAD", "MOP", "NAD", "SHP", "SOS",
])  # fmt: skip
