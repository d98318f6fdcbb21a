"""Packages are installed for the tests without starting services, and the machine's own policy comes back."""

import subprocess

import pytest

from config.launch import debian


@pytest.fixture
def policy(tmp_path, monkeypatch):
    """Where the policy of this machine would stand, in a folder of the test's own."""
    monkeypatch.setattr(debian, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(debian, "ASIDE", tmp_path / "policy-rc.d.malalamiko")
    return tmp_path / "policy-rc.d"


def test_no_service_may_start_meanwhile(policy):
    with debian.no_services_start():
        answer = subprocess.run([policy, "kannel", "start"]).returncode

    assert (answer, policy.exists()) == (101, False)


def test_the_machines_own_policy_comes_back_even_after_a_failure(policy):
    policy.write_text("its own")

    with pytest.raises(RuntimeError), debian.no_services_start():
        raise RuntimeError("apt-get failed")

    assert (policy.read_text(), debian.ASIDE.exists()) == ("its own", False)


def test_a_policy_left_aside_by_a_killed_installation_comes_back(policy):
    debian.ASIDE.write_text("its own")
    policy.write_text(debian.FORBID)

    with debian.no_services_start():
        pass

    assert (policy.read_text(), debian.ASIDE.exists()) == ("its own", False)
