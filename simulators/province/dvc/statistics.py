"""What the portal says about itself: the figures of QĐ 766 and the closing figures of a month."""

from datetime import date, datetime
from threading import Lock
from typing import Any

import pyarrow as pa

from simulators.province.clock import Clock
from simulators.province.engine import engine
from simulators.province.rhythm import span, working_days
from simulators.province.truth import Truth

_CALENDAR = (date(2018, 1, 1), date(2029, 12, 31))
# Group of the portal's API: its highest score and what it counts of the dossiers of a month.
GROUPS = {
    "dvc-progress-tree": (20, "on_time", "true"),
    "transparency": (18, "KenhThucHien <> ''", "true"),
    "provide-online-tree": (12, "KenhThucHien = '2'", "true"),
    "dossier-digitized": (22, "HoSoCoThanhPhanSoHoa = '1'", "true"),
    "handling-satisfaction": (18, "on_time", "NgayTra <> ''"),
    "formality-online-payment-tree": (10, "DuocThanhToanTrucTuyen = '1'", "SoLePhi > 0"),
}
"""The portal's own marks are not known in full; those beside progress stand in for them."""

# QĐ 766/QĐ-TTg: the time that a supplement took is not the agency's, a second one makes the
# dossier late, one without an end is judged at the end of its month, and one without a promise
# has the working days that its procedure allows.
_DOSSIERS = """
create or replace table dossiers as
with told as (
    select *,
        left(NgayTiepNhan, 6) as month,
        strptime(NgayTiepNhan, '%Y%m%d%H%M%S') as received,
        coalesce(
            strptime(nullif(NgayKetThucXuLy, ''), '%Y%m%d%H%M%S'),
            date_trunc('month', received) + interval 1 month
        ) as ended,
        coalesce(list_sum([
            date_diff(
                'second',
                least(ended, strptime(one.NgayBoSung, '%Y%m%d%H%M%S')),
                least(ended, strptime(nullif(one.NgayTiepNhanBoSung, ''), '%Y%m%d%H%M%S'))
            )
            for one in DanhSachHoSoBoSung
        ]), 0) as paused,
        case when DonViTinh = 'gio' then ceil(ThoiGianGiaiQuyet / 8) else ThoiGianGiaiQuyet end
            as allowed
    from ho_so_now where NgayTiepNhan <> ''
)
select told.*,
    date_diff('second', received, ended) - paused as taken,
    len(DanhSachHoSoBoSung) <= 1 and ended - to_seconds(paused) <= coalesce(
        strptime(nullif(NgayHenTra, ''), '%Y%m%d%H%M%S'), limits.day + interval 1 day
    ) as on_time
from told
inner join working_days as begun on received::date = begun.day
left join working_days as limits
    on limits.is_working and limits.number = begun.number + told.allowed
"""
_UNITS = "create or replace table units as from don_vi_now"
_STEPS = """
create or replace table steps as
select left(ThoiDiemXuLy, 6) as month, MaHoSo, ThuTu, PhienBan from tien_do_now
"""
# What is counted: the tables of the truth it needs, and how.
_COUNTED = {
    "dossiers": (("ho_so", "don_vi"), (_UNITS, _DOSSIERS)),
    "steps": (("tien_do",), (_STEPS,)),
}
_HASH = "sha256(coalesce(string_agg(line, chr(10) order by line), ''))"


class Statistics:
    """Figures of the dossiers that exist now; a running clock is read to the minute.

    Args:
        truth: the ledger.
        clock: the province's clock.
    """

    def __init__(self, truth: Truth, clock: Clock) -> None:
        self._truth, self._clock = truth, clock
        self._connection = engine()
        self._connection.register("working_days", _working_days())
        self._counted: dict[str, tuple[datetime, int]] = {}
        self._lock = Lock()

    def closing(self, month: str) -> dict[str, Any]:
        """Give the closing figures of the dossiers received in a month.

        Args:
            month: the month, `yyyyMM`.

        Returns:
            Their number, the sum of their fees (đồng), and the SHA-256 of the sorted lines
            `MaHoSo|PhienBan` joined by line feeds.
        """
        (line,) = self._ask(
            f"""
            select count(*) as soHoSo, coalesce(sum(SoLePhi), 0)::bigint as tongLePhi,
                {_HASH} as maBam
            from (
                select SoLePhi, MaHoSo || '|' || PhienBan as line from dossiers where month = $month
            ) as lines
            """,
            {"month": month},
        )
        return {"thang": month, **line}

    def closing_steps(self, month: str) -> dict[str, Any]:
        """Give the closing figures of the steps that were taken in a month.

        Args:
            month: the month, `yyyyMM`.

        Returns:
            Their number, the sum of their numbers within dossiers, and the SHA-256 of the sorted
            lines `MaHoSo|ThuTu|PhienBan` joined by line feeds.
        """
        (line,) = self._ask(
            f"""
            select count(*) as soBuoc, coalesce(sum(ThuTu), 0)::bigint as tongThuTu,
                {_HASH} as maBam
            from (
                select ThuTu, MaHoSo || '|' || ThuTu || '|' || PhienBan as line
                from steps where month = $month
            ) as lines
            """,
            {"month": month},
            "steps",
        )
        return {"thang": month, **line}

    def group(self, name: str, year: int, month: int) -> dict[str, Any]:
        """Give the figures of a group: the whole province, its units, and its months.

        Args:
            name: one of `GROUPS`.
            year: year of reception.
            month: month of reception.
        """
        marks = {"month": f"{year:04d}{month:02d}"}
        units = self._ask(
            f"""
            select u.MaDonVi as departmentCode, u.TenDonVi as departmentName, u.Cap as level,
                {_figures(name)}
            from dossiers as d inner join units as u on d.DonViXuLy = u.MaDonVi
            where d.month = $month group by all order by departmentCode
            """,
            marks,
        )
        (parent,) = self._ask(
            f"select 'PARENT' as level, {_figures(name)} from dossiers where month = $month", marks
        )
        chart = self._ask(
            f"""
            select month, {_figures(name)} from dossiers
            where left(month, 4) = left($month, 4) group by month order by month
            """,
            marks,
        )
        return {"parent": parent, "children": units, "monthlyChart": chart}

    def _ask(
        self, sql: str, values: dict[str, Any], counted: str = "dossiers"
    ) -> list[dict[str, Any]]:
        with self._lock:
            self._count(counted)
            found = self._connection.execute(sql, values)
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _count(self, what: str) -> None:
        now = self._clock.now()
        if self._clock.fixed is None:
            now = now.replace(second=0, microsecond=0)
        tables, statements = _COUNTED[what]
        counted = (now, len(self._truth.parts("dvc", tables[0])))
        if counted == self._counted.get(what):
            return
        for table in tables:
            self._connection.register(f"{table}_now", self._truth.state("dvc", table, now))
        for statement in statements:
            self._connection.execute(statement)
        self._counted[what] = counted


def _working_days() -> pa.Table:
    """Give every day with the number of working days until it, itself included."""
    days = span(*_CALENDAR)
    is_working = working_days(days)
    return pa.table({"day": days, "is_working": is_working, "number": is_working.cumsum()})


def _figures(group: str) -> str:
    """Count what a group counts; its score is the share of the highest one."""
    highest, counted, among = GROUPS[group]
    return f"""
        count(*) as totalReceived,
        count(*) filter (on_time) as totalOnTime,
        count(*) filter (not on_time) as totalOverdue,
        round(avg(taken) / 86400, 2) as avgProcessingDays,
        count(*) filter (({counted}) and ({among})) as numerator,
        count(*) filter ({among}) as denominator,
        round(100.0 * numerator / nullif(denominator, 0), 2) as ratio,
        round({highest}.0 * numerator / nullif(denominator, 0), 2) as score,
        {highest} as maxScore
    """
