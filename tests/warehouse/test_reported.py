"""Reported figures beside those of a workbook: both kept, one shown, what differs is asked."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.chain import Chain
from pipelines.reader import open_reader
from pipelines.settings import Settings

pytestmark = pytest.mark.real_data

HEADER = "chi_tieu;dia_ban;ky;gia_tri;don_vi;trang_thai;ngay_cong_bo;van_ban"
RETAIL = "ban_le_tong_muc;VN-00;2024-12"


class Warehouse:
    """A home with one real workbook, to which files of reported figures are sent."""

    def __init__(self, home: Path, workbook: Path) -> None:
        self.settings = Settings(home=home, target="duckdb", now=datetime(2025, 2, 1, tzinfo=UTC))
        inbox = self.settings.inbox / "thong_ke"
        inbox.mkdir(parents=True)
        (inbox / workbook.name).symlink_to(workbook)

    def send(self, name: str, *rows: str) -> Chain:
        """Put a file into the inbox and run the chain."""
        inbox = self.settings.inbox / "so_bao_cao"
        inbox.mkdir(exist_ok=True)
        (inbox / name).write_text("\n".join([HEADER, *rows]), encoding="utf-8")
        chain = Chain(self.settings)
        with chain.exclusive():
            for source in chain.chosen:
                chain.land(source)
            chain.judge()
            assert chain.build(), chain.outcome.failures
            chain.publish()
        return chain

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with open_reader(self.settings) as reader:
            return reader.rows(sql)

    def open_issues(self) -> dict[str, str]:
        """Give the open issues about reported figures: detail by rule and cell."""
        found = self.rows(
            "select rule_id, cell, detail from mart.quality_issue"
            " where source = 'so_bao_cao' and is_open"
        )
        return {f"{row['rule_id']} {row['cell']}": row["detail"] for row in found}


@pytest.fixture(scope="module")
def warehouse(gso_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    (workbook,) = gso_dir.glob("2025-01-29*.xlsx")
    yield Warehouse(tmp_path_factory.mktemp("bao_cao"), workbook)


@pytest.mark.slow
def test_two_sources_of_one_figure(warehouse: Warehouse) -> None:
    chain = warehouse.send(
        "bao-cao.csv",
        f"{RETAIL};570.734,5;tỷ đồng;ước tính;06/01/2025;BC 01/BC-TKT",
        "ban_le_tong_muc;24;2024-12;1.234,5;tỷ đồng;ước tính;06/01/2025;BC 02/BC-UBND",
        "ban_le_tong_muc;VN-00;2024-11;một tỷ;tỷ đồng;ước tính;06/01/2025;BC 03/BC-UBND",
    )
    assert [line for line in chain.outcome.kept_back if "D4 gia_tri" in line]
    (printed,) = warehouse.rows(
        "select value, source_ref from mart.indicator_vintage"
        " where indicator_code = 'ban_le_tong_muc' and source_code = 'thong_ke'"
        " and known_to is null and period_type = 'month' and area_key = 'VN-00'"
        " and period_start = date '2024-12-01'"
    )
    # both are kept, the statistics office is shown
    kept = warehouse.rows(
        "select source_code, value from mart.indicator_vintage where known_to is null"
        " and indicator_code = 'ban_le_tong_muc' and area_key = 'VN-00' and period_type = 'month'"
        " and period_start = date '2024-12-01' order by source_code"
    )
    assert kept[0] == {"source_code": "so_bao_cao", "value": Decimal("570734.5")}
    assert [row["source_code"] for row in kept[:2]] == ["so_bao_cao", "thong_ke"]
    shown = warehouse.rows(
        "select distinct value, source_code from mart.indicator_value where area_key = 'VN-00'"
        " and indicator_code = 'ban_le_tong_muc' and period_type = 'month'"
        " and period_start = date '2024-12-01'"
    )
    assert shown == [{"value": printed["value"], "source_code": "thong_ke"}]
    issues = warehouse.open_issues()
    conflict = issues.pop("sources_contradict D2")
    for told in ("570.734,5 tỷ đồng", "BC 01/BC-TKT", printed["source_ref"]):
        assert told in conflict
    assert issues.pop("reported_not_understood D3").startswith("Mã «24» là Bắc Giang (P24-")
    assert "một tỷ" in issues.pop("row_understood D4")
    assert issues == {}

    # a later word that agrees is a second vintage and ends the issue; the file of the same name
    # that asks nothing any more ends the questions
    agreed = f"{printed['value']:.0f}"
    warehouse.send(
        "bao-cao.csv",
        f"{RETAIL};{agreed};tỷ đồng;ước tính;20/01/2025;BC 09/BC-TKT",
        "ban_le_tong_muc;24 Bắc Giang;2024-12;1.234,5;tỷ đồng;ước tính;20/01/2025;BC 02/BC-UBND",
    )
    assert warehouse.open_issues() == {}
    vintages = warehouse.rows(
        "select vintage_no, value, known_from, known_to from mart.indicator_vintage"
        " where indicator_code = 'ban_le_tong_muc' and area_key = 'VN-00'"
        " and source_code = 'so_bao_cao' order by vintage_no"
    )
    assert [row["value"] for row in vintages] == [Decimal("570734.5"), Decimal(agreed)]
    assert vintages[0]["known_to"] == vintages[1]["known_from"]
    (bac_giang,) = warehouse.rows(
        "select area_key, value from mart.indicator_vintage where source_code = 'so_bao_cao'"
        " and area_key <> 'VN-00'"
    )
    assert bac_giang == {"area_key": "P24-20040708", "value": Decimal("1234.5")}
