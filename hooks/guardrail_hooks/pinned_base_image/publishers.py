"""Who publishes an image, as far as it changes how the image's tags are read."""

from __future__ import annotations

from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image.tag_words import ARCHITECTURES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.formats.image_reference import Reference

_PATH_WORD = pattern(r"[a-z0-9]+")
_YEAR_MONTH = pattern(r"2\d\.(?:0[1-9]|1[0-2])")


def _names(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


NODE_LINES = {
    "argon": 4,
    "boron": 6,
    "carbon": 8,
    "dubnium": 10,
    "erbium": 12,
    "fermium": 14,
    "gallium": 16,
    "hydrogen": 18,
    "iron": 20,
    "jod": 22,
    "krypton": 24,
}  # github.com/nodejs/Release, CODENAMES.md
ROS_LINES = _names(
    "indigo jade kinetic lunar melodic noetic ardent bouncy crystal dashing eloquent foxy galactic humble iron",
    "jazzy kilted lyrical",
)  # docs.ros.org, "Distributions"
OPENSTACK_LINES = _names(
    "queens rocky stein train ussuri victoria wallaby xena yoga zed antelope bobcat caracal dalmatian epoxy",
    "flamingo",
)  # releases.openstack.org

ROS_PROJECTS = _names(
    "moveit moveit2 autoware nav2 gazebo",
)
OPENSTACK_PROJECTS = _names(
    "openstack kolla loci airship openstackhelm",
)

SYSTEM_IMAGES = _names(
    "alpine almalinux alt amazonlinux archlinux buildpack-deps busybox centos cirros clearlinux clefos crux",
    "debian euleros fedora gazebo mageia neurodebian opensuse oraclelinux photon rockylinux ros sl sourcemage",
    "ubuntu",
)  # official images in which the operating system, or a line of it, is the version
NAMED_LINES = _names(
    "ubuntu debian buildpack-deps neurodebian traefik",
)  # official images whose releases have names that nobody can list in advance

APPLICATIONS = (
    # Prefixes of canonical names: outside Docker's library, whose tags name a system or runtime only as a flavour.
    "cgr.dev/chainguard/",
    "docker.io/bitnami/",
    "docker.io/circleci/",
    "docker.io/cimg/",
    "docker.io/gitlab/",
    "docker.io/grafana/",
    "docker.io/hashicorp/",
    "docker.io/jenkins/",
    "docker.io/mambaorg/",
    "docker.io/nvidia/",
    "docker.io/pytorch/",
    "docker.io/rustlang/",
    "docker.io/swiftlang/",
    "docker.io/tensorflow/",
    "ghcr.io/astral-sh/",
    "mcr.microsoft.com/playwright",
    "nvcr.io/nvidia/",
)

SYSTEMS_AMONG_THEM = frozenset({"docker.io/bitnami/minideb"})  # github.com/bitnami/minideb: tags are Debian's releases

TWO_PART_RELEASES = {
    # canonical name: first major version whose releases have two parts
    "docker.io/library/postgres": 10,  # postgresql.org/support/versioning
    "docker.io/library/friendica": 0,  # year.month
    "docker.io/library/rakudo-star": 0,  # year.month
    "docker.io/dpage/pgadmin4": 0,  # pgadmin.org, release notes: 8.9, 8.10
    "docker.io/jenkins/jenkins": 2,  # weekly releases are 2.N, LTS releases 2.N.N
    "registry.k8s.io/pause": 0,  # kubernetes/build/pause/CHANGELOG.md
    "k8s.gcr.io/pause": 0,
}


def official_name(reference: Reference) -> str:
    """`python` for Docker's official image of that name, wherever it is mirrored; else an empty string."""
    namespace, _, image = reference.path.rpartition("/")
    if reference.domain == "docker.io" and namespace in ARCHITECTURES:
        return image
    if namespace.rpartition("/")[2] == "library" or namespace.endswith("dependency_proxy/containers"):
        return image
    return image if reference.domain == "dhi.io" and not namespace else ""


def is_application(reference: Reference) -> bool:
    """Whether a system or runtime in the image's tags is only the flavour of something with a version of its own."""
    official = official_name(reference)
    if official:
        return official not in SYSTEM_IMAGES
    return reference.name.startswith(APPLICATIONS) and reference.name not in SYSTEMS_AMONG_THEM


def has_two_part_releases(reference: Reference, number: str) -> bool:
    """Whether `16.3` is all the version there is: PostgreSQL's `16.3`, NVIDIA's `24.06`."""
    if reference.name.startswith("nvcr.io/nvidia/"):
        return _YEAR_MONTH.fullmatch(number) is not None
    official = official_name(reference)
    name = f"docker.io/library/{official}" if official else reference.name
    since = TWO_PART_RELEASES.get(name)
    return since is not None and number.count(".") == 1 and int(number.partition(".")[0]) >= since


def release_lines(reference: Reference, official: str) -> frozenset[str]:
    """The names that this image gives to its release lines."""
    if official == "node":
        return frozenset(NODE_LINES)
    components = _PATH_WORD.findall(reference.path)
    if any(component.startswith("ros") or component in ROS_PROJECTS for component in components):
        return ROS_LINES
    if not OPENSTACK_PROJECTS.isdisjoint(components):
        return OPENSTACK_LINES
    return frozenset()
