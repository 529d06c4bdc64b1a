"""The source so_bao_cao: what is read from the template, what is asked, what never lands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from connectors import registry
from connectors.connector import Delivery, PullContext, SeenDelivery
from connectors.landing import completed_loads, land
from connectors.sources.so_bao_cao.source import COLUMNS, deliveries

NOW = datetime(2025, 8, 1, tzinfo=UTC)
GOOD = {
    "chi_tieu": "grdp_gia_so_sanh",
    "dia_ban": "62 Kon Tum",
    "ky": "2025-H1",
    "lich": "",
    "gia_tri": "8.790,5",
    "don_vi": "tỷ đồng",
    "thay_doi_cung_ky_pct": "8,3",
    "trang_thai": "ước tính",
    "ngay_cong_bo": "08/07/2025",
    "van_ban": "BC 150/BC-UBND",
    "ghi_chu": "",
    "do_mat": "thường",
}


@dataclass
class Pull:
    """One call of the source and what it said."""

    refused: list[tuple[str, str]] = field(default_factory=list)
    found: list[Delivery] = field(default_factory=list)

    def __call__(self, *paths: Path, seen: dict[str, SeenDelivery] | None = None) -> "Pull":
        self.refused = []
        context = PullContext(
            now=NOW,
            paths=paths,
            seen=seen or {},
            refuse=lambda label, reason: self.refused.append((label, reason)),
        )
        self.found = list(deliveries(context))
        return self

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The figures of the only delivery."""
        (delivery,) = self.found
        return [row for table in delivery.tables["figure"] for row in table.to_pylist()]


@pytest.fixture
def pull() -> Pull:
    return Pull()


def csv_file(
    path: Path,
    *rows: dict[str, str],
    header: Sequence[str] = COLUMNS,
    separator: str = ";",
    encoding: str = "utf-8",
) -> Path:
    """Write rows under a header; a cell that holds the separator is quoted."""
    lines = [
        list(header),
        *([row.get(name, "") for name in COLUMNS[: len(header)]] for row in rows),
    ]
    text = "\r\n".join(
        separator.join(f'"{cell}"' if separator in cell else cell for cell in line)
        for line in lines
    )
    path.write_bytes((text + "\r\n").encode(encoding))
    return path


def book_file(path: Path, *rows: dict[str, Any]) -> Path:
    """Write rows under the header into the only sheet of a workbook."""
    book = Workbook()
    book.active.append(COLUMNS)
    for row in rows:
        book.active.append([row.get(name) or None for name in COLUMNS])
    book.save(path)
    return path


def test_a_row_is_kept_as_typed_and_as_read(tmp_path: Path, pull: Pull) -> None:
    path = csv_file(tmp_path / "Báo cáo.csv", GOOD)
    pull(path)
    assert pull.refused == []
    (delivery,) = pull.found
    for name, spec in registry()["so_bao_cao"].spec.tables.items():
        (table,) = delivery.tables[name]
        assert table.schema == spec.arrow_schema()
    assert delivery.known_at == datetime(2025, 7, 7, 17, tzinfo=UTC)
    assert pull.rows == [
        {
            **{name: cell for name, cell in GOOD.items() if name != "do_mat"},
            "source_file": "Báo cáo.csv",
            "file_sha": delivery.delivery_id,
            "sheet": "csv",
            "row_no": 2,
            "cell": "E2",
            "calendar": "calendar",
            "period_type": "half",
            "year_no": 2025,
            "period_no": 1,
            "value": Decimal("8790.500000"),
            "value_decimals": 1,
            "yoy_pct": Decimal("8.300000"),
            "yoy_decimals": 1,
            "estimate_status": "estimate",
            "published_on": date(2025, 7, 8),
            "doubt": None,
        }
    ]
    (file,) = next(iter(delivery.tables["file"])).to_pylist()
    assert (file["figure_count"], file["secret_count"]) == (1, 0)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_separators_and_bom_do_not_matter(
    tmp_path: Path, pull: Pull, separator: str, encoding: str
) -> None:
    path = csv_file(tmp_path / "a.csv", GOOD, separator=separator, encoding=encoding)
    (row,) = pull(path).rows
    assert (row["doubt"], row["value"]) == (None, Decimal("8790.5"))


def test_a_workbook_reads_like_its_csv(tmp_path: Path, pull: Pull) -> None:
    typed = {**GOOD, "gia_tri": 8790.5, "thay_doi_cung_ky_pct": 8.3}
    dated = {**typed, "ky": "2025-06", "ngay_cong_bo": datetime(2025, 7, 8), "gia_tri": 41.690}
    first, second = pull(book_file(tmp_path / "a.xlsx", typed, dated)).rows
    (same,) = pull(csv_file(tmp_path / "a.csv", GOOD)).rows
    differs = {"source_file", "file_sha", "sheet", "gia_tri", "thay_doi_cung_ky_pct"}
    assert {k: v for k, v in first.items() if k not in differs} == {
        k: v for k, v in same.items() if k not in differs
    }
    # a number of a workbook is a number: nobody asks whether 41.69 is 41690
    assert (second["value"], second["value_decimals"]) == (Decimal("41.69"), 2)
    assert (second["published_on"], second["doubt"]) == (date(2025, 7, 8), None)


def test_headers_may_be_written_with_marks_in_any_order(tmp_path: Path, pull: Pull) -> None:
    header = ["Chỉ tiêu", "Địa bàn", "Kỳ", "Lịch", "Giá trị", "Đơn vị"]
    header += ["Thay đổi cùng kỳ (%)", "Trạng thái", "Ngày công bố", "Văn bản"]
    (row,) = pull(csv_file(tmp_path / "a.csv", GOOD, header=header)).rows
    assert (row["doubt"], row["yoy_pct"]) == (None, Decimal("8.3"))


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (["Chỉ tiêu", "dia_ban", "ky"], "thiếu cột “gia_tri”"),
        ([*COLUMNS[:-1], "độ mậtt"], "cột lạ “độ mậtt”"),
        ([*COLUMNS[:-1], "ky"], "cột lặp “ky”"),
    ],
)
def test_a_wrong_header_shows_the_template(
    tmp_path: Path, pull: Pull, header: list[str], told: str
) -> None:
    ((label, reason),) = pull(csv_file(tmp_path / "a.csv", GOOD, header=header)).refused
    assert (label, pull.found) == ("a.csv", [])
    assert told in reason and ",".join(COLUMNS) in reason and "\n" not in reason


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "mẫu của dòng đầu"),
        ("chỉ tiêu".encode("utf-16"), "UTF-8"),
        (";".join(COLUMNS).encode() + b'\r\n"a"b;c', "ngoặc kép"),
        (";".join(COLUMNS).encode() + b"\r\n" + b"a;" * 20 + b"z", "nhiều ô hơn dòng tiêu đề"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_line(
    tmp_path: Path, pull: Pull, content: bytes, told: str
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    ((_, reason),) = pull(tmp_path).refused
    assert told in reason and "\n" not in reason


PERIODS = {
    "2025-06": ("month", 6),
    "2025-1": ("month", 1),
    "2025-Q2": ("quarter", 2),
    "2025-H2": ("half", 2),
    "2025-9T": ("nine_months", 1),
    "2025": ("year", 1),
    "2025-05-ytd": ("ytd", 5),
    "2025-5T": ("ytd", 5),
    "2025-3T": ("quarter", 1),
    "2025-06-ytd": ("half", 1),
    "2025-12T": ("year", 1),
}


@pytest.mark.parametrize(("typed", "period"), PERIODS.items())
def test_periods_of_the_template(
    tmp_path: Path, pull: Pull, typed: str, period: tuple[str, int]
) -> None:
    (row,) = pull(csv_file(tmp_path / "a.csv", {**GOOD, "ky": typed})).rows
    assert (row["period_type"], row["period_no"]) == period
    assert (row["year_no"], row["doubt"]) == (2025, None)


@pytest.mark.parametrize(
    ("cell", "typed", "told"),
    [
        ("gia_tri", "", "không có số"),
        ("gia_tri", "-", "không có số"),
        ("gia_tri", "791/903", "791/903"),
        ("gia_tri", "8,790.5 tấn", "đơn vị khác cột don_vi"),
        ("gia_tri", "9" * 19, "quá lớn"),
        ("thay_doi_cung_ky_pct", "tăng mạnh", "không phải là số"),
        ("ky", "2025-13", "là kỳ nào"),
        ("ky", "ytd", "là kỳ nào"),
        ("ky", "Quý 2", "là kỳ nào"),
        ("lich", "âm lịch", "calendar hoặc report_15_14"),
        ("trang_thai", "", "ước tính, sơ bộ, chính thức"),
        ("ngay_cong_bo", "08/07/25", "không phải là ngày đầy đủ"),
        ("ngay_cong_bo", "09/09/2025", "ở tương lai"),
        ("van_ban", "", "thiếu van_ban"),
        ("don_vi", "", "thiếu don_vi"),
    ],
)
def test_what_is_not_certain_is_asked(
    tmp_path: Path, pull: Pull, cell: str, typed: str, told: str
) -> None:
    asked, plain = pull(csv_file(tmp_path / "a.csv", {**GOOD, cell: typed}, GOOD)).rows
    assert told in asked["doubt"] and "\n" not in asked["doubt"]
    assert plain["doubt"] is None


def test_a_lone_separator_is_read_by_what_the_other_numbers_show(
    tmp_path: Path, pull: Pull
) -> None:
    alone = {**GOOD, "gia_tri": "41.690", "thay_doi_cung_ky_pct": ""}
    (row,) = pull(csv_file(tmp_path / "a.csv", alone)).rows
    assert "41690 hay 41,690" in row["doubt"] and row["value"] is None
    (row,) = pull(csv_file(tmp_path / "b.csv", {**alone, "thay_doi_cung_ky_pct": "11,51"})).rows
    assert (row["value"], row["value_decimals"]) == (Decimal(41690), 0)
    (row,) = pull(csv_file(tmp_path / "c.csv", {**alone, "thay_doi_cung_ky_pct": "11.51"})).rows
    assert (row["value"], row["value_decimals"]) == (Decimal("41.69"), 3)


def test_a_period_that_the_spreadsheet_made_a_day_is_asked(tmp_path: Path, pull: Pull) -> None:
    (row,) = pull(book_file(tmp_path / "a.xlsx", {**GOOD, "ky": datetime(2025, 6, 1)})).rows
    assert "đã đổi kỳ thành ngày 2025-06-01" in row["doubt"]


@pytest.mark.parametrize("mark", ["mật", "Tối mật", "?", "khong ro"])
def test_a_marked_row_is_counted_and_never_written(tmp_path: Path, pull: Pull, mark: str) -> None:
    secret = {**GOOD, "chi_tieu": "bi_an", "van_ban": "A12/B", "do_mat": mark}
    rows = pull(csv_file(tmp_path / "a.csv", GOOD, secret, {**GOOD, "do_mat": ""})).rows
    assert len(rows) == 2
    written = repr([[list(t) for t in d.tables.values()] for d in pull.found])
    assert "bi_an" not in written and "A12/B" not in written
    ((label, reason),) = pull.refused
    assert label == "a.csv" and reason.startswith("1 dòng có độ mật")
    assert "bi_an" not in reason and "A12/B" not in reason
    (file,) = next(iter(pull.found[0].tables["file"])).to_pylist()
    assert (file["figure_count"], file["secret_count"]) == (2, 1)


def test_a_file_of_marked_rows_alone_is_refused(tmp_path: Path, pull: Pull) -> None:
    pull(csv_file(tmp_path / "a.csv", {**GOOD, "do_mat": "mật"}))
    assert pull.found == [] and len(pull.refused) == 1


def test_files_come_in_order_and_once(tmp_path: Path, pull: Pull) -> None:
    csv_file(tmp_path / "b.csv", GOOD)
    csv_file(tmp_path / "c.csv", GOOD)
    csv_file(tmp_path / "d.csv", {**GOOD, "gia_tri": "8.791,5"})
    csv_file(tmp_path / "a.csv", {**GOOD, "ngay_cong_bo": "09/07/2025"})
    csv_file(tmp_path / "~$x.csv", GOOD)
    pull(tmp_path)
    assert [(d.label, d.published_seq) for d in pull.found] == [
        ("b.csv", 1),
        ("d.csv", 2),
        ("a.csv", 1),
    ]
    seen = {
        d.delivery_id: SeenDelivery(d.label, date(2025, 7, 8), d.published_seq) for d in pull.found
    }
    assert pull(tmp_path, seen=seen).found == []
    csv_file(tmp_path / "e.csv", {**GOOD, "gia_tri": "8.792,5"})
    (later,) = pull(tmp_path, seen=seen).found
    assert later.published_seq == 3


def test_landing_the_same_file_again_adds_nothing(tmp_path: Path) -> None:
    csv_file(tmp_path / "a.csv", GOOD)
    connector = registry()["so_bao_cao"]
    context = PullContext(now=NOW, paths=(tmp_path / "a.csv",))
    lake, state = tmp_path / "lake", tmp_path / "state"
    first = land(connector, context, lake, state, lambda simulated: None)
    again = land(connector, context, lake, state, lambda simulated: None)
    assert (first.rows["figure"], again.rows, again.load_ids) == (1, {}, [])
    assert completed_loads(lake, "so_bao_cao") == first.load_ids


def test_an_empty_inbox_is_no_complaint(tmp_path: Path, pull: Pull) -> None:
    assert pull(tmp_path).found == [] and pull.refused == []


@given(st.lists(st.text(max_size=12), max_size=len(COLUMNS)), st.sampled_from([";", ",", "\t"]))
def test_no_text_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str], separator: str
) -> None:
    path = tmp_path_factory.mktemp("f") / "a.csv"
    line = separator.join(cell.replace('"', "").replace("\r", "") for cell in cells)
    text = separator.join(COLUMNS) + "\n" + line
    path.write_bytes(text.encode("utf-8", "replace"))
    pull = Pull()(path)
    assert len(pull.found) + len(pull.refused) >= 1
    for _, reason in pull.refused:
        assert "\n" not in reason
