"""The portal's procedures: who handles them, how long they may take, what they cost."""

from dataclasses import dataclass

from simulators.province.profile import Agency


@dataclass(frozen=True)
class Procedure:
    """An administrative procedure.

    Attributes:
        code: code in the national database.
        name: official name.
        field: code of its field.
        field_name: name of its field.
        level: level that handles it: so, huyen or xa.
        limit: longest time allowed, in `unit`.
        unit: ngay (working days) or gio (hours).
        fee: fee, đồng.
        online: 1 information, 2 partly online, 3 wholly online.
        handlers: agency codes that handle it; empty for every agency of the level.
    """

    code: str
    name: str
    field: str
    field_name: str
    level: str
    limit: int
    unit: str
    fee: int
    online: str
    handlers: tuple[str, ...] = ()


_LAND = ("so_tnmt", "so_nnmt")
_TRANSPORT = ("so_gtvt", "so_xd")
_LABOUR = ("so_ldtbxh", "so_nv")
_BUSINESS = ("so_khdt", "so_tc")

PROCEDURES = (
    Procedure("2.000488", "Cấp Phiếu lý lịch tư pháp cho công dân Việt Nam", "G15-TP01",
              "Lý lịch tư pháp", "so", 10, "ngay", 200_000, "3", ("so_tp",)),
    Procedure("2.001417", "Cấp lại thẻ công chứng viên", "G15-TP02", "Công chứng", "so", 5, "ngay",
              100_000, "3", ("so_tp",)),
    Procedure("1.004199", "Đăng ký biến động quyền sử dụng đất", "G10-DD01", "Đất đai", "so", 10,
              "ngay", 50_000, "2", _LAND),
    Procedure("1.004206", "Đính chính Giấy chứng nhận đã cấp", "G10-DD01", "Đất đai", "so", 10,
              "ngay", 0, "2", _LAND),
    Procedure("1.010735", "Cấp giấy phép môi trường", "G10-MT01", "Môi trường", "so", 30, "ngay",
              5_000_000, "2", _LAND),
    Procedure("1.002801", "Đổi giấy phép lái xe", "G17-DB01", "Đường bộ", "so", 5, "ngay", 135_000,
              "3", _TRANSPORT),
    Procedure("1.002820", "Cấp lại giấy phép lái xe", "G17-DB01", "Đường bộ", "so", 10, "ngay",
              135_000, "3", _TRANSPORT),
    Procedure("1.000105", "Báo cáo giải trình nhu cầu sử dụng người lao động nước ngoài",
              "G09-VL01", "Việc làm", "so", 10, "ngay", 0, "3", _LABOUR),
    Procedure("2.001610", "Đăng ký thành lập công ty trách nhiệm hữu hạn", "G08-DN01",
              "Thành lập và hoạt động của doanh nghiệp", "so", 3, "ngay", 50_000, "3", _BUSINESS),
    Procedure("2.000033", "Thông báo hoạt động khuyến mại", "G02-TM01", "Xúc tiến thương mại", "so",
              8, "gio", 0, "3", ("so_ct",)),
    Procedure("1.003348", "Đăng ký bản công bố sản phẩm thực phẩm", "G18-TP01",
              "An toàn thực phẩm", "so", 7, "ngay", 500_000, "3", ("so_yt",)),
    Procedure("1.005143", "Phê duyệt liên kết giáo dục", "G03-GD01", "Giáo dục", "so", 20, "ngay",
              0, "2", ("so_gddt",)),
    Procedure("1.005388", "Cấp bản sao văn bằng từ sổ gốc", "G03-GD02", "Văn bằng, chứng chỉ", "so",
              1, "ngay", 0, "3"),
    Procedure("2.000815", "Chứng thực bản sao từ bản chính", "G15-CT01", "Chứng thực", "so", 8,
              "gio", 2_000, "2"),
    Procedure("1.001612", "Đăng ký thành lập hộ kinh doanh", "G08-HK01", "Hộ kinh doanh", "huyen",
              3, "ngay", 100_000, "3"),
    Procedure("1.009994", "Cấp giấy phép xây dựng nhà ở riêng lẻ", "G17-XD01",
              "Hoạt động xây dựng", "huyen", 15, "ngay", 75_000, "2"),
    Procedure("1.000798", "Chuyển mục đích sử dụng đất", "G10-DD01", "Đất đai", "huyen", 15,
              "ngay", 0, "2"),
    Procedure("2.000528", "Đăng ký khai sinh có yếu tố nước ngoài", "G15-HT01", "Hộ tịch", "huyen",
              8, "gio", 75_000, "3"),
    Procedure("1.001193", "Đăng ký khai sinh", "G15-HT01", "Hộ tịch", "xa", 8, "gio", 0, "3"),
    Procedure("1.000656", "Đăng ký khai tử", "G15-HT01", "Hộ tịch", "xa", 8, "gio", 0, "3"),
    Procedure("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân", "G15-HT01", "Hộ tịch", "xa", 3,
              "ngay", 15_000, "3"),
    Procedure("2.001023", "Liên thông đăng ký khai sinh, cấp thẻ bảo hiểm y tế cho trẻ",
              "G15-HT01", "Hộ tịch", "xa", 5, "ngay", 0, "3"),
    Procedure("1.001653", "Xác nhận mức độ khuyết tật", "G09-BT01", "Bảo trợ xã hội", "xa", 25,
              "ngay", 0, "2"),
)  # fmt: skip


def handled_by(agency: Agency) -> list[int]:
    """Give the places in `PROCEDURES` of what an agency handles; communes took over districts'."""
    levels = {"xa", "huyen"} if agency.level == "xa" and agency.first else {agency.level}
    return [
        place
        for place, procedure in enumerate(PROCEDURES)
        if procedure.level in levels
        and (not procedure.handlers or agency.agency in procedure.handlers)
    ]
