"""Faults on demand: what goes wrong at a source, by name, and how often."""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Self

TRANSPORT = {
    "429": "trả lời 429 không có Retry-After",
    "429_retry_after": "trả lời 429 có Retry-After",
    "503": "trả lời 503 không có Retry-After",
    "503_retry_after": "trả lời 503 có Retry-After",
    "timeout_page": "một trang không bao giờ trả lời",
    "truncated_json": "JSON bị cắt ngang",
    "truncated_gzip": "gzip bị cắt ngang",
    "html_login": "HTTP 200 với trang đăng nhập HTML",
    "encoding_tcvn3": "chữ đổi sang TCVN3",
    "encoding_vni": "chữ đổi sang VNI",
    "encoding_utf16": "mã hoá UTF-16",
    "encoding_bom": "UTF-8 có BOM ở đầu",
    "encoding_nfd": "chữ Việt tách dấu (NFD)",
}
"""Faults of an answer's bytes, the same for every source over HTTP."""

ANSWER = {
    "token_expires": "phiên làm việc hết hạn giữa chừng",
    "shifting_pages": "các trang bị xê dịch khi đang lấy",
    "duplicated_page": "một trang lặp lại trang trước",
    "replay_yesterday": "trả lại các dòng của lần hỏi trước",
    "cursor_back": "một dòng có thời điểm cập nhật lùi về trước cửa sổ",
    "cursor_2999": "một dòng có thời điểm cập nhật năm 2999",
    "zero_rows": "không có dòng nào trong ngày làm việc",
    "new_column": "thêm một cột",
    "dropped_column": "mất một cột",
    "type_change": "một cột số thành chữ",
    "utc_local_shift": "giờ bị lệch giữa UTC và giờ địa phương",
}
"""Lies of a source about what it has: the truth stays, the product must notice."""

CHANGES = {
    "one_millisecond": "60 dòng cập nhật cùng một mili giây",
    "late_rows": "dòng ghi lùi về vài phút trước",
    "restated_rows": "dòng cũ được đính chính",
    "deleted_rows": "dòng cũ bị xoá",
}
"""Faults that change what exists at the source, and so what is expected of the product."""

NAMES = TRANSPORT | ANSWER | CHANGES


@dataclass(frozen=True)
class Fault:
    """A fault to inject.

    Attributes:
        name: one of `NAMES`.
        source: the source it befalls.
        seed: seed of what it draws.
        times: answers that it spoils; None spoils every one until it is healed.
        pages: pages that it spoils, None for requests without a page; empty spoils any.
    """

    name: str
    source: str
    seed: int = 0
    times: int | None = None
    pages: tuple[int | None, ...] = ()

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise ValueError(f"Không có lỗi “{self.name}”; chọn một trong: {', '.join(NAMES)}.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 'NAME@SOURCE' or 'NAME@SOURCE:TIMES'.

        Raises:
            ValueError: it is not of this form, or the name is unknown.
        """
        name, _, rest = text.partition("@")
        source, _, times = rest.partition(":")
        if not source or not (times.isdigit() or not times):
            raise ValueError(f"Lỗi “{text}” phải có dạng LỖI@NGUỒN hoặc LỖI@NGUỒN:SỐ_LẦN.")
        return cls(name, source, times=int(times) if times else None)


class Faults:
    """The faults at work in a running province."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = Lock()
        self._left: list[tuple[Fault, int | None]] = []
        for fault in faults:
            self.inject(fault)

    def inject(self, fault: Fault) -> None:
        """Put a fault to work."""
        with self._lock:
            self._left.append((fault, fault.times))

    def heal(self) -> None:
        """Take every fault away."""
        with self._lock:
            self._left.clear()

    def take(self, name: str, source: str, page: int | None = None) -> Fault | None:
        """Ask whether a fault spoils the present answer, which counts as one of its times.

        Args:
            name: name of the fault.
            source: source that answers.
            page: page asked for, counted from 1; None when the request has none.

        Returns:
            The fault, or None when the answer is sound in this respect.
        """
        with self._lock:
            for place, (fault, left) in enumerate(self._left):
                if (fault.name, fault.source) != (name, source) or left == 0:
                    continue
                if fault.pages and page not in fault.pages:
                    continue
                self._left[place] = (fault, None if left is None else left - 1)
                return fault
        return None
