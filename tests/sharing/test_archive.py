"""Backups: what goes in comes out, media too; what is no backup changes nothing."""

import shutil
import tarfile

import pytest
from django.conf import settings
from django.db import connection

from sharing import archive
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_backup_brings_members_and_photos_back(tmp_path):
    if connection.vendor == "postgresql" and not shutil.which("pg_dump"):
        pytest.skip("PostgreSQL is copied by pg_dump, which this machine does not have.")
    ana = factories.member("Ana")
    photo = settings.MEDIA_ROOT / "listings" / "a-800.webp"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"picture")
    archive.write(tmp_path / "backup.tar.gz")

    type(ana).objects.all().delete()
    photo.unlink()
    archive.read(tmp_path / "backup.tar.gz")

    assert type(ana).objects.get().email == ana.email
    assert photo.read_bytes() == b"picture"


def test_what_is_no_backup_is_refused_and_changes_nothing(tmp_path):
    factories.member("Ana")
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"not an archive")
    empty = tmp_path / "empty.tar.gz"
    with tarfile.open(empty, "w:gz"):
        pass

    for file in (broken, empty, tmp_path / "absent.tar.gz"):
        with pytest.raises(archive.ArchiveError):
            archive.read(file)
    from members.models import Member

    assert Member.objects.count() == 1
