"""What a vendor's iOffice must do, examined one check at a time; nothing lands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from connectors.closed_months import before_month, closed_months
from connectors.conformance import BrokenError, checked
from connectors.connector import Check, PullContext
from connectors.guards import Feed
from connectors.secrecy import let_through
from connectors.sources.ioffice.closed_months import read_count
from connectors.sources.ioffice.edxml import read_business
from connectors.sources.ioffice.office import Office
from connectors.sources.ioffice.shapes import (
    OPEN,
    SECRECY,
    SHAPES,
    UPDATED,
    VERSION,
    instants,
    typed,
)
from connectors.spec import SourceSpec
from connectors.windows import VIET_NAM, Window


def examine(context: PullContext, spec: SourceSpec, office: Office) -> Iterator[Check]:
    """Examine an iOffice over its change logs since the beginning of the last closed month.

    Args:
        context: the clock.
        spec: the source.
        office: whom to examine.

    Returns:
        One check after the other; a failed login ends the test.
    """
    reached = checked("Kết nối và đăng nhập", lambda: _logs_in(office))
    yield reached
    if not reached.passed:
        return
    look = _Looking(context, spec, office)
    yield checked("Gia hạn token trước khi hết hạn", lambda: _renews(office))
    for table in SHAPES:
        yield checked(
            f"{table}: đủ dòng, đúng thứ tự, đúng cửa sổ, có độ mật, ngày giờ đọc được",
            partial(look.reads, table),
        )
    yield checked("Đối soát tháng đã khép là số đọc được, có mã băm", look.counts)
    yield checked("Gói edXML đúng cấu trúc QCVN 102", look.parses_a_message)


def _logs_in(office: Office) -> str:
    office.log_in()
    return ""


def _renews(office: Office) -> str:
    office.renew()
    return ""


@dataclass
class _Looking:
    context: PullContext
    spec: SourceSpec
    office: Office
    message: str = ""

    @property
    def _months(self) -> list[str]:
        now = self.context.now.astimezone(VIET_NAM).date()
        return closed_months(now.replace(year=now.year - 1, day=1), self.context.now)

    @property
    def _window(self) -> Window:
        return Window(before_month(self._months[-1]).astimezone(UTC), self.context.now)

    def reads(self, table: str) -> str:
        """Read a change log whole and look at every row."""
        shape, refused = SHAPES[table], 0
        feed = Feed(self._window, table, is_working_day=self.context.is_working_day)
        for page in self.office.pages(shape, self._window):
            at = pa.chunked_array([instants(page.rows[UPDATED].combine_chunks())])
            feed.page(page.total, at, page.rows[shape.key], page.rows[VERSION])
            kept, count = let_through(page.rows, SECRECY, OPEN)
            refused += count
            unread = pc.drop_null(typed(kept, shape)["khong_doc_duoc"])
            if len(unread):
                raise BrokenError(f"{len(unread)} dòng có {unread[0].as_py()} không đọc được")
            if table == "truc_lien_thong" and kept.num_rows:
                self.message = kept[shape.key][0].as_py()
        feed.end()
        return f"{feed.rows} dòng, trong đó {refused} dòng không được nhận vì độ mật"

    def counts(self) -> str:
        """Ask for the newest closed month of every reconciled table."""
        for table in self.spec.reconciled:
            told, told_hash = self.office.advertised(table, self._months[-1], self.context.now)
            if read_count(told) is None or len(told_hash) != 64:
                raise BrokenError(
                    f"{table}: soBanGhi phải là số (582087 hoặc 582.087), maBam là SHA-256"
                )
        return ""

    def parses_a_message(self) -> str:
        """Fetch one message of the axis and read its header."""
        if self.message:
            read_business(self.office.message(self.message))
        return "" if self.message else "cửa sổ không có gói tin nào để thử"
