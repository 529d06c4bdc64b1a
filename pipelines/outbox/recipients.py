"""Who gets messages: `recipients.yaml` in the home. Channels' secrets are never in it."""

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipelines.errors import WRONG_CALL, UserError
from pipelines.settings import Settings

EXAMPLE = """\
# Ai nhận tin của kho. Chép vào KHO_HOME/recipients.yaml rồi sửa.
recipients:
  - name: so_cong_thuong            # tên gọi trong kho, không trùng
    title: Sở Công Thương           # tên trong thư
    agency_codes: [so_ct]           # chỉ việc của các cơ quan này; bỏ dòng này là mọi cơ quan
    level: warn                     # warn: mọi cảnh báo; alarm: chỉ báo động; none: không
    channel: mail                   # kênh: địa chỉ máy chủ và mật khẩu ở biến KHO_CHANNEL_MAIL
    address: vanthu@socongthuong.tinh.gov.vn
  - name: chu_tich
    title: Văn phòng Chủ tịch UBND tỉnh
    level: alarm
    is_leader: true                 # nhận thêm cảnh báo quá hạn trả lời
    report: final                   # final: bản chốt báo cáo tháng; draft: cả dự thảo; none: không
    channel: mail
    address: vpct@tinh.gov.vn
  - name: truc_kho
    title: Trực kho dữ liệu
    level: none
    is_operator: true               # được báo khi việc gửi tin hay báo cáo tháng bị tắc
    channel: telegram
    address: "123456789"
"""


class Recipient(BaseModel):
    """One who gets messages.

    Attributes:
        name: what the outbox calls them.
        title: what people call them.
        agency_codes: whose alerts they get; empty means everybody's.
        level: 'warn' for all alerts, 'alarm' for the grave ones, 'none' for none.
        is_leader: whether they are told of what nobody answered in time.
        is_operator: whether the watchdog speaks to them.
        report: 'final' for the final editions of the monthly report, 'draft' for drafts as well.
        channel: which `KHO_CHANNEL_<NAME>`.
        address: what is filled into the channel's URL.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    title: str = Field(min_length=1)
    agency_codes: tuple[str, ...] = ()
    level: Literal["warn", "alarm", "none"] = "warn"
    is_leader: bool = False
    is_operator: bool = False
    report: Literal["final", "draft", "none"] = "none"
    channel: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    address: str = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    recipients: list[Recipient]

    @model_validator(mode="after")
    def _named_once(self) -> "_File":
        names = [recipient.name for recipient in self.recipients]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"tên trùng: {', '.join(twice)}")
        return self


def recipients_file(settings: Settings) -> Path:
    """Give the path of the file."""
    return settings.home / "recipients.yaml"


def recipients(settings: Settings) -> list[Recipient]:
    """Read who gets messages.

    Returns:
        The recipients in the order of the file; [] when there is no file.

    Raises:
        UserError: the file is wrong; the message names the line and the field.
    """
    path = recipients_file(settings)
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    try:
        found = yaml.safe_load(text)
        return _File.model_validate(found or {}).recipients
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _wrong(path, line, "không đúng cú pháp YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "recipients"
        said = _SAID.get(first["type"], first["msg"].removeprefix("Value error, "))
        raise _wrong(path, _line_of(text, first["loc"]), f"{field}: {said}") from error


_SAID = {
    "missing": "thiếu",
    "extra_forbidden": "không có mục này",
    "string_type": "phải là chữ (đặt trong dấu nháy)",
    "string_pattern_mismatch": "chỉ dùng chữ thường không dấu, số và gạch dưới",
    "string_too_short": "không được để trống",
    "literal_error": "chỉ nhận warn, alarm hoặc none",
    "bool_parsing": "chỉ nhận true hoặc false",
    "bool_type": "chỉ nhận true hoặc false",
    "tuple_type": "phải là danh sách, như [so_ct]",
    "list_type": "phải là danh sách",
    "model_type": "phải có các mục name, title, channel, address",
}


def _wrong(path: Path, line: int, said: str) -> UserError:
    return UserError(
        f"{path} dòng {line}: {said}; xem `kho alert recipients --example`", WRONG_CALL
    )


def _line_of(text: str, place: tuple[int | str, ...]) -> int:
    """Give the line of the deepest part of a place that the file has."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
    for part in place:
        below = _below(node, part)
        if below is None:
            break
        node = below
        line = node.start_mark.line + 1
    return line


def _below(node: yaml.Node | None, part: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
        return node.value[part]
    return None
