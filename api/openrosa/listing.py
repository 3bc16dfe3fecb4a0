"""Which forms there are, and which files belong to one: https://docs.getodk.org/openrosa-form-list/."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from api.openrosa.answers import child
from api.openrosa.form import Form, md5_of

LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"


def form_list(forms: Sequence[Form], base: str, *, verbose: bool) -> ET.Element:
    """Give the list of forms; `base` is the address of the service with `/openrosa` behind it."""
    root = ET.Element("xforms", {"xmlns": LIST})
    for form in forms:
        listed = ET.SubElement(root, "xform")
        child(listed, "formID", form.id)
        child(listed, "name", form.name)
        child(listed, "version", form.version)
        child(listed, "hash", form.hash)
        if verbose:
            child(listed, "descriptionText", _described(form))
        child(listed, "downloadUrl", f"{base}/forms/{quote(form.id)}.xml")
        child(listed, "manifestUrl", f"{base}/forms/{quote(form.id)}/manifest")
    return root


def _described(form: Form) -> str:
    whose = "、".join(form.checklist.industry) or "其余各行业"
    return f"用于：{whose}；检查项目 {len(form.checklist.items)} 项。"


def manifest(form: Form, files: Mapping[str, bytes], base: str) -> ET.Element:
    """Give the list of a form's files, each with its hash and address."""
    root = ET.Element("manifest", {"xmlns": MANIFEST})
    for name, content in files.items():
        listed = ET.SubElement(root, "mediaFile")
        child(listed, "filename", name)
        child(listed, "hash", md5_of(content))
        child(listed, "downloadUrl", f"{base}/forms/{quote(form.id)}/media/{quote(name)}")
    return root
