"""The columns of each kind of export file, by their headings."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Layout:
    """What is taken from a kind of file.

    Attributes:
        columns: column of the lake by heading; a file must have all of these.
        person: heading of the code of a person, whose place a pseudonym takes; "" for none.
        kind_of_person: kinds of persons share no pseudonym.
    """

    columns: Mapping[str, str]
    person: str = ""
    kind_of_person: str = ""
    dropped: frozenset[str] = field(default_factory=frozenset)

    @property
    def needed(self) -> list[str]:
        """Give the headings that a file must have."""
        return [*self.columns, *([self.person] if self.person else [])]

    def recognised(self, headings: list[str]) -> int:
        """Count the headings of a file that are known."""
        return len({*self.needed, *self.dropped} & set(headings))


_PERSON = frozenset({"Họ và tên", "Ngày sinh", "Số định danh", "Số điện thoại", "Dân tộc"})

LAYOUTS = {
    "truong": Layout(
        {
            "Mã trường": "ma_truong",
            "Tên trường": "ten_truong",
            "Cấp học": "cap_hoc",
            "Loại hình": "loai_hinh",
            "Mã tỉnh": "ma_tinh",
            "Mã xã": "ma_xa",
            "Đạt chuẩn quốc gia": "dat_chuan_qg",
            "Số phòng học": "so_phong",
            "Số phòng kiên cố": "so_phong_kien_co",
        }
    ),
    "lop": Layout(
        {
            "Mã trường": "ma_truong",
            "Mã lớp": "ma_lop",
            "Tên lớp": "ten_lop",
            "Khối": "khoi",
            "Sĩ số": "si_so",
        }
    ),
    "hoc_sinh": Layout(
        {
            "Mã trường": "ma_truong",
            "Mã lớp": "ma_lop",
            "Khối": "khoi",
            "Giới tính": "gioi_tinh",
            "Trạng thái": "trang_thai",
            "Kết quả học tập": "hoc_tap",
            "Kết quả rèn luyện": "ren_luyen",
        },
        "Mã học sinh",
        "hoc_sinh",
        _PERSON,
    ),
    "nhan_su": Layout(
        {
            "Mã trường": "ma_truong",
            "Vị trí việc làm": "vi_tri",
            "Trình độ": "trinh_do",
            "Hình thức hợp đồng": "hop_dong",
            "Môn dạy": "mon_day",
        },
        "Mã giáo viên",
        "nhan_su_giao_duc",
        _PERSON,
    ),
    "ket_qua_thi": Layout(
        {"Mã trường": "ma_truong", "Tổng điểm": "tong_diem", "Kết quả": "ket_qua"},
        "Số báo danh",
        "thi_sinh",
        _PERSON,
    ),
    "pho_cap": Layout({"Mã tỉnh": "ma_tinh", "Mã xã": "ma_xa", "Số trẻ 5 tuổi": "so_tre_5_tuoi"}),
}
"""Layouts by kind of file; which column is a number is said by `source.yml`."""
