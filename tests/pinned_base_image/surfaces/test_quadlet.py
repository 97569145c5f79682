from __future__ import annotations

import pytest

from tests.pinned_base_image.surfaces.reading import judged, marked, pulled, uses


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("[Container]\nImage=x:1\n", ["2:7 x:1"], id="an image"),
        pytest.param("[Container]\n  Image = x:1  \n", ["2:11 x:1"], id="blanks"),
        pytest.param("[Container]\r\nImage=x:1\r\n", ["2:7 x:1"], id="line ends of Windows"),
        pytest.param("\ufeff[Container]\nImage=x:1\n", ["2:7 x:1"], id="a byte order mark"),
        pytest.param('[Container]\nImage="x:1"\n', ["2:8 x:1"], id="quotes"),
        pytest.param("[Container]\nImage=docker://x:1\n", ["2:16 x:1"], id="a transport"),
        pytest.param("[Container]\nImage=oci-archive:/x.tar\n", [], id="another transport"),
        pytest.param("[Container]\nImage=web.build\n", [], id="what another unit builds"),
        pytest.param("[Container]\nImage=web.image\n", [], id="what another unit pulls"),
        pytest.param("[Container]\nImage=localhost/web\n", [], id="what podman has built"),
        pytest.param(
            "[Container]\nImage=localhost:5000/web\n", ["2:7 localhost:5000/web"], id="a registry on this machine"
        ),
        pytest.param("[Container]\nImage=\n", [], id="nothing"),
        pytest.param('[Container]\nImage=""\n', [], id="nothing in quotes"),
        pytest.param("[Container]\nImage=x\nImage=y\n", ["3:7 y"], id="the last one counts"),
        pytest.param("[Service]\nImage=x\n", [], id="another section"),
        pytest.param("Image=x\n", [], id="no section"),
        pytest.param("[Container]\n#Image=x\n;Image=y\n", [], id="comments"),
        pytest.param("[Container]\nExec=a \\\nImage=x\n", [], id="a line that goes on"),
        pytest.param("[Container]\nExec=a \\\n\nImage=x\n", ["4:7 x"], id="an empty line ends a line that goes on"),
        pytest.param("[Container]\rImage=x:1\r", ["2:7 x:1"], id="line ends of another age"),
        pytest.param("[Container]\nExec=a \\\n# no\nImage=x\n[Service]\n", [], id="a comment inside one"),
        pytest.param("[Container]\nImage=x:%i\n", ["2:7 x:?"], id="a specifier"),
    ],
)
def test_units(content, expected) -> None:
    assert pulled("web.container", content) == expected


def test_a_unit_over_a_megabyte_is_refused() -> None:
    assert judged("a.container", "[Container]\nImage=x" + "x" * 1024 * 1024) == ["1:1 PIN900"]


def test_image_units() -> None:
    assert pulled("web.image", "[Image]\nImage=x\n") == ["2:7 x"]


@pytest.mark.parametrize("path", ["web.service", "web.pod", "container", "web.container.j2"])
def test_other_names(path) -> None:
    assert pulled(path, "[Container]\nImage=x\n") == []


def test_where_a_digest_can_be_written() -> None:
    assert marked("\u00fc.container", '[Container]\n# \u00fc\nImage="x:1"\n') == '[Container]\n# \u00fc\nImage="x:1@"\n'
    assert uses("a.container", "[Container]\nImage=x:%i\n")[0].end is None


def test_verdicts() -> None:
    assert judged("a.container", "[Container]\n# guardrail: allow[PIN001] the vendor has no tags\nImage=x\n") == []
    assert judged("a.container", "[Container]\n# guardrail: allow[PIN001] the vendor has no tags\n\nImage=x\n") == [
        "2:1 ALW002",
        "4:7 PIN001",
    ]
    assert judged("a.container", b"[Container]\nImage=\xff\n") == ["2:7 PIN900"]
