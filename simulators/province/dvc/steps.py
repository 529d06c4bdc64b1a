"""The steps of dossiers as `CapNhatTienDoHoSoMC` sends them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from simulators.province import people
from simulators.province.dvc.kept import ledger_columns, protocol_columns
from simulators.province.dvc.life import (
    DONE,
    HANDLED,
    PAYMENT,
    RECEIVED,
    REFUSED,
    REGISTERED,
    RETURNED,
    STOPPED,
    SUPPLEMENT,
    WITHDRAWN,
    Events,
    Lives,
    numbered,
)
from simulators.province.dvc.texts import seconds

_CORRECTED = 0.003
_CORRECTED_AFTER = np.timedelta64(26, "h")
_RECEPTION, _EXPERT, _HEAD = "Công chức một cửa", "Chuyên viên", "Lãnh đạo phòng"
_COUNTER, _OFFICE = "Bộ phận tiếp nhận và trả kết quả", "Phòng chuyên môn"
# What a step is called, who takes it and where, by the state it leads to.
_STEPS = {
    REGISTERED: ("Công dân đăng ký trực tuyến", _RECEPTION, _COUNTER),
    RECEIVED: ("Tiếp nhận hồ sơ", _RECEPTION, _COUNTER),
    REFUSED: ("Không tiếp nhận hồ sơ", _RECEPTION, _COUNTER),
    HANDLED: ("Thụ lý hồ sơ", _EXPERT, _OFFICE),
    SUPPLEMENT: ("Yêu cầu bổ sung giấy tờ", _EXPERT, _OFFICE),
    PAYMENT: ("Yêu cầu thực hiện nghĩa vụ tài chính", _EXPERT, _OFFICE),
    WITHDRAWN: ("Công dân rút hồ sơ", _RECEPTION, _COUNTER),
    STOPPED: ("Dừng xử lý", _HEAD, _OFFICE),
    DONE: ("Ký duyệt kết quả", _HEAD, _OFFICE),
    RETURNED: ("Trả kết quả", _RECEPTION, _COUNTER),
}


def versions(
    random: np.random.Generator, facts: Mapping[str, Any], life: Lives, changes: Events
) -> pa.Table:
    """Write every version of the steps; a few are corrected, those of a deleted dossier deleted.

    Args:
        random: source of randomness.
        facts: what never changes, one value a dossier.
        life: moments of the dossiers' lives.
        changes: the dossiers' changes.

    Returns:
        One row a version, with the columns of the ledger.
    """
    taken = np.flatnonzero(changes.is_step)
    d, moment, state = changes.dossier[taken], changes.moment[taken], changes.state[taken]
    number = numbered(d)
    before = np.where(number == 1, moment, np.roll(moment, 1))
    gone = ~np.isnat(life.deleted[d]) & np.isnat(life.restored[d])
    corrected = ~gone & (random.random(len(d)) < _CORRECTED)
    again = np.flatnonzero(gone | corrected)
    rows = np.concatenate([np.arange(len(d)), again])
    version = np.repeat([1, 2], [len(d), len(again)])
    known = (
        np.concatenate([moment, np.where(gone, life.deleted[d], moment + _CORRECTED_AFTER)[again]])
        + life.lag[d[rows]]
    )
    deleted = (version == 2) & gone[rows]
    who = np.where(_mended(version, gone[rows]), _EXPERT, _by_state(state, 1)[rows])
    keys = _keys(facts["key"][d], number)[rows]
    return pa.table(
        {
            **ledger_columns(keys, version, known, deleted),
            "MaHoSo": pa.array(facts["key"]).take(d[rows]),
            "ThuTu": pa.array(number[rows], pa.int32()),
            "NguoiXuLy": pa.array(people.names(random, len(d))).take(rows),
            "ChucDanh": pa.array(who, pa.string()),
            "ThoiDiemXuLy": seconds(moment[rows]),
            "PhongBanXuLy": pa.array(_by_state(state, 2)[rows], pa.string()),
            "NoiDungXuLy": _contents(state, facts["name"][d]).take(rows),
            "TrangThai": pa.array(state.astype(str)).take(rows),
            "NgayBatDau": seconds(before[rows]),
            "NgayKetThucTheoQuyDinh": seconds(life.promised[d[rows]]),
            **protocol_columns(version, known, deleted),
        }
    )


def _mended(version: Any, gone: Any) -> Any:
    """Tell which versions name another position than the first did."""
    return (version == 2) & ~gone


def _by_state(state: Any, part: int) -> Any:
    words = np.empty(max(_STEPS) + 1, object)
    for code, step in _STEPS.items():
        words[code] = step[part]
    return words[state]


def _contents(state: Any, names: Any) -> pa.Array:
    """Write what was done, with the citizen's name as people in offices do."""
    return pa.array(_by_state(state, 0) + " của " + names, pa.string())


def _keys(dossiers: Any, number: Any) -> Any:
    return dossiers + "|" + number.astype(str).astype(object)
