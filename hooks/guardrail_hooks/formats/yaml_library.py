"""The door to ruamel.yaml: its scanner, without the rest of the package.

The package's `__init__` imports every loader, dumper and representer, which takes twice as long as reading a file does.
So an empty package of that name stands in while the scanner's modules are imported, unless somebody has imported the
real one already; whoever imports it afterwards gets the real one.
"""

from __future__ import annotations

import os
import sys

import ruamel

NAME = "ruamel.yaml"
_stands_in = NAME not in sys.modules
if _stands_in:
    _package = type(sys)(NAME)
    _package.__path__ = [os.path.join(folder, "yaml") for folder in ruamel.__path__]
    sys.modules[NAME] = _package
try:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import Reader, ReaderError
    from ruamel.yaml.scanner import Scanner, ScannerError
    from ruamel.yaml.tokens import ScalarToken
finally:
    if _stands_in:  # the parts too: the real package expects to import them itself
        for _name in [name for name in sys.modules if name == NAME or name.startswith(f"{NAME}.")]:
            del sys.modules[_name]

__all__ = ["MarkedYAMLError", "Reader", "ReaderError", "ScalarToken", "Scanner", "ScannerError", "YAMLError"]
