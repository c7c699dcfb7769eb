"""The command that installs packages where this interpreter finds them: src/launch/python/install.ts in Python."""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from importlib.util import find_spec

# Distributions that conda-forge calls otherwise.
_CONDA_NAMES = {"torch": "pytorch"}


def install_command(*requirements: str) -> str:
    """The command for requirements (`peft>=0.14`), by what manages this environment: conda, uv or pip.

    Into a system's own Python nothing is installed: the command makes an environment first.
    """
    python, wanted = _quoted(sys.executable), " ".join(map(_quoted, requirements))
    if _is_managed():
        inside = r".venv\Scripts\python" if os.name == "nt" else ".venv/bin/python"
        return f"{python} -m venv .venv && {inside} -m pip install {wanted}"
    if os.path.isdir(os.path.join(sys.prefix, "conda-meta")):
        named = " ".join(_quoted(_conda_name(one)) for one in requirements)
        return f"conda install --prefix {_quoted(sys.prefix)} --channel conda-forge {named}"
    # uv's environments have no pip of their own.
    if _is_uv() or find_spec("pip") is None:
        return f"uv pip install --python {python} {wanted}"
    return f"{python} -m pip install {wanted}"


def _is_managed() -> bool:
    """Whether the system's package manager forbids others to install into this Python (PEP 668)."""
    mark = os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")
    return sys.prefix == sys.base_prefix and os.path.exists(mark)


def _is_uv() -> bool:
    try:
        with open(os.path.join(sys.prefix, "pyvenv.cfg"), encoding="utf-8") as told:
            return re.search(r"^uv\s*=", told.read(), re.MULTILINE) is not None
    except OSError:
        return False


def _conda_name(requirement: str) -> str:
    return re.sub(r"^[\w.-]+", lambda name: _CONDA_NAMES.get(name[0], name[0]), requirement)


def _quoted(word: str) -> str:
    """A word as a shell takes it."""
    if re.fullmatch(r"[\w./:\\@%+=,-]+", word, re.ASCII):
        return word
    return f'"{word}"' if os.name == "nt" else "'" + word.replace("'", r"'\''") + "'"
