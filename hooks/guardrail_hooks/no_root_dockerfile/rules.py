"""The rules of no-root-dockerfile."""

from __future__ import annotations

from guardrail_hooks.core.finding import Rule

USER_REFERENCE = "https://docs.docker.com/reference/dockerfile/#user"
BENCHMARK = "https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html"

ROOT_FINAL_USER = Rule(
    "USR001",
    "root-final-user",
    summary="the last USER of an image makes it run as root",
    message="{stage} runs as root (USER {user})",
    what=(
        "Reports an image whose deciding `USER` is root: by name, by any spelling of user id 0, as a Windows "
        "administrator, as an account that the build created with user id 0, or as an empty value."
    ),
    why=(
        "A process that escapes a container as root is root on the host unless user namespaces remap it. Inside the "
        "container root can rewrite the program it runs."
    ),
    bad='FROM python:3.12-slim\nCOPY app /app\nUSER root\nCMD ["python", "/app"]\n',
    good=(
        "FROM python:3.12-slim\nRUN useradd --system --uid 10001 app\nCOPY --chown=10001 app /app\nUSER 10001\n"
        'CMD ["python", "/app"]\n'
    ),
    options="`--policy hardened` judges every stage that can be delivered, `--target` names the stages to judge, "
    "`--build-arg` gives the values that your build passes.",
    references=(USER_REFERENCE, BENCHMARK),
)
ROOT_BASE_IMAGE = Rule(
    "USR002",
    "root-base-image",
    summary="no USER, and the base image runs as root",
    message="{stage} has no USER and its base image runs as root: {chain}",
    what="Reports an image without any `USER` in its stages whose external base image is known to run as root.",
    why="Without `USER` the image runs as whatever its base runs as, and most base images run as root.",
    bad='FROM node:22.11.0-alpine\nCOPY . /srv\nCMD ["node", "/srv"]\n',
    good='FROM node:22.11.0-alpine\nCOPY --chown=node . /srv\nUSER node\nCMD ["node", "/srv"]\n',
    options="`--nonroot-base GLOB` and `--root-base GLOB` extend or correct what is known of base images.",
    references=(USER_REFERENCE, BENCHMARK),
)
UNKNOWN_BASE_USER = Rule(
    "USR003",
    "unknown-base-user",
    summary="no USER, and nothing is known of the base image",
    message="{stage} has no USER and nothing is known of its base image: {chain}",
    fix="end the stage with a USER, or declare the base: --nonroot-base '{base}' (or --root-base)",
    what="Reports an image without any `USER` whose base image is not in the table of known images.",
    why="Nobody reading the Dockerfile can tell whether this image runs as root.",
    bad='FROM registry.example.com/platform/runtime:4\nCMD ["/srv"]\n',
    good='FROM registry.example.com/platform/runtime:4\nUSER 10001\nCMD ["/srv"]\n',
    options="`--nonroot-base 'registry.example.com/platform/*'` declares base images that do not run as root.",
    references=(USER_REFERENCE,),
)
USER_FROM_BASE_ENVIRONMENT = Rule(
    "USR004",
    "user-from-base-environment",
    severity="off",
    summary="the user comes from a variable that only the base image can set",
    message="{stage} runs as {user}, which only the base image can set: {chain}",
    fix="write the number itself, or a default that is not root: USER ${{{variable}:-10001}}",
    what=(
        "Reports a `USER` whose value is empty unless the base image's environment supplies it. Error under "
        "`--policy hardened`, off otherwise."
    ),
    why="When the base stops setting the variable the value is empty, and an empty user is root.",
    bad="FROM registry.example.com/platform/runtime:4\nUSER $RUN_AS\n",
    good="FROM registry.example.com/platform/runtime:4\nUSER ${RUN_AS:-10001}\n",
    options="`--policy hardened`, or `--severity USR004=error`.",
    references=("https://docs.docker.com/reference/dockerfile/#environment-replacement",),
)
SUDO_ENTRYPOINT = Rule(
    "USR005",
    "sudo-entrypoint",
    severity="off",
    summary="a non-root image whose program is started through sudo",
    message="{stage} runs as {user} but its {instruction} starts with sudo",
    fix="start the program itself: {instruction} {command}",
    what=(
        "Reports an image that does not run as root but whose ENTRYPOINT (or CMD, without one) starts with sudo. Error "
        "under `--policy hardened`, off otherwise."
    ),
    why="sudo raises the process to root again, and needs a setuid binary that anything in the container can use.",
    bad='FROM debian:12.7\nRUN useradd --system --uid 10001 app\nUSER app\nENTRYPOINT ["sudo", "-E", "/srv"]\n',
    good='FROM debian:12.7\nRUN useradd --system --uid 10001 app\nUSER app\nENTRYPOINT ["/srv"]\n',
    options="`--policy hardened`, or `--severity USR005=error`.",
)
NON_NUMERIC_USER = Rule(
    "USR006",
    "non-numeric-user",
    severity="off",
    summary="the deciding USER is a name, which Kubernetes runAsNonRoot cannot judge",
    message='{stage} runs as "{user}", a name: Kubernetes runAsNonRoot needs a number',
    fix="give the account a fixed id and name that: USER {number}",
    what="Reports a deciding `USER` that is not a number. Off by default.",
    why=(
        "With `runAsNonRoot: true` the kubelet refuses a container whose user is a name, because it cannot know the id "
        "behind it before the container runs."
    ),
    bad="FROM debian:12.7\nRUN useradd --system --uid 10001 app\nUSER app\n",
    good="FROM debian:12.7\nRUN useradd --system --uid 10001 app\nUSER 10001\n",
    options="`--severity USR006=error` switches it on.",
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
)
INVALID_DOCKERFILE = Rule(
    "USR900",
    "invalid-dockerfile",
    allowable=False,
    summary="a Dockerfile that `docker build` refuses",
    message="{problem}",
    fix="mend it first: no build gets past this line, so there is no user to judge",
    what="Reports what the official Dockerfile frontend refuses before it runs any step, in its own terms.",
    why="A file that cannot be built cannot be judged, and a hook that cannot judge never passes.",
    bad="FROM debian:12.7\nRUN <<EOF\nset -e\n",
    good="FROM debian:12.7\nRUN <<EOF\nset -e\nEOF\nUSER 10001\n",
    references=("https://docs.docker.com/reference/dockerfile/",),
)

RULES = (
    ROOT_FINAL_USER,
    ROOT_BASE_IMAGE,
    UNKNOWN_BASE_USER,
    USER_FROM_BASE_ENVIRONMENT,
    SUDO_ENTRYPOINT,
    NON_NUMERIC_USER,
    INVALID_DOCKERFILE,
)
