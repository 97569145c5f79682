"""Files of one folder that never run side by side, and files that a template engine reads first."""

from __future__ import annotations

import pytest
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.port_registry_conflict.cli import HOOK

from tests import verdicts


def found(files, *arguments) -> list[str]:
    """Findings as `CODE path:line`."""
    return [f"{one.rule.code} {one.place.path}:{one.place.line}" for one in verdicts.findings(HOOK, files, *arguments)]


def file(**services: str) -> str:
    """A Compose file: each service is made of `IMAGE PORT...`, an image of `-` is left out."""
    text = "services:\n"
    for name, words in services.items():
        image, *ports = words.split()
        text += f"  {name}:\n    ports: [{', '.join(f'{port}:80' for port in ports)}]\n"
        text += "" if image == "-" else f"    image: {image}\n"
    return text


HUB = file(hub="grid/hub:4 4444", video="grid/video:7", ftp="acme/ftp:1")
ALONE = file(chrome="grid/chrome:4 4444", video="grid/video:7", ftp="acme/ftp:1")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"hub.compose.yml": HUB, "alone.compose.yml": ALONE}, [], id="two services repeated: variants"),
        pytest.param(
            {"hub.compose.yml": "name: a\n" + HUB, "alone.compose.yml": "name: b\n" + ALONE},
            ["PRT002 hub.compose.yml:4"],
            id="two projects by name may repeat services and run side by side",
        ),
        pytest.param(
            {"hub.compose.yml": HUB, "alone.compose.yml": ALONE.replace(":7", ":8")},
            ["PRT002 hub.compose.yml:3"],
            id="another tag may be an overlay's",
        ),
        pytest.param(
            {
                "compose.yaml": file(core="acme/core:1", web="acme/web:1 80", db="acme/db:1 5432"),
                "all.compose.yaml": file(core="acme/all_core:1", db="acme/all_db:1", proxy="acme/proxy:1 80"),
            },
            [],
            id="other images for two services: variants",
        ),
        pytest.param(
            {
                "compose.yaml": file(core="acme/core:1", web="acme/web:1 80", db="acme/db:1 5432"),
                "all.compose.yaml": file(core="r.acme.test/core:2", db="r.acme.test/db", proxy="acme/proxy:1 80"),
            },
            ["PRT002 all.compose.yaml:9"],
            id="other registries may be an overlay's",
        ),
        pytest.param(
            {
                "compose.yaml": file(server="acme/server:1 80"),
                "compose-influxdb.yaml": file(
                    server="-", db="x/influxdb:1 8086", ui="x/ui-influxdb:1", a="x/a", b="x/b"
                ),
                "compose-prometheus.yaml": file(server="-", proxy="x/proxy:1 8086", ui="x/ui-prometheus:1", c="x/c"),
            },
            [],
            id="overlays of one base that put different images under one name",
        ),
        pytest.param(
            {
                "compose.yaml": file(server="acme/server:1 80"),
                "compose-influxdb.yaml": file(server="-", db="x/influxdb:1 8086", ui="x/ui:1", a="x/a", b="x/b"),
                "compose-prometheus.yaml": file(server="-", proxy="x/proxy:1 8086", ui="r/ui:2", c="x/c"),
            },
            ["PRT002 compose-prometheus.yaml:5"],
            id="overlays of one base that put one image under one name",
        ),
        pytest.param(
            {
                "compose.yaml": file(server="acme/server:1 80", other="acme/other:1"),
                "compose-influxdb.yaml": file(
                    server="-", db="x/influxdb:1 8086", ui="x/ui-influxdb:1", a="x/a", b="x/b"
                ),
                "compose-prometheus.yaml": file(other="-", proxy="x/proxy:1 8086", ui="x/ui-prometheus:1", c="x/c"),
            },
            ["PRT002 compose-prometheus.yaml:5"],
            id="overlays of different services of one base",
        ),
        pytest.param(
            {
                "compose.yaml": file(llm="acme/llm:2 11434", ui="acme/ui:1 8080"),
                "compose-cpu.yaml": file(llm_cpu="acme/llm 11434", ui_cpu="acme/ui@sha256:1 8080"),
            },
            [],
            id="two images on the same ports under other names: variants",
        ),
        pytest.param(
            {
                "docker-compose.yml": file(db="acme/db 5432", ui="acme/ui:1 8080"),
                "docker-compose-shard.yml": file(router="acme/db 5432", shard="acme/db"),
            },
            [],
            id="all that one of them binds, for the same image: variants",
        ),
        pytest.param(
            {"compose.yaml": file(a="x/a 80"), "docker-compose.yml": file(b="x/b 80")},
            [],
            id="Compose takes one of its default names",
        ),
        pytest.param(
            {"x.compose.yaml": file(app="-", a="x/a 80"), "y.compose.yaml": file(b="x/b 80")},
            [],
            id="overlays of a file elsewhere",
        ),
        pytest.param(
            {"ci/a.compose.yaml": file(a="x/a 80"), "ci/b.compose.yaml": file(b="x/b 80")}, [], id="a folder for tests"
        ),
        pytest.param(
            {"example-app/a.compose.yaml": file(a="x/a 80"), "example-app/b.compose.yaml": file(b="x/b 80")},
            ["PRT002 example-app/b.compose.yaml:3"],
            id="a folder whose name only begins like one for examples",
        ),
        pytest.param(
            {
                "compose.yaml": "services:\n  a:\n    extends: {file: parts.compose.yaml, service: '${WHICH:-x}'}\n",
                "parts.compose.yaml": file(x="-", y="- 80", z="- 80"),
            },
            [],
            id="parts to be extended, chosen by a variable",
        ),
        pytest.param(
            {
                "a/compose.yaml": "include: [../parts/compose.yaml]\n",
                "b/compose.yaml": "include: [../parts/compose.yaml]\nx-b: 1\n",
                "parts/compose.yaml": file(x="x/x 80", y="x/y 80"),
            },
            ["PRT001 parts/compose.yaml:6"],
            id="a file that two projects include is told once",
        ),
        pytest.param(
            {
                "compose.yaml": file(db="acme/db 5432", ui="acme/ui:1 8080"),
                "compose-x.yaml": file(store="acme/db 5432", x="acme/x 9090"),
            },
            ["PRT002 compose-x.yaml:3"],
            id="one image twice on one port clashes",
        ),
        pytest.param(
            {
                "compose.yaml": file(a="x/a 3000", b="x/b 9090"),
                "compose-metrics.yaml": file(grafana="x/grafana 3000", prometheus="x/prometheus 9090"),
            },
            ["PRT002 compose-metrics.yaml:3", "PRT002 compose-metrics.yaml:6"],
            id="two ports of other images clash",
        ),
        pytest.param(
            {
                "ci-a.compose.yaml": "services:\n  a: {build: {context: .., dockerfile: D}, ports: ['1:1', '2:2']}\n",
                "ci-b.compose.yaml": "services:\n  b: {build: {context: .., dockerfile: D}, ports: ['1:1', '2:2']}\n",
            },
            [],
            id="one build twice on two ports: variants",
        ),
        pytest.param(
            {
                "x.compose.yaml": "services:\n  a: {build: a, ports: ['1:1', '2:2']}\n",
                "y.compose.yaml": "services:\n  b: {build: {context: b}, ports: ['1:1', '2:2']}\n",
            },
            ["PRT002 y.compose.yaml:2"] * 2,
            id="two builds clash",
        ),
        pytest.param(
            {
                "compose.yaml": file(web="acme/web:1 8080", db="acme/db:1"),
                "compose.tools.yaml": file(db="- 5432", ui="acme/ui:1 8080"),
            },
            ["PRT002 compose.tools.yaml:5"],
            id="an overlay and its base",
        ),
        pytest.param(
            {
                "compose.yaml": file(web="acme/web:1 8080 8081"),
                "compose_gpu.yaml": file(web="acme/web:1 8080 8081", guard="acme/guard:1 9090"),
                "compose.metrics.yaml": file(web="-", prometheus="acme/prometheus:2 9090"),
            },
            [],
            id="an overlay and a variant of its base",
        ),
        pytest.param(
            {
                "compose.yaml": file(web="acme/web:1 8080 8081", guard="acme/guard:1 9090"),
                "compose_gpu.yaml": file(web="acme/web:1 8080 8081"),
                "compose.metrics.yaml": file(web="-", prometheus="acme/prometheus:2 9090"),
            },
            ["PRT002 compose.metrics.yaml:5"],
            id="an overlay and its base, which has variants",
        ),
        pytest.param(
            {
                "compose.yaml": file(web="acme/web:1 8080 8081"),
                "compose_gpu.yaml": file(web="acme/web:1 8080 8081", guard="acme/guard:1 9090"),
                "compose.metrics.yaml": file(prometheus="acme/prometheus:2 9090"),
            },
            ["PRT002 compose_gpu.yaml:6"],
            id="a file that can run alone runs beside every variant",
        ),
        pytest.param(
            {"compose.dev.yaml": file(a="x/a 80"), "compose.prod.yaml": file(b="x/b 80")},
            [],
            id="two environments",
        ),
        pytest.param(
            {"compose.dev.yaml": file(a="x/a 80"), "compose-development.yaml": file(b="x/b 80")},
            ["PRT002 compose.dev.yaml:3"],
            id="one environment under two names",
        ),
        pytest.param(
            {"compose.local.yaml": file(a="x/a 80"), "compose.dev.yaml": file(b="x/b 80")},
            ["PRT002 compose.local.yaml:3"],
            id="local is laid over the others",
        ),
        pytest.param(
            {"compose.device.yaml": file(a="x/a 80"), "compose.prod.yaml": file(b="x/b 80")},
            ["PRT002 compose.prod.yaml:3"],
            id="a word that only begins like an environment",
        ),
        pytest.param({"compose.yaml": file(a="x/a 80"), "stack.yaml": file(b="x/b 80")}, [], id="one is for the swarm"),
        pytest.param(
            {"compose.yaml": file(a="x/a 80"), "compose.test.yaml": file(b="x/b 80")}, [], id="one is for tests"
        ),
    ],
)
def test_files_of_one_folder(files, expected) -> None:
    assert found(files) == expected


def test_a_registry_means_one_host_for_all() -> None:
    files = {"hub.compose.yml": HUB, "alone.compose.yml": ALONE, "PORTS.md": "- 4444: hub\n"}
    assert found(files) == ["PRT102 alone.compose.yml:3"]


JINJA = """\
services:
  web:
    image: acme/web:1
{% if values.port %}
    ports: ["{{ values.port }}:80"]
{% endif %}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(JINJA, ["PRT303 compose.yaml:4"], id="Jinja"),
        pytest.param(JINJA.replace("{% if", "  {{- if").replace("{% end", "  {{ end"), ["PRT303 compose.yaml:4"],
                     id="Go"),
        pytest.param(JINJA.replace("{%", "<%").replace("%}", "%>") + "x: [\n", ["PRT303 compose.yaml:4"], id="ERB"),
        pytest.param(JINJA.replace("{%", "#{%"), ["PRT303 compose.yaml:5"], id="an entry"),
        pytest.param(
            "services:\n  a:\n    image: x\n    ports:\n    - target: 80\n      published: '{{ p }}'\n",
            ["PRT303 compose.yaml:6"],
            id="an entry in long syntax",
        ),
        pytest.param(
            "services:\n  a:\n    ports: ['1:1']\n    logging: {options: {tag: '{{.Name}}'}}\n   b: 1\n",
            ["PRT301 compose.yaml:5"],
            id="a broken file with a template in a value is broken",
        ),
        pytest.param(
            "services:\n  a:\n    ports: ['1:1']\n    x: '{% y %}'\n   b: 1\n",
            ["PRT301 compose.yaml:5"],
            id="a broken file with a statement in a value is broken",
        ),
    ],
)  # fmt: skip
def test_templates_warn(text, expected) -> None:
    assert found({"compose.yaml": text}) == expected


def test_a_template_is_told_with_its_remedy() -> None:
    one = verdicts.findings(HOOK, {"compose.yaml": JINJA})[0]
    what = "'{% if values.port %}' cannot be resolved: the file is a template, and what it binds is known only once it"
    remedy = "check the filled-in file, or leave this one out: --exclude 'REGEX'"
    assert (one.severity, one.message, one.fix) == ("warning", f"{what} is filled in", remedy)
    assert one.subject == f"{{% if values.port %}} {what.partition('resolved: ')[2]} is filled in"
    assert (one.place.column, one.place.end_column) == (1, 21)


def test_an_env_file_that_is_not_there_is_named() -> None:
    with pytest.raises(CannotJudge, match=r"^env file a.env does not exist: correct --env-file, or create the file$"):
        verdicts.findings(HOOK, {"compose.yaml": JINJA}, "--env-file", "a.env")


def test_an_entry_that_cannot_be_is_told_by_what_is_wrong_with_it() -> None:
    one = verdicts.findings(HOOK, {"compose.yaml": "services:\n  a:\n    ports: ['70000:1']\n"})[0]
    assert (one.rule.code, one.subject.partition(" ")[0]) == ("PRT302", "70000:1")


def test_a_template_stands_where_an_editor_counts_its_lines() -> None:
    text = "\ufeffservices:\r\r  a:\r\n   {{ ä }} {{ b }} \n    ports: [80:80]\n  b: ["
    one = verdicts.findings(HOOK, {"compose.yaml": text})[0]
    assert one.place[1:] == (4, 4, 4, 19)


def test_services_that_share_a_container_name_go_by_their_own() -> None:
    text = "services:\n" + "".join(
        f"  llm-{name}: {{image: x/llm, container_name: llm, ports: ['11434:11434']}}\n" for name in ("cpu", "gpu")
    )
    one = verdicts.findings(HOOK, {"compose.yaml": text})[0]
    assert one.message == (
        "host port 11434/tcp is bound by 'llm-gpu' here and by 'llm-cpu' at compose.yaml:2 (same project)"
    )
