# ruff: noqa: E501  (tables of texts read better in one line each)
"""Compose projects: files merged in their order, what they include, and what their services extend."""

from __future__ import annotations

import posixpath

import pytest
from guardrail_hooks.formats import yaml_nodes
from guardrail_hooks.formats.compose import is_stack_file
from guardrail_hooks.formats.compose.project import DEEPEST, UNREADABLE, File, Library, Project, override_of, within
from guardrail_hooks.formats.compose.services import Names, Trouble
from guardrail_hooks.formats.dotenv import read_env
from hypothesis import given
from hypothesis import strategies as st


def library(files: dict[str, str], **settings: object) -> Library:
    """A library over texts by path; a text that begins with a question mark cannot be read."""

    def open_file(path: str, alone: bool) -> File | None:
        if path not in files:
            return None
        if files[path].startswith("?"):
            return File(path, None, (Trouble(UNREADABLE, path, None, "no", "", (path,)),), False)
        return File(path, yaml_nodes.read(files[path].encode()), (), False)

    return Library(open_file, lambda path, known: read_env(files[path], known) if path in files else None, **settings)


def project(files: dict[str, str], *paths: str, **settings: object) -> Project:
    return library(files, **settings).project(*(paths or ["compose.yaml"]))


def services(found: Project) -> list[str]:
    """Each service with its ports, and the line each port is blamed on."""
    return [
        " ".join(
            [service.name]
            + [
                f"{entry.port.low}:{entry.port.target_low}@{entry.path}:{entry.span.line}"
                for entry in service.ports.values
            ]
        )
        for service in found.services
    ]


def troubles(found: Project) -> list[str]:
    return [
        f"{one.kind} {one.path}:{one.span.line if one.span else 0} {one.entry}: {one.what}" for one in found.troubles
    ]


def service(name: str, rest: str) -> str:
    return f"services:\n  {name}: {{{rest}}}\n"


@pytest.mark.parametrize(
    ("base", "over", "expected"),
    [
        pytest.param("ports: ['1:1']", "ports: ['2:2']", ["a 1:1@compose.yaml:2 2:2@o.yaml:2"], id="lists are appended"),
        pytest.param("ports: ['1:1']", "ports: ['1:1', '2:2']", ["a 1:1@compose.yaml:2 2:2@o.yaml:2"], id="an entry that both have is kept once"),
        pytest.param("ports: ['1:1']", "ports: !override ['2:2']", ["a 2:2@o.yaml:2"], id="a list may be replaced"),
        pytest.param("ports: ['1:1']", "ports: !reset []", ["a"], id="or taken away"),
        pytest.param("ports: !reset ['1:1']", "ports: ['2:2']", ["a 2:2@o.yaml:2"], id="and given anew"),
        pytest.param("ports: ['1:1']", "image: b", ["a 1:1@compose.yaml:2"], id="nothing said of it"),
    ],
)  # fmt: skip
def test_ports_of_an_override(base, over, expected) -> None:
    found = project({"compose.yaml": service("a", base), "o.yaml": service("a", over)}, "compose.yaml", "o.yaml")
    assert (services(found), troubles(found)) == (expected, [])


@pytest.mark.parametrize(
    ("field", "text", "base", "over"),
    [
        ("container_name", "container_name: ", "x", "y"),
        ("network_mode", "network_mode: ", "host", "none"),
        ("source", "image: ", "x", "y"),
    ],
)
def test_of_two_texts_the_later_one_counts(field, text, base, over) -> None:
    written = text if "%s" in text else text + "%s"
    for one, other, expected in ((base, over, over), (base, None, base), (None, over, over), (None, None, None)):
        files = {
            path: service("a", written % word if word else "expose: []")
            for path, word in (("compose.yaml", one), ("o.yaml", other))
        }
        (merged,) = project(files, "compose.yaml", "o.yaml").services
        assert getattr(merged, field) == expected


def test_what_else_is_merged() -> None:
    files = {
        "compose.yaml": service("a", "scale: 0, profiles: [p], expose: [1]"),
        "o.yaml": service("a", "expose: [2]"),
    }
    (merged,) = project(files, "compose.yaml", "o.yaml").services
    assert (merged.copies, merged.profiles, merged.path, merged.span.line) == (0, Names("", ("p",)), "compose.yaml", 2)
    assert [entry.port.low for entry in merged.expose.values] == [1, 2]
    assert merged.files == ("compose.yaml", "o.yaml")
    files["o.yaml"] = service("a", "scale: 2, profiles: [q, p]")
    (merged,) = project(files, "compose.yaml", "o.yaml").services
    assert (merged.copies, merged.profiles.values) == (2, ("p", "q"))


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("!reset", []), ("!override", ["a 2:2@o.yaml:2"]), ("", ["a 1:1@compose.yaml:2 2:2@o.yaml:2"])],
)
def test_a_whole_service_may_be_taken_away_or_replaced(tag, expected) -> None:
    files = {
        "compose.yaml": service("a", "ports: ['1:1']"),
        "o.yaml": f"services:\n  a: {tag} {{ports: ['2:2']}}\n",
    }
    assert services(project(files, "compose.yaml", "o.yaml")) == expected


def test_taking_away_what_is_not_there() -> None:
    assert services(project({"compose.yaml": "services: {a: !reset null}"})) == []


def test_documents_of_one_file_are_merged_as_files_are() -> None:
    text = service("a", "ports: ['1:1']") + "---\n" + service("a", "ports: ['2:2']") + "  b: {}\n"
    assert services(project({"compose.yaml": text})) == ["a 1:1@compose.yaml:2 2:2@compose.yaml:5", "b"]


EXTENDED = "services:\n  base: {ports: ['1:1'], container_name: n}\n"


@pytest.mark.parametrize(
    ("files", "expected", "told"),
    [
        pytest.param(
            {"compose.yaml": EXTENDED + "  a: {extends: base, ports: ['2:2']}\n"},
            ["base 1:1@compose.yaml:2", "a 1:1@compose.yaml:3 2:2@compose.yaml:3"],
            [],
            id="of the same file",
        ),
        pytest.param(
            {"compose.yaml": service("a", "extends: {service: base, file: d/b.yml}"), "d/b.yml": EXTENDED},
            ["a 1:1@compose.yaml:2"],
            [],
            id="of another file",
        ),
        pytest.param(
            {
                "compose.yaml": service("a", "extends: {service: m, file: d/b.yml}"),
                "d/b.yml": service("m", "extends: {service: base, file: c.yml}"),
                "d/c.yml": EXTENDED,
            },
            ["a 1:1@compose.yaml:2"],
            [],
            id="of a file beside that one",
        ),
        pytest.param(
            {"compose.yaml": service("a", "extends: b")},
            ["a"],
            ["unresolved compose.yaml:2 b: compose.yaml has no service 'b'"],
            id="that is not there",
        ),
        pytest.param(
            {"compose.yaml": service("a", "extends: {file: b.yml}"), "b.yml": EXTENDED},
            ["a"],
            ["unresolved compose.yaml:2 'extends': b.yml has no service ''"],
            id="without a name",
        ),
        pytest.param(
            {"compose.yaml": service("a", "extends: {service: b, file: b.yml}")},
            ["a"],
            ["unresolved compose.yaml:2 b.yml: b.yml is not there"],
            id="of a file that is not there",
        ),
        pytest.param(
            {"compose.yaml": service("a", "extends: {service: b, file: ../b.yml}")},
            ["a"],
            ["unresolved compose.yaml:2 ../b.yml: it lies outside the repository"],
            id="of a file outside",
        ),
        pytest.param(
            {"compose.yaml": service("a", "extends: {service: b, file: $F}"), "${F}": EXTENDED},
            ["a"],
            ["unresolved compose.yaml:2 ${F}: a variable in its path has no value"],
            id="of a file that a variable names",
        ),
        pytest.param(
            {"compose.yaml": service("a", "extends: {service: b, file: b.yml}"), "b.yml": "?"},
            ["a"],
            ["unreadable b.yml:0 : no"],
            id="of a file that cannot be read: told once",
        ),
        pytest.param(
            {"compose.yaml": service("a", "extends: {service: base, file: b.yml}"), "b.yml": EXTENDED.replace("'1:1'", "x")},
            ["a"],
            ["invalid b.yml:2 x: 'x' is no port number"],
            id="with a fault, in a file that nobody checks",
        ),
        pytest.param(
            {"compose.yaml": service("a", "extends: {service: base, file: c.compose.yml}"), "c.compose.yml": EXTENDED.replace("'1:1'", "x")},
            ["a"],
            [],
            id="or that is checked by itself",
        ),
        pytest.param(
            {"compose.yaml": service("a", "extends: b") + "  b: {extends: a, ports: ['1:1']}\n  c: {extends: a}\n"},
            ["a", "b 1:1@compose.yaml:3", "c"],
            ["unreadable compose.yaml:2 a: 'extends' leads in a circle: a -> b -> a"],
            id="in a circle, told at its first service",
        ),
        pytest.param(
            {"compose.yaml": service("b", "extends: a") + "  a: {extends: b}\n"},
            ["b", "a"],
            ["unreadable compose.yaml:2 b: 'extends' leads in a circle: b -> a -> b"],
            id="whatever its name",
        ),
        pytest.param(
            {"compose.yaml": "services:\n  z: {extends: a}\n  a: {extends: b}\n  b: {extends: a}\n"},
            ["z", "a", "b"],
            ["unreadable compose.yaml:3 a: 'extends' leads in a circle: a -> b -> a"],
            id="from outside of it",
        ),
        pytest.param(
            {"compose.yaml": service("a", "extends: a")},
            ["a"],
            ["unreadable compose.yaml:2 a: 'extends' leads in a circle: a -> a"],
            id="of itself",
        ),
        pytest.param(
            {
                "compose.yaml": "services:\n\n  z: {extends: {service: b, file: b.yml}}\n",
                "b.yml": service("b", "extends: {service: z, file: compose.yaml}"),
            },
            ["z"],
            ["unreadable compose.yaml:3 z: 'extends' leads in a circle: z -> b -> z"],
            id="through two files, told where it is entered",
        ),
    ],
)  # fmt: skip
def test_extends(files, expected, told) -> None:
    found = project(files)
    assert (services(found), troubles(found)) == (expected, told)


def test_what_is_inherited_is_blamed_on_extends_and_keeps_where_it_is_written() -> None:
    found = project({"compose.yaml": EXTENDED + "  a: {extends: base}\n"})
    _, inheriting = found.services
    (entry,) = inheriting.ports.values
    assert (tuple(entry.span), entry.origin[0], tuple(entry.origin[1])) == (
        (3, 7, 3, 14),
        "compose.yaml",
        (2, 18, 2, 23),
    )
    assert (inheriting.container_name, inheriting.name, inheriting.extends) == ("n", "a", None)


def test_what_is_extended_in_another_file_is_a_template() -> None:
    shelf = library(
        {
            "compose.yaml": service("a", "extends: {service: base, file: b.yml}"),
            "b.yml": EXTENDED + "  other: {ports: ['3:3']}\n  real: {image: x}\n",
        }
    )
    found = shelf.project("compose.yaml")
    assert shelf.templates == {("b.yml", "base"), ("b.yml", "other")}
    assert found.files == ("compose.yaml", "b.yml")
    assert [one.files for one in found.services] == [("b.yml", "compose.yaml")]


def test_as_many_services_as_may_extend_each_other() -> None:
    def chain(length: int) -> Project:
        rows = "".join(f"  s{n}: {{extends: s{n + 1}}}\n" for n in range(length))
        return project({"compose.yaml": f"services:\n{rows}  s{length}: {{ports: ['1:1']}}\n"})

    deep = chain(DEEPEST)
    assert (services(deep)[0], troubles(deep)) == ("s0 1:1@compose.yaml:2", [])
    deeper = chain(DEEPEST + 1)
    assert services(deeper)[0] == "s0"
    assert troubles(deeper) == ["unreadable compose.yaml:2 s0: 'extends' goes on for more than 50 services"]


def test_as_many_files_as_may_include_each_other() -> None:
    def chain(length: int) -> Project:
        files = {f"{n}.yml": including(f"{n + 1}.yml") + service(f"s{n}", "") for n in range(length)}
        return project({**files, f"{length}.yml": service("last", "ports: ['1:1']")}, "0.yml")

    deep = chain(DEEPEST)
    assert (services(deep)[0], troubles(deep)) == (f"last 1:1@{DEEPEST}.yml:2", [])
    deeper = chain(DEEPEST + 1)
    assert services(deeper)[0] == f"s{DEEPEST}"
    assert troubles(deeper) == ["unreadable 0.yml:4 s0: 'include' goes on for more than 50 files"]


def including(*entries: str) -> str:
    return "include:\n" + "".join(f"  - {entry}\n" for entry in entries)


@pytest.mark.parametrize(
    ("files", "expected", "told"),
    [
        pytest.param(
            {"compose.yaml": including("d/a.yml") + service("c", "{}")[:-5] + "{}\n", "d/a.yml": service("a", "ports: ['1:1']")},
            ["a 1:1@d/a.yml:2", "c"],
            [],
            id="what is included comes first",
        ),
        pytest.param(
            {"compose.yaml": including("a.yml") + service("a", "ports: ['2:2']"), "a.yml": service("a", "ports: ['1:1']")},
            ["a 1:1@a.yml:2 2:2@compose.yaml:4"],
            [],
            id="and is merged",
        ),
        pytest.param(
            {
                "compose.yaml": including("path: [a.yml, o.yml]"),
                "a.yml": service("a", "ports: ['1:1']"),
                "o.yml": service("a", "ports: ['2:2']"),
            },
            ["a 1:1@a.yml:2 2:2@o.yml:2"],
            [],
            id="several files as one",
        ),
        pytest.param(
            {"compose.yaml": including("d/a.yml"), "d/a.yml": including("b.yml"), "d/b.yml": service("b", "ports: ['1:1']")},
            ["b 1:1@d/b.yml:2"],
            [],
            id="what is included includes, from its own folder",
        ),
        pytest.param(
            {"compose.yaml": including("d/a.yml"), "d/a.yml": service("a", "ports: ['$P:1']"), "d/.env": "P=5", ".env": "Q=1"},
            ["a 5:1@d/a.yml:2"],
            [],
            id="with the variables of its folder",
        ),
        pytest.param(
            {"compose.yaml": including("d/a.yml"), "d/a.yml": service("a", "ports: ['$P:1']"), "d/.env": "P=5", ".env": "P=6"},
            ["a 6:1@d/a.yml:2"],
            [],
            id="where the project has none",
        ),
        pytest.param(
            {
                "compose.yaml": including("{path: d/a.yml, env_file: [x.env, y.env]}"),
                "d/a.yml": service("a", "ports: ['$P:$Q']"),
                "d/.env": "P=5\nQ=5",
                "x.env": "P=7\nQ=8",
                "y.env": "P=9",
            },
            ["a 9:8@d/a.yml:2"],
            [],
            id="or of the files it names",
        ),
        pytest.param(
            {
                "compose.yaml": including("{path: d/a.yml, project_directory: e}"),
                "d/a.yml": service("a", "extends: {service: base, file: b.yml}, expose: [$P]") + "  z: {ports: ['$P:1']}\n",
                "d/.env": "P=5",
                "e/.env": "P=6",
                "e/b.yml": EXTENDED,
            },
            ["a 1:1@d/a.yml:2", "z 6:1@d/a.yml:3"],
            [],
            id="from the folder it names",
        ),
        pytest.param(
            {
                "compose.yaml": including("{path: d/a.yml, project_directory: ../..}"),
                "d/a.yml": service("a", "extends: {service: base, file: b.yml}"),
                "b.yml": EXTENDED,
            },
            ["a 1:1@d/a.yml:2"],
            [],
            id="a folder outside is taken for the top",
        ),
        pytest.param(
            {"compose.yaml": including("a.yml")},
            [],
            ["missing a.yml:0 a.yml: it is included by compose.yaml:2 and does not exist"],
            id="a file that is not there",
        ),
        pytest.param(
            {"compose.yaml": including("$F"), ".env": "F=a.yml"},
            [],
            ["unresolved compose.yaml:2 $F: a.yml is not there"],
            id="one that a variable names",
        ),
        pytest.param(
            {"compose.yaml": including("$F")},
            [],
            ["unresolved compose.yaml:2 $F: a variable in its path has no value"],
            id="one that nobody names",
        ),
        pytest.param(
            {"compose.yaml": including("/a.yml")},
            [],
            ["unresolved compose.yaml:2 /a.yml: it lies outside the repository"],
            id="one outside",
        ),
        pytest.param({"compose.yaml": including("oci://x/y", "oci:x/y", "git:x/y", "https://x/y.git", "x.git#main", "git@x:y", "github.com/x/y")}, [], [], id="what is fetched"),
        pytest.param({"compose.yaml": including("{env_file: x}", "null", "[a]")}, [], [], id="entries that name nothing"),
        pytest.param(
            {"compose.yaml": including("a.yml") + service("s", ""), "a.yml": including("compose.yaml") + service("t", "")},
            ["t", "s"],
            ["unreadable compose.yaml:4 s: 'include' leads in a circle: compose.yaml -> a.yml -> compose.yaml"],
            id="in a circle",
        ),
        pytest.param(
            {"compose.yaml": including("a.yml"), "a.yml": including("b.yml"), "b.yml": including("a.yml") + service("t", "")},
            ["t"],
            ["unreadable b.yml:4 t: 'include' leads in a circle: a.yml -> b.yml -> a.yml"],
            id="in a circle further down, told at the first service of it",
        ),
        pytest.param({"compose.yaml": including("a.yml"), "a.yml": "?"}, [], ["unreadable a.yml:0 : no"], id="one that cannot be read"),
    ],
)  # fmt: skip
def test_include(files, expected, told) -> None:
    found = project(files)
    assert (services(found), troubles(found)) == (expected, told)


def test_which_files_include_which() -> None:
    shelf = library(
        {
            "compose.yaml": including("a.yml", "path: [b.yml, c.yml]"),
            **{name: service("a", "") for name in ("a.yml", "b.yml", "c.yml")},
        }
    )
    found = shelf.project("compose.yaml")
    assert shelf.included == {"compose.yaml": ["a.yml", "b.yml", "c.yml"]}
    assert found.files == ("compose.yaml", "a.yml", "b.yml", "c.yml")


@pytest.mark.parametrize(
    ("files", "settings", "ports"),
    [
        pytest.param({}, {}, "1@5", id="none: a default"),
        pytest.param({".env": "P=2"}, {}, "2@5", id="beside the file"),
        pytest.param({".env": "P=2", "x.env": "P=3"}, {"env_files": ["x.env"]}, "3@5", id="another file instead"),
        pytest.param(
            {"x.env": "P=3\nQ=4", "y.env": "P=$Q"}, {"env_files": ["x.env", "y.env"]}, "4@4", id="two of them"
        ),
        pytest.param({}, {"defaults": {"P": "6"}}, "6@5", id="what every file knows"),
        pytest.param({".env": "P=2"}, {"defaults": {"P": "6", "Q": "7"}}, "2@7", id="which a file may replace"),
    ],
)
def test_variables(files, settings, ports) -> None:
    files = {"compose.yaml": service("a", "ports: ['${P:-1}:${Q:-5}']"), **files}
    (found,) = project(files, **settings).services
    (entry,) = found.ports.values
    assert f"{entry.port.low}@{entry.port.target_low}" == ports


def test_the_env_file_of_the_folder_where_compose_is_run() -> None:
    shelf = library({"d/c.yaml": service("a", "ports: ['$P:1']"), "d/.env": "Q=1", ".env": "P=2"})
    found = shelf.project("d/c.yaml", home="")
    assert (services(found), found.env_files) == (["a 2:1@d/c.yaml:2"], ("d/.env", ".env"))
    assert shelf.project("d/c.yaml").env_files == ("d/.env",)


@pytest.mark.parametrize(
    ("text", "active"),
    [("", set()), ("COMPOSE_PROFILES=", set()), ("COMPOSE_PROFILES=a, b,,", {"a", "b"}), ("COMPOSE_PROFILES=*", {"*"})],
)
def test_profiles_switched_on(text, active) -> None:
    assert project({"compose.yaml": service("a", ""), ".env": text}).active == active


@pytest.mark.parametrize(
    ("files", "name"),
    [
        pytest.param({"compose.yaml": "name: a\n"}, "a", id="its own"),
        pytest.param({"compose.yaml": "name: $N\n", ".env": "N=b"}, "b", id="with a variable"),
        pytest.param({"compose.yaml": "name: a\n", "o.yaml": "name: b\n"}, "a", id="not that of a file laid over it"),
        pytest.param({"compose.yaml": "services: {}\n"}, "", id="none"),
        pytest.param({"compose.yaml": "name:\n"}, "", id="nothing"),
    ],
)
def test_name(files, name) -> None:
    assert project(files, "compose.yaml", "o.yaml").name == name


def test_a_project_of_no_file_and_of_one_in_which_nothing_matters() -> None:
    found = project({}, "gone.yaml")
    assert (found.services, found.troubles, found.files) == ((), (), ())
    shelf = Library(lambda path, alone: File(path, None, (), alone), lambda path, known: None)
    assert shelf.project("compose.yaml").files == ("compose.yaml",)


def test_every_file_is_opened_once() -> None:
    opened = []
    shelf = Library(lambda *asked: opened.append(asked), lambda path, known: None)
    assert [shelf.file("a"), shelf.file("a")] == [None, None]
    assert opened == [("a", False)]


def test_a_file_that_was_skimmed_is_read_when_others_are_merged_with_it() -> None:
    opened = []

    def open_file(path: str, alone: bool) -> File:
        opened.append((path, alone))
        return File(path, None, (), alone)

    shelf = Library(open_file, lambda path, known: None)
    assert [shelf.file("a", alone=alone).is_skimmed for alone in (True, True, False, True)] == [
        True,
        True,
        False,
        False,
    ]
    assert opened == [("a", True), ("a", False)]


@pytest.mark.parametrize(
    ("folder", "text", "path"),
    [
        ("", "a", "a"),
        ("d", "a", "d/a"),
        ("d", "../a", "a"),
        ("d", "./e//a", "d/e/a"),
        ("d", "../../a", None),
        ("d", "../..", None),
        ("d", "..", "."),
        ("", "..", None),
        ("", "..a", "..a"),
        ("d", "/a", None),
    ],
)
def test_within(folder, text, path) -> None:
    assert within(folder, text) == path


@pytest.mark.parametrize(
    ("path", "beside", "override"),
    [
        pytest.param("compose.yaml", ["compose.override.yaml"], "compose.override.yaml", id="of the same kind"),
        pytest.param("d/compose.yml", ["d/docker-compose.override.yml"], "d/docker-compose.override.yml", id="of another"),
        pytest.param("compose.yaml", ["compose.override.yaml", "compose.override.yml"], "compose.override.yml", id="the first of two"),
        pytest.param("compose.yaml", [], "", id="none"),
        pytest.param("compose.yaml", ["d/compose.override.yaml"], "", id="in another folder"),
        pytest.param("docker-compose.yml", ["compose.yaml", "compose.override.yaml"], "", id="beside a better name"),
        pytest.param("docker-compose.yml", ["docker-compose.yaml", "compose.override.yaml"], "compose.override.yaml", id="beside a worse one"),
        pytest.param("dev.yaml", ["compose.override.yaml"], "", id="of a file that is loaded by name"),
    ],
)  # fmt: skip
def test_override(path, beside, override) -> None:
    assert override_of(path, [path, *beside]) == override


@pytest.mark.parametrize("path", ["stack.yml", "d/my-stack.yaml", "STACK.prod.yml", "app_stack.yml", "fullstack.yml"])
def test_stack_files(path) -> None:
    assert is_stack_file(path)


@pytest.mark.parametrize("path", ["stack.json", "stack/a.yml", "compose.yml", "stack.yml.j2"])
def test_no_stack_files(path) -> None:
    assert not is_stack_file(path)


ENTRIES = st.sampled_from(
    ["a", "b", "{service: a, file: o.yml}", "{service: b, file: compose.yaml}", "{service: a, file: $X}"]
)
BODIES = st.lists(st.tuples(st.sampled_from("abc"), ENTRIES), max_size=4)
INCLUDES = st.lists(
    st.sampled_from(["o.yml", "compose.yaml", "{path: [o.yml, d/c.yml]}", "d/c.yml", "gone.yml"]), max_size=3
)


@given(st.lists(st.tuples(BODIES, INCLUDES), min_size=3, max_size=3))
def test_any_web_of_files_is_read_and_told_of(web) -> None:
    files = {}
    for path, (body, entries) in zip(("compose.yaml", "o.yml", "d/c.yml"), web, strict=True):
        rows = "".join(f"  {name}: {{ports: ['1:1'], extends: {entry}}}\n" for name, entry in dict(body).items())
        files[path] = including(*entries) + "services:\n" + rows
    found = project(files)
    for one in found.services:
        assert posixpath.normpath(one.path) in files
        assert all(entry.path in files for entry in one.ports.values)
    for trouble in found.troubles:
        assert trouble.what
        assert trouble.span is None or 1 <= trouble.span.line <= files[trouble.path].count("\n")
    assert len(set(map(str, found.services))) == len({one.name for one in found.services})
