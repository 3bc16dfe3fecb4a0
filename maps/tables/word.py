"""Word documents from templates that a town may edit: fields in double braces, filled with text and nothing else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from geodata.errors import WanggeError


class TemplateProblem(WanggeError):
    """A town's template can't be filled."""


def word(template: bytes, data: Mapping[str, Any], name: str) -> bytes:
    """Fill a template (.docx).

    Every value is put there as text: marks of XML in it are escaped, and a template can reach nothing but the data.

    Parameters
    ----------
    template
        A Word document with Jinja fields: of `maps.tables.drafts`, or the town's (`untrusted.check_document`).
    data
        What the fields are called and what they hold.
    name
        What the template is called, for messages.

    Raises
    ------
    TemplateProblem
        No Word document, a field that is not known, or a mark that is not closed.
    """
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    filled = io.BytesIO()
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(dict(data), environment, autoescape=True)
        document.save(filled)
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as problem:
        raise TemplateProblem(f"{name} 不是 Word 文档（.docx），或者已损坏。") from problem
    except TemplateError as problem:
        raise TemplateProblem(
            f"模板 {name} 填不了：{problem}。可用的字段见 wangge report STORE templates 写出的原样模板。"
        ) from problem
    return filled.getvalue()
