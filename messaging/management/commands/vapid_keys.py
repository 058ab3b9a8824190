"""`manage.py vapid_keys`: a new pair of keys for web push, as settings."""

from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management.base import BaseCommand
from py_vapid import Vapid


class Command(BaseCommand):
    help = "Make the keys that let members be rung on their devices. Keep them: new ones silence every device."

    def handle(self, **options) -> None:
        pair = Vapid()
        pair.generate_keys()
        private = pair.private_key.private_numbers().private_value.to_bytes(32, "big")
        public = pair.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.stdout.write(f"VAPID_PRIVATE_KEY={_plain(private)}")
        self.stdout.write("VAPID_SUBJECT=mailto:you@example.org")
        self.stderr.write(f"The public key, which browsers are given by themselves: {_plain(public)}")


def _plain(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
