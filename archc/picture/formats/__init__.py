"""The formats of pictures: a `PictureFormat` each, in a file named as its files' suffix."""

from archc.doors import Door
from archc.picture.formats.base.format import PictureFormat

PICTURE_FORMATS = Door("archc.picture.formats", PictureFormat)
