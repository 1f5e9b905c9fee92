"""The contract read once, and the local Graph with the gateways connected to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.graph.client import Graph
from tests.contracts.checker import Contract
from tests.contracts.local_graph import LocalGraph, connected, local_graph


@pytest.fixture(scope="session")
def contract(contracts_dir: Path) -> Contract:
    return Contract.load(contracts_dir)


@pytest.fixture
async def server(contract: Contract) -> AsyncIterator[LocalGraph]:
    """The local Graph; whatever was said to it and by it is held against the contract."""
    async with local_graph(contract) as local:
        yield local
        assert local.recorder.problems == []


@pytest.fixture
async def graph(server: LocalGraph) -> AsyncIterator[Graph]:
    async with connected(server.options()) as gateways:
        yield gateways
