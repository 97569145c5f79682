"""The import of ruamel.yaml, cut down to the scanner that is used of it.

`import ruamel.yaml.scanner` executes the package first, and that imports sixty modules for loading, dumping and round
trips: more than half of the time of a run over one small file. A package without that `__init__` stands in for it while
the scanner is imported, and is gone afterwards, so that anybody else's `import ruamel.yaml` is what it always was.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from guardrail_hooks.formats.source import Source
    from guardrail_hooks.formats.yaml_nodes import Yaml

_PACKAGE = "ruamel.yaml"
_COMPOSER = "guardrail_hooks.formats.yaml_composer"


def composer() -> Callable[[Source], Yaml]:
    """`yaml_composer.compose`, which is imported on the first call."""
    if _COMPOSER not in sys.modules and _PACKAGE not in sys.modules:
        namespace = __import__("ruamel")
        sys.modules[_PACKAGE] = _without_init([f"{folder}/yaml" for folder in namespace.__path__])
        try:
            __import__(_COMPOSER)
        except ImportError:  # an arrangement of the package that is not known here
            sys.modules.pop("guardrail_hooks.formats.yaml_scanner", None)
        finally:
            for name in [name for name in sys.modules if name == _PACKAGE or name.startswith(f"{_PACKAGE}.")]:
                del sys.modules[name]
    from guardrail_hooks.formats.yaml_composer import compose

    return compose


def _without_init(path: list[str]) -> ModuleType:
    package = type(sys)(_PACKAGE)
    package.__path__ = path
    return package
