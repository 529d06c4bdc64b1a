"""The education sector's site: a login, the list of its export files, and the files."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Self

import orjson

from connectors.connector import PullContext
from connectors.encodings import as_utf8
from connectors.errors import TerminalSourceError, TransientSourceError
from connectors.rest import Answer, Rest, Session
from connectors.sources.giao_duc.layouts import LAYOUTS
from connectors.windows import VIET_NAM


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the site's list tells it; `rows` does not count the heading."""

    code: str
    name: str
    kind: str
    term: str
    level: str
    version: int
    made_at: datetime
    rows: int

    @property
    def group(self) -> str:
        """Name the list of which this file is a version: a later version replaces it."""
        return ".".join(filter(None, (self.kind, self.term, self.level)))


class Site:
    """The site behind its login, to be used in a `with` block.

    Args:
        context: the clock, and what a connection needs.
        settings: address, name and password.
        first_day: files made before this local day are not asked for.
    """

    def __init__(self, context: PullContext, settings: Sequence[str], first_day: date) -> None:
        url, *self._who = settings
        self._start = datetime.combine(first_day, time.min, VIET_NAM)
        self._now = context.now
        self._headers: dict[str, str] = {}
        self._rest = Rest.of(context, url, lambda: self._headers)
        self._session = Session(self._login)

    def __enter__(self) -> Self:
        self._rest.__enter__()
        return self

    def __exit__(self, *failure: Any) -> None:
        self._rest.__exit__(*failure)

    @property
    def is_simulated(self) -> bool:
        """Tell whether the site has said of itself that it is simulated."""
        return self._rest.is_simulated

    def files(self) -> list[Listed]:
        """List every file made since the source's first day: some sixty a year.

        The whole list is asked for each time, so that no file is missed that was added late.

        Returns:
            The files in the order of their making.

        Raises:
            SourceError: the list cannot be had, or is none.
        """
        span = {
            "tu": self._start.isoformat(),
            "den": self._now.isoformat(timespec="milliseconds"),
        }
        answer = self._ask(lambda: self._rest.get("/api/tep-xuat", span, _check_json))
        found = _json(answer)
        if found["den"] != span["den"]:
            raise TransientSourceError(
                "Nguồn trả lại danh sách của lần trước; đề nghị nguồn kiểm tra việc cập nhật"
            )
        files = [_listed(line) for line in found["tep"]]
        if len(files) != found["tongSo"]:
            raise TerminalSourceError(
                f"Danh sách tệp xuất báo {found['tongSo']} tệp nhưng chỉ nêu {len(files)}; "
                "đề nghị nguồn kiểm tra trang danh sách"
            )
        twice = [code for code, count in Counter(file.code for file in files).items() if count > 1]
        if twice:
            raise TerminalSourceError(
                f"Danh sách tệp xuất nêu tệp {twice[0]} hai lần; đề nghị nguồn kiểm tra trang "
                "danh sách"
            )
        astray = [file for file in files if not self._start < file.made_at <= self._now]
        if astray:
            raise TerminalSourceError(
                f"Tệp {astray[0].name} có thời điểm xuất ở ngoài khoảng đã hỏi; đề nghị nguồn "
                "kiểm tra đồng hồ và múi giờ"
            )
        return sorted(files, key=lambda file: (file.made_at, file.code))

    def content(self, file: Listed) -> bytes:
        """Download a file.

        Args:
            file: the file as listed.

        Raises:
            SourceError: it cannot be had.
        """
        return self._ask(lambda: self._rest.get(f"/api/tep-xuat/{file.code}")).body

    def _ask(self, call: Callable[[], Answer]) -> Answer:
        def with_token(token: str) -> Answer:
            self._headers = {"Authorization": f"Bearer {token}"}
            return call()

        return self._session.use(with_token)

    def _login(self) -> str:
        user, password = self._who
        sent = {"tenDangNhap": user, "matKhau": password}
        self._headers = {}
        answer = self._rest.post("/api/login", sent, _check_json)
        return str(_json(answer)["token"])


def _listed(line: Mapping[str, Any]) -> Listed:
    try:
        if line["loai"] not in LAYOUTS:
            raise TerminalSourceError(
                f"Danh sách tệp xuất có loại “{line['loai']}” chưa khai báo; "
                "báo người quản trị kho bổ sung bộ nối"
            )
        return Listed(
            code=line["maTep"],
            name=line["tenTep"],
            kind=line["loai"],
            term=line["kyHoc"],
            level=line["capHoc"],
            version=int(line["phienBan"]),
            made_at=_instant(line["thoiDiemXuat"]),
            rows=int(line["soDong"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TerminalSourceError(
            "Danh sách tệp xuất thiếu mục hoặc ghi sai kiểu; đề nghị nguồn gửi lại đúng mẫu"
        ) from error


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise TerminalSourceError(
            "Danh sách tệp xuất ghi thời điểm không kèm múi giờ, không rõ là giờ Việt Nam "
            "hay giờ UTC; đề nghị nguồn ghi kèm +07:00"
        )
    return at


def _json(answer: Answer) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads(as_utf8(answer.body))
    return told


def _check_json(answer: Answer) -> None:
    try:
        _json(answer)
    except orjson.JSONDecodeError as error:
        raise TransientSourceError(
            "Câu trả lời JSON của trang giáo dục bị cụt hoặc hỏng; lần sau tự lấy lại"
        ) from error
