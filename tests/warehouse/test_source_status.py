"""The ladder of the 57 systems follows from the register and from what was loaded."""

import re
from pathlib import Path

import pytest

from pipelines.chain import Chain
from pipelines.reader import Reader
from pipelines.settings import REPOSITORY

pytestmark = pytest.mark.real_data

SHARED = REPOSITORY.parent / "shared"
DOCUMENTS = {"BG": "000", "QN": "001", "NA": "002", "VT": "003", "BP": "004"}


@pytest.fixture(scope="module")
def documents() -> dict[str, str]:
    """The five source documents, each on one line."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip(f"không có văn bản nguồn {folder}")
    return {
        name: " ".join(next(folder.glob(f"{number}_*")).read_text(encoding="utf-8").split())
        for name, number in DOCUMENTS.items()
    }


def test_every_system_of_the_register_has_its_row(built_reader: Reader) -> None:
    register = SHARED / "requirements" / "systems.md"
    named = re.findall(r"^\| (S\d\d) \|", register.read_text(encoding="utf-8"), re.M)
    rows = built_reader.rows("select system_id from mart.source_status order by system_id")
    assert [row["system_id"] for row in rows] == sorted(named)
    assert len(rows) == 57


def test_the_quoted_words_stand_in_the_documents(
    built_reader: Reader, documents: dict[str, str]
) -> None:
    quotes = 0
    for row in built_reader.rows("select system_id, quoted from mart.source_status"):
        found = re.findall(r"(\w\w): «([^»]+)»", row["quoted"])
        assert found, row
        for document, words in found:
            assert words in documents[document], (row["system_id"], document, words)
        quotes += len(found)
    assert quotes > 90


def test_blockers_name_the_document_and_its_deadline(
    built_reader: Reader, documents: dict[str, str]
) -> None:
    rows = {
        row["system_id"]: row
        for row in built_reader.rows(
            "select * from mart.source_status where blocked_by is not null order by system_id"
        )
    }
    ministries = {"S33", "S39", "S40", "S41", "S42"}
    assert rows.keys() == ministries | {"S43", "S44", "S45", "S46", "S47", "S48"}
    for system, row in rows.items():
        assert row["blocked_by"].startswith("VT 1845/STTTT-VTCNTT, nhóm ")
        words = re.findall("«([^»]+)»", row["blocked_by"])
        assert words and all(quote in documents["VT"] for quote in words), system
        assert (str(row["blocked_since"]) == "2022-11-15") == (system in ministries)
        assert row["needed_document"]


def test_systems_fed_by_workbooks_stand_on_the_step_of_files(
    built: Chain, built_reader: Reader
) -> None:
    rows = built_reader.rows("select * from mart.source_status")
    fed = {row["system_id"]: row for row in rows if row["last_load_at"] is not None}
    assert fed.keys() == {"S01", "S02"}
    for row in fed.values():
        assert (row["source"], row["mode"], row["mode_name"]) == ("thong_ke", "manual", "Thủ công")
        assert row["step"] == 1
        assert str(row["last_known_at"]) == "2025-01-28 17:00:00+00:00"
        assert row["last_load_at"] is not None
        assert row["promise"] == "Hằng tháng, ngày 29, gia hạn 9 ngày"
        # the next workbook was due on 28 February 2025, nine days of grace
        assert row["promise_days"] == 39
        assert row["is_promise_kept"] is False
    others = [row for row in rows if row["last_load_at"] is None]
    assert {(row["step"], row["mode"]) for row in others} == {(0, "none")}
    assert {row["is_promise_kept"] for row in others} == {None}
    named = {bool(row["source"]): row["promise_kept_name"] for row in others}
    assert named == {True: "Chưa giao lần nào", False: "Chưa có nguồn"}


def test_the_duty_of_a_merged_agency_has_passed_on(built_reader: Reader) -> None:
    rows = built_reader.rows(
        "select agency_code, agency_name from mart.source_status where system_id in ('S40', 'S03')"
        " order by system_id"
    )
    assert rows == [
        {"agency_code": "so_khcn", "agency_name": "Sở Khoa học và Công nghệ"},
        {"agency_code": "so_tc", "agency_name": "Sở Tài chính"},
    ]
    history = built_reader.rows(
        "select successor_name from core.dim_agency where agency_code = 'so_khdt'"
    )
    assert history == [{"successor_name": "Sở Tài chính"}]


def test_what_the_register_closed_is_out_of_scope_with_a_reason(built_reader: Reader) -> None:
    rows = built_reader.rows("select * from mart.source_status where not is_in_scope")
    assert {row["system_id"] for row in rows} == {"S15", "S28", "S53", "S55"}
    assert all(row["note"] for row in rows)


def test_the_summary_counts_the_rows(built_reader: Reader) -> None:
    summary = built_reader.rows("select * from mart.source_summary")
    assert len(summary) == 1
    counted = built_reader.rows(
        """select count(*) as system_count,
            count(*) filter (where mode = 'automatic') as automatic_count,
            count(*) filter (where step > 0) as connected_count,
            count(*) filter (where step = 4) as verified_count,
            count(*) filter (where is_in_scope) as in_scope_count
        from mart.source_status"""
    )[0]
    assert {name: summary[0][name] for name in counted} == counted
    assert summary[0]["automatic_text"] == "0/57 phân hệ tự động"
    assert summary[0]["connected_text"] == "2/57 phân hệ đã có số liệu"
    assert summary[0]["blocked_count"] == 11


def test_no_model_types_a_step_in(built_reader: Reader) -> None:
    """The seed of the register carries no step and no mode: both are computed."""
    header = Path(REPOSITORY / "dbt_project/seeds/systems.csv").read_text().splitlines()[0]
    assert not {"step", "mode", "automatic"} & set(header.split(","))
