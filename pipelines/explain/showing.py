"""What `kho explain` prints."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from rich import box
from rich.table import Table

from pipelines.explain.passport import VIET_NAM, numbered
from pipelines.page import page

_STATUSES = {
    "computed": "tính từ số liệu",
    "estimate": "ước tính",
    "preliminary": "sơ bộ",
    "official": "chính thức",
}
_CALENDARS = {
    "calendar": "dương lịch",
    "report_15_14": "kỳ báo cáo từ 15 đến 14",
    "school_year": "năm học",
}
_BASES = {"as_published": "Như công bố", "current": "Địa giới hiện nay"}
_COMPARABLE = {
    "comparable": "so được",
    "estimated": "so được, có phần ước lượng khi quy về địa giới hiện nay",
    "not_comparable": "không so được",
}
_PARTS = {"numerator": "Tử số", "denominator": "Mẫu số", "value": "Chỉ số đo"}
_IMPLIED = "_suy_ra"

Passport = dict[str, Any]


def show_json(passport: Passport) -> None:
    """Print a passport as JSON: days and moments (UTC) in ISO form, figures as numbers."""
    json.dump(passport, sys.stdout, ensure_ascii=False, default=_plain, indent=1)
    sys.stdout.write("\n")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def show(passport: Passport) -> None:
    """Print a passport for people."""
    numbers = _numbers(passport)
    about, value = passport["indicator"], passport["value"]
    page.print(_title(passport), style="bold")
    _facts(_figure(passport, numbers))
    _section("Công thức")
    _facts(_formula(about, numbers))
    if numbers:
        _section("Chỗ đứng của con số")
        _cells(passport["cells"], numbers)
        for ref in passport["uncited"]:
            page.print(f"[{numbers[ref]}] {ref}")
    for part in passport["records"]:
        _records(part, about["definition"])
    _lines("Số có in nhưng không được tin", map(_set_aside, passport["set_aside"]))
    _lines("Câu trả lời của người phụ trách số liệu", map(_correction, passport["corrections"]))
    _section("Đã kiểm tra")
    _checks(passport["checks"], passport["records"])
    if passport["vintages"]:
        _section("Các lần công bố")
        _vintages(passport["vintages"], about, numbers)
    if len(passport["bases"]) > 1:
        _section("Hai cơ sở địa giới")
        _facts(_basis_lines(passport["bases"], about))
    if passport["plans"]:
        _section("Kế hoạch")
        _facts(line for plan in passport["plans"] for line in _plan(plan, about))
    _section("Ai chịu trách nhiệm")
    _facts(_owners(passport, about, value))


def _numbers(passport: Passport) -> dict[str, int]:
    """Number the places in the order in which they are shown."""
    refs = [cell["source_ref"] for cell in passport["cells"]] + passport["uncited"]
    return {ref: at for at, ref in enumerate(dict.fromkeys(refs), start=1)}


def _title(passport: Passport) -> str:
    area, period = passport["area"], passport["period"]
    parts = [passport["indicator"]["indicator_name"], area["area_name"], period["period_label"]]
    if passport["agency_code"] != "_all":
        parts.insert(2, passport["agency_code"])
    if passport["as_of"]:
        parts.append(f"như biết đến hết {passport['as_of']:%d/%m/%Y}")
    if passport["publication"]["is_simulated"]:
        parts.append("SỐ LIỆU MÔ PHỎNG")
    return " · ".join(parts)


def _figure(passport: Passport, numbers: dict[str, int]) -> Iterator[tuple[str, Any]]:
    about, value, period = passport["indicator"], passport["value"], passport["period"]
    if value["value"] is None:
        yield "Giá trị", f"không có: {value['value_reason'] or 'chưa rõ vì sao'}"
    else:
        status = _STATUSES.get(value["estimate_status"], value["estimate_status"])
        yield "Giá trị", f"{_number(value['value'], about)} {about['unit']} ({status})"
        yield "Nơi in", numbered(value["source_ref"], numbers)
        yield "Biết từ", _day(value["known_from"])
        yield from _compared(passport["comparison"], about)
    span = f"{period['period_start']:%d/%m/%Y}–{period['period_end']:%d/%m/%Y}"
    calendar = _CALENDARS.get(period["calendar"], period["calendar"])
    yield "Kỳ", f"{period['period_label']} ({span}, {calendar})"
    yield "Địa bàn", _area(passport["area"])
    yield "Cơ sở", _BASES[passport["basis"]].lower()


def _compared(said: dict[str, Any], about: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    prior = said["value_same_period_last_year"]
    if prior is not None:
        change = said["yoy_abs"]
        more = f" (chênh {_signed(change, about['decimals'])})" if change is not None else ""
        yield "Cùng kỳ năm trước", f"{_number(prior, about)} {about['unit']}{more}"
    published, computed = said["yoy_pct_published"], said["yoy_pct_computed"]
    told = [
        f"{name} {_signed(pct, 2)} %"
        for name, pct in (("công bố", published), ("tính được", computed))
        if pct is not None
    ]
    if told:
        yield "So với cùng kỳ", ", ".join(told)
    if prior is not None or told:
        word = _COMPARABLE[said["comparability"]]
        reason = said["comparability_reason"]
        yield "So sánh", f"{word}: {reason}" if reason else word


def _area(area: dict[str, Any]) -> str:
    begins, ends = area["valid_from"], area["valid_to"]
    since = f" từ {begins:%d/%m/%Y}" if begins else ""
    until = f" đến {ends:%d/%m/%Y}" if ends else ""
    return f"{area['area_name']}, mã {area['area_code']} ({area['area_key']}{since}{until})"


def _formula(about: dict[str, Any], numbers: dict[str, int]) -> Iterator[tuple[str, Any]]:
    yield "Định nghĩa", about["definition"]
    yield "Cách tính", about["formula"]
    yield "Phiên bản", about["formula_version"]
    for part in about["measures"]:
        if part["part"] not in _PARTS:
            continue
        text = f"{part['measure_name']} ({part['measure_code']})"
        if part["part"] != "value" and part["value"] is not None:
            where = numbered(part["source_ref"], numbers)
            text += f" = {_decimal(part['value'])} {part['unit']}, ở {where}"
        yield _PARTS[part["part"]], text


def _cells(cells: Sequence[dict[str, Any]], numbers: dict[str, int]) -> None:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    loads: dict[str, list[str]] = {}
    for cell in cells:
        mark = f"[{numbers[cell['source_ref']]}]"
        place = (cell["source_file"], _address(cell), _printed(cell))
        table.add_row(mark, " · ".join(part for part in place if part))
        when = f"công bố {cell['published_on']:%d/%m/%Y}"
        table.add_row("", f"{cell['measure_code']}, kỳ {cell['period_label']}, {when}")
        load = f"Đợt nạp {cell['load_id']}, lúc {_moment(cell['loaded_at'])}: "
        loads.setdefault(load, []).append(mark)
    page.print(table)
    for load, marks in loads.items():
        page.print(load + " ".join(dict.fromkeys(marks)))


def _address(cell: dict[str, Any]) -> str:
    return "!".join(part for part in (cell["sheet"], cell["cell"]) if part)


def _printed(cell: dict[str, Any]) -> str:
    text = f"«{cell['value_text']}»" if cell["value_text"] else ""
    return f"{text} {cell['unit_text'] or ''}".strip()


def _set_aside(cell: dict[str, Any]) -> str:
    where = f"{cell['source_file']} · {_address(cell)} · {_printed(cell)}"
    return f"{where}: {cell['set_aside_reason']}{_see(cell['issue_codes'])}"


def _see(codes: Iterable[str]) -> str:
    told = ", ".join(codes)
    return f" (vấn đề {told})" if told else ""


def _correction(row: dict[str, Any]) -> str:
    return (
        f"«{row['expect']}» là {_decimal(row['value'])}: {row['decided_by']} ghi ngày"
        f" {row['decided_on']:%d/%m/%Y}, vì {row['reason']}"
        f" ({row['correction_id']}, {row['state_name'].lower()})"
    )


def _records(part: dict[str, Any], definition: str) -> None:
    _section(f"Bản ghi của {part['measure_name']} ({part['measure_code']})")
    _facts(_told_of_records(part, definition))
    if part["records"]:
        page.print("Liệt kê hết:")
        # one line of any length, to be copied
        page.print(f'./kho sql "{part["query"]}"', soft_wrap=True)


def _told_of_records(part: dict[str, Any], definition: str) -> Iterator[tuple[str, Any]]:
    yield "Nguồn", f"{part['source_name']} ({part['source_code']})"
    yield "Quy tắc", part["rule"] if part["rule"] != definition else ""
    total = f"{_decimal(part['total'] or Decimal(0))} {part['unit']}"
    yield "Bản ghi", f"{_decimal(Decimal(part['records']))} bản ghi, cộng lại {total}"
    yield "Vài bản ghi đầu", ", ".join(part["first_keys"])
    yield from _loads(part["loads"])
    if part["changes"]:
        words = (("added", "thêm"), ("removed", "bớt"), ("changed", "đổi"))
        told = ", ".join(f"{word} {part['changes'][name]}" for name, word in words)
        yield "Từ lần công bố trước", f"{told} bản ghi kể từ {_moment(part['since'])}"
    out = part["left_out"]
    yield (
        "Không còn tính",
        _joined(
            (out["deleted"], "đã xóa ở nguồn"), (out["moved"], "đã đổi kỳ, nơi hoặc trạng thái")
        ),
    )
    yield "Không rõ nơi", _joined((out["without_area"], "của kỳ, không tính cho địa bàn nào"))


def _loads(loads: Sequence[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    if not loads:
        return
    versions = sum(load["versions"] for load in loads)
    yield "Đợt nạp", f"{len(loads)} đợt mang {_decimal(Decimal(versions))} phiên bản"
    last = loads[0]
    told = f"{last['load_id']}, lúc {_moment(last['loaded_at'])}, {last['versions']} phiên bản"
    yield "Đợt sau cùng", told


def _joined(*counts: tuple[int, str]) -> str:
    return "; ".join(f"{count} bản ghi {words}" for count, words in counts if count)


def _checks(checks: dict[str, Any], records: Sequence[dict[str, Any]]) -> None:
    if records:
        page.print("Mỗi bản ghi được xét luật lúc nạp; dòng bị giữ lại không được đếm.")
    elif checks["deliveries"]:
        page.print(
            f"{checks['rules_judged']} luật đã xét mỗi lần giao; "
            f"{checks['deliveries']} lần giao ở trên đều được nhận."
        )
    else:
        page.print("Chưa có lần giao nào mang con số này.")
    for issue in checks["issues"]:
        state = issue["state_name"] if issue["is_open"] else f"{issue['state_name']}, đã khép"
        place = f" · {issue['address']}" if issue["address"] else ""
        page.print(
            f"- {issue['severity_name']} {issue['issue_code']}: {issue['sentence']}"
            f" ({state}){place}"
        )
    if checks["issues"]:
        page.print("Xem từng vấn đề bằng `kho steward show MÃ`.")
    elif checks["deliveries"]:
        page.print("Không vấn đề nào nêu tên các ô này.")


def _vintages(
    vintages: Iterable[dict[str, Any]], about: dict[str, Any], numbers: dict[str, int]
) -> None:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("Lần", justify="right", no_wrap=True)
    table.add_column("Giá trị", justify="right", no_wrap=True)
    table.add_column("Trạng thái", overflow="fold")
    table.add_column("Biết từ", no_wrap=True)
    table.add_column("Biết đến", no_wrap=True)
    table.add_column("Gốc", justify="right", no_wrap=True)
    table.add_column("Nguồn", overflow="fold")
    table.add_column("Ở", overflow="fold")
    for one in vintages:
        implied = str(one["source_code"]).endswith(_IMPLIED)
        status = "suy ra, không in" if implied else _STATUSES.get(one["estimate_status"], "")
        table.add_row(
            str(one["vintage_no"]),
            _number(one["value"], about),
            status,
            _day(one["known_from"]),
            _day(one["known_to"]) if one["known_to"] else "nay",
            str(one["base_id"]),
            one["source_code"],
            numbered(one["source_ref"], numbers),
        )
    page.print(table)


def _basis_lines(
    bases: Iterable[dict[str, Any]], about: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    for row in bases:
        if row["value"] is None:
            text = f"không có: {row['value_reason']}"
        else:
            change = row["yoy_pct"]
            yoy = f", so cùng kỳ {_signed(change, 2)} %" if change is not None else ""
            word = _COMPARABLE.get(row["comparability"], row["comparability"])
            text = f"{_number(row['value'], about)} {about['unit']}{yoy} ({word})"
        yield _BASES.get(row["basis"], row["basis"]), text


def _plan(plan: dict[str, Any], about: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    decided = f", {plan['decided_on']:%d/%m/%Y}" if plan["decided_on"] else ""
    decision = f" ({plan['decision']}{decided})" if plan["decision"] else ""
    if plan["plan_value"] is not None:
        planned = f"{_number(plan['plan_value'], about)} {about['unit']}"
        yield plan["plan_kind_name"], planned + decision
    yield "", plan["sentence"]


def _owners(
    passport: Passport, about: dict[str, Any], value: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    yield "Chủ chỉ tiêu", about["owner_agency"]
    yield "Căn cứ", about["legal_basis"]
    sources = {
        cell["source_code"]: f"{cell['source_name']} – {cell['producer'] or 'chưa khai nơi làm ra'}"
        for cell in passport["cells"] + passport["set_aside"]
    }
    yield "Nguồn", "; ".join(sources.values()) or value["source_code"]
    publication = passport["publication"]
    when = _moment(publication["known_at"])
    yield "Công bố kho", f"số {publication['publication_id']}, lúc {when}"


def _facts(pairs: Iterable[tuple[str, Any]]) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in pairs:
        if text not in (None, ""):
            table.add_row(label, str(text))
    page.print(table)


def _section(title: str) -> None:
    page.print(f"\n{title}", style="bold")


def _lines(title: str, lines: Iterable[str]) -> None:
    kept = list(lines)
    if kept:
        _section(title)
        for line in kept:
            page.print(f"- {line}")


def _number(value: Decimal, about: dict[str, Any]) -> str:
    return _rounded(value, about["decimals"])


def _rounded(value: Decimal, places: int) -> str:
    """Write a number the Vietnamese way, half up: 570.734 or 9,35."""
    exact = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{exact:,f}".translate(str.maketrans(",.", ".,"))


def _decimal(value: Decimal) -> str:
    """Write a number with all of its decimals and no trailing noughts."""
    text = f"{Decimal(value):,f}"
    bare = text.rstrip("0").rstrip(".") if "." in text else text
    return bare.translate(str.maketrans(",.", ".,"))


def _signed(value: Decimal, places: int) -> str:
    return ("+" if value > 0 else "") + _rounded(value, places)


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(VIET_NAM):%d/%m/%Y}" if moment else ""


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(VIET_NAM):%H:%M %d/%m/%Y}"
