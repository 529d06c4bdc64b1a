"""One red line on the terminal, without importing what builds the other screens."""

import errno
import os
import re

from rich.console import Console

err = Console(stderr=True, highlight=False)

# no room, quota used up, file larger than this process may write
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# packages whose exceptions carry one Vietnamese line for a person
_OURS = {"connectors", "expectations", "pipelines", "superset_config", "simulators"}
_WRONG_CALLS = {
    r"No such command '(.+)'\.?": r"không có lệnh '\1'",
    r"No such option: (\S+).*": r"không có tuỳ chọn \1",
    r"Missing (?:parameter|argument|option):? '?([\w-]+)'?.*": r"thiếu \1",
    r"Got unexpected extra arguments? \((.+)\)": r"thừa '\1'",
    r"Value error, '(.*)' is not one of (.+?)\.?": r"'\1' không thuộc \2",
}


def complain(message: str) -> None:
    """Print one line about what went wrong."""
    err.print("Lỗi:", style="red", end=" ")
    err.print(message, soft_wrap=True, markup=False)


def one_line(error: Exception) -> str:
    """Say an exception in one line: our own as it is, a foreign one with its class."""
    text = " ".join(str(error).split())
    if isinstance(error, PermissionError):
        return (
            f"Không có quyền ghi hoặc đọc {error.filename}: cấp quyền cho tài khoản đang chạy "
            "hoặc đặt KHO_HOME sang thư mục khác"
        )
    if _is_disk_full(error):
        return "Đĩa đầy khi ghi vào kho: dọn đĩa rồi chạy lại lệnh này, không mất gì"
    if type(error).__module__.split(".")[0] in _OURS:
        return text
    if type(error).__name__ == "OperationalError":
        return f"PostgreSQL không trả lời: kiểm tra máy chủ và KHO_PG_DSN ({text[:200]})"
    return f"{type(error).__name__}: {text[:300]} (thêm --debug để xem chi tiết)"


def _is_disk_full(error: BaseException) -> bool:
    """Look for a full disk below what dlt, DuckDB and dbt make of it."""
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        seen.append(cause)
        if getattr(cause, "errno", None) in _FULL or os.strerror(errno.ENOSPC) in str(cause):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def wrong_call(text: str) -> str:
    """Say in Vietnamese what is wrong with the words of a command."""
    for pattern, vietnamese in _WRONG_CALLS.items():
        found = re.fullmatch(pattern, text)
        if found:
            return found.expand(vietnamese) + "; xem `kho --help`"
    return text.rstrip(".") + "; xem `kho --help`"
