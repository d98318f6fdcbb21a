"""When `.venv` is believed, and when it is built again; and which Python may build it."""

import pytest

from config.launch import environment


@pytest.fixture
def venv(tmp_path, monkeypatch):
    """An empty `.venv` in a folder of its own; nothing is really built."""
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("package==1 --hash=sha256:0\n")
    (tmp_path / ".venv").mkdir()
    return tmp_path / ".venv"


@pytest.fixture
def done(venv, monkeypatch):
    """What was built or installed, in order; both leave the stamps that the real ones leave."""
    done = []
    monkeypatch.setattr(
        environment, "build", lambda purpose: (done.append(f"build {purpose}"), environment.stamp(venv, purpose))
    )
    monkeypatch.setattr(environment, "install", lambda where, purpose: done.append(f"install {purpose}"))
    return done


def test_it_is_built_once(done):
    environment.main("dev")
    environment.main("dev")
    environment.main("run")

    assert done == ["build dev"]


def test_what_tests_need_is_added_to_a_running_product_without_a_new_build(done):
    environment.main("run")
    environment.main("dev")
    environment.main("dev")

    assert done == ["build run", "install dev"]


def test_new_pins_build_it_again_and_a_developers_environment_stays_one(done, venv):
    environment.main("dev")
    (venv.parent / "requirements.txt").write_text("package==2 --hash=sha256:1\n")

    environment.main("run")

    assert done == ["build dev", "build dev"]


def test_one_that_was_moved_or_half_made_is_built_again(done, venv):
    environment.main("run")
    (venv / "made-for-run").write_text(f"/elsewhere/.venv\n{environment.fingerprint('run')}")

    environment.main("run")

    assert done == ["build run", "build run"]


def test_scripts_are_pointed_at_where_the_environment_will_stand(venv):
    new = venv.with_name(".venv.new")
    (new / "bin").mkdir(parents=True)
    (new / "bin" / "tool").write_text(f"#!{new}/bin/python\n")

    environment.point_scripts_home(new)

    assert (new / "bin" / "tool").read_text() == f"#!{venv}/bin/python\n"


def test_a_python_that_does_not_fit_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr(environment.sys, "version_info", (3, 8, 1))
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)

    with pytest.raises(environment.CannotSetUp, match="Malalamiko needs Python 3.11 to 3.14; this is"):
        environment.find_python()


def test_a_python_without_ensurepip_names_the_missing_package(monkeypatch):
    import ensurepip

    def broken():
        raise ModuleNotFoundError("no module named ensurepip._bundled")

    monkeypatch.setattr(ensurepip, "version", broken)

    with pytest.raises(environment.CannotSetUp, match=r"apt-get install python3\.\d+-venv"):
        environment.check_ensurepip()
