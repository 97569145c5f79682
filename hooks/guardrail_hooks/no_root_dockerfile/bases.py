"""What is known of base images: who they run as, what they set, and which account they already ship."""

from __future__ import annotations

from guardrail_hooks.no_root_dockerfile.official_images import RELEASES, ROOT, SYSTEMS
from guardrail_hooks.no_root_dockerfile.vendor_images import IMAGES
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from guardrail_hooks.no_root_dockerfile.vendor_images import Row

# Where the official images are published, and mirrored under the same tags: Docker Hub; Amazon ECR Public
# (docs.aws.amazon.com/AmazonECR/latest/public/docker-hub-images.html); Google's mirror
# (docs.cloud.google.com/artifact-registry/docs/pull-cached-dockerhub-images).
LIBRARIES = ("docker.io/library/", "public.ecr.aws/docker/library/", "mirror.gcr.io/library/")
# docker.io/arm64v8/debian is debian for one architecture
# (github.com/docker-library/official-images#architectures-other-than-amd64). winamd64 is left out: its tags without a
# Windows name are Windows images too.
ARCHITECTURES = frozenset({
    "amd64", "arm32v5", "arm32v6", "arm32v7", "arm64v8", "i386", "mips64le", "ppc64le", "riscv64", "s390x",
})  # fmt: skip
OFFICIAL = "https://github.com/docker-library/official-images/blob/HEAD/library/"
# How the tags of official images name their system. The first one found in the tag counts: 3-amazoncorretto-17-debian
# is a Debian.
FAMILIES = (
    ("alpine", "alpine"), ("trixie", "debian"), ("bookworm", "debian"), ("bullseye", "debian"), ("buster", "debian"),
    ("stretch", "debian"), ("debian", "debian"), ("resolute", "debian"), ("noble", "debian"), ("jammy", "debian"),
    ("focal", "debian"), ("bionic", "debian"), ("ubuntu", "debian"), ("ubi", "redhat"), ("oracle", "redhat"),
    ("corretto", "redhat"), ("al2", "redhat"), ("almalinux", "redhat"), ("centos", "redhat"), ("fedora", "redhat"),
    ("amazonlinux", "redhat"), ("rockylinux", "redhat"), ("scratch", "scratch"),
)  # fmt: skip
# Of such a tag nothing is known: these variants come with a user of their own.
OTHER_USER = ("rootless", "unprivileged", "nonroot", "non-root", "distroless", "chiseled")


class Base(namedtuple("Base", "user environment family account source")):
    """What is known of an image that a stage is built from.

    `user` is the image's own User, as docker build inherits it: empty where none is set, which is root on Linux.
    `environment` holds the variables of the image that USER lines use. `family` says how an account is made there:
    alpine, debian, redhat, distroless, busybox, windows, scratch, or empty where it is not known. `account` is an
    unprivileged account that the image ships, ready to be written behind USER, or empty. `source` is the address of
    what proves it.
    """

    __slots__ = ()
    user: str
    environment: Mapping[str, str]
    family: str
    account: str
    source: str

    @property
    def settled(self) -> bool:
        """Whether `environment` is all that a USER can use: the official images that set no user name none either."""
        return self.source.startswith(OFFICIAL)


# `FROM scratch` is no image: no account database, nothing set.
SCRATCH = Base("", {}, "scratch", "", "https://docs.docker.com/build/building/base-images/#create-a-base-image")


def known_base(name: str, tag: str) -> Base | None:
    """What is known of an image, None where nothing is.

    `name` is canonical, `docker.io/library/python`. `tag` is `latest` for a reference without tag and digest, and
    empty for one that has only a digest: then only what holds for every tag of the name is known.
    """
    official = _official_name(name)
    if official in ROOT:
        return _official_root(official, tag)
    if official:
        return _official_release(official, tag)
    rows = IMAGES.get(name)
    if rows is None:
        rows = IMAGES.get(f"{name.rpartition('/')[0]}/*", ())
    return _choose(rows, tag)


def _official_name(name: str) -> str:
    """The short name of an official image, empty for any other."""
    for library in LIBRARIES:
        if name.startswith(library):
            return name[len(library) :]
    parts = name.split("/")
    if len(parts) == 3 and parts[0] == "docker.io" and parts[1] in ARCHITECTURES:
        return parts[2]
    return ""


def _official_root(name: str, tag: str) -> Base | None:
    """An official image whose Dockerfiles set no user, or root: only Windows changes that."""
    if "nanoserver" in tag or any(word in tag for word in OTHER_USER):
        return None
    if "windowsservercore" in tag:
        return Base("ContainerAdministrator", {}, "windows", "ContainerUser", OFFICIAL + name)
    user, family, account = ROOT[name]
    return Base(user, {}, _family(name, tag, family), account, OFFICIAL + name)


def _official_release(name: str, tag: str) -> Base | None:
    """An official image whose user depends on the tag, or is not root."""
    base = _choose(RELEASES.get(name, ()), tag)
    if base is None or base.family == "windows":
        return base
    return base._replace(family=_family(name, tag, base.family))


def _family(name: str, tag: str, usual: str) -> str:
    """The family that the tag of an official image names, else the usual one; a digest alone names none."""
    if not tag:
        return usual if name in SYSTEMS else ""
    return next((family for word, family in FAMILIES if word in tag), usual)


def _choose(rows: Sequence[Row], tag: str) -> Base | None:
    """The first row that the tag fits; without a tag, what all rows agree on."""
    if not tag:
        return _common(rows)
    for tags, user, *rest in rows:
        if any(fits(tag, glob) for glob in tags.split()):
            return None if user is None else Base(user, *rest)
    return None


def _common(rows: Sequence[Row]) -> Base | None:
    """What holds for every tag: nothing where two rows differ in the user. A Windows tag is always written out."""
    linux = [row for row in rows if row[3] != "windows"] or rows
    if not linux or linux[-1][0] != "*" or len({row[1] for row in linux}) > 1:
        return None
    _, user, environment, family, account, source = linux[-1]
    if user is None:
        return None
    same = all(row[2] == environment for row in linux)
    return Base(
        user,
        environment if same else {},
        family if all(row[3] == family for row in linux) else "",
        account if same and all(row[4] == account for row in linux) else "",
        source,
    )


def fits(tag: str, glob: str) -> bool:
    """Whether a tag fits a glob of the tables, in which only `*` is special.

    A table that is asked once per base image is not worth compiling to regular expressions.
    """
    head, *rest = glob.split("*")
    if not rest:
        return tag == head
    *middle, tail = rest
    end = len(tag) - len(tail)
    if not (tag.startswith(head) and tag.endswith(tail)) or len(head) > end:
        return False
    at = len(head)
    for part in middle:
        at = tag.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True
