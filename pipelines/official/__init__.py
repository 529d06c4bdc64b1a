"""What every official document of the house has (NĐ 30/2020/NĐ-CP): its words and who signs."""

from dataclasses import dataclass
from datetime import date

NATION_LINE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
SIMULATED = "SỐ LIỆU MÔ PHỎNG"
END_MARK = "./."


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs: the parts of the frame that no figure decides (NĐ 30/2020/NĐ-CP, Điều 8).

    Args:
        parent: cơ quan chủ quản, in capitals.
        office: cơ quan ban hành, in capitals; a line break where it should be broken.
        symbol: ký hiệu after the number, 'BC-TTĐHTM'.
        place: địa danh.
        signer_title: chức vụ of who signs, in capitals.
        recipients: lines of Nơi nhận.
    """

    parent: str = "ỦY BAN NHÂN DÂN TỈNH ………"
    office: str = "TRUNG TÂM\nĐIỀU HÀNH THÔNG MINH"
    symbol: str = "BC-TTĐHTM"
    place: str = "………"
    signer_title: str = "GIÁM ĐỐC"
    recipients: tuple[str, ...] = ("Chủ tịch UBND tỉnh (để báo cáo);", "Lưu: VT, TTĐHTM.")

    @property
    def author(self) -> str:
        """The office on one line, for the files' properties."""
        return self.office.replace("\n", " ")


def place_date_text(place: str, day: date) -> str:
    """Write the place and date line of an official document.

    Days below 10 and the months 1 and 2 get a leading zero (NĐ 30/2020/NĐ-CP, Phụ lục I, ô số 4).
    """
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{place}, ngày {day.day:02d} tháng {month} năm {day.year}"
