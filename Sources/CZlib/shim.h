// zlib, and the two calls of it that are macros or hold its own state.
#ifndef DPU_CZLIB_SHIM_H
#define DPU_CZLIB_SHIM_H

#include <string.h>
#include <zlib.h>

/// Inflates from the beginning of `source` until `target` is full or the stream ends. `bits` is -15
/// for bare deflate (zip), 15 for zlib's own wrapper (PNG). `ended` says whether the stream's end was
/// seen with all of the source used. Returns the bytes written, or -1 where the stream is damaged.
static inline long dpu_inflate(
    const unsigned char *source, unsigned int sourceCount, unsigned char *target,
    unsigned int targetCount, int bits, int *ended) {
  z_stream stream;
  long written;
  int status;
  memset(&stream, 0, sizeof stream);
  if (inflateInit2(&stream, bits) != Z_OK) return -1;
  stream.next_in = (unsigned char *)source;
  stream.avail_in = sourceCount;
  stream.next_out = target;
  stream.avail_out = targetCount;
  status = inflate(&stream, Z_FINISH);
  written = (long)(targetCount - stream.avail_out);
  *ended = status == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (status == Z_STREAM_END || stream.avail_out == 0) return written;
  return -1;
}

#endif
