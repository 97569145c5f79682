"""What to write instead: the fix line that fits the image."""

from __future__ import annotations

from guardrail_hooks.no_root_dockerfile.accounts import is_root, user_part
from guardrail_hooks.no_root_dockerfile.effective import base_knowledge, runs_windows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.formats.dockerfile import Dockerfile
    from guardrail_hooks.formats.dockerfile.stages import Stage
    from guardrail_hooks.no_root_dockerfile.effective import Verdict
    from guardrail_hooks.no_root_dockerfile.ground import Ground

# How an account is made, by the base's family: busybox adduser, shadow-utils useradd.
RECIPES = {
    "alpine": ("RUN addgroup -S app && adduser -S -G app -u 10001 app", "10001"),
    "busybox": ("RUN adduser -D -u 10001 app", "10001"),
    "debian": ("RUN useradd --system --uid 10001 app", "10001"),
    "redhat": ("RUN useradd --system --uid 10001 app", "10001"),
}
# Images of those families that ship no shadow-utils: a number needs no account.
WITHOUT_USERADD = ("ubi-minimal", "ubi-micro", "amazonlinux", "azurelinux", "mariner", "-micro", "-minimal")
# Accounts that exist without a RUN: distroless ships nonroot, Windows ContainerUser; scratch has no account database.
READY = {"distroless": "nonroot", "windows": "ContainerUser", "scratch": "10001:10001"}


def advice(stage: Stage, verdict: Verdict, ground: Ground) -> str:
    """The fix for an image that runs as root."""
    if argument := _lost_argument(verdict, ground.dockerfile):
        return argument
    if earlier := _earlier_user(stage, verdict, ground):
        return f"end the stage with `USER {earlier}` again, after the last step that needs root"
    if created := next(filter(None, map(ground.offered, stage.chain)), ""):
        return f"end the stage with `USER {created}`, the account that it creates{_owning(stage, created)}"
    origin = stage.chain[-1]
    base = base_knowledge(origin, ground.globs)
    if base and base.account:
        return f"end the stage with `USER {base.account}`, an account of its base image{_owning(stage, base.account)}"
    family = "windows" if runs_windows(origin, ground.globs) else base.family if base else ""
    if ready := READY.get(family):
        return f"end the stage with `USER {ready}`{_owning(stage, ready)}"
    small = any(name in origin.base.image for name in WITHOUT_USERADD)
    if not small and (recipe := RECIPES.get(family)):
        command, user = recipe
        return f"add `{command}`, and end the stage with `USER {user}`{_owning(stage, user)}"
    return "create an account and end the stage with it, for example `USER 10001:10001`"


def _lost_argument(verdict: Verdict, dockerfile: Dockerfile) -> str:
    """What to do about an ARG that was meant to give USER its value and does not; empty where there is none."""
    missing = verdict.user.expansion.missing if verdict.user and not user_part(verdict.text) else frozenset()
    before = dockerfile.graph.scope.view()
    for name in sorted(missing):
        value = before.get(name)
        if value and not is_root(value.text, windows=True):
            return f"repeat `ARG {name}` below the FROM of the stage: inside a stage, an ARG above it is not seen"
    return ""


def _earlier_user(stage: Stage, verdict: Verdict, ground: Ground) -> str:
    """The last unprivileged USER before the deciding one, as written."""
    created = ground.created(stage)
    for part in stage.chain:
        for step in reversed(part.steps):
            instruction = step.instruction
            if instruction.keyword != "USER" or (verdict.user and instruction is verdict.user.instruction):
                continue
            written = instruction.value.strip()
            plain = "$" not in written and "#" not in written
            if plain and user_part(written) and not is_root(written, windows=True, created=created):
                return str(written)
    return ""


def _owning(stage: Stage, user: str) -> str:
    """A hint for files that the image copies for root."""
    copies = (step.instruction for step in stage.steps if step.instruction.keyword in ("COPY", "ADD"))
    if any(not copy.flag("chown") for copy in copies):
        owner = user.partition(":")[0]
        return f"; files it must write need `COPY --chown={owner}`"
    return ""
