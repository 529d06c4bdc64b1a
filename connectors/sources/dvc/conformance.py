"""What a vendor's portal must do, examined one check at a time."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pyarrow as pa

from connectors.closed_months import before_month, closed_months
from connectors.conformance import BrokenError, checked
from connectors.connector import Check, PullContext
from connectors.errors import NotLoggedInError
from connectors.guards import Feed
from connectors.pages import Envelope
from connectors.privacy import Pseudonyms
from connectors.sources.dvc import tables
from connectors.sources.dvc.portal import PAGE_ROWS, Portal, total
from connectors.sources.dvc.reconciling import DOSSIERS, STEPS, Closing
from connectors.sources.dvc.statistics import GROUPS
from connectors.spec import SourceSpec
from connectors.windows import VIET_NAM, Window

_DOSSIERS, _STEPS = "DongBoHoSoMC", "CapNhatTienDoHoSoMC"
# rows never leave this test, so any key will do
_PSEUDONYMS = Pseudonyms(b"conformance only")


def examine(context: PullContext, spec: SourceSpec, portal: Portal) -> Iterator[Check]:
    """Examine a portal over the log since the beginning of the last closed month.

    Args:
        context: the clock.
        spec: the source.
        portal: whom to examine.

    Returns:
        One check after the other; the first one that fails on the connection ends the test.
    """
    reached = checked("Kết nối và đăng nhập", lambda: _logs_in(portal))
    yield reached
    if not reached.passed:
        return
    log = _Log(context, spec, portal)
    yield checked("Phiên lạ bị từ chối bằng mã 03", log.refuses_a_stranger)
    yield checked("Phong bì và danh mục thủ tục", log.lists_procedures)
    yield checked("Đủ dòng, đúng thứ tự, đúng cửa sổ thời gian, không lệch múi giờ", log.reads)
    yield checked("Chia trang nhỏ cộng lại bằng trang lớn", log.pages_add_up)
    yield checked("Kiểu dữ liệu và thời điểm đọc được", log.types_are_certain)
    yield checked("Cờ xóa là 0 hoặc 1", log.tells_deletions)
    yield checked("Tiến độ xử lý theo cùng quy ước", log.reads_steps)
    yield checked("Đối soát tháng đã khép khớp với nhật ký", log.reconciles)
    yield checked("Thống kê QĐ 766 trả HTTP 201", log.publishes)


def _logs_in(portal: Portal) -> str:
    portal.login()
    return ""


class _Log:
    """The dossiers' log of the stretch that is examined, read once and kept by its state."""

    def __init__(self, context: PullContext, spec: SourceSpec, portal: Portal) -> None:
        today = context.now.astimezone(VIET_NAM).date()
        self._spec = spec
        self._portal = portal
        self._is_working_day = context.is_working_day
        self._month = closed_months(today.replace(year=today.year - 1, day=1), context.now)[-1]
        self._window = Window(before_month(self._month), context.now)
        self._pieces: list[pa.Table] = []
        self._steps: list[pa.Table] = []
        self._doubts = 0
        self._unflagged = 0

    def refuses_a_stranger(self) -> str:
        try:
            self._portal.call_once("phien-la", "LayDanhSachTTHC", tables.PROCEDURES, {})
        except NotLoggedInError:
            return ""
        raise BrokenError("cổng nhận một phiên chưa từng mở; phải trả error_code 03")

    def lists_procedures(self) -> str:
        page = self._portal.call("LayDanhSachTTHC", tables.PROCEDURES, {})
        listed = tables.listed(page.rows(), self._spec, "thu_tuc")
        if not listed.num_rows:
            raise BrokenError("danh mục thủ tục trống; phải liệt kê mọi thủ tục của tỉnh")
        return f"{listed.num_rows} thủ tục"

    def reads(self) -> str:
        feed = self._read(self._window, PAGE_ROWS, is_kept=True)
        if not feed.rows:
            raise BrokenError(f"không có dòng nào trong {self._window.label}")
        return f"{feed.rows} dòng trong {self._window.label}"

    def pages_add_up(self) -> str:
        self._need_rows()
        rows = sum(piece.num_rows for piece in self._pieces)
        size = max(1, min(PAGE_ROWS, rows // 3))
        small = self._read(self._window, size)
        if small.rows != rows:
            raise BrokenError(f"trang lớn có {rows} dòng, trang nhỏ cộng lại {small.rows}")
        return f"{rows} dòng, mỗi trang {size}"

    def types_are_certain(self) -> str:
        self._need_rows()
        if self._doubts:
            raise BrokenError(f"{self._doubts} dòng có thời điểm hoặc cờ không đọc được")
        return ""

    def tells_deletions(self) -> str:
        self._need_rows()
        if self._unflagged:
            raise BrokenError(f"{self._unflagged} dòng có DaXoa khác 0 và 1")
        return ""

    def reads_steps(self) -> str:
        feed = Feed(self._window, "Tiến độ", is_working_day=self._is_working_day)
        pages = self._portal.pages(_STEPS, self._window, tables.STEPS, self._read_steps)
        with closing(pages):
            for advertised, steps in pages:
                feed.page(advertised, *tables.step_order(steps))
                self._steps.append(steps.select(STEPS.records.columns))
        feed.end()
        return f"{feed.rows} dòng"

    def reconciles(self) -> str:
        self._need_rows()
        month = f"{self._month[4:]}/{self._month[:4]}"
        told = ((DOSSIERS, self._pieces, "hồ sơ"), (STEPS, self._steps, "bước"))
        counts = [f"{self._agrees(one, pieces)} {word}" for one, pieces, word in told]
        return f"tháng {month}: {', '.join(counts)}"

    def publishes(self) -> str:
        month = date(int(self._month[:4]), int(self._month[4:]), 1)
        for group in GROUPS:
            self._portal.statistics(group, month)
        return f"{len(GROUPS)} nhóm"

    def _agrees(self, closing: Closing, pieces: list[pa.Table]) -> int:
        state = closing.records.state(pieces, self._spec)
        words = closing.difference(state, closing.ask(self._portal, self._month))
        if words:
            raise BrokenError(f"{closing.label} tháng {self._month[4:]}/{self._month[:4]}: {words}")
        return closing.records.total(state, self._month).count

    def _read(self, window: Window, size: int, is_kept: bool = False) -> Feed:
        working = self._is_working_day if is_kept else None
        feed = Feed(window, "Hồ sơ", is_working_day=working)
        pages = self._portal.pages(_DOSSIERS, window, tables.DOSSIERS, self._read_dossiers, size)
        with closing(pages):
            for advertised, dossiers in pages:
                feed.page(advertised, *tables.dossier_order(dossiers))
                if is_kept:
                    self._keep(dossiers)
        feed.end()
        return feed

    def _read_dossiers(self, page: Envelope) -> tuple[int, pa.Table]:
        rows = page.rows(without=self._spec.personal_columns)
        return total(page), tables.dossiers(rows, self._spec, _PSEUDONYMS)

    def _read_steps(self, page: Envelope) -> tuple[int, pa.Table]:
        rows = page.rows(without=self._spec.personal_columns)
        return total(page), tables.steps(rows, self._spec)

    def _keep(self, dossiers: pa.Table) -> None:
        self._pieces.append(dossiers.select(DOSSIERS.records.columns))
        self._doubts += dossiers.num_rows - dossiers["doubt"].null_count
        self._unflagged += dossiers["da_xoa"].null_count

    def _need_rows(self) -> None:
        if not self._pieces:
            raise BrokenError("chưa đọc được dòng nào để kiểm tra")
