"""x"""
from typing import Any
from tests.bench.lab import Lab

def measure(lab: Lab) -> dict[str, Any]:
    return {}
