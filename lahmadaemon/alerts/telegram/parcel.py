"""One message as Telegram takes it: a text, or a picture with the text below."""

from dataclasses import dataclass

from telethon import TelegramClient, errors
from telethon.tl import TLRequest, functions, types

from lahmadaemon.alerts.telegram.text import LIMIT, cut

CAPTION_LIMIT = 1024
"""UTF-16 units; what stands below a picture may be shorter than a message."""
UNSHOWABLE = (
    errors.ChatSendMediaForbiddenError,
    errors.ChatSendPhotosForbiddenError,
    errors.ImageProcessFailedError,
    errors.MediaEmptyError,
    errors.MediaInvalidError,
    errors.PhotoExtInvalidError,
    errors.PhotoInvalidDimensionsError,
    errors.PhotoInvalidError,
    errors.PhotoSaveFileInvalidError,
)
"""A picture that Telegram, or this chat, does not take; the text alone may still go."""


@dataclass(frozen=True)
class Parcel:
    """`random_id`: the same at every attempt, so that Telegram shows it once."""

    text: str
    random_id: int
    picture: bytes | None = None

    async def request(self, client: TelegramClient, peer: types.TypeInputPeer) -> TLRequest:
        """What to ask of Telegram; a picture is uploaded here. Raises what uploading raises."""
        if self.picture is None:
            text = cut(self.text, LIMIT)
            return functions.messages.SendMessageRequest(peer, text, no_webpage=True, random_id=self.random_id)
        file = await client.upload_file(self.picture, file_name="lahmadaemon.png")
        media, text = types.InputMediaUploadedPhoto(file), cut(self.text, CAPTION_LIMIT)
        return functions.messages.SendMediaRequest(peer, media, text, random_id=self.random_id)
