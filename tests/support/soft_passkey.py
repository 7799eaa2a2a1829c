"""An authenticator without a device: answers as a browser with a passkey would."""

import hashlib
import json
import struct
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from dashboard.store.auth import passkeys
from dashboard.store.db.database import Database, Transaction
from dashboard.store.staff import members as staff
from dashboard.wiring import now

ORIGIN = "http://localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class SoftPasskey:
    """One passkey. The same `seed` makes the same key, so that a test need not hand it on."""

    seed: str
    origin: str = ORIGIN
    rp_id: str = "localhost"
    flags: int = PRESENT | VERIFIED
    sign_count: int = 0
    user_handle: bytes | None = None
    key: ec.EllipticCurvePrivateKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        number = int.from_bytes(hashlib.sha256(self.seed.encode()).digest()[:31], "big")
        self.key = ec.derive_private_key(number + 1, ec.SECP256R1())

    @property
    def id(self) -> bytes:
        return hashlib.sha256(f"id of {self.seed}".encode()).digest()

    @property
    def public_key(self) -> bytes:
        """The key in COSE, as authenticators hand it out."""
        numbers = self.key.public_key().public_numbers()
        parts = (numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big"))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: parts[0], -3: parts[1]})

    def enrol(self, connection: Transaction, staff_id: int, name: str = "Test") -> None:
        """Be a passkey of this person, as if they had added it."""
        credential, key = bytes_to_base64url(self.id), bytes_to_base64url(self.public_key)
        passkeys.add(connection, staff_id, credential, key, self.sign_count, name, now())

    def create(self, options: dict[str, str]) -> str:
        """Answer a request to make it."""
        client = self._client("webauthn.create", options["challenge"])
        described = bytes(16) + struct.pack(">H", len(self.id)) + self.id + self.public_key
        data = self._data(self.flags | ATTESTED) + described
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": client, "attestationObject": attestation})

    def get(self, options: dict[str, str]) -> str:
        """Answer a request for it."""
        client, data = self._client("webauthn.get", options["challenge"]), self._data(self.flags)
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer(parts | ({"userHandle": self.user_handle} if self.user_handle else {}))

    def _client(self, kind: str, challenge: str) -> bytes:
        assert base64url_to_bytes(challenge)
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + struct.pack(
            ">BI", flags, self.sign_count
        )

    def _answer(self, parts: dict[str, bytes]) -> str:
        written = {name: bytes_to_base64url(part) for name, part in parts.items()}
        name = bytes_to_base64url(self.id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "clientExtensionResults": {},
                "response": written,
            }
        )


def enrol(database: Database, email: str) -> SoftPasskey:
    """Give a member a passkey, as if they had set it up."""
    passkey = SoftPasskey(email)
    with database.write() as connection:
        member = staff.find(connection, email)
        assert member
        passkey.enrol(connection, member.id)
    return passkey
