"""The portal of dossiers, pulled over a real connection from the simulated province."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pytest

from connectors import registry
from connectors.connector import PullContext
from connectors.errors import TerminalSourceError
from connectors.landing import LandingReport, land, landed_rows
from connectors.reconcile import newest
from simulators.province.box import ProvinceBox
from simulators.province.faults import Fault

LOCAL = timezone(timedelta(hours=7))
NOW = datetime(2024, 4, 2, 9, tzinfo=LOCAL)
KEY = "khoa-bi-danh-chi-de-thu"
FIRST, LAST = date(2024, 2, 26), date(2024, 4, 3)


class Home:
    """A lake that is filled from a simulated portal."""

    def __init__(self, folder: Path, box: ProvinceBox) -> None:
        self.folder = folder
        self.box = box
        self.refused: list[tuple[str, str]] = []
        self.slept: list[float] = []

    @property
    def lake(self) -> Path:
        return self.folder / "lake"

    def context(self, **more: str) -> PullContext:
        return PullContext(
            now=self.box.clock.now(),
            is_asked=True,
            environment={**self.box.environment, "KHO_PSEUDONYM_KEY": KEY, **more},
            refuse=lambda *said: self.refused.append(said),
            sleep=self.slept.append,
        )

    def pull(self, **more: str) -> LandingReport:
        report = LandingReport()
        connector = registry()["dvc"]
        state = self.folder / "dlt"
        land(connector, self.context(**more), self.lake, state, lambda simulated: None, report)
        return report

    def rows(self, table: str, *columns: str) -> pa.Table:
        return pa.concat_tables(landed_rows(self.lake, "dvc", table, columns))

    def agrees(self) -> bool:
        """Compare the newest states of the lake with the ledger of truth."""
        return self.states("ho_so", "ma_ho_so") == self.truth("ho_so") and self.states(
            "tien_do", "ma_ho_so", "thu_tu"
        ) == self.truth("tien_do")

    def truth(self, table: str) -> dict[str, tuple[int, str]]:
        state = self.box.truth.state("dvc", table, self.box.clock.now())
        field = "TrangThaiHoSo" if table == "ho_so" else "TrangThai"
        told = zip(*(state[name].to_pylist() for name in ("_key", "_version", field)), strict=True)
        return {key: (version, code) for key, version, code in told}

    def states(self, table: str, *key: str) -> dict[str, tuple[int, str]]:
        code = "trang_thai_ho_so" if table == "ho_so" else "trang_thai"
        rows = newest(self.rows(table, *key, "phien_ban", "da_xoa", code), key, "phien_ban")
        return {
            "|".join(str(row[name]) for name in key): (row["phien_ban"], row[code])
            for row in rows.to_pylist()
            if not row["da_xoa"]
        }


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[ProvinceBox]:
    with ProvinceBox(
        "nghe_an", 0.003, FIRST, LAST, tmp_path / "truth", now=NOW, sources=["dvc"]
    ) as box:
        yield box


@pytest.fixture
def home(tmp_path: Path, portal: ProvinceBox) -> Home:
    return Home(tmp_path, portal)


def test_the_lake_holds_what_the_portal_has_and_learns_what_is_new(home: Home) -> None:
    report = home.pull()
    assert home.agrees() and report.rows["ho_so"] > 300
    assert home.pull().deliveries == 0
    home.box.clock.forward(timedelta(days=1))
    assert not home.agrees()
    again = home.pull()
    assert home.agrees() and 0 < again.rows["ho_so"] < report.rows["ho_so"] / 4
    assert home.refused == [] and home.slept == []


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A lake after one pull, for tests that only read."""
    folder = tmp_path_factory.mktemp("dvc")
    days = (FIRST, LAST)
    with ProvinceBox("nghe_an", 0.003, *days, folder / "truth", now=NOW, sources=["dvc"]) as box:
        home = Home(folder, box)
        home.pull()
        yield home


def test_every_row_is_dated_by_its_update_and_typed(pulled: Home) -> None:
    home = pulled
    known = home.rows("ho_so", "_known_at", "thoi_diem_cap_nhat", "doubt")
    assert known["_known_at"].equals(known["thoi_diem_cap_nhat"])
    assert known["doubt"].null_count == known.num_rows
    truth = home.box.truth.state("dvc", "ho_so", home.box.clock.now()).to_pylist()
    lake = newest(
        home.rows(
            *("ho_so", "ma_ho_so", "phien_ban", "ngay_tiep_nhan", "so_le_phi", "ket_qua_dien_tu"),
            *("ten_tthc", "ngay_tra"),
        ),
        ["ma_ho_so"],
        "phien_ban",
    )
    ours = {row["ma_ho_so"]: row for row in lake.to_pylist()}
    for told in truth:
        row = ours[told["MaHoSo"]]
        for theirs, field in (("NgayTiepNhan", "ngay_tiep_nhan"), ("NgayTra", "ngay_tra")):
            at = row[field]
            assert (f"{at.astimezone(LOCAL):%Y%m%d%H%M%S}" if at else "") == told[theirs]
        assert row["so_le_phi"] == told["SoLePhi"]
        assert row["ket_qua_dien_tu"] == (told["KetQuaDienTu"] == "1")
        assert row["ten_tthc"] == told["TenTTHC"]


def test_supplements_are_rows_of_their_dossier(pulled: Home) -> None:
    home = pulled
    told = {
        (row["MaHoSo"], row["_version"], part["HoSoBoSungId"])
        for row in home.box.truth.state("dvc", "ho_so", home.box.clock.now()).to_pylist()
        for part in row["DanhSachHoSoBoSung"]
    }
    rows = home.rows("bo_sung", "ma_ho_so", "phien_ban", "ho_so_bo_sung_id").to_pylist()
    assert told and told <= {tuple(row.values()) for row in rows}


def test_persons_do_not_land_and_one_person_has_one_pseudonym(pulled: Home) -> None:
    home = pulled
    lake = [path for path in home.lake.rglob("*.parquet") if path.stat().st_size]
    names = {name for path in lake for name in pa.parquet.read_schema(path).names}
    assert not {"chu_ho_so", "so_dien_thoai", "dia_chi", "nguoi_xu_ly"} & names
    truth = home.box.truth.state("dvc", "ho_so", home.box.clock.now())
    persons = set(truth["MaDoiTuong"].to_pylist())
    rows = home.rows("ho_so", "ma_ho_so", "ma_doi_tuong").to_pylist()
    assert not {row["ma_doi_tuong"] for row in rows} & persons
    held = "\n".join(str(pa.parquet.read_table(path).to_pydict()) for path in lake)
    assert "CANARY-HO-TEN" not in held and "0999000" not in held and "'999000" not in held
    of = {row["ma_ho_so"]: row["ma_doi_tuong"] for row in rows}
    pairs = {
        (person, of[dossier])
        for person, dossier in zip(
            truth["MaDoiTuong"].to_pylist(), truth["MaHoSo"].to_pylist(), strict=True
        )
    }
    assert len(pairs) == len({person for person, _ in pairs}) == len({name for _, name in pairs})


def test_closed_months_are_compared_and_published_figures_kept(pulled: Home) -> None:
    home = pulled
    told = home.rows("doi_soat", "thang", "so_ho_so").to_pylist()
    counts = {row["thang"]: row["so_ho_so"] for row in told}
    assert counts["202403"] > 50 and counts["202401"] == 0 and "202404" not in counts
    figures = home.rows("thong_ke_766", "thang", "nhom", "cap", "tong_tiep_nhan").to_pylist()
    whole = {(row["thang"], row["nhom"]): row["tong_tiep_nhan"] for row in figures
             if row["cap"] == "PARENT"}  # fmt: skip
    assert len(whole) == 12 and whole["202403", "transparency"] == counts["202403"]


def test_a_portal_that_is_not_connected_is_told_only_when_asked(tmp_path: Path) -> None:
    connector = registry()["dvc"]
    silent = PullContext(now=NOW.astimezone(UTC))
    assert list(connector.deliveries(silent)) == list(connector.corrections(silent)) == []
    asked = PullContext(now=NOW.astimezone(UTC), is_asked=True)
    with pytest.raises(TerminalSourceError, match="KHO_DVC_URL"):
        next(connector.deliveries(asked))
    half = PullContext(now=NOW.astimezone(UTC), environment={"KHO_DVC_URL": "http://127.0.0.1:1"})
    with pytest.raises(TerminalSourceError, match="thiếu KHO_DVC_USER, KHO_DVC_PASSWORD"):
        next(connector.deliveries(half))


def test_a_wrong_password_is_tried_once_and_not_told(home: Home) -> None:
    with pytest.raises(TerminalSourceError, match="KHO_DVC_PASSWORD") as caught:
        home.pull(KHO_DVC_PASSWORD="SAI-MAT-KHAU")
    assert home.slept == [] and "SAI-MAT-KHAU" not in str(caught.value)


def test_the_portal_passes_its_own_examination(home: Home) -> None:
    checks = list(registry()["dvc"].conformance(home.context()))
    assert len(checks) == 10 and all(check.passed for check in checks), checks
    assert not home.lake.exists()


@pytest.mark.parametrize(
    ("fault", "broken"),
    [
        ("shifting_pages", "Chia trang"),
        ("utc_local_shift", "Đủ dòng"),
        ("cursor_2999", "Đủ dòng"),
        ("type_change", "Đủ dòng"),
        ("zero_rows", "Đối soát"),
    ],
)
def test_the_examination_names_what_is_broken(home: Home, fault: str, broken: str) -> None:
    home.box.inject(Fault(fault, "dvc"))
    checks = list(registry()["dvc"].conformance(home.context()))
    failed = [check.title for check in checks if not check.passed]
    assert any(title.startswith(broken) for title in failed), checks
    assert all(check.detail for check in checks if not check.passed)
