"""An authority of our own, and certificates by it: sound ones, and those nobody should believe."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


class Authority:
    """`file` is what one trusts it by."""

    def __init__(self, folder: Path, name: str = "Neighbours") -> None:
        self.folder, self.name = folder, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(_pem(self._signed(self.name, self.key.public_key(), 30 * DAY, is_ca=True)))

    def server(self, address: str = "127.0.0.1", *, valid: timedelta = 30 * DAY) -> SSLContext:
        """What a server at that address shows; `valid` below nothing: it has run out."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
        shown = self.folder / "server.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        shown.write_bytes(private + _pem(self._signed(name, key.public_key(), valid, address=address)))
        context = SSLContext(PROTOCOL_TLS_SERVER)
        context.load_cert_chain(shown)
        return context

    def _signed(self, subject, key, valid: timedelta, *, is_ca: bool = False, address: str = ""):
        now = datetime.now(UTC)
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key)
        made = made.serial_number(x509.random_serial_number()).not_valid_before(now - 60 * DAY)
        made = made.not_valid_after(now + valid)
        made = made.add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        if address:
            also = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
            made = made.add_extension(also, critical=False)
        return made.sign(self.key, hashes.SHA256())


def _pem(certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
