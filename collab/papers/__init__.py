"""Papers as PDF: pages of A4 with Japanese set properly, and codes that lead back to the record. Knows no feature."""

from collab.papers.codes import qr_svg
from collab.papers.rendering import PaperRefused, render, unready

__all__ = ["PaperRefused", "qr_svg", "render", "unready"]
