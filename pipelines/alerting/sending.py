"""One turn of the alert job: put what is new into the outbox and deliver what is due."""

from dataclasses import dataclass, field

from pipelines.outbox import Delivered, deliver
from pipelines.outbox.recipients import recipients, recipients_file
from pipelines.settings import Settings


@dataclass(frozen=True)
class Sent:
    """What a turn did; nothing at all where nobody is to be told.

    Attributes:
        new: messages put.
        delivered: what became of those due.
        nobody: why nothing is sent, '' when something could be.
    """

    new: int = 0
    delivered: Delivered = field(default_factory=Delivered)
    nobody: str = ""

    @property
    def words(self) -> str:
        """Say it in one line of Vietnamese."""
        if self.nobody:
            return self.nobody
        done = self.delivered
        if done.is_busy:
            return f"{self.new} tin mới; một lượt gửi khác đang chạy, còn {done.waiting} tin chờ"
        parts = [f"{self.new} tin mới, {done.sent} đã gửi"]
        if done.refused:
            parts.append(f"{done.refused} bị từ chối")
        if done.waiting:
            parts.append(f"còn {done.waiting} tin chờ")
        if done.unsure:
            parts.append(f"{done.unsure} không rõ đã đến chưa (xem `kho alert outbox`)")
        return ", ".join(parts)


def send(settings: Settings) -> Sent:
    """Tell what is new and deliver what is due.

    Raises:
        UserError: nothing is published, or `recipients.yaml` is wrong.
    """
    if not recipients(settings):
        return Sent(nobody=f"chưa gửi cho ai: chưa có {recipients_file(settings)}")
    from pipelines.alerting.telling import tell

    new = tell(settings)
    return Sent(new, deliver(settings))
