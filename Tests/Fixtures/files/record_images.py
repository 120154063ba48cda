#!/usr/bin/env python3
"""Records images and tables, and the numbers that Pillow and numpy read in them.

    python3 record_images.py    Pillow, numpy
"""
import io
import json
import pathlib
import struct
import zlib

import numpy
import PIL
from PIL import Image

HERE = pathlib.Path(__file__).parent
rng = numpy.random.default_rng(11)


def chunk(name, data):
    body = name + data
    return struct.pack('>I', len(data)) + body + struct.pack('>I', zlib.crc32(body))


def filtered(pixels):
    """A PNG whose rows use the five filters one after the other."""
    height, width, channels = pixels.shape
    raw, above = b'', numpy.zeros(width * channels, dtype=int)
    for y in range(height):
        row = pixels[y].reshape(-1).astype(int)
        left = numpy.concatenate([numpy.zeros(channels, dtype=int), row[:-channels]])
        corner = numpy.concatenate([numpy.zeros(channels, dtype=int), above[:-channels]])
        p = left + above - corner
        a, b, c = abs(p - left), abs(p - above), abs(p - corner)
        paeth = numpy.where((a <= b) & (a <= c), left, numpy.where(b <= c, above, corner))
        guess = [0 * row, left, above, (left + above) // 2, paeth][y % 5]
        raw += bytes([y % 5]) + bytes(((row - guess) % 256).astype('u1'))
        above = row
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    data = zlib.compress(raw)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, kind, 0, 0, 0))
            + chunk(b'tEXt', b'Comment\0five filters')
            + chunk(b'IDAT', data[:20]) + chunk(b'IDAT', data[20:]) + chunk(b'IEND', b''))


def main():
    expected = {'pillow': PIL.__version__, 'numpy': numpy.__version__, 'files': {}}

    def note(name, array):
        expected['files'][name] = {'shape': list(array.shape),
                                   'values': [float(x) for x in array.reshape(-1)]}

    for channels, name in [(1, 'grey'), (2, 'grey-alpha'), (3, 'colour'), (4, 'colour-alpha')]:
        pixels = rng.integers(0, 256, (11, 7, channels), dtype='u1')
        (HERE / f'{name}.png').write_bytes(filtered(pixels))
        read = numpy.array(Image.open(HERE / f'{name}.png')).reshape(11, 7, channels)
        assert (read == pixels).all(), name
        note(f'{name}.png', read.transpose(2, 0, 1))
    picture = Image.fromarray(rng.integers(0, 256, (9, 6, 3), dtype='u1')).quantize(40)
    picture.save(HERE / 'palette.png', bits=8)
    note('palette.png', numpy.array(picture.convert('RGB')).transpose(2, 0, 1))
    Image.fromarray(rng.integers(0, 2, (4, 9), dtype='u1') * 255).convert('1').save(
        HERE / 'one-bit.png')
    grey = rng.integers(0, 256, (5, 8), dtype='u1')
    Image.fromarray(grey).save(HERE / 'raw.pgm')
    note('raw.pgm', grey[None])
    deep = rng.integers(0, 1000, (2, 3))
    (HERE / 'deep.pgm').write_bytes(b'P5 # of 16 bits\n3 2\n999\n' + deep.astype('>u2').tobytes())
    note('deep.pgm', deep[None])
    (HERE / 'plain.pgm').write_text('P2\n# a comment 7\n3 2\n# another\n15\n0 1 2\n13 14\n15\n')
    note('plain.pgm', numpy.array([[[0, 1, 2], [13, 14, 15]]]))
    table = rng.standard_normal((4, 3)).astype('f4')
    buffer = io.StringIO()
    numpy.savetxt(buffer, table, delimiter=',', header='a,b,c', comments='')
    (HERE / 'table.csv').write_text(buffer.getvalue())
    note('table.csv', table)
    (HERE / 'whole.csv').write_text('1;-2\r\n3;4\r\n\r\n')
    note('whole.csv', numpy.array([[1, -2], [3, 4]]))
    (HERE / 'images.json').write_text(json.dumps(expected) + '\n')


main()
