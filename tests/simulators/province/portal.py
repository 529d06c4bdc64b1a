"""A client of the simulated portal, as plain as its protocol."""

from dataclasses import dataclass
from typing import Any

import httpx

from simulators.province.box import ProvinceBox

ALL = ("20200101000000000", "20301231000000000")


@dataclass
class Portal:
    """Speaks to the portal of a box.

    Attributes:
        http: connection to its base address.
        session: its session.
    """

    http: httpx.Client
    session: str = ""

    @classmethod
    def of(cls, box: ProvinceBox, timeout: float = 20.0) -> "Portal":
        portal = cls(httpx.Client(base_url=box.environment["KHO_DVC_URL"], timeout=timeout))
        portal.login(box.environment["KHO_DVC_USER"], box.environment["KHO_DVC_PASSWORD"])
        return portal

    def login(self, user: str, password: str) -> dict[str, Any]:
        answer = self.http.post("/api/login", json={"username": user, "password": password}).json()
        self.session = answer.get("session", "")
        return dict(answer)

    def ask(self, service: str = "DongBoHoSoMC", page: int = 1, **more: Any) -> httpx.Response:
        start, end = ALL
        body = {"session": self.session, "madonvi": "H40", "service": service, "trang": page}
        window = {"tuThoiDiem": start, "denThoiDiem": end, "soDong": 5000}
        return self.http.post("/api/dong-bo", json=body | window | more)

    def rows(self, service: str = "DongBoHoSoMC", **more: Any) -> list[dict[str, Any]]:
        """Take every page of a window."""
        first = self.ask(service, **more).json()
        pages = (self.ask(service, page, **more).json() for page in range(2, first["soTrang"] + 1))
        return first["data"] + [row for page in pages for row in page["data"]]


def entry(row: dict[str, Any]) -> tuple[str, int]:
    """Name an entry of the dossiers' change log."""
    return row["MaHoSo"], row["PhienBan"]
