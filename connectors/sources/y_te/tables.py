"""From envelopes to the tables of the lake: one row a version of a visit, whatever came with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pyarrow as pa
import pyarrow.compute as pc

from connectors.privacy import Pseudonyms
from connectors.sources.y_te.inner import KEPT, RefusedVisitError, Visit, read_visit
from connectors.sources.y_te.typed import AMOUNT, Questions, ages, instants, numbers

_INSTANTS = ("NGAY_VAO", "NGAY_VAO_NOI_TRU", "NGAY_RA", "NGAY_TTOAN")
_INTEGERS = ("SO_NGAY_DTRI", "NAM_QT", "THANG_QT")
_AMOUNTS = tuple(name for name in KEPT if name.startswith("T_"))
_PERSONAL = ("MA_BN", "NGAY_SINH")
_MUST_SAY = ("NGAY_VAO", "NGAY_RA", "T_TONGCHI_BV", "MA_LOAI_KCB", "MA_CSKCB")


@dataclass(frozen=True)
class Listed:
    """What the gateway lists beside each envelope of a page.

    Args:
        entries: one row per envelope, columns of `ho_so` from `ma_lk` to `da_thay_the`.
        envelopes: the documents, in the same order; null for none.
        places: where each envelope stands in the answer, for people.
    """

    entries: pa.Table
    envelopes: Sequence[str | None]
    places: Sequence[str]


def visit_tables(listed: Listed, pseudonyms: Pseudonyms) -> dict[str, pa.Table]:
    """Read a page of envelopes.

    Args:
        listed: the page.
        pseudonyms: replaces codes of patients.

    Returns:
        `ho_so` with exactly one row per envelope, a `doubt` where it cannot be used, and
        `ngay_giuong`, the beds of the usable ones.
    """
    entries = listed.entries
    keys = entries["ma_lk"].to_pylist()
    # what is gone needs no content, so a broken file cannot keep it alive
    gone = pc.or_(entries["da_xoa"], entries["da_thay_the"]).to_pylist()
    read = [
        None if is_gone else _read(text, key)
        for text, key, is_gone in zip(listed.envelopes, keys, gone, strict=True)
    ]
    visits = [one if isinstance(one, Visit) else None for one in read]
    questions = Questions(len(read), [one if isinstance(one, str) else None for one in read])
    columns = _main_columns(visits, questions, pseudonyms)
    columns |= _counted_columns(visits, questions)
    # a row is dated by the gateway, so that years loaded in an hour are known when they were known
    table = entries.append_column("_known_at", entries["thoi_diem_cap_nhat"])
    for name, values in columns.items():
        table = table.append_column(name, values)
    table = table.append_column("vi_tri", pa.array(listed.places, pa.string()))
    doubts = questions.column()
    beds = _beds(visits, doubts, entries)
    return {"ho_so": table.append_column("doubt", doubts), "ngay_giuong": beds}


def _read(envelope: str | None, key: str) -> Visit | str:
    if not envelope:
        return "phong bì: hồ sơ không có nội dung"
    try:
        return read_visit(envelope.encode(), key)
    except RefusedVisitError as error:
        return str(error)


def _main_columns(
    visits: Sequence[Visit | None], questions: Questions, pseudonyms: Pseudonyms
) -> dict[str, pa.Array]:
    texts = {
        name: pa.array([one.texts[name] if one else None for one in visits], pa.string())
        for name in KEPT
    }
    for name in _MUST_SAY:
        questions.ask(pc.equal(texts[name], ""), name, texts[name])
    columns = {
        "nguoi_benh": pseudonyms.column(texts["MA_BN"], "nguoi_benh"),
        "tuoi": ages(texts["NGAY_SINH"], texts["NGAY_VAO"]),
    }
    for name in KEPT:
        if name not in _PERSONAL:
            columns[name.lower()] = _typed(name, texts[name], questions)
    return columns


def _typed(name: str, texts: pa.Array, questions: Questions) -> pa.Array:
    if name in _INSTANTS:
        values, wrong = instants(texts)
    elif name in _INTEGERS:
        values, wrong = numbers(texts, pa.int32())
    elif name in _AMOUNTS:
        values, wrong = numbers(texts, AMOUNT)
    else:
        return pc.if_else(pc.equal(texts, ""), None, texts)
    questions.ask(wrong, name, texts)
    return values


def _counted_columns(visits: Sequence[Visit | None], questions: Questions) -> dict[str, pa.Array]:
    columns: dict[str, pa.Array] = {}
    for kind in ("XML2", "XML3", "XML4", "XML5"):
        counts = [one.rows.get(kind, 0) if one else None for one in visits]
        columns[f"{kind.lower()}_so_dong"] = pa.array(counts, pa.int32())
        if kind in ("XML2", "XML3"):
            sums = [
                _sum(kind, one, at, questions) if one else None for at, one in enumerate(visits)
            ]
            columns[f"{kind.lower()}_thanh_tien"] = pa.array(sums, AMOUNT)
    return columns


def _sum(kind: str, visit: Visit, at: int, questions: Questions) -> Decimal | None:
    try:
        total = sum((Decimal(text) for text in visit.amounts.get(kind, ())), Decimal(0))
    except InvalidOperation:
        total = Decimal("NaN")
    if total.is_finite():
        return total
    questions.say(at, f"{kind}: có THANH_TIEN_BV không phải là số")
    return None


def _beds(visits: Sequence[Visit | None], doubts: pa.Array, entries: pa.Table) -> pa.Table:
    usable = doubts.is_null().to_pylist()
    found = [
        (at, bed) for at, visit in enumerate(visits) if visit and usable[at] for bed in visit.beds
    ]
    owners = pa.array([at for at, _ in found], pa.int64())
    return pa.table(
        {
            "_known_at": entries["thoi_diem_cap_nhat"].take(owners),
            "ma_lk": entries["ma_lk"].take(owners),
            "phien_ban": entries["phien_ban"].take(owners),
            "stt": numbers(_texts([bed.number for _, bed in found]), pa.int32())[0],
            "ma_giuong": _texts([bed.code for _, bed in found]),
            "so_luong": numbers(_texts([bed.days for _, bed in found]), AMOUNT)[0],
            "ngay_yl": instants(_texts([bed.start for _, bed in found]))[0],
        }
    )


def _texts(values: Sequence[str]) -> pa.Array:
    return pa.array(values, pa.string())
