"""What tests of several folders share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.product import Product, running_product
from tests.trained import Trained, loaded


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The real product. It takes seconds to start, so all tests talk with the same one."""
    with running_product() as product:
        yield product


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trained]:
    """The trained model in this process, loaded once."""
    with loaded(tmp_path_factory.mktemp("trained")) as trained:
        yield trained
