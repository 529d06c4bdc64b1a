"""Visits drawn for one month: who came, how long they stayed, what was done and paid."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from simulators.province.profile import Commune
from simulators.province.y_te.facilities import Facility
from simulators.province.y_te.stays import DAYS, SHARES

Instants = NDArray[Any]
Texts = NDArray[Any]
Columns = dict[str, Any]
_OUTPATIENT = np.array(["01", "02", "04", "05", "07", "09"])
_OUTPATIENT_SHARES = [0.82, 0.06, 0.01, 0.08, 0.02, 0.01]
_STATION = "06"
_INPATIENT = "03"
_DISEASES = np.array(
    ["J20.9", "J06.9", "I10", "E11.9", "K29.7", "A90", "B08.4", "S52.5", "O80.0", "M54.5"]
)
_NAMES = """Viêm phế quản cấp|Viêm hô hấp trên|Tăng huyết áp|Đái tháo đường|Viêm dạ dày
Sốt xuất huyết|Tay chân miệng|Gãy xương quay|Đẻ thường & theo dõi|Đau lưng"""
_DIAGNOSES = np.array(_NAMES.replace("\n", "|").split("|"))
_LATE_SHARE = 0.06
_DAY = np.timedelta64(1, "D")
_MINUTE = np.timedelta64(1, "m")


def draw(
    received: Instants,
    prefix: str,
    facilities: Sequence[Facility],
    communes: Sequence[Commune],
    seed: Sequence[int],
) -> pa.Table:
    """Draw the first version of each visit from the moment at which the gateway received it.

    Args:
        received: local instants (datetime64[ms]), one per visit.
        prefix: of the running numbers, so that no other month has the same.
        facilities: those of the province.
        communes: those in which people live.
        seed: of this month.

    Returns:
        The fields of `KEPT`, rows of the other files and beds: amounts in đồng, all else text.
    """
    rng = np.random.default_rng(seed)
    count = len(received)
    at = rng.choice(len(facilities), count, p=[one.share for one in facilities])
    inpatient = rng.random(count) < np.array([one.inpatients for one in facilities])[at]
    station = np.array([one.beds == 0 for one in facilities])[at]
    others = np.where(station, _STATION, rng.choice(_OUTPATIENT, count, p=_OUTPATIENT_SHARES))
    times = _times(rng, received, inpatient)
    codes = np.array([one.code for one in facilities])[at]
    # people go to a facility of their own province: its code begins with the province's
    columns = _person(rng, times["entered"], codes, communes)
    columns |= _stay(rng, inpatient, times)
    columns |= _money(rng, columns, times)
    numbers = padded(np.arange(1, count + 1), 7)
    columns["MA_CSKCB"] = codes
    columns["MA_LK"] = np.char.add(np.char.add(codes, f".{prefix}."), numbers)
    columns["MA_LOAI_KCB"] = np.where(inpatient, _INPATIENT, others)
    columns["MA_KHOA"] = np.char.add("K", padded(rng.integers(1, 30, count), 2))
    return pa.table({name: pa.array(values) for name, values in columns.items()})


def padded(numbers: NDArray[Any], width: int) -> Texts:
    """Write numbers with zeros before them."""
    # numpy's own zfill cannot do an empty array
    texts = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return texts.to_numpy(zero_copy_only=False).astype(f"U{width}")


def stamp(instants: Instants, pattern: str = "%Y%m%d%H%M") -> Texts:
    """Write local instants as the files do."""
    texts = pc.strftime(pa.array(instants.astype("datetime64[s]")), pattern)
    return texts.to_numpy(zero_copy_only=False).astype("U17")


def _times(
    rng: np.random.Generator, received: Instants, is_inpatient: NDArray[np.bool_]
) -> Columns:
    """Work back from the reception: most records come on the day of payment, a few days later."""
    count = len(received)
    late = np.where(rng.random(count) < _LATE_SHARE, rng.integers(1, 7, count), 0)
    paid = (received - rng.integers(5, 90, count) * _MINUTE - late * _DAY).astype("datetime64[m]")
    left = paid - rng.integers(0, 60, count) * _MINUTE
    stay = rng.choice(DAYS, count, p=SHARES) - 1
    short = rng.integers(20, 240, count) * _MINUTE
    long = stay * _DAY + rng.integers(-240, 240, count) * _MINUTE
    entered = left - np.where(is_inpatient, np.maximum(long, 60 * _MINUTE), short)
    ward = np.minimum(entered + rng.integers(10, 50, count) * _MINUTE, left)
    return {"paid": paid, "left": left, "entered": entered, "ward": ward}


def _person(
    rng: np.random.Generator, entered: Instants, codes: Texts, communes: Sequence[Commune]
) -> Columns:
    """People: every personal field is a canary, so that one found later is a leak."""
    count = len(entered)
    who = padded(rng.integers(0, 10**9, count), 9)
    born = entered.astype("datetime64[D]") - rng.integers(0, 90 * 365, count) * _DAY
    home = rng.integers(0, len(communes), count)
    return {
        "MA_BN": np.char.add("BN999000", who),
        "HO_TEN": np.char.add("Nguyễn Thị CANARY-HO-TEN-", who),
        "SO_CCCD": np.char.add("999000", who).astype("U12"),
        "NGAY_SINH": stamp(born, "%Y%m%d0000"),
        "GIOI_TINH": rng.choice(["1", "2", "3"], count, p=[0.47, 0.529, 0.001]),
        "DIA_CHI": np.char.add("Xóm CANARY-HO-TEN-", who),
        "DIEN_THOAI": np.char.add("0999000", who).astype("U10"),
        "MA_THE_BHYT": np.char.add("GD4999000", who).astype("U15"),
        "MATINH_CU_TRU": codes.astype("U2"),
        "MAHUYEN_CU_TRU": np.array([one.district for one in communes])[home],
        "MAXA_CU_TRU": np.array([one.code for one in communes])[home],
        "LY_DO_VV": np.repeat("Đau, mệt & sốt", count),
    }


def _stay(rng: np.random.Generator, inpatient: NDArray[np.bool_], times: Columns) -> Columns:
    count = len(inpatient)
    ward, left = times["ward"], times["left"]
    # the day of entry and the day of leaving both count
    nights = (left.astype("datetime64[D]") - ward.astype("datetime64[D]")).astype(int)
    days = np.where(inpatient, nights + 1, 1)
    moves = inpatient & (days >= 4) & (rng.random(count) < 0.2)
    before = np.where(moves, days // 3, days)
    rank = rng.integers(0, len(_DISEASES), count)
    number = padded(rng.integers(1, 400, count), 3)
    return {
        "MA_BENH_CHINH": _DISEASES[rank],
        "CHAN_DOAN_RV": _DIAGNOSES[rank],
        "MA_BENH_KT": np.where(rng.random(count) < 0.3, "I10", ""),
        "NGAY_VAO": stamp(times["entered"]),
        "NGAY_VAO_NOI_TRU": np.where(inpatient, stamp(ward), ""),
        "NGAY_RA": stamp(left),
        "NGAY_TTOAN": stamp(times["paid"]),
        "SO_NGAY_DTRI": days.astype(str),
        "KET_QUA_DTRI": rng.choice(["1", "2", "3", "4"], count, p=[0.6, 0.3, 0.08, 0.02]),
        "MA_LOAI_RV": rng.choice(["1", "2", "3"], count, p=[0.95, 0.03, 0.02]),
        "MA_GIUONG_1": np.where(inpatient, np.char.add(np.where(moves, "T", "H"), number), ""),
        "SO_NGAY_1": np.where(inpatient, before, 0).astype(str),
        "MA_GIUONG_2": np.where(moves, np.char.add("H", number), ""),
        "SO_NGAY_2": np.where(moves, days - before, 0).astype(str),
    }


def _money(rng: np.random.Generator, stay: Columns, times: Columns) -> Columns:
    """Amounts in whole đồng: what the fund, the patient and others pay is the total."""
    days = np.asarray(stay["SO_NGAY_DTRI"]).astype(int)
    count = len(days)
    medicine = rng.integers(20_000, 400_000, count) * days
    supplies = rng.integers(0, 50_000, count) * days
    total = medicine + supplies + rng.integers(35_000, 300_000, count) * days
    covered = total - supplies // 2
    share = rng.choice([80, 95, 100], count, p=[0.7, 0.1, 0.2])
    fund = covered * share // 100
    paid = times["paid"].astype("datetime64[M]")
    year = paid.astype("datetime64[Y]").astype(int) + 1970
    return {
        "T_THUOC": medicine,
        "T_VTYT": supplies,
        "T_TONGCHI_BV": total,
        "T_TONGCHI_BH": covered,
        "T_BNTT": total - covered,
        "T_BNCCT": covered - fund,
        "T_BHTT": fund,
        "T_NGUONKHAC": np.zeros(count, np.int64),
        "NAM_QT": year.astype(str),
        "THANG_QT": padded((paid.astype(int) % 12 + 1), 2),
        "SO_THUOC": (1 + days % 4).astype(str),
        "SO_DVKT": (1 + days % 3).astype(str),
        "SO_CLS": (days % 4).astype(str),
        "SO_DIEN_BIEN": np.where(days > 1, days, 0).astype(str),
    }
