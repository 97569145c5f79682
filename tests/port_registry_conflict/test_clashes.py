"""Which bindings are compared, however wide they are, and what is said of those that clash."""

from __future__ import annotations

import pytest
from guardrail_hooks.port_registry_conflict.clashes import common_glob
from guardrail_hooks.port_registry_conflict.cli import HOOK
from guardrail_hooks.port_registry_conflict.intervals import Ports

from tests.verdicts import findings


def compose(*ports: str) -> str:
    """A file with a service for each entry of ports."""
    return "services:\n" + "".join(f"  s{at}:\n    ports: ['{port}']\n" for at, port in enumerate(ports))


def found(*ports: str) -> list[str]:
    """Findings as `CODE line`."""
    return [f"{one.rule.code} {one.place.line}" for one in findings(HOOK, {"compose.yaml": compose(*ports)})]


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        pytest.param(("8080:80", "8000-9000:80"), ["PRT005 5"], id="a port in a later pool"),
        pytest.param(("8000:80", "8000-9000:80"), ["PRT005 5"], id="its first"),
        pytest.param(("9000:80", "8000-9000:80"), ["PRT005 5"], id="its last"),
        pytest.param(("7999:80", "8000-9000:80"), [], id="the port below it"),
        pytest.param(("9001:80", "8000-9000:80"), [], id="the port above it"),
        pytest.param(("8000-9000:80", "9000:80"), ["PRT005 5"], id="a port in an earlier pool"),
        pytest.param(("8000-9000:80", "9001:80"), [], id="a port above it"),
        pytest.param(("1-65535:80", "8080:80"), ["PRT005 5"], id="a pool of all ports"),
        pytest.param(("8080:80", "1-65535:80"), ["PRT005 5"], id="the same the other way round"),
        pytest.param(("1-20000:80", "20000-40000:80"), ["PRT005 5"], id="two wide pools that touch"),
        pytest.param(("1-20000:80", "20001-40000:80"), [], id="two wide pools that do not"),
        pytest.param(("15-16:15-16", "16:1"), ["PRT001 5"], id="a range over two blocks of sixteen"),
        pytest.param(("16:1", "15-16:15-16"), ["PRT001 5"], id="and again the other way round"),
        pytest.param(("100-163:100-163", "163:1"), ["PRT001 5"], id="the end of a range over several"),
    ],
)
def test_ranges_are_compared_by_every_port(ports, expected) -> None:
    assert found(*ports) == expected


@pytest.mark.parametrize(
    "ports",
    [
        pytest.param([f"{8000 + 20 * at}:80" for at in range(300)], id="ports"),
        pytest.param([f"{20000 - 20 * at}:80" for at in range(300)], id="ports from above"),
        pytest.param([f"{8000 + 100 * at}-{8009 + 100 * at}:80" for at in range(300)], id="ranges of ten"),
    ],
)
def test_what_lies_apart_is_not_compared_one_by_one(ports, monkeypatch) -> None:
    compared = []
    common = Ports.common
    monkeypatch.setattr(Ports, "common", lambda one, other: compared.append(other) or common(one, other))
    assert found(*ports) == []
    assert len(compared) < len(ports) // 4


def test_three_other_sides_are_named_and_no_more() -> None:
    last = findings(HOOK, {"compose.yaml": compose(*["8080:80"] * 6)})[-1]
    assert last.message == (
        "host port 8080/tcp is bound by 's5' here and by 's0' at compose.yaml:3, 's1' at compose.yaml:5, "
        "'s2' at compose.yaml:7 (same project)"
    )
    assert last.subject == "s5 8080/tcp s0 s1 s2"


def test_one_that_shares_many_ports_is_named_once_and_hides_nobody() -> None:
    last = findings(HOOK, {"compose.yaml": compose("15-17:15-17", "18:1", "15-18:15-18")})[-1]
    assert last.message.startswith(
        "host port 15-18/tcp is bound by 's2' here and by 's0' at compose.yaml:3, 's1' at compose.yaml:5 ("
    )


def test_another_port_is_proposed() -> None:
    (one,) = findings(HOOK, {"compose.yaml": compose("8080:80", "8080:81")})
    assert one.fix.startswith("give one of them another host port, for example 8081; if")
    assert one.label == "also bound by 's0'"


STACK = "services:\n  kafka:\n    ports: ['9092:1']\n  connect:\n    ports: ['8083:1']\n  {}:\n    ports: ['7000:1']\n"
VARIANTS = {"docker-compose-a.yaml": STACK.format("mysql"), "docker-compose-b.yaml": STACK.format("postgres")}


@pytest.mark.parametrize(
    ("more", "arguments", "expected"),
    [
        pytest.param({}, (), [], id="two ways to run one stack never meet"),
        pytest.param({}, ("--scope", "repo"), [7], id="but on a host for the whole repository"),
        pytest.param({"PORTS.md": "- 9092: kafka\n"}, (), [7], id="which a registry means as well"),
    ],
)
def test_variants_of_a_stack(more, arguments, expected) -> None:
    told = findings(HOOK, VARIANTS | more, *arguments)
    assert [one.place.line for one in told if one.rule.code == "PRT002"] == expected


def test_only_what_was_named_is_held_against_the_registry() -> None:
    files = {"compose.yaml": compose("8080:80"), "x.compose.yml": compose("8081:80"), "PORTS.md": "- 1: a\n"}
    assert [(one.rule.code, one.place.path) for one in findings(HOOK, files, "compose.yaml")] == [
        ("PRT101", "compose.yaml")
    ]


def test_a_fault_in_a_row_of_the_registry_leaves_the_others_in_force() -> None:
    files = {"compose.yaml": compose("8080:80"), "PORTS.md": "- 8080: s0\n- 70000: b\n"}
    assert findings(HOOK, files, "compose.yaml") == []


def test_a_lowest_port_needs_no_list_of_denied_ones() -> None:
    files = {"compose.yaml": compose("80:80", "8080:80")}
    assert [(one.rule.code, one.place.line) for one in findings(HOOK, files, "--min-port", "1024")] == [("PRT104", 3)]


def stack(**ports: int) -> str:
    """A file of services with a port each."""
    return "services:\n" + "".join(f"  {name}:\n    ports: ['{port}:1']\n" for name, port in ports.items())


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param([stack(a=1, b=2, c=3, x=7), stack(a=1, b=2, d=4, y=7)], 0, id="two bindings are repeated"),
        pytest.param([stack(a=1, b=2, x=7), stack(a=1, d=4, y=7)], 1, id="one of three is not"),
        pytest.param([stack(a=1), stack(a=1, b=2, x=7), stack(b=9, x=8, y=1)], 1, id="one of one is"),
        pytest.param(
            [stack(a=1, b=2, x=7), stack(a=1, b=2, c=3, d=4), stack(c=3, d=4, y=7)], 0, id="a variant of a variant"
        ),
        pytest.param(
            [stack(e=5, f=6, y=7), stack(a=1, b=2, x=7), stack(a=1, b=2, c=3, d=4), stack(c=3, d=4, e=5, f=6)],
            0,
            id="whatever the order of their names",
        ),
    ],
)
def test_files_that_repeat_one_another_are_variants(files, expected) -> None:
    named = {f"docker-compose-{at}.yaml": text for at, text in enumerate(files)}
    assert [one.rule.code for one in findings(HOOK, named)] == ["PRT002"] * expected


def test_the_first_other_side_is_the_first_in_the_file() -> None:
    (_, last) = findings(HOOK, {"compose.yaml": stack(z=80, b=80, a=80)})
    assert last.message.startswith("host port 80/tcp is bound by 'a' here and by 'z' at compose.yaml:3, 'b' at ")


def test_a_port_of_an_included_file_meets_what_is_bound_in_its_folder() -> None:
    files = {
        "app/compose.yaml": "include: [../base/parts.yaml]\n",
        "base/parts.yaml": stack(a=80),
        "base/compose.yaml": stack(b=80),
    }
    assert [one.rule.code for one in findings(HOOK, files)] == ["PRT002"]


def test_a_service_that_binds_a_port_twice_is_told_so() -> None:
    file = "services:\n  a:\n    ports: ['80:1', '80:2']\n  b:\n    ports: ['81:1']\n"
    (one,) = findings(HOOK, {"compose.yaml": file})
    assert one.message == "host port 80/tcp is bound twice by 'a': here and at compose.yaml:3"
    assert one.label == "bound once already"


ON_HOST = "  h:\n    network_mode: host\n    expose: ['8080']\n"
WITH_WEB = "  w:\n    ports: ['8080:80']\n"
POOL_FIX = "move the single port out of the pool, or make the pool smaller, for example {}"
HOST_FIX = "give one of them another port, for example 8081"


@pytest.mark.parametrize(
    ("file", "message", "fix"),
    [
        pytest.param(
            compose("8000-8010:80", "8005:80"),
            "host port 8005/tcp lies in the pool 8000-8010 of 's0' at compose.yaml:3 and may clash",
            POOL_FIX.format(8011),
            id="a port in a pool",
        ),
        pytest.param(
            compose("8005:80", "8000-8010:80"),
            "the pool 8000-8010 of 's1' holds host port 8005/tcp of 's0' at compose.yaml:3, and the two may clash",
            POOL_FIX.format(8011),
            id="a pool around a port",
        ),
        pytest.param(
            compose("8000-8010:80", "8010-8020:80"),
            "host port 8010/tcp lies in the pool 8000-8010 of 's0' at compose.yaml:3 and may clash",
            POOL_FIX.format(8021),
            id="two pools",
        ),
        pytest.param(
            "services:\n" + ON_HOST + WITH_WEB,
            "host port 8080/tcp of 'w', and 'h' at compose.yaml:4, may clash: "
            "one of them is on the host's network and exposes it",
            HOST_FIX,
            id="a port that an earlier service may open on the host",
        ),
        pytest.param(
            "services:\n" + WITH_WEB + ON_HOST,
            "host port 8080/tcp of 'h', and 'w' at compose.yaml:3, may clash: "
            "one of them is on the host's network and exposes it",
            HOST_FIX,
            id="and a later one",
        ),
    ],
)
def test_what_may_clash_says_why(file, message, fix) -> None:
    (one,) = findings(HOOK, {"compose.yaml": file})
    assert (one.rule.code, one.message, one.fix) == ("PRT005", message, fix)


@pytest.mark.parametrize(
    ("ports", "lines"),
    [
        pytest.param(("${P}:80", "${P}:81"), [5], id="one variable"),
        pytest.param(("${P}:80", "${P}:81", "${P}:82"), [5, 7], id="each is told once"),
        pytest.param(("${P}:80", "${Q}:81"), [], id="two variables"),
        pytest.param(("${P}:80/udp", "${P}:81"), [], id="two protocols"),
        pytest.param(("127.0.0.1:${P}:80", "127.0.0.2:${P}:81"), [], id="two addresses"),
    ],
)
def test_a_variable_without_a_value_is_one_port(ports, lines) -> None:
    told = findings(HOOK, {"compose.yaml": compose(*ports)})
    assert [one.place.line for one in told if one.rule.code == "PRT001"] == lines


def test_a_clash_of_variables_names_both_sides() -> None:
    told = findings(HOOK, {"compose.yaml": compose("${P}:80", "${P}:81")})
    (one,) = [one for one in told if one.rule.code == "PRT001"]
    assert (one.subject, one.label) == ("s1 ${P}/tcp s0", "also bound by 's0'")
    assert one.message == "host port ${P}/tcp is bound by 's1' here and by 's0' at compose.yaml:3 (same project)"
    assert one.fix.startswith("give one of them another host port; if")


def test_a_clash_of_variables_is_told_when_either_file_is_named() -> None:
    part = "services:\n  b:\n    ports: ['${P}:1']\n"
    files = {"compose.yaml": "include: [compose.part.yaml]\n" + compose("${P}:80"), "compose.part.yaml": part}
    for named in files:
        assert "PRT001" in [one.rule.code for one in findings(HOOK, files, named)]


def test_files_of_two_folders_do_not_meet() -> None:
    assert findings(HOOK, {"one/compose.yaml": stack(a=80), "two/compose.yaml": stack(b=80)}) == []


@pytest.mark.parametrize(
    ("one", "other", "glob"),
    [
        pytest.param("one/compose.yaml", "two/compose.yaml", "*/compose.yaml", id="two folders"),
        pytest.param("a/one/compose.yaml", "a/two/x/compose.yaml", "a/**/compose.yaml", id="of two depths"),
        pytest.param("compose.dev.yaml", "compose.prod.yaml", "compose.*.yaml", id="two names"),
        pytest.param("MAXa/compose.yaml", "MAXb/compose.yaml", "*/compose.yaml", id="cut where a word ends"),
        pytest.param("a/[x]/c.yaml", "a/[y]/c.yaml", "a/*/c.yaml", id="cut before what has a meaning"),
        pytest.param("{a}/one.yaml", "{a}/two.yaml", "?a?/*.yaml", id="with marks for what has one"),
        pytest.param("one/{a}.yaml", "two/{a}.yaml", "*/?a?.yaml", id="at the end too"),
        pytest.param("one", "two", "*", id="nothing in common"),
    ],
)
def test_a_glob_for_two_paths(one, other, glob) -> None:
    assert common_glob(one, other) == common_glob(other, one) == glob


@pytest.mark.parametrize(
    ("containers", "names"),
    [
        pytest.param(("one", "two"), ("one", "two"), id="by their containers"),
        pytest.param(("web", "web"), ("a", "b"), id="whose name they cannot share by their own"),
    ],
)
def test_two_owners_are_told_apart(containers, names) -> None:
    services = zip("ab", containers, strict=True)
    file = "services:\n" + "".join(
        f"  {name}:\n    container_name: {container}\n    ports: ['80:1']\n" for name, container in services
    )
    told = [one for one in findings(HOOK, {"compose.yaml": file}) if one.rule.code == "PRT001"]
    assert [one.message for one in told] == [
        f"host port 80/tcp is bound by '{names[1]}' here and by '{names[0]}' at compose.yaml:4 (same project)"
    ]
    assert told[0].subject == f"{names[1]} 80/tcp {names[0]}"
