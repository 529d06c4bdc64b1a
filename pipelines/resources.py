"""What the assets are given: the chain over the warehouse that the environment names."""

from collections.abc import Iterator

from dagster import InitResourceContext, resource

from pipelines.chain import Chain
from pipelines.settings import load_settings


@resource(description="Chuỗi xử lý trên kho mà biến môi trường KHO_* chỉ ra.")
def chain_resource(context: InitResourceContext) -> Iterator[Chain]:
    """Open the chain for one Dagster run and hold the home's lock while it lasts."""
    chain = Chain(load_settings(), stage=lambda step, detail: _log(context, step, detail))
    with chain.exclusive():
        yield chain


def _log(context: InitResourceContext, step: str, detail: str) -> None:
    if context.log is not None:
        context.log.info(f"{step} {detail}".strip())
