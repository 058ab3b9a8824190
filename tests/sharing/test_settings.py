"""Settings from the environment: production that is half configured does not start, object storage works."""

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
WHOLE = {
    "PUBLIC_URL": "https://share.example.org", "SECRET_KEY": "s" * 50, "ALLOWED_HOSTS": "share.example.org",
    "EMAIL_URL": "smtp://mail.example.org:587",
}


def start(tmp_path, code: str, **environment: str) -> subprocess.CompletedProcess:
    """Run Python under the settings with nothing but these variables set."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    setup = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'sharing.settings'; django.setup(); "
    return subprocess.run(
        [sys.executable, "-c", setup + code], cwd=ROOT, env={**kept, "VAR_DIR": str(tmp_path), **environment},
        capture_output=True, text=True, timeout=60,
    )


def test_with_nothing_set_it_runs_and_keeps_its_secret(tmp_path):
    say = "from django.conf import settings as s; print(s.SECRET_KEY, s.DEBUG, s.DATABASES['default']['ENGINE'])"
    first, second = start(tmp_path, say), start(tmp_path, say)
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout and "False django.db.backends.sqlite3" in first.stdout
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_production_whole_starts_and_is_strict(tmp_path):
    say = "from django.conf import settings as s; print(s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.DEBUG)"
    started = start(tmp_path, say, **WHOLE)
    assert started.stdout.strip() == "True True False", started.stderr


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"), ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"), ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"EMAIL_URL": ""}, "EMAIL_URL"), ({"DEBUG": "1"}, "DEBUG"),
        ({"SENTRY_DSN": "https://key@errors.example.org/1"}, "SENTRY_DSN"),
        ({"S3_BUCKET": "photos"}, "S3_ACCESS_KEY"),
    ],
    ids=str,
)
def test_production_half_configured_refuses_to_start_and_says_why(tmp_path, change, named):
    refused = start(tmp_path, "print('started')", **(WHOLE | change))
    assert refused.returncode != 0 and "started" not in refused.stdout
    assert "ImproperlyConfigured" in refused.stderr and named in refused.stderr.strip().splitlines()[-1]


def test_photos_lie_in_object_storage_when_it_is_configured(tmp_path):
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
        s3 = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **keys)
        s3.create_bucket(Bucket="photos")
        code = (
            "from django.conf import settings; from django.core.files.base import ContentFile; "
            "from django.core.files.storage import default_storage as d; "
            "n = d.save('listings/a-800.webp', ContentFile(b'picture')); "
            "print(d.open(n).read(), d.url(n), settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'])"
        )
        kept = start(
            tmp_path, code, S3_BUCKET="photos", S3_ENDPOINT=endpoint, S3_REGION="us-east-1", S3_ACCESS_KEY="key",
            S3_SECRET_KEY="secret",
        )
        assert "b'picture'" in kept.stdout, kept.stderr
        assert f"{endpoint}/photos/listings/a-800.webp" in kept.stdout and f"'{endpoint}'" in kept.stdout
        assert s3.get_object(Bucket="photos", Key="listings/a-800.webp")["Body"].read() == b"picture"
    finally:
        server.stop()
