"""The tasks of the small company."""

from __future__ import annotations

import pytest

from tests.factories.company import Company
from tests.factories.tasks import Tasks


@pytest.fixture
def tasks(company: Company) -> Tasks:
    """Asking and moving tasks through the services."""
    return Tasks(company)
