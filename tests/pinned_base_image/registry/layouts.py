"""Images made of nothing: OCI layouts with one index for two platforms, the same bytes on every machine."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

OCI = "application/vnd.oci.image"


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def layer(text: str) -> bytes:
    """A tar archive with one file."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        entry = tarfile.TarInfo("hello")
        entry.size = len(text.encode())
        archive.addfile(entry, io.BytesIO(text.encode()))
    return raw.getvalue()


def make_layout(folder: Path, text: str) -> dict[str, str]:
    """Write a layout whose tag `t` is an index for two platforms; the digests by `index`, `amd64` and `arm64`."""
    blobs = folder / "blobs/sha256"
    blobs.mkdir(parents=True)

    def blob(content: bytes, media_type: str) -> dict[str, Any]:
        digest = digest_of(content)
        (blobs / digest.partition(":")[2]).write_bytes(content)
        return {"mediaType": media_type, "digest": digest, "size": len(content)}

    def document(value: dict[str, Any], kind: str) -> dict[str, Any]:
        return blob(json.dumps(value, sort_keys=True).encode(), f"{OCI}.{kind}.v1+json")

    digests, manifests = {}, []
    for architecture in ("amd64", "arm64"):
        archive = layer(f"{text} on {architecture}")
        packed = blob(gzip.compress(archive, mtime=0), f"{OCI}.layer.v1.tar+gzip")
        config = {
            "architecture": architecture,
            "os": "linux",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [digest_of(archive)]},
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": f"{OCI}.manifest.v1+json",
            "config": document(config, "config"),
            "layers": [packed],
        }
        entry = document(manifest, "manifest")
        digests[architecture] = entry["digest"]
        manifests.append({**entry, "platform": {"os": "linux", "architecture": architecture}})
    index = document({"schemaVersion": 2, "mediaType": f"{OCI}.index.v1+json", "manifests": manifests}, "index")
    digests["index"] = index["digest"]
    tagged = {**index, "annotations": {"org.opencontainers.image.ref.name": "t"}}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [tagged]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return digests
