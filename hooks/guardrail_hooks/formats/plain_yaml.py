"""Small YAML files as plain values, for configuration of which no position is needed."""

from __future__ import annotations

from guardrail_hooks.formats.place import Malformed, Span

LARGEST = 1 << 20  # characters; beyond that a file is no configuration
MOST = 1000  # opening brackets; the reader takes seconds for thousands of nested ones
TOP = Span(1, 1, 1, 1)


def load(text: str) -> object:
    """The value of a YAML document: None, bool, int, float, str, list or dict (dates stay text). Raises `Malformed`."""
    if len(text) > LARGEST:
        raise Malformed("is longer than a megabyte", TOP)
    if "&" in text and "*" in text:
        raise Malformed("uses anchors and aliases", TOP)
    if text.count("[") + text.count("{") > MOST:
        raise Malformed("is nested too deeply", TOP)
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    reader = YAML(typ="safe", pure=True)
    reader.allow_duplicate_keys = True
    try:
        return reader.load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise Malformed(str(getattr(error, "problem", None) or "is no YAML"), Span(line, 1, line, 1)) from None
    except Exception as error:  # what its constructors and assertions raise besides is not documented
        raise Malformed(f"is no YAML ({type(error).__name__})", TOP) from None
