"""A Dockerfile together with what is known of its base images, as far as USER depends on them."""

from __future__ import annotations

import re

from guardrail_hooks.no_root_dockerfile.accounts import account_ids, accounts_with_uid_0, has_uid_0, user_part
from guardrail_hooks.no_root_dockerfile.effective import base_knowledge, scripts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrail_hooks.formats.dockerfile import Dockerfile
    from guardrail_hooks.formats.dockerfile.scopes import Outside
    from guardrail_hooks.formats.dockerfile.stages import Stage, User
    from guardrail_hooks.no_root_dockerfile.effective import Globs

NAME = r"[a-z_][a-z0-9_.-]*"
ANYTHING = "?" * 64  # stands for a value that nobody knows: no pattern that a file writes down removes all of it


class Ground:
    """The Dockerfile as it was read, and what the command line says of base images.

    Where a USER depends on variables of the base image, the stages are read again: once with what is known of those
    variables, once with any value for what is not known. Both are done for all stages, when they are first needed.
    """

    __slots__ = ("_created", "_known", "_offered", "_own", "_supplied", "_supposed", "dockerfile", "globs")

    def __init__(self, dockerfile: Dockerfile, globs: Globs) -> None:
        self.dockerfile = dockerfile
        self.globs = globs
        self._known: Sequence[Stage] = ()
        self._supposed: Sequence[Stage] = ()
        self._own: frozenset[str] = frozenset()
        self._supplied: dict[int, set[str]] = {}
        self._created: dict[int, frozenset[str]] = {}
        self._offered: dict[int, str] = {}

    def created(self, stage: Stage) -> frozenset[str]:
        """The names of accounts that the build has given user id 0 when the stage is done."""
        names: frozenset[str] = frozenset()
        for part in reversed(stage.chain):
            if part.index not in self._created:
                self._created[part.index] = accounts_with_uid_0(scripts(part), names)
            names = self._created[part.index]
        return names

    def offered(self, part: Stage) -> str:
        """The name of an account that the commands of a stage make, not with root's user id; empty without one."""
        if part.index not in self._offered:
            made = account_ids(scripts(part), {}).items()
            fitting = (name for name, uid in made if re.fullmatch(NAME, name) and not has_uid_0(uid))
            self._offered[part.index] = next(fitting, "")
        return self._offered[part.index]

    def user_of(self, stage: Stage) -> User | None:
        """The USER in effect, with the variables that the base image is known to set."""
        base = base_knowledge(stage.chain[-1], self.globs)
        if base is None or not base.environment:
            return stage.user
        if not self._known:
            self._known = self.dockerfile.stages_with(self._what_is_known)
        return self._known[stage.index].user

    def variable_for(self, stage: Stage, user: User) -> str:
        """The variable that an empty USER waits for: a base image that sets it would fill it. Empty without one."""
        if not self._supposed:
            self._own = names_set(self.dockerfile)
            self._supposed = self.dockerfile.stages_with(self._what_may_be)
        supposed = self._supposed[stage.index].user
        if supposed is None or not user_part(supposed.text):
            return ""
        supplied = self._supplied[stage.chain[-1].index]
        return min(supplied & (user.expansion.missing | user.expansion.unset) or supplied)

    def _what_is_known(self, origin: Stage) -> Outside:
        """The variables that the base image of a stage is known to set."""
        base = base_knowledge(origin, self.globs)
        return (base.environment if base else {}).get

    def _what_may_be(self, origin: Stage) -> Outside:
        """The same, and any value for what the image may set.

        An official image that sets no user is not suspected of setting what the file itself sets, out of reach of USER.
        """
        base = base_knowledge(origin, self.globs)
        known = base.environment if base else {}
        never = self._own if base and base.settled else frozenset()
        supplied = self._supplied[origin.index] = set()

        def outside(name: str) -> str | None:
            if name in known or name in never:
                return known.get(name)
            supplied.add(name)
            return ANYTHING

        return outside


def names_set(dockerfile: Dockerfile) -> frozenset[str]:
    """The variables that the file sets anywhere."""
    written = (instruction.trigger or instruction for instruction in dockerfile.instructions)
    return frozenset(
        pair.name for instruction in written if instruction.keyword in ("ARG", "ENV") for pair in instruction.pairs
    )
