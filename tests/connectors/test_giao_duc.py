"""The education sector's files, pulled from a site that really serves them."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import registry
from connectors.connector import Delivery, PullContext, SeenDelivery
from connectors.errors import NotLoggedInError, TerminalSourceError, TransientSourceError
from connectors.sources.giao_duc.layouts import LAYOUTS
from connectors.sources.giao_duc.reading import FileRefusedError, read_file
from simulators.province import Fault, ProvinceBox
from tests.support.personal import personal_texts

NOW = datetime(2024, 11, 30, 5, tzinfo=UTC)
LATER = datetime(2025, 1, 31, 5, tzinfo=UTC)
CLASSES = "Mã trường,Mã lớp,Tên lớp,Khối,Sĩ số\n"


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProvinceBox]:
    folder = tmp_path_factory.mktemp("truth")
    days = date(2024, 9, 1), date(2025, 1, 30)
    with ProvinceBox("bac_ninh", 0.01, *days, folder, NOW, sources=["giao_duc"]) as made:
        yield made


@pytest.fixture
def context(box: ProvinceBox) -> Iterator[PullContext]:
    environment = box.environment | {"KHO_PSEUDONYM_KEY": "0123456789abcdef"}
    refused: list[tuple[str, str]] = []
    yield PullContext(
        now=NOW,
        environment=environment,
        sleep=lambda _seconds: None,
        refuse=lambda label, reason: refused.append((label, reason)),
        stage=lambda _stage, _detail: None,
    )
    box.heal()
    box.clock.set(NOW)


def _pull(context: PullContext) -> dict[str, Delivery]:
    return {found.delivery_id: found for found in registry()["giao_duc"].deliveries(context)}


def _rows(found: dict[str, Delivery]) -> dict[str, list[dict[str, object]]]:
    """What the files say, without what is said about the files."""
    return {
        f"{code}/{table}": part.to_pylist()
        for code, delivery in found.items()
        for table, parts in delivery.tables.items()
        for part in parts
        if table != "tep"
    }


@pytest.fixture(scope="module")
def sound(box: ProvinceBox) -> dict[str, Delivery]:
    environment = box.environment | {"KHO_PSEUDONYM_KEY": "0123456789abcdef"}
    return _pull(PullContext(now=NOW, environment=environment))


def _about(found: dict[str, Delivery]) -> list[dict[str, object]]:
    return [delivery.tables["tep"][0].to_pylist()[0] for delivery in found.values()]


def test_every_file_comes_with_the_rows_of_the_ledger(
    box: ProvinceBox, sound: dict[str, Delivery]
) -> None:
    files = box.truth.state("giao_duc", "tep", NOW)
    assert set(sound) == set(files["maTep"].to_pylist()) and len(sound) == 11
    classes = box.truth.state("giao_duc", "lop", NOW)
    landed = pa.concat_tables(
        delivery.tables["lop"][0] for delivery in sound.values() if "lop" in delivery.tables
    )
    assert sorted(landed["ma_lop"].to_pylist()) == sorted(classes["maLop"].to_pylist())
    assert sum(landed["si_so"].to_pylist()) == sum(map(int, classes["siSo"].to_pylist()))
    learners = box.truth.state("giao_duc", "hoc_sinh", NOW)
    names = [
        row["bi_danh"]
        for key, rows in _rows(sound).items()
        if key.endswith("/hoc_sinh")
        for row in rows
    ]
    assert len(names) == len(set(names)) == len(learners)
    assert all(delivery.is_simulated for delivery in sound.values())
    first = files.sort_by("thoiDiemXuat").slice(0, 1).to_pylist()[0]
    assert next(iter(sound.values())).known_at == first["_known_at"]


def test_nothing_personal_comes_through(sound: dict[str, Delivery]) -> None:
    for delivery in sound.values():
        for parts in delivery.tables.values():
            for part in parts:
                assert not personal_texts(part)


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "utf16", "bom", "nfd"])
def test_the_encoding_of_a_file_changes_nothing(
    box: ProvinceBox, context: PullContext, sound: dict[str, Delivery], encoding: str
) -> None:
    box.inject(Fault(f"encoding_{encoding}", "giao_duc"))

    found = _pull(context)

    assert _rows(found) == _rows(sound)
    told = {line["bang_ma"] for line in _about(found)}
    assert told == {
        "xlsx",
        {"tcvn3": "TCVN3", "vni": "VNI", "utf16": "UTF-16"}.get(encoding, "UTF-8"),
    }


@pytest.mark.parametrize(
    "fault",
    ["503", "429_retry_after", "html_login", "truncated_json", "truncated_gzip", "token_expires"],
)
def test_what_passes_is_asked_again(
    box: ProvinceBox, context: PullContext, sound: dict[str, Delivery], fault: str
) -> None:
    box.inject(Fault(fault, "giao_duc", times=1))

    assert _rows(_pull(context)) == _rows(sound)


def test_a_file_that_stays_cut_is_set_aside_and_the_others_come(
    box: ProvinceBox, context: PullContext, sound: dict[str, Delivery]
) -> None:
    refused: list[tuple[str, str]] = []
    told = replace(context, refuse=lambda label, reason: refused.append((label, reason)))
    # the list itself is asked for first
    listing = next(registry()["giao_duc"].deliveries(told))
    seen = {listing.delivery_id: SeenDelivery(listing.label, NOW.date(), 1)}
    files = registry()["giao_duc"].deliveries(replace(told, seen=seen))
    next(files)
    box.inject(Fault("truncated_json", "giao_duc", times=3))

    rest = list(files)

    assert len(rest) == len(sound) - 3
    ((label, reason),) = refused
    assert label.endswith((".csv", ".xlsx"))
    assert "hỏng" in reason or "nguồn báo" in reason or "thừa hoặc thiếu ô" in reason


def test_a_new_column_is_told_and_left_out(
    box: ProvinceBox, context: PullContext, sound: dict[str, Delivery]
) -> None:
    box.inject(Fault("new_column", "giao_duc"))

    found = _pull(context)

    assert _rows(found) == _rows(sound)
    assert {line["cot_la"] for line in _about(found)} == {"Số điện thoại phụ huynh"}
    assert all(line["cot_la"] is None for line in _about(sound))


def test_a_dropped_column_is_refused_by_name(box: ProvinceBox, context: PullContext) -> None:
    refused: list[tuple[str, str]] = []
    box.inject(Fault("dropped_column", "giao_duc"))

    found = _pull(replace(context, refuse=lambda label, reason: refused.append((label, reason))))

    assert {code.partition(".")[0] for code in found} == {"pho_cap"}
    assert len(refused) == 10
    assert all("thiếu cột “Mã trường”" in reason for _, reason in refused)


def test_a_number_that_became_a_word_is_a_question(box: ProvinceBox, context: PullContext) -> None:
    box.inject(Fault("type_change", "giao_duc"))

    rows = [
        row for key, rows in _rows(_pull(context)).items() if key.endswith("/lop") for row in rows
    ]

    assert rows and all(row["doubt"] or row["si_so"] is not None for row in rows)


def test_a_file_from_2999_stops_the_pull(box: ProvinceBox, context: PullContext) -> None:
    box.inject(Fault("cursor_2999", "giao_duc"))

    with pytest.raises(TerminalSourceError, match="đồng hồ"):
        _pull(context)


def test_a_list_with_fewer_files_than_it_says_stops_the_pull(
    box: ProvinceBox, context: PullContext
) -> None:
    box.inject(Fault("zero_rows", "giao_duc"))

    with pytest.raises(TerminalSourceError, match="báo 11 tệp nhưng chỉ nêu 0"):
        _pull(context)


def test_yesterdays_list_is_noticed(
    box: ProvinceBox, context: PullContext, sound: dict[str, Delivery]
) -> None:
    _pull(replace(context, seen={code: SeenDelivery("", NOW.date(), 1) for code in sound}))
    box.clock.set(LATER)
    box.inject(Fault("replay_yesterday", "giao_duc"))

    with pytest.raises(TransientSourceError, match="danh sách của lần trước"):
        _pull(replace(context, now=LATER))


def test_a_wrong_password_is_said_once(context: PullContext) -> None:
    environment = {**context.environment, "KHO_GIAO_DUC_PASSWORD": "sai"}

    with pytest.raises(NotLoggedInError, match="mật khẩu"):
        _pull(replace(context, environment=environment))


def test_only_what_is_new_is_fetched(
    box: ProvinceBox, context: PullContext, sound: dict[str, Delivery]
) -> None:
    seen = {
        code: SeenDelivery(found.label, NOW.date(), found.published_seq)
        for code, found in sound.items()
    }
    assert _pull(replace(context, seen=seen)) == {}
    box.clock.set(LATER)

    found = _pull(replace(context, seen=seen, now=LATER))

    assert found and {code.rpartition(".")[2] for code in found} == {"v2"}


@pytest.mark.parametrize(
    ("fault", "rows", "sizes"),
    [("restated_rows", 0, 20), ("late_rows", 0, 20), ("deleted_rows", -20, None)],
)
def test_a_list_exported_again_replaces_what_it_said(
    tmp_path: Path, fault: str, rows: int, sizes: int | None
) -> None:
    days = date(2024, 9, 1), date(2024, 11, 29)
    with ProvinceBox("bac_ninh", 0.01, *days, tmp_path, NOW, sources=["giao_duc"]) as changed:
        environment = changed.environment | {"KHO_PSEUDONYM_KEY": "0123456789abcdef"}
        context = PullContext(now=NOW, environment=environment, sleep=lambda _seconds: None)
        before = _pull(context)
        changed.inject(Fault(fault, "giao_duc"))
        seen = {code: SeenDelivery(found.label, NOW.date(), 1) for code, found in before.items()}

        ((code, found),) = _pull(replace(context, now=changed.clock.now(), seen=seen)).items()

    group, _, version = code.rpartition(".v")
    (new,), (old,) = found.tables["lop"], before[f"{group}.v{int(version) - 1}"].tables["lop"]
    assert len(new) - len(old) == rows
    if sizes is not None:
        assert sum(new["si_so"].to_pylist()) - sum(old["si_so"].to_pylist()) == sizes


def test_a_source_that_is_not_connected_gives_nothing_unless_asked(context: PullContext) -> None:
    away = replace(context, environment={})
    assert _pull(away) == {}
    with pytest.raises(TerminalSourceError, match="KHO_GIAO_DUC_URL"):
        _pull(replace(away, is_asked=True))


def test_a_vendor_can_examine_its_site(box: ProvinceBox, context: PullContext) -> None:
    checks = list(registry()["giao_duc"].conformance(context))

    failed = [check.title for check in checks if not check.passed]
    assert len(checks) == 7 and failed == ["Đọc tệp loại ket_qua_thi"]  # no examination yet


@settings(deadline=None)
@given(
    rows=st.lists(
        st.tuples(*[st.text("ăệ0123456789,;\"' \t", min_size=1, max_size=8)] * 5), max_size=6
    )
)
def test_csv_is_read_cell_by_cell(rows: list[tuple[str, ...]]) -> None:
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    content = CLASSES + "".join(",".join(row) + "\n" for row in quoted)

    found = read_file(content.encode(), LAYOUTS["lop"]).rows

    expected = [
        {name: cell.strip() or None for name, cell in zip(LAYOUTS["lop"].columns, row, strict=True)}
        for row in rows
    ]
    told = found.select(list(LAYOUTS["lop"].columns)).to_pylist()
    assert told == [row for row in expected if any(row.values())]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "0 byte"),
        (b"PK\x03\x04 not a zip", "hỏng"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (b"<html><body>", "bảng mã"),
        ((CLASSES + "1,2,3\n").encode(), "thừa hoặc thiếu ô"),
        (CLASSES.replace("Khối", "Mã lớp").encode(), "cột lặp"),
        (CLASSES.replace("Sĩ số", "Sĩ số cũ").encode(), "thiếu cột “Sĩ số”"),
        (b"a" * (65 * 2**20), "quá lớn"),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefusedError, match=reason):
        read_file(content, LAYOUTS["lop"])


def test_a_code_that_a_spreadsheet_made_a_number_keeps_its_digits(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(CLASSES.strip().split(","))
    book.active.append([200001, "200001-1A1", "1A1", 1, 32])
    content = io.BytesIO()
    book.save(content)

    (row,) = read_file(content.getvalue(), LAYOUTS["lop"]).rows.to_pylist()

    assert row["Mã trường"] == "200001" and row["Khối"] == "1"
