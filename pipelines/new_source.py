"""`kho new source`: the stubs of a source of records, ready to be filled in."""

import keyword
import re
from pathlib import Path

from pipelines.errors import WRONG_CALL, UserError
from pipelines.settings import REPOSITORY

STUBS = Path(__file__).parent / "source_stubs"
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 30


def write_stubs(name: str, root: Path = REPOSITORY) -> list[Path]:
    """Write the files of a new source; no existing file is touched.

    Args:
        name: of the source, lower_snake ASCII.
        root: the checkout.

    Returns:
        The files, relative to `root`, in the order in which they are filled in.

    Raises:
        UserError: the name is none, or is taken.
    """
    _check_name(name)
    stubs = {path: _target(path, name) for path in sorted(STUBS.rglob("*.stub"))}
    # whoever has only an old file of the name has the name
    taken = [target for target in (*stubs.values(), _folder(name)) if (root / target).exists()]
    if taken:
        raise UserError(
            f"Nguồn “{name}” đã có ({taken[0]}); chọn tên khác, hoặc sửa các tệp của nguồn ấy",
            WRONG_CALL,
        )
    for stub, target in stubs.items():
        (root / target).parent.mkdir(parents=True, exist_ok=True)
        (root / target).write_text(
            _filled(stub.read_text(encoding="utf-8"), name), encoding="utf-8"
        )
    return list(stubs.values())


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or keyword.iskeyword(name):
        raise UserError(
            f"Tên nguồn “{name}” không dùng được: chỉ chữ thường không dấu, chữ số và một dấu gạch "
            f"dưới giữa hai từ, bắt đầu bằng chữ, nhiều nhất {_LONGEST} ký tự, ví dụ giao_thong",
            WRONG_CALL,
        )


def _folder(name: str) -> Path:
    return Path("connectors/sources") / name


def _target(stub: Path, name: str) -> Path:
    return Path(_filled(str(stub.relative_to(STUBS).with_suffix("")), name))


def _filled(text: str, name: str) -> str:
    return text.replace("__NAME__", name).replace("__UPPER__", name.upper())


def show(name: str, files: list[Path]) -> None:
    """Print what was written and what to do next.

    Args:
        name: of the source.
        files: what `write_stubs` gave.
    """
    from pipelines import screen

    screen.out.print(f"Đã viết {len(files)} tệp của nguồn {name}; không tệp nào có sẵn bị sửa:")
    for file in files:
        screen.out.print(f"  {file}", soft_wrap=True, markup=False)
    upper = name.upper()
    for number, step in enumerate(
        (
            "Điền các chỗ ghi “ĐIỀN:” (grep -rn “ĐIỀN:” trên các tệp trên)",
            f"Đặt KHO_{upper}_URL và KHO_{upper}_TOKEN trong .env",
            f"`kho ingest {name}` để nạp thử, rồi `kho run --source {name}` để dựng kho",
            f"Thử bằng .venv/bin/python -m pytest tests/connectors/test_{name}.py và make check",
        ),
        1,
    ):
        screen.out.print(f"{number}. {step}", soft_wrap=True, markup=False)
