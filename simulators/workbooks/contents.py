"""What a month's workbook holds: its tables in their order, under the agency's names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from simulators.workbooks import business, gdp
from simulators.workbooks.business import Business
from simulators.workbooks.calendar import Month, number, year
from simulators.workbooks.crops import crops_sheet
from simulators.workbooks.employment import employment, employment_sheet
from simulators.workbooks.exports import LISTING as EXPORTS
from simulators.workbooks.exports import exports
from simulators.workbooks.flows import Flows
from simulators.workbooks.foreign import Foreign, foreign_sheet
from simulators.workbooks.goods import Trade, TradeTables
from simulators.workbooks.imports import LISTING as IMPORTS
from simulators.workbooks.imports import imports
from simulators.workbooks.industry import Industry, IndustryTables
from simulators.workbooks.investment import Investment, investment_sheet
from simulators.workbooks.labour import Labour, labour_sheet, rates_sheet
from simulators.workbooks.prices import Prices, PriceTables
from simulators.workbooks.products import products, products_sheet
from simulators.workbooks.retail import Retail, RetailTables
from simulators.workbooks.sheet import Sheet
from simulators.workbooks.society import society, society_sheet
from simulators.workbooks.transport import Transport, transport_sheet
from simulators.workbooks.visitors import Visitors, visitors_sheet


@dataclass(frozen=True)
class World:
    """Everything the simulated agency measures."""

    retail: Retail
    prices: Prices
    industry: Industry
    exports: Trade
    imports: Trade
    business: Business
    investment: Investment
    foreign: Foreign
    transport: Transport
    visitors: Visitors
    products: Flows
    employment: Flows
    product: gdp.Product
    labour: Labour
    society: Flows

    @classmethod
    def drawn(cls, seed: int) -> Self:
        """Draw all of it."""
        return cls(
            Retail(seed),
            Prices(seed),
            Industry(seed),
            exports(seed),
            imports(seed),
            Business(seed),
            Investment(seed),
            Foreign(seed),
            Transport(seed),
            Visitors(seed),
            products(seed),
            employment(seed),
            gdp.Product(seed),
            Labour(seed),
            society(seed),
        )


# Sheet name and number in the title of each table, as the agency had them in a month of this kind.
Names = Mapping[str, tuple[str, str]]
_ORDINARY: Names = {
    "iip": ("2.IIP", "2. "),
    "products": ("3.SPCNthang", "3. "),
    "employment": ("4.LĐCN", "4. "),
    "business": ("6. Chi tieu DN", "6. "),
    "founded": ("7. DN DK thanh lap", "7. "),
    business.BACK: ("8. DN quay lai hoat dong", "8. "),
    business.PAUSED: ("9. DN Ngừng có thời hạn", "9. "),
    business.DISSOLVED: ("10.DN giải thể", "10. "),
    "investment": ("11.VDT", "11. "),
    "foreign": ("12. FDI", "12. "),
    "retail": ("13. Tongmuc", "13. "),
    "exports": ("14.XK", "14. "),
    "imports": ("15.NK", "15. "),
    "prices": ("16.CPI", "16. "),
    "passengers": ("17. VT HK", "17. "),
    "freight": ("18. VT HH", "18. "),
    "visitors": ("19. KQT", "19. "),
}
_NAMES: dict[int, Names] = {
    1: {
        **_ORDINARY,
        "iip": ("2. IIP", "2. "),
        "products": ("3. SP CN", "3. "),
        "employment": ("4. LĐ CN", "4. "),
        "founded": ("7. DK thanh lap", "7. "),
        "investment": ("11. VĐT", "11. "),
        "exports": ("14. XK", "14. "),
        "imports": ("15. NK", "15. "),
        "prices": ("16. CPI", "16. "),
        "passengers": ("17. Van tai HK", "17. "),
        "freight": ("18. Van tai HH", "18. "),
        "visitors": ("19. Du lich", "19. "),
    },
    2: {
        **_ORDINARY,
        "iip": ("2.IIPthang", "2. "),
        "retail": ("tongmuc-OK", "13. "),
        "exports": ("xuất khẩu tháng", "14. "),
        "prices": ("CPI", "16. "),
    },
    3: {
        "gdp": ("1.GDP ", "1. "),
        "iip": ("6.IIP", "6. "),
        "products": ("7.SPCN", "7. "),
        "employment": ("9.LĐCN", "9. "),
        "business": ("11. Chi tieu DN", "11. "),
        "founded": ("12. DN DK thanh lap", "12. "),
        business.BACK: ("13. DN quay lai hoat dong", "13. "),
        business.PAUSED: ("14. DN Ngừng có thời hạn", "14. "),
        business.DISSOLVED: ("15. DN giải thể", "15. "),
        "investment": ("17.VDT tu NSNN", "17. "),
        "foreign": ("18.FDI", "18. "),
        "retail": ("19. Tongmuc", "19. "),
        "exports": ("20. XK hh", "20. "),
        "imports": ("21.NK hh", "21. "),
        "prices": ("23.CPI", "23. "),
        "passengers": ("30.VT HK", "30. "),
        "freight": ("31. VT HH", "31. "),
        "visitors": ("32. Khach QT", "32. "),
        "labour": ("33.LĐ", "33. "),
        "rates": ("34.That nghiep ", "34. "),
        "society": ("36.XHMT", "36. "),
    },
    6: {
        gdp.CURRENT: ("1.GDP-HH", "1. "),
        gdp.CONSTANT: ("2.GDP-SS", "2. "),
        "iip": ("9.IIPthang", "9. "),
        "iip_quarters": ("10.IIPquy", "10. "),
        "products": ("11.SPCNthang", "11. "),
        "employment": ("14.LĐCN", "14. "),
        "business": ("16. Chi tieu DN", "16. "),
        "founded": ("17. DN DK thanh lap", "17. "),
        business.BACK: ("18. DN quay lai hoat dong", "18. "),
        business.PAUSED: ("19. DN Ngừng có thời hạn", "19. "),
        business.DISSOLVED: ("20. DN giải thể", "20. "),
        "investment": ("22. VDT TTNSNN", "22. "),
        "foreign": ("24. FDI", "24. "),
        "retail": ("25.Tongmuc", "25. "),
        "retail_quarters": ("26.TM_Quy", "26. "),
        "exports": ("27.XK tháng", "27. "),
        "exports_quarters": ("28.XK quý", "28. "),
        "imports": ("29.NK tháng", "29. "),
        "prices": ("32.CPI", "32. "),
        "passengers": ("39.Van tai HK", "39. "),
        "freight": ("41. VT HH", "41. "),
        "visitors": ("43.Du lich ", "43. "),
        "labour": ("45.Laodong", "45. "),
        "rates": ("46.thatnghiep", "46. "),
        "society": ("48.XHMT", "48. "),
    },
    9: {
        gdp.CURRENT: ("1.GDP-HH", "1. "),
        gdp.CONSTANT: ("2.GDP-SS", "2. "),
        "iip": ("7.IIPthang", "7. "),
        "iip_quarters": ("8.IIPquy", "8. "),
        "products": ("9.SPCNthang", "9. "),
        "business": ("12.Chi tieu DN", "12. "),
        "founded": ("13.DN DK thanh lap", "13. "),
        business.BACK: ("14.DN quay lai hoat dong", "14. "),
        business.PAUSED: ("15.DN Ngừng có thời hạn", "15. "),
        business.DISSOLVED: ("16.DN giải thể", "16. "),
        "investment": ("18.VNSNN tháng", "18. "),
        "foreign": ("20.FDI", "20. "),
        "retail": ("21.Tongmuc", "21. "),
        "retail_quarters": ("22.TM_Quy", "22. "),
        "exports": ("23.XK tháng", "23. "),
        "exports_quarters": ("24.XK quý", "24. "),
        "imports": ("25.NK tháng", "25. "),
        "prices": ("28.CPI", "28. "),
        "passengers": ("35.Van tai HK", "35. "),
        "freight": ("37. VT HH", "37. "),
        "visitors": ("39.Du lich ", "39. "),
        "labour": ("41.Laodong", "41. "),
        "rates": ("42.thatnghiep", "42. "),
        "society": ("44.XHMT", "44. "),
    },
    12: {
        gdp.CURRENT: ("1.GDP HH", "1. "),
        gdp.CONSTANT: ("2. GDP SS", "2. "),
        "iip": ("10.IIPthang", "10. "),
        "iip_quarters": ("11.IIPquy", "11. "),
        "products": ("12.SPCNthang", "12. "),
        "employment": ("15.LĐCN", "15. "),
        "business": ("17. Chi tieu DN", "17. "),
        "founded": ("18. DN DK thanh lap", "18. "),
        business.BACK: ("19. DN quay lai hoat dong", "19. "),
        business.PAUSED: ("20. DN Ngừng có thời hạn", "20. "),
        business.DISSOLVED: ("21. DN giải thể", "21. "),
        "investment": ("23. VĐT NSNN", "23. "),
        "foreign": ("25. FDI", "25. "),
        "retail": ("26.Tongmuc", "26. "),
        "retail_quarters": ("27.TM_Quy", "27. "),
        "exports": ("28.XK tháng", "28. "),
        "exports_quarters": ("29.XK quý", "29. "),
        "imports": ("30.NK tháng", "30. "),
        "prices": ("33.CPI", "33. "),
        "passengers": ("40.Van tai HK", "40. "),
        "freight": ("42. VT HH", "42. "),
        "visitors": ("44.KQT", "44. "),
        "labour": ("47.Laodong", "47. "),
        "rates": ("48.thatnghiep", "48. "),
        "society": ("50.XHMT", "50. "),
    },
}

_Table = Callable[[World, Month, str, str], Sheet]
_TABLES: dict[str, _Table] = {
    "gdp": lambda w, m, name, no: gdp.first_quarter_sheet(w.product, m, name, no),
    gdp.CURRENT: lambda w, m, name, no: gdp.product_sheet(w.product, gdp.CURRENT, m, name, no),
    gdp.CONSTANT: lambda w, m, name, no: gdp.product_sheet(w.product, gdp.CONSTANT, m, name, no),
    "iip": lambda w, m, name, no: IndustryTables(w.industry, m).monthly(name, no),
    "iip_quarters": lambda w, m, name, no: IndustryTables(w.industry, m).quarterly(name, no),
    "products": lambda w, m, name, no: products_sheet(w.products, m, name, no),
    "employment": lambda w, m, name, no: employment_sheet(w.employment, m, name, no),
    "business": lambda w, m, name, no: business.summary_sheet(w.business, m, name, no),
    "founded": lambda w, m, name, no: business.founded_sheet(w.business, m, name, no),
    business.BACK: lambda w, m, name, no: business.sector_sheet(
        w.business, business.BACK, m, name, no
    ),
    business.PAUSED: lambda w, m, name, no: business.sector_sheet(
        w.business, business.PAUSED, m, name, no
    ),
    business.DISSOLVED: lambda w, m, name, no: business.sector_sheet(
        w.business, business.DISSOLVED, m, name, no
    ),
    "investment": lambda w, m, name, no: investment_sheet(w.investment, m, name, no),
    "foreign": lambda w, m, name, no: foreign_sheet(w.foreign, m, name, no),
    "retail": lambda w, m, name, no: RetailTables(w.retail, m).monthly(name, no),
    "retail_quarters": lambda w, m, name, no: RetailTables(w.retail, m).quarterly(name, no),
    "exports": lambda w, m, name, no: TradeTables(w.exports, EXPORTS, m).monthly(name, no),
    "exports_quarters": lambda w, m, name, no: TradeTables(w.exports, EXPORTS, m).quarterly(
        name, no
    ),
    "imports": lambda w, m, name, no: TradeTables(w.imports, IMPORTS, m).monthly(name, no),
    "prices": lambda w, m, name, no: PriceTables(w.prices, m).monthly(name, no),
    "passengers": lambda w, m, name, no: transport_sheet(w.transport, "hanh_khach", m, name, no),
    "freight": lambda w, m, name, no: transport_sheet(w.transport, "hang_hoa", m, name, no),
    "visitors": lambda w, m, name, no: visitors_sheet(w.visitors, m, name, no),
    "labour": lambda w, m, name, no: labour_sheet(w.labour, m, name, no),
    "rates": lambda w, m, name, no: rates_sheet(w.labour, m, name, no),
    "society": lambda w, m, name, no: society_sheet(w.society, m, name, no),
}


def sheets(world: World, publication: Month) -> list[Sheet]:
    """Lay out all sheets of a month's workbook.

    Args:
        world: what the agency measures.
        publication: month whose workbook is published.

    Returns:
        The sheets in their order.
    """
    when = number(publication)
    names = dict(_NAMES.get(when, _ORDINARY))
    # In September 2022, and every third year, both retail tables stood on one sheet.
    together = when == 9 and year(publication) % 3 == 0
    if together:
        del names["retail_quarters"]
    laid_out = []
    for table, (name, no) in names.items():
        if together and table == "retail":
            retail = RetailTables(world.retail, publication)
            laid_out.append(retail.both_on_one_sheet("22-23.Tongmuc", "23. ", "24. "))
        else:
            laid_out.append(_TABLES[table](world, publication, name, no))
    return [crops_sheet(publication), *laid_out] if when == 12 else laid_out
