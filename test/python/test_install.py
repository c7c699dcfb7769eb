"""The command that installs a package, for each kind of environment: the words of test/unit/launch/python/probe.test.ts."""

import sys
from pathlib import Path

import pytest

from tuning_fork import install
from tuning_fork.install import install_command


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment that venv made, and whose interpreter this one takes itself for."""
    (tmp_path / "pyvenv.cfg").write_text("home = /usr\n")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "executable", "/opt/python/bin/python3")
    monkeypatch.setattr(install, "find_spec", lambda _name: object())
    return tmp_path


def test_pip_installs_into_an_environment_of_venv(home):
    assert install_command("torch>=2.4", "peft") == "/opt/python/bin/python3 -m pip install 'torch>=2.4' peft"


def test_uv_installs_into_an_environment_of_its_own(home):
    (home / "pyvenv.cfg").write_text("home = /usr\nuv = 0.9.2\n")
    assert install_command("peft") == "uv pip install --python /opt/python/bin/python3 peft"


def test_uv_installs_where_there_is_no_pip(home, monkeypatch):
    (home / "pyvenv.cfg").unlink()
    monkeypatch.setattr(install, "find_spec", lambda _name: None)
    assert install_command("peft") == "uv pip install --python /opt/python/bin/python3 peft"


def test_conda_installs_under_its_own_names(home, monkeypatch):
    (home / "conda-meta").mkdir()
    expected = f"conda install --prefix {home} --channel conda-forge 'pytorch>=2.4' peft"
    assert install_command("torch>=2.4", "peft") == expected


def test_nothing_is_installed_into_the_systems_own_python(home, monkeypatch):
    (home / "EXTERNALLY-MANAGED").touch()
    monkeypatch.setattr(sys, "base_prefix", str(home))
    monkeypatch.setattr(install.sysconfig, "get_path", lambda _name: str(home))
    assert install_command("peft") == "/opt/python/bin/python3 -m venv .venv && .venv/bin/python -m pip install peft"


def test_paths_are_quoted_for_a_shell(home, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/home/my name/it's/python")
    assert install_command("peft") == "'/home/my name/it'\\''s/python' -m pip install peft"
