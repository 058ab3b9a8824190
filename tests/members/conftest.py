from tests.members.cast import cast  # noqa: F401
