"""The versions of dossiers as `DongBoHoSoMC` sends them: each is the whole state of its moment."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from simulators.province.dvc.kept import ledger_columns, protocol_columns
from simulators.province.dvc.life import DONE, RETURNED, Events, Lives, Moments, numbered
from simulators.province.dvc.procedures import PROCEDURES
from simulators.province.dvc.texts import seconds

_CORRECTION = 10_000  # đồng that a correction adds to the fee
_NEVER = np.datetime64("NaT", "ms")


def versions(facts: Mapping[str, Any], life: Lives, changes: Events) -> pa.Table:
    """Write every version of dossiers.

    The promised moment (NgayHenTra) stays the first one; the list of supplements tells by how
    much each moved it.

    Args:
        facts: what never changes, one value a dossier.
        life: moments of the dossiers' lives.
        changes: their changes.

    Returns:
        One row a change, with the columns of the ledger.
    """
    d = changes.dossier
    known = changes.moment + life.lag[d]
    deleted = _is_past(life.deleted, changes) & ~_is_past(life.restored, changes)
    columns = {
        **ledger_columns(facts["key"][d], changes.number, known, deleted),
        **_subject(facts, d),
        **_progress(facts, life, changes),
        **_flags(facts, changes),
        "DanhSachHoSoBoSung": _supplements(facts, life, changes),
        **protocol_columns(changes.number, known, deleted),
    }
    return pa.table(columns)


def _subject(facts: Mapping[str, Any], d: Any) -> dict[str, pa.Array]:
    """Say what a dossier is about and whose it is."""
    procedure = facts["procedure"][d]
    name = facts["name"]
    address = [f"Số {number} khối {number % 20 + 1}" for number in facts["house"].tolist()]
    mail = [f"nguoi.nop.{identity}@vidu.invalid" for identity in facts["identity"].tolist()]
    return {
        "MaHoSo": pa.array(facts["key"]).take(d),
        **{
            field: pa.array([getattr(one, attribute) for one in PROCEDURES]).take(procedure)
            for field, attribute in (
                ("MaTTHC", "code"),
                ("TenTTHC", "name"),
                ("MaLinhVuc", "field"),
                ("TenLinhVuc", "field_name"),
                ("TrichYeuHoSo", "name"),
                ("ThoiGianGiaiQuyet", "limit"),
                ("DonViTinh", "unit"),
            )
        },
        "ChuHoSo": pa.array(name).take(d),
        "LoaiDoiTuong": pa.array(np.where(facts["company"], "2", "1")).take(d),
        "MaDoiTuong": pa.array(facts["identity"]).take(d),
        "Email": pa.array(mail).take(d),
        "SoDienThoai": pa.array(facts["phone"]).take(d),
        "DiaChi": pa.array(address).take(d),
        "DonViXuLy": pa.array(facts["unit"]).take(d),
        "MaXa": pa.array(facts["commune"]).take(d),
        "KenhThucHien": pa.array(facts["channel"]).take(d),
    }


def _progress(facts: Mapping[str, Any], life: Lives, changes: Events) -> dict[str, pa.Array]:
    """Say how far a dossier has come."""
    d = changes.dossier
    reopened = _is_past(life.reopened, changes)
    # a refusal ends a case as well
    end = np.where(np.isnat(life.refused), life.ended, life.refused)
    corrected = _is_past(life.corrected, changes)
    return {
        "NgayTiepNhan": seconds(_past(life.received, changes)),
        "NgayHenTra": seconds(np.where(_is_past(life.received, changes), life.promised[d], _NEVER)),
        "TrangThaiHoSo": pa.array(changes.state.astype(str)),
        "NgayTra": seconds(
            np.where(reopened, _past(life.returned_again, changes), _past(life.returned, changes))
        ),
        "NgayKetThucXuLy": seconds(
            np.where(reopened, _past(life.ended_again, changes), _past(end, changes))
        ),
        "SoLePhi": pa.array(facts["fee"][d] + _CORRECTION * corrected),
    }


def _flags(facts: Mapping[str, Any], changes: Events) -> dict[str, pa.Array]:
    """Say what of a dossier is electronic."""
    d = changes.dossier
    finished = np.isin(changes.state, (DONE, RETURNED))
    return {
        "HinhThuc": _flag(facts["electronic"][d]),
        "DuocThanhToanTrucTuyen": _flag(facts["paid_online"][d]),
        "HoSoCoThanhPhanSoHoa": _flag(facts["digitised"][d]),
        "KetQuaDienTu": _flag(facts["electronic"][d] & finished),
        "TaiKhoanDuocXacThucVoiVNeID": _flag(facts["verified"][d]),
    }


def _supplements(facts: Mapping[str, Any], life: Lives, changes: Events) -> pa.ListArray:
    """List the supplements that were asked for by the moment of each version."""
    asked = life.asked[changes.dossier] <= changes.moment[:, None]
    counts = asked.sum(axis=1)
    d = np.repeat(changes.dossier, counts)
    turn = numbered(np.repeat(np.arange(len(counts)), counts)) - 1
    now = np.repeat(changes.moment, counts)
    answer = life.answered[d, turn]
    answered = answer <= now
    pauses = np.nan_to_num(life.answered - life.asked)
    moved = np.cumsum(pauses, axis=1)[d, turn]
    promised = life.promised[d]
    entries = pa.StructArray.from_arrays(
        [
            pa.array([f"{key}-BS{n + 1}" for key, n in zip(facts["key"][d], turn, strict=True)],
                     pa.string()),
            seconds(life.asked[d, turn]),
            seconds(np.where(answered, answer, _NEVER)),
            seconds(promised + moved - pauses[d, turn]),
            seconds(np.where(answered, promised + moved, _NEVER)),
        ],
        ["HoSoBoSungId", "NgayBoSung", "NgayTiepNhanBoSung", "NgayHenTraTruoc", "NgayHenTraMoi"],
    )  # fmt: skip
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), entries)


def _is_past(moments: Moments, changes: Events) -> NDArray[np.bool_]:
    past: NDArray[np.bool_] = moments[changes.dossier] <= changes.moment
    return past


def _past(moments: Moments, changes: Events) -> Moments:
    """Give a moment of each version's dossier once it has come, and none before."""
    return np.where(_is_past(moments, changes), moments[changes.dossier], _NEVER)


def _flag(values: Any) -> pa.Array:
    return pa.array(np.where(values, "1", "0"))
