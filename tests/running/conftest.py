"""Patients in front of the running product."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from tests.gateway.patient import Patient
from tests.product import Product


@pytest.fixture
def client(product: Product) -> Iterator[httpx2.Client]:
    # No proxy of the machine's may stand between: the product is on this one.
    with httpx2.Client(base_url=product.url, timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
def patient(client: httpx2.Client) -> Patient:
    return Patient(client)
