"""The server's half of MTProto over a socket: full framing, the handshake that makes a key, messages sealed with it.

Telethon's own classes write and read everything; only what a server does and a client does not stands here.
"""

import asyncio
import os
import struct
import time
from collections.abc import Iterator
from hashlib import sha1, sha256
from typing import Any
from zlib import crc32

import rsa
from telethon.crypto import AES, AuthKey
from telethon.crypto import rsa as telethon_rsa
from telethon.extensions import BinaryReader
from telethon.helpers import generate_key_data_from_nonce
from telethon.network.mtprotostate import MTProtoState
from telethon.tl import functions, types
from telethon.tl.core import GzipPacked, MessageContainer

PRIME = int(
    "c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d22530f4dbfa33"
    "6f6e0ac925139543aed44cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f642477fe96"
    "bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4a4a695811051907e162753b56b0f6b410dba74d8a84b"
    "2a14b3144e0ef1284754fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4e418fc15e83ebea0"
    "f87fa9ff5eed70050ded2849f47bf959d956850ce929851f0d8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119c"
    "d8e3b92fcc5b",
    16,
)
"""The 2,048-bit safe prime that Telegram publishes for its Diffie-Hellman groups."""
GENERATOR = 3
EXPONENT = 65537
# A modulus that is itself prime turns RSA's sums round all the same. It keeps no secret, and needs no making of keys.
UNLOCK = pow(EXPONENT, -1, PRIME - 1)
KEY = rsa.PublicKey(PRIME, EXPONENT)
FINGERPRINT: int = telethon_rsa._compute_fingerprint(KEY)
PQ = 1_000_003 * 500_009
"""Quick to take apart, and its top bit is clear: Telethon reads it as a signed number."""


def trust_our_key() -> None:
    """Teach the Telethon of this process our public key; Telegram's stay valid beside it."""
    telethon_rsa.add_key(KEY.save_pkcs1(), old=False)


def number(value: int) -> bytes:
    return bytes(telethon_rsa.get_byte_array(value))


def read(data: bytes) -> Any:
    with BinaryReader(data) as reader:
        return reader.tgread_object()


class Line:
    """One connection: packets in and out, then messages, once there is a key."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._sent = 0
        self._last_id = 0
        self._handshake = Handshake()
        self.key: AuthKey | None = None
        self.session = 0

    async def packet(self) -> bytes:
        """Raises IncompleteReadError where the client has hung up."""
        head = await self._reader.readexactly(8)
        (length, _) = struct.unpack("<ii", head)
        body = await self._reader.readexactly(length - 8)
        assert struct.unpack("<I", body[-4:])[0] == crc32(head + body[:-4])
        return body[:-4]

    async def send_packet(self, data: bytes) -> None:
        framed = struct.pack("<ii", len(data) + 12, self._sent) + data
        self._sent += 1
        self._writer.write(framed + struct.pack("<I", crc32(framed)))
        await self._writer.drain()

    def hang_up(self) -> None:
        self._writer.close()

    async def shake(self, packet: bytes) -> bytes | None:
        """One step of the handshake; the new key at its end."""
        answer = self._handshake.answer(read(packet[20:]))
        body = bytes(answer)
        await self.send_packet(struct.pack("<qqi", 0, self._new_id(), len(body)) + body)
        return self._handshake.key if isinstance(answer, types.DhGenOk) else None

    def unseal(self, packet: bytes, key: AuthKey) -> Iterator[tuple[int, Any]]:
        """The messages in a packet, containers and compression taken off."""
        self.key = key
        aes_key, aes_iv = MTProtoState._calc_key(key.key, packet[8:24], True)
        plain = AES.decrypt_ige(packet[24:], aes_key, aes_iv)
        assert sha256(key.key[88:120] + plain).digest()[8:24] == packet[8:24]
        _, self.session, message_id, _, length = struct.unpack("<qqqii", plain[:32])
        yield from _unpacked(message_id, read(plain[32 : 32 + length]))

    async def say(self, body: bytes) -> None:
        """One sealed message."""
        assert self.key
        plain = struct.pack("<qqqii", 0, self.session, self._new_id(), 1, len(body)) + body
        plain += os.urandom(-(len(plain) + 12) % 16 + 12)
        message_key = sha256(self.key.key[96:128] + plain).digest()[8:24]
        sealed = AES.encrypt_ige(plain, *MTProtoState._calc_key(self.key.key, message_key, False))
        await self.send_packet(struct.pack("<Q", self.key.key_id) + message_key + sealed)

    def _new_id(self) -> int:
        # Seconds and their fraction: a client does not listen twice to a number, on whichever line it comes
        self._last_id = max(self._last_id + 4, (time.time_ns() << 32) // 1_000_000_000 & ~3 | 1)
        return self._last_id


def _unpacked(message_id: int, message: Any) -> Iterator[tuple[int, Any]]:
    if isinstance(message, MessageContainer):
        for each in message.messages:
            yield from _unpacked(each.msg_id, each.obj)
    elif isinstance(message, GzipPacked):
        yield from _unpacked(message_id, read(message.data))
    else:
        yield message_id, message


class Handshake:
    """req_pq_multi, req_DH_params, set_client_DH_params."""

    def __init__(self) -> None:
        self.key = b""
        self._nonce = 0
        self._server_nonce = int.from_bytes(os.urandom(16), "big", signed=True)
        self._new_nonce = 0
        self._secret = int.from_bytes(os.urandom(256), "big")

    def answer(self, question: Any) -> Any:
        if isinstance(question, functions.ReqPqMultiRequest):
            self._nonce = question.nonce
            return types.ResPQ(question.nonce, self._server_nonce, number(PQ), [FINGERPRINT])
        if isinstance(question, functions.ReqDHParamsRequest):
            return self._offer(question)
        assert isinstance(question, functions.SetClientDHParamsRequest)
        return self._agree(question)

    def _offer(self, question: Any) -> Any:
        opened = pow(int.from_bytes(question.encrypted_data, "big"), UNLOCK, PRIME).to_bytes(255, "big")
        inner = read(opened[20:])
        assert (inner.nonce, inner.server_nonce) == (self._nonce, self._server_nonce)
        self._new_nonce = inner.new_nonce
        ours = bytes(
            types.ServerDHInnerData(
                self._nonce, self._server_nonce, GENERATOR, number(PRIME),
                number(pow(GENERATOR, self._secret, PRIME)), int(time.time()),
            )
        )  # fmt: skip
        sealed = AES.encrypt_ige(sha1(ours).digest() + ours, *self._nonce_key())
        return types.ServerDHParamsOk(self._nonce, self._server_nonce, sealed)

    def _agree(self, question: Any) -> Any:
        inner = read(AES.decrypt_ige(question.encrypted_data, *self._nonce_key())[20:])
        self.key = number(pow(int.from_bytes(inner.g_b, "big"), self._secret, PRIME))
        proof = AuthKey(self.key).calc_new_nonce_hash(self._new_nonce, 1)
        return types.DhGenOk(self._nonce, self._server_nonce, proof)

    def _nonce_key(self) -> tuple[bytes, bytes]:
        key, iv = generate_key_data_from_nonce(self._server_nonce, self._new_nonce)
        return key, iv
