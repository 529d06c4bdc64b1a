"""The export files themselves: which columns each kind of list has, and their bytes."""

import csv
import io
import warnings
from collections.abc import Mapping

import openpyxl
import pyarrow as pa

_PERSON = {
    "hoTen": "Họ và tên",
    "ngaySinh": "Ngày sinh",
    "soDinhDanh": "Số định danh",
    "soDienThoai": "Số điện thoại",
}
HEADINGS = {
    "truong": {
        "maTruong": "Mã trường",
        "tenTruong": "Tên trường",
        "capHoc": "Cấp học",
        "loaiHinh": "Loại hình",
        "maTinh": "Mã tỉnh",
        "maXa": "Mã xã",
        "datChuanQG": "Đạt chuẩn quốc gia",
        "soPhong": "Số phòng học",
        "soPhongKienCo": "Số phòng kiên cố",
    },
    "lop": {
        "maTruong": "Mã trường",
        "maLop": "Mã lớp",
        "tenLop": "Tên lớp",
        "khoi": "Khối",
        "siSo": "Sĩ số",
    },
    "hoc_sinh": {
        "maHocSinh": "Mã học sinh",
        **_PERSON,
        "gioiTinh": "Giới tính",
        "danToc": "Dân tộc",
        "maTruong": "Mã trường",
        "maLop": "Mã lớp",
        "khoi": "Khối",
        "trangThai": "Trạng thái",
        "hocTap": "Kết quả học tập",
        "renLuyen": "Kết quả rèn luyện",
    },
    "nhan_su": {
        "maGV": "Mã giáo viên",
        **_PERSON,
        "maTruong": "Mã trường",
        "viTri": "Vị trí việc làm",
        "trinhDo": "Trình độ",
        "bienChe": "Hình thức hợp đồng",
        "monDay": "Môn dạy",
    },
    "ket_qua_thi": {
        "soBaoDanh": "Số báo danh",
        **_PERSON,
        "maTruong": "Mã trường",
        "tongDiem": "Tổng điểm",
        "ketQua": "Kết quả",
    },
    "pho_cap": {"maTinh": "Mã tỉnh", "maXa": "Mã xã", "soTre5Tuoi": "Số trẻ 5 tuổi"},
}
"""Heading of each column of each kind of list, by the field of the truth."""

IN_CSV = frozenset({"lop", "hoc_sinh"})
_NUMBERS = frozenset({"soPhong", "soPhongKienCo", "soTre5Tuoi"})


def csv_file(headings: Mapping[str, str], rows: pa.Table) -> bytes:
    """Write a list as CSV, as a spreadsheet program saves it: UTF-8 with a mark, CRLF.

    Args:
        headings: heading of each column, by its field.
        rows: the rows, with at least these fields.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings.values())
    writer.writerows(zip(*(rows[name].to_pylist() for name in headings), strict=True))
    return text.getvalue().encode("utf-8-sig")


def xlsx_file(headings: Mapping[str, str], rows: pa.Table) -> bytes:
    """Write a list as a workbook whose properties say that its figures are invented.

    Args:
        headings: heading of each column, by its field.
        rows: the rows, with at least these fields.
    """
    book = openpyxl.Workbook(write_only=True)
    book.properties.category = "mo_phong"
    sheet = book.create_sheet("DanhSach")
    sheet.append(list(headings.values()))
    columns = [
        [int(text) if name in _NUMBERS else text for text in rows[name].to_pylist()]
        for name in headings
    ]
    for line in zip(*columns, strict=True):
        sheet.append(list(line))
    content = io.BytesIO()
    with warnings.catch_warnings():
        # openpyxl stamps the time of writing with a function that Python deprecates
        warnings.simplefilter("ignore", DeprecationWarning)
        book.save(content)
    return content.getvalue()
