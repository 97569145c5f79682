"""`--list`: every image that the repository pulls, as text, JSON or a bill of materials."""

from __future__ import annotations

from guardrail_hooks import __version__
from guardrail_hooks.core.finding import ADDRESS
from guardrail_hooks.core.printable import printable
from guardrail_hooks.core.table import aligned
from guardrail_hooks.formats.image_reference import InvalidReference, parse
from guardrail_hooks.pinned_base_image.tags import classify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guardrail_hooks.formats.image_reference import Reference
    from guardrail_hooks.pinned_base_image.uses import ImageUse

    Row = dict[str, object]

UNKNOWN, INVALID = "unknown", "invalid"


def rows(uses: Iterable[tuple[str, ImageUse]]) -> Iterator[Row]:
    """One row per use: path, line, column, role, written, image, reference, class, kind, tag and digest.

    `image` is the name as engines complete it, `reference` the same with tag and digest. Both are null where a variable
    without a value decides (class `unknown`) and where the text is no reference (class `invalid`).
    """
    for path, use in uses:
        row: Row = {
            "path": path,
            "line": use.span.line,
            "column": use.span.column,
            "role": use.role,
            "written": use.written,
        }
        yield {**row, **_facts(use)}


def _facts(use: ImageUse) -> Row:
    """What is known of the image of a use."""
    facts: Row = dict.fromkeys(("image", "tag", "digest", "reference", "kind"))
    if use.is_open:
        return {**facts, "class": UNKNOWN}
    try:
        reference = parse(use.resolved)
    except InvalidReference:
        return {**facts, "class": INVALID}
    tag = classify(reference)
    return {
        "image": reference.name,
        "tag": reference.tag,
        "digest": reference.digest,
        "reference": reference.canonical if reference.tag or reference.digest else f"{reference.canonical}:latest",
        "kind": tag.kind,
        "class": tag.name,
    }


def as_text(listed: Iterable[Row]) -> str:
    """The rows as aligned lines: place, class, reference."""
    return aligned(
        (f"{row['path']}:{row['line']}", str(row["class"]), str(row["reference"] or row["written"])) for row in listed
    )


def as_sbom(listed: Iterable[Row]) -> Row:
    """A CycloneDX 1.6 document (cyclonedx.org/docs/1.6/json): one component per reference, with all its places.

    It says nothing of time and has no serial number, so that the same tree gives the same document.
    """
    places: dict[str, list[Row]] = {}
    for row in listed:
        if row["reference"]:
            places.setdefault(str(row["reference"]), []).append(row)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "tools": {
                "components": [
                    {
                        "type": "application",
                        "name": "pinned-base-image",
                        "version": __version__,
                        "externalReferences": [{"type": "website", "url": ADDRESS}],
                    }
                ]
            }
        },
        "components": [_component(reference, places[reference]) for reference in sorted(places)],
    }


def _component(reference: str, found: list[Row]) -> Row:
    """One image as a component."""
    row = found[0]
    return {
        "type": "container",
        "bom-ref": reference,
        "name": row["image"],
        "version": row["digest"] or row["tag"] or "latest",
        "purl": _purl(parse(reference)),
        "properties": [{"name": f"guardrail:{fact}", "value": row[fact]} for fact in ("class", "kind")],
        "evidence": {
            "occurrences": [
                {"location": printable(str(one["path"])), "line": one["line"], "additionalContext": one["role"]}
                for one in found
            ]
        },
    }


def _purl(reference: Reference) -> str:
    """The package URL of an image (github.com/package-url/purl-spec, type `oci`)."""
    from urllib.parse import quote

    name = reference.path.rpartition("/")[2]
    version = f"@{quote(reference.digest, safe='')}" if reference.digest else ""
    url = quote(f"{reference.domain or 'docker.io'}/{reference.path}", safe="")
    tag = f"&tag={quote(reference.tag, safe='')}" if reference.tag else ""
    return f"pkg:oci/{name}{version}?repository_url={url}{tag}"
