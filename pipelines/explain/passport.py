"""A figure's passport, read from the published warehouse."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from pipelines.errors import WRONG_CALL, UserError
from pipelines.explain.finding import Choice, Row, find_area, find_figure, find_indicator
from pipelines.explain.periods import parse_period
from pipelines.explain.records import Records, counting_source
from pipelines.reader import Reader

VIET_NAM = timezone(timedelta(hours=7))
# how a reference joins its parts: sums, ratios, and the weight of a carried part
_JOINS = re.compile(r"( [÷+] )")
_WEIGHT = re.compile(r" × [0-9.]+$")
_FIGURE = ("agency_code", "calendar", "period_type", "period_start", "period_end")
_SAME_FIGURE = " and ".join(f"{column} = ?" for column in ("area_key", *_FIGURE))


def passport(
    reader: Reader, indicator: str, area: str, period: str, choice: Choice, as_of: date | None
) -> dict[str, Any]:
    """Gather everything that the warehouse knows about one figure.

    Args:
        reader: the published warehouse.
        indicator: code, catalogue code or part of the name.
        area: area key, code, code@day or name.
        period: as `parse_period` reads it.
        choice: calendar, basis and agency, where they were given.
        as_of: the last day (Viet Nam) whose knowledge counts; everything when None.

    Returns:
        The passport; its keys are the keys of `--format json`.

    Raises:
        UserError: the figure is not told unambiguously, or the warehouse has no such figure
            (status 2).
    """
    wanted = parse_period(period)
    what, where = find_indicator(reader, indicator), find_area(reader, area)
    figure, bases = find_figure(reader, what, where, wanted, choice, period)
    return _Gatherer(reader, what, where, figure, bases, as_of).gather()


def refs_of(reference: str | None) -> list[str]:
    """Give the single places that a reference joins by ÷, + and weights."""
    pieces = _JOINS.split(reference or "")[::2]
    return [_WEIGHT.sub("", piece) for piece in pieces if piece]


def numbered(reference: str | None, numbers: dict[str, int]) -> str:
    """Write a reference with a number in brackets for each place: [1] ÷ [2]."""
    pieces = _JOINS.split(reference or "")
    for at in range(0, len(pieces), 2):
        ref = _WEIGHT.sub("", pieces[at])
        if ref in numbers:
            pieces[at] = f"[{numbers[ref]}]" + pieces[at][len(ref) :]
    return "".join(pieces)


class _Gatherer:
    """Reads the parts of one passport."""

    def __init__(
        self,
        reader: Reader,
        indicator: Row,
        area: Row,
        figure: Row,
        bases: Sequence[Row],
        as_of: date | None,
    ) -> None:
        self._reader = reader
        self._indicator = indicator
        self._area = area
        self._figure = figure
        self._bases = bases
        self._as_of = as_of
        # the first moment that counts no more
        self._until = (
            datetime.combine(as_of + timedelta(days=1), time(), VIET_NAM) if as_of else None
        )
        self._key = [area["area_key"], *(figure[column] for column in _FIGURE)]

    def gather(self) -> dict[str, Any]:
        publication = self._reader.rows(
            "select publication_id, known_at, is_simulated from mart.publication"
        )[0]
        measures = self._rows("mart.indicator_measure", "", "part desc")
        vintages = self._vintages()
        known = self._known()
        shown = self._shown(known, vintages)
        cells, others = self._cells(measures, shown, vintages)
        about = self._about(measures, shown)
        return {
            "indicator": about,
            "area": _picked(
                self._area, "area_key area_code area_name level valid_from valid_to legal_act"
            ),
            "period": _picked(
                self._figure, "calendar period_type period_start period_end period_label"
            ),
            "agency_code": self._figure["agency_code"],
            "basis": self._figure["basis"],
            "as_of": self._as_of,
            "value": shown,
            "comparison": self._comparison(known),
            "cells": [_cell(row) for row in cells if not row["set_aside_reason"]],
            "set_aside": [_cell(row) for row in cells if row["set_aside_reason"]],
            "uncited": others,
            "records": self._records(about["measures"], vintages),
            "checks": self._checks(cells, shown),
            "corrections": self._corrections(cells),
            "vintages": vintages,
            "bases": [] if self._as_of else [_basis(row) for row in self._bases],
            "plans": self._plans(),
            "publication": publication,
        }

    def _rows(self, table: str, condition: str, order: str, *more: object) -> list[Row]:
        return self._reader.rows(
            f"select * from {table} where indicator_code = ?{condition} order by {order}",
            [self._indicator["indicator_code"], *more],
        )

    def _is_known(self, moment: datetime | None) -> bool:
        return self._until is None or (moment is not None and moment < self._until)

    def _vintages(self) -> list[dict[str, Any]]:
        """Give every vintage of every source; as of a day, with nothing that came after it."""
        rows = self._rows(
            "mart.indicator_vintage",
            f" and {_SAME_FIGURE}",
            "known_from, source_code, vintage_no",
            *self._key,
        )
        columns = (
            "source_code vintage_no value numerator denominator estimate_status"
            " known_from known_to base_id source_ref loaded_at"
        )
        found = [_picked(row, columns) for row in rows if self._is_known(row["known_from"])]
        for vintage in found:
            if not self._is_known(vintage["known_to"]):
                vintage["known_to"] = None
        return found

    def _known(self) -> Row | None:
        """Give what was known at the end of the day, or is known now; None is nothing yet."""
        rows = [
            row
            for row in self._rows(
                "mart.indicator_known", f" and {_SAME_FIGURE}", "known_from desc", *self._key
            )
            if self._is_known(row["known_from"])
            and (row["known_to"] is None or not self._is_known(row["known_to"]))
        ]
        own = [row for row in rows if row["source_code"] == self._figure["source_code"]]
        return next(iter(own or rows), None)

    def _shown(self, known: Row | None, vintages: Sequence[Row]) -> dict[str, Any]:
        columns = (
            "value numerator denominator estimate_status vintage_no known_from"
            " source_code source_ref value_reason"
        )
        if self._until is None:
            return _picked(self._figure, columns)
        shown = dict.fromkeys(columns.split())
        if self._figure["basis"] != "as_published" and not known:
            shown["value_reason"] = (
                "Số quy về địa giới hiện nay chỉ có ở thời điểm này; "
                "hỏi từng đơn vị cũ để biết số lúc ấy"
            )
        elif known:
            # a vintage is older than what was known beside it
            own = [v for v in vintages if v["source_ref"] == known["source_ref"]]
            said = {**known, **(own[-1] if own else {})}
            shown.update({name: said[name] for name in shown if name in said})
        else:
            shown["value_reason"] = f"Đến hết {self._as_of:%d/%m/%Y} chưa ai công bố con số này"
        return shown

    def _about(self, measures: Sequence[Row], shown: dict[str, Any]) -> dict[str, Any]:
        about = _picked(
            self._indicator,
            "indicator_code catalogue_code indicator_name domain unit decimals direction kind"
            " definition formula formula_version owner_agency legal_basis",
        )
        refs = dict(
            zip(
                ("numerator", "denominator"),
                (shown["source_ref"] or "").split(" ÷ "),
                strict=False,
            )
        )
        about["measures"] = [
            {
                **_picked(row, "part measure_code measure_name unit"),
                "value": shown.get(row["part"]) if row["part"] != "change" else None,
                "source_ref": refs.get(row["part"])
                or (shown["source_ref"] if row["part"] == "value" else None),
            }
            for row in measures
        ]
        return about

    def _records(
        self, measures: Sequence[dict[str, Any]], vintages: Sequence[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """Tell of the records behind each part that was counted."""
        # on today's borders a figure is put together from those of the units of its time
        if self._figure["basis"] != "as_published":
            return []
        known = [
            v["known_from"] for v in vintages if v["source_code"] == self._figure["source_code"]
        ]
        since = known[-2] if len(known) > 1 else None
        records = Records(self._reader, self._area, self._figure, self._until, since)
        sources = [
            (measure, counting_source(refs_of(measure["source_ref"]), measure["measure_code"]))
            for measure in measures
        ]
        return [
            {
                **records.behind(measure, source),
                "source_name": self._source_name(source),
                "rule": self._rule(measure["measure_code"]),
            }
            for measure, source in sources
            if source
        ]

    def _source_name(self, source: str) -> str:
        rows = self._reader.rows(
            "select source_title from mart.source_status where source = ? limit 1", [source]
        )
        return str(rows[0]["source_title"]) if rows else source

    def _rule(self, measure: str) -> str:
        """Give the catalogue's words for a measure: its own as an indicator, else the figure's."""
        rows = self._reader.rows(
            "select i.definition from mart.indicator as i"
            " inner join mart.indicator_measure as m on i.indicator_code = m.indicator_code"
            " where m.part = 'value' and m.measure_code = ? order by i.indicator_code limit 1",
            [measure],
        )
        return str((rows or [self._indicator])[0]["definition"])

    def _comparison(self, known: Row | None) -> dict[str, Any]:
        """Tell the change on last year; as of a day, from what was known at its end."""
        row: Row = (known or {}) if self._until else self._figure
        columns = (
            "value_same_period_last_year yoy_abs yoy_pct yoy_pct_published yoy_pct_computed"
            " yoy_source comparability"
        )
        said = {name: row.get(name) for name in columns.split()}
        same = known is not None and known["comparability"] == said["comparability"]
        reason = known["comparability_reason"] if known and same else None
        return {**said, "comparability_reason": row.get("comparability_reason") or reason}

    def _cells(
        self, measures: Sequence[Row], shown: dict[str, Any], vintages: Sequence[dict[str, Any]]
    ) -> tuple[list[Row], list[str]]:
        """Give the cells behind the figure and its vintages, and references without a cell."""
        cited = [shown["source_ref"], *(vintage["source_ref"] for vintage in vintages)]
        refs = list(dict.fromkeys(ref for text in cited for ref in refs_of(text)))
        rows = [
            *self._cells_where("source_ref", refs, "", []),
            *self._cells_where(
                "measure_code",
                [row["measure_code"] for row in measures],
                f" and {_SAME_FIGURE}",
                self._key,
            ),
        ]
        codes = {row["measure_code"] for row in measures}
        found: dict[tuple[object, ...], Row] = {}
        for row in rows:
            if row["measure_code"] not in codes or not self._was_published(row):
                continue
            key = (
                *(row["source_ref"], row["delivery"], row["measure_code"]),
                bool(row["set_aside_reason"]),
            )
            found.setdefault(key, row)
        cells = sorted(found.values(), key=lambda row: _place(row, refs))
        return cells, [ref for ref in refs if ref not in {row["source_ref"] for row in cells}]

    def _cells_where(
        self, column: str, values: Sequence[str], condition: str, more: Sequence[object]
    ) -> list[Row]:
        if not values:
            return []
        marks = ", ".join("?" * len(values))
        return self._reader.rows(
            f"select * from mart.source_cell where {column} in ({marks}){condition}"
            " order by source_ref, delivery, measure_code, period_start, period_end",
            [*values, *more],
        )

    def _was_published(self, row: Row) -> bool:
        return self._as_of is None or row["published_on"] <= self._as_of

    def _checks(self, cells: Sequence[Row], shown: dict[str, Any]) -> dict[str, Any]:
        codes = {code for row in cells for code in _codes(row)}
        rules = {row["delivery"]: row["rules_judged"] for row in cells}
        issues = self._issues("issue_code", sorted(codes)) + self._conflicts(cells)
        if shown["value"] is None and not cells:
            issues += self._issues_of_month()
        return {
            "deliveries": len(rules),
            "rules_judged": max(rules.values(), default=0),
            "issues": [
                _picked(
                    row,
                    "issue_code severity severity_name rule_id sentence state state_name"
                    " state_reason is_open address value_text detail",
                )
                for row in issues
                if self._is_known(row["first_seen"])
            ],
        }

    def _issues(self, column: str, values: Sequence[object], condition: str = "") -> list[Row]:
        if not values:
            return []
        marks = ", ".join("?" * len(values))
        return self._reader.rows(
            f"select * from mart.quality_issue where {column} in ({marks}){condition}"
            " order by severity_rank, issue_code",
            values,
        )

    def _conflicts(self, cells: Sequence[Row]) -> list[Row]:
        """Give the issues in which two sources contradict each other about this figure."""
        refs = {row["source_ref"] for row in cells}
        measures = sorted({row["measure_code"] for row in cells})
        rows = self._issues("series_code", measures, " and rule_id = 'sources_contradict'")
        return [row for row in rows if json.loads(row["record"]).get("source_ref") in refs]

    def _issues_of_month(self) -> list[Row]:
        """Give the graver issues of the tables that should have brought a missing figure."""
        families = {
            row["family"]
            for row in self._reader.rows(
                "select distinct c.family from mart.source_cell as c"
                " inner join mart.indicator_measure as m on c.measure_code = m.measure_code"
                " where m.indicator_code = ?",
                [self._indicator["indicator_code"]],
            )
        }
        month = self._figure["period_end"].replace(day=1)
        return [
            row
            for row in self._issues("period", [month], " and severity <> 'ghi_nhan'")
            if (not row["family"] or row["family"] in families)
            # what names a series speaks of a figure that is there
            and not row["series_code"]
        ]

    def _corrections(self, cells: Sequence[Row]) -> list[dict[str, Any]]:
        ids = sorted({row["correction_id"] for row in cells if row["correction_id"]})
        if not ids:
            return []
        rows = self._reader.rows(
            "select * from mart.quality_correction where correction_id in"
            f" ({', '.join('?' * len(ids))}) order by correction_id",
            ids,
        )
        return [
            _picked(
                row, "correction_id issue_id expect value reason decided_by decided_on state_name"
            )
            for row in rows
            if self._as_of is None or row["decided_on"] <= self._as_of
        ]

    def _plans(self) -> list[dict[str, Any]]:
        """Tell the plans of the year; as of a day, those decided by then without progress."""
        rows = self._rows(
            "mart.indicator_plan",
            " and area_key = ? and agency_code = ? and calendar = ? and basis = ?"
            " and period_end = ?",
            "plan_kind",
            *(self._key[0], self._figure["agency_code"], self._figure["calendar"]),
            *(self._figure["basis"], self._figure["period_end"]),
        )
        progress = "plan_pct path_pct required_run_rate sentence"
        found = [
            _picked(row, f"plan_kind plan_kind_name plan_value decision decided_on {progress}")
            for row in rows
            if self._is_known(row["plan_known_from"])
        ]
        if self._until:
            for plan in found:
                plan.update(dict.fromkeys(progress.split()))
        return found


def _picked(row: Row, columns: str) -> dict[str, Any]:
    return {name: row[name] for name in columns.split()}


def _basis(row: Row) -> dict[str, Any]:
    return _picked(
        row, "basis value estimate_status source_ref value_reason yoy_pct yoy_source comparability"
    )


def _cell(row: Row) -> dict[str, Any]:
    columns = (
        "source_ref source_code source_name producer measure_code period_label value source_file"
        " sheet cell item_path column_path value_text unit_text set_aside_reason correction_id"
        " published_on load_id loaded_at rules_judged"
    )
    return {**_picked(row, columns), "issue_codes": list(_codes(row))}


def _codes(row: Row) -> Iterator[str]:
    yield from (code for code in (row["issue_codes"] or "").split(", ") if code)


def _place(row: Row, refs: Sequence[str]) -> tuple[object, ...]:
    """Order cells as the references cite them, then by publication."""
    at = refs.index(row["source_ref"]) if row["source_ref"] in refs else len(refs)
    return at, row["published_on"], row["source_ref"]


def parse_day(text: str | None) -> date | None:
    """Read the day of `--as-of`.

    Raises:
        UserError: the text is no day (status 2).
    """
    if text is None:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise UserError(f"Không có ngày '{text}'; viết --as-of như 2024-12-31", WRONG_CALL)
