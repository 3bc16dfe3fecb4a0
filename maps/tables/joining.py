"""Papers one after another in one file."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pypdfium2


def joined_pdf(papers: Sequence[bytes]) -> bytes:
    """Give PDFs as one, their pages in order."""
    if len(papers) == 1:
        return papers[0]
    whole, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for paper in papers:
        with pypdfium2.PdfDocument(paper) as document:
            whole.import_pages(document)
    whole.save(out)
    whole.close()
    return out.getvalue()
