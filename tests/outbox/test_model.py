"""The outbox against a plain Python model, with a real mail server that fails in every way."""

import os
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pipelines.outbox import Message, deliver, put, showing, store
from pipelines.settings import Settings
from tests.outbox.conftest import START, TWO
from tests.support.mail import MailServer

NAMES = ("a", "b")
# what the server does with an address, and what becomes of the message then
BEHAVIOURS = {
    "ok": (None, None),
    "gone": ("550 no such user", None),
    "full": ("452 full", None),
    "closing": ("421 closing", None),
    "late": (None, "451 later"),
    "spam": (None, "554 spam"),
    "drop": (None, "drop"),
}
FATES = {"ok": "sent", "gone": "refused", "spam": "refused", "drop": "unsure"}
WHO_RESTS = {"full": "recipient", "late": "recipient", "closing": "channel", "drop": "channel"}


class Outbox(RuleBasedStateMachine):
    """Everything that can happen to the outbox between two turns."""

    server: MailServer

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        home = Path(self._folder.name)
        (home / "recipients.yaml").write_text(TWO, encoding="utf-8")
        self.settings = Settings(home=home, target="duckdb", now=START)
        self.server.mails.clear()
        self.behaviour = dict.fromkeys(NAMES, "ok")
        self.server.script = self.answer
        # the model: (recipient, key) -> state, in the order put
        self.states: dict[tuple[str, str], str] = {}
        self.arrived: list[tuple[str, str]] = []
        self.rests: dict[str, tuple[int, Any]] = {}

    def teardown(self) -> None:
        self._folder.cleanup()

    def answer(self, step: str, address: str) -> str | None:
        rcpt, message = BEHAVIOURS[self.behaviour[address[0]]]
        return rcpt if step == "rcpt" else message

    @rule(name=st.sampled_from(NAMES), key=st.sampled_from("123456789"))
    def write(self, name: str, key: str) -> None:
        is_new = put(self.settings, [Message(key, name, f"{key}", "…")])
        assert is_new == ((name, key) not in self.states)
        self.states.setdefault((name, key), "waiting")

    @rule(name=st.sampled_from(NAMES), behaviour=st.sampled_from(sorted(BEHAVIOURS)))
    def behave(self, name: str, behaviour: str) -> None:
        self.behaviour[name] = behaviour

    @rule(minutes=st.sampled_from([1, 2, 5, 31]))
    def pass_time(self, minutes: int) -> None:
        now = self.settings.clock() + timedelta(minutes=minutes)
        self.settings = self.settings.model_copy(update={"now": now})

    @rule()
    def die(self) -> None:
        """Leave what a sender killed in the middle leaves."""
        waiting = [one for one, state in self.states.items() if state == "waiting"]
        if waiting:
            number = self.number(waiting[0])
            self.states[waiting[0]] = "handing"
            with store.opened(self.settings) as db:
                store.change_state(db, number, "handing", self.settings.clock())

    @rule()
    def resend(self) -> None:
        for one in [one for one, state in self.states.items() if state == "unsure"][:1]:
            showing.resend(self.settings, self.number(one))
            self.states[one] = "waiting"
            self.rests.pop(one[0], None)

    @rule()
    def settle(self) -> None:
        for one in [one for one, state in self.states.items() if state == "refused"][:1]:
            showing.settle(self.settings, self.number(one))
            self.states[one] = "settled"
            self.rests.pop(one[0], None)

    @rule()
    def turn(self) -> None:
        deliver(self.settings)
        for one, state in self.states.items():
            if state == "handing":
                self.states[one] = "unsure"
        firsts = [one for name in NAMES if (one := self.waiting(name))]
        for name, _ in sorted(firsts, key=self.number):
            self.serve(name)

    def serve(self, name: str) -> None:
        while (one := self.waiting(name)) and not (self.rested(name) or self.rested("channel")):
            behaviour = self.behaviour[name]
            self.states[one] = FATES.get(behaviour, "waiting")
            if behaviour in ("ok", "drop"):
                self.arrived.append(one)
            if behaviour in WHO_RESTS:
                self.rest(name if WHO_RESTS[behaviour] == "recipient" else "channel")
                return
            self.rests.pop(name, None)
            self.rests.pop("channel", None)

    def waiting(self, name: str) -> tuple[str, str] | None:
        found = (one for one, state in self.states.items() if one[0] == name and state == "waiting")
        return next(found, None)

    def rest(self, what: str) -> None:
        tries = self.rests.get(what, (0, None))[0] + 1
        pause = timedelta(minutes=min(2 ** (tries - 1), 30))
        self.rests[what] = (tries, self.settings.clock() + pause)

    def rested(self, what: str) -> bool:
        return what in self.rests and self.settings.clock() < self.rests[what][1]

    def number(self, one: tuple[str, str]) -> int:
        with store.opened(self.settings) as db:
            where = "select id from message where recipient = ? and key = ?"
            return int(db.execute(where, one).fetchone()["id"])

    @invariant()
    def is_as_the_model_says(self) -> None:
        with store.opened(self.settings) as db:
            rows = db.execute("select recipient, key, state from message order by id").fetchall()
        assert {(row["recipient"], row["key"]): row["state"] for row in rows} == self.states
        assert [(mail.to[0], mail.subject) for mail in self.server.mails] == self.arrived


@pytest.mark.parametrize("examples", [8, pytest.param(60, marks=pytest.mark.slow)])
def test_the_outbox_does_what_the_model_does(
    mail: MailServer, examples: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Outbox, "server", mail, raising=False)
    assert os.environ["KHO_CHANNEL_MAIL"] == mail.url
    run_state_machine_as_test(
        Outbox,
        settings=hypothesis_settings(max_examples=examples, stateful_step_count=25, deadline=None),
    )
