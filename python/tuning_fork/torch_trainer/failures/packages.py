"""Packages that are missing, too old or broken."""

from __future__ import annotations

import re
import sys
from importlib import metadata

from tuning_fork.errors import UserError
from tuning_fork.install import install_command
from tuning_fork.torch_trainer.failures.known import first_line

# Bounds of versions, as src/config/facts/machine/requirements.ts has them.
NEEDED = {
    "torch": ">=2.4",
    "transformers": ">=4.50,<6",
    "accelerate": ">=0.26",
    "peft": ">=0.14",
    "bitsandbytes": ">=0.43",
    "trl": ">=1.16,<2",
}
# The loader's words for a library that does not belong to the others.
_BROKEN = re.compile(
    r"undefined symbol|cannot open shared object file|DLL load failed|GLIBC\w*_[\d.]+. not found|Library not loaded"
    r"|compiled using NumPy 1|numpy\.dtype size changed|incompatible architecture|partially initialized module",
    re.IGNORECASE,
)
_ENVIRONMENT = "Create an environment for this config (command “Create Environment for This Config”)"


def explain_import_error(error: BaseException) -> UserError | None:
    """What is wrong with a package, and the command that puts it right; None for errors of other kinds."""
    text = str(error)
    is_broken = _BROKEN.search(text) is not None and isinstance(error, (ImportError, OSError, ValueError))
    if is_broken:
        return _broken(error, text)
    return missing_package(error) if isinstance(error, ImportError) else None


def missing_package(error: ImportError) -> UserError:
    """A package that is not there, or lacks what is imported from it."""
    if _BROKEN.search(str(error)):
        return _broken(error, str(error))
    name = _package(error)
    said = first_line(str(error))
    if name is None:
        return UserError("package-missing", f"{sys.executable} lacks a package: {said}.", f"{_ENVIRONMENT}.")
    version = _version(name)
    if version is None or (isinstance(error, ModuleNotFoundError) and error.name == name):
        return UserError(
            "package-missing",
            f"{sys.executable} cannot import {name}: {said}.",
            f"{_ENVIRONMENT}, or run {_install(name)}.",
        )
    # A path would be all that is left to read of a sentence.
    lacks = re.sub(r" \([^)]*[/\\][^)]*\)$", "", said)
    return UserError(
        "package-version",
        f"{name} {version} does not fit the trainer or the other packages of {sys.executable}: {lacks}.",
        f"{_ENVIRONMENT}, or run {_install(name)}.",
    )


def _broken(error: BaseException, text: str) -> UserError:
    name = _package(error) if isinstance(error, ImportError) else None
    what = f"{name} of {sys.executable}" if name else f"A package of {sys.executable}"
    return UserError(
        "package-broken",
        f"{what} cannot be loaded: {first_line(text)}.",
        f"Its files do not belong to each other. {_ENVIRONMENT}, or install the packages anew.",
    )


def _package(error: ImportError) -> str | None:
    """The package that an import failed in; some packages say in words which other one they miss."""
    named = re.search(r"from '([\w.]+)'|pip install (?:-U )?['\"]?([\w-]+)", str(error))
    name = error.name or (named and (named[1] or named[2]))
    return name.split(".")[0] if name else None


def _version(name: str) -> str | None:
    """Of the package as it is imported, or else as it was installed."""
    loaded = getattr(sys.modules.get(name), "__version__", None)
    if isinstance(loaded, str):
        return loaded
    try:
        return metadata.version(name)
    except (metadata.PackageNotFoundError, ValueError):
        return None


def _install(name: str) -> str:
    return install_command(f"{name}{NEEDED.get(name, '')}")
