"""Signatures of approval records: `ssh-keygen -Y sign` and `-Y verify` in the namespace `mcp-config-guard`.

`ssh-keygen` decides; the signature is taken apart here only to say in plain words why it was refused
(openssh-portable, PROTOCOL.sshsig).
"""

from __future__ import annotations

import os
import time

from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.process import ProgramMissing, run_program
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE = "mcp-config-guard"
ARMOUR = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
TIME = pattern(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z")
KEY_TYPE = pattern(r"(?:ssh|ecdsa|sk-)[A-Za-z0-9@.-]+")


def problem_of(signed: bytes, signature: bytes | None, *, by: str, signers: bytes, at: str, now: bool) -> str:
    """Why a signature does not count, in words; empty where it does.

    `signers` is the content of the base's allowed_signers. The signer must be valid at the time the record names and,
    with `now`, still be valid today, so that an expired key cannot date a record back.
    """
    if signature is None:
        return "it has no signature"
    if not TIME.fullmatch(at):
        return f"its time {at[:40]!a} is none"
    if not by or any(character.isspace() or character in ',*?!"' for character in by):
        return f"{by[:80]!a} is no name of a signer"
    parts = _taken_apart(signature)
    if parts is None:
        return "its signature is damaged"
    key, namespace = parts
    if namespace != NAMESPACE:
        return f"its signature was made for the namespace {namespace[:40]!a}, not for {NAMESPACE}"
    owners = [principals for principals, known in _keys(signers) if known == key]
    if not owners:
        return "its signer is not allowed"
    if not any(by in principals.split(",") for principals in owners):
        return f"its signature does not match {by}, it was made with the key of {owners[0]}"
    times = [_stamp(at), ""] if now else [_stamp(at)]
    said = ""
    for moment in times:
        said = _verify(signed, signature, by, signers, moment)
        if said:
            break
    if not said:
        return ""
    return (
        "its content was changed after signing, or its signer was not valid then"
        if "incorrect" in said
        else (f"its signature is refused: {said}")
    )


def _verify(signed: bytes, signature: bytes, by: str, signers: bytes, moment: str) -> str:
    """What ssh-keygen says against a signature; empty where it accepts it."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="mcp-guard-") as folder:
        signers_file, signature_file = os.path.join(folder, "signers"), os.path.join(folder, "signature")
        for path, content in ((signers_file, signers), (signature_file, signature)):
            with open(path, "wb") as file:
                file.write(content)
        options = [f"-Overify-time={moment}"] if moment else []
        command = ["ssh-keygen", "-Y", "verify", "-f", signers_file, "-I", by, "-n", NAMESPACE, "-s", signature_file]
        try:
            code, _, said = run_program([*command, *options], stdin=signed)
        except ProgramMissing:
            return "ssh-keygen is not on PATH, nothing can be verified: install OpenSSH"
    if code == 0:
        return ""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return next((line for line in lines if "incorrect" in line), lines[-1] if lines else f"exit status {code}")


def sign(data: bytes, key: str) -> bytes:
    """The signature of a text. Raises `CannotJudge` where ssh-keygen refuses."""
    try:
        code, signature, said = run_program(["ssh-keygen", "-Y", "sign", "-f", key, "-n", NAMESPACE], stdin=data)
    except ProgramMissing:
        raise CannotJudge("ssh-keygen is not on PATH: install OpenSSH to sign") from None
    if code:
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        raise CannotJudge(f"ssh-keygen did not sign with {key}: {lines[-1] if lines else code}")
    return signature


def _stamp(at: str) -> str:
    """A time of a record as ssh-keygen wants it: local time, which every version understands."""
    import calendar

    match = TIME.fullmatch(at)
    assert match
    try:
        seconds = calendar.timegm((*map(int, match.groups()), 0, 0, 0))
        return time.strftime("%Y%m%d%H%M%S", time.localtime(seconds))
    except (OverflowError, ValueError, OSError):
        return "19700101000000"


def _taken_apart(signature: bytes) -> tuple[bytes, str] | None:
    """The public key (as in a key file, decoded) and the namespace of a signature."""
    from binascii import Error, a2b_base64

    _, _, behind = signature.decode("ascii", "replace").partition(ARMOUR[0])
    inside, end, _ = behind.partition(ARMOUR[1])
    try:
        blob = a2b_base64("".join(inside.split())) if end else b""
        if blob[:6] != b"SSHSIG":
            return None
        key, rest = _string(blob[10:])
        namespace, _ = _string(rest)
    except (Error, ValueError, IndexError):
        return None
    return key, namespace.decode("utf-8", "replace")


def _string(blob: bytes) -> tuple[bytes, bytes]:
    """A string of the SSH wire format (RFC 4251, section 5), and what follows."""
    length = int.from_bytes(blob[:4], "big")
    if len(blob) < 4 + length:
        raise ValueError("truncated")
    return blob[4 : 4 + length], blob[4 + length :]


def _keys(signers: bytes) -> Iterator[tuple[str, bytes]]:
    """The principals and decoded keys of an allowed_signers file (ssh-keygen(1), "ALLOWED SIGNERS")."""
    from binascii import Error, a2b_base64
    from contextlib import suppress

    for line in signers.decode("utf-8", "replace").splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        for at, word in enumerate(words[1:-1], 1):
            if KEY_TYPE.fullmatch(word):
                with suppress(Error, ValueError):
                    yield words[0].strip('"'), a2b_base64(words[at + 1].encode())
                break
