"""A small company and its papers, made of rows and the product's own services."""

from tests.factories.company import NOW, Company, found
from tests.factories.papers import request_fields

__all__ = ["NOW", "Company", "found", "request_fields"]
