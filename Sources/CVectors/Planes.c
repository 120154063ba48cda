#include "CVectors.h"
#include "Wide.h"

typedef uint32_t Bits16 __attribute__((vector_size(64)));

INLINE Bits16 larger(Bits16 a, Bits16 b) { return __builtin_elementwise_max(a, b); }

// Shifted left the bits of floats have no sign and are in the order of their values, infinity and NaN
// last.
WIDE bool dpu_wide_is_any_immoderate(const float *values, ptrdiff_t count) {
  Bits16 largest[4] = {{0}, {0}, {0}, {0}};
  ptrdiff_t index = 0;
  for (; index + 64 <= count; index += 64) {
#pragma clang loop unroll(full)
    for (int part = 0; part < 4; part++) {
      largest[part] = larger(largest[part], (Bits16)load16(values + index + 16 * part) << 1);
    }
  }
  for (; index < count; index += 16) {
    Lanes rest = lanes(0, count - index);
    largest[0] = larger(largest[0], (Bits16)loadSome(values + index, rest) << 1);
  }
  Bits16 all = larger(larger(largest[0], largest[1]), larger(largest[2], largest[3]));
  return __builtin_reduce_max(all) > (uint32_t)(127 + 120) << 24;
}

WIDE void dpu_wide_fill(float *target, ptrdiff_t count, float value) {
  Floats16 values = all16(value);
  ptrdiff_t index = 0;
  for (; index + 16 <= count; index += 16) store16(values, target + index);
  for (; index < count; index++) target[index] = value;
}

/// The last vector overlaps the one before.
INLINE void copy(const float *source, float *target, ptrdiff_t count) {
  ptrdiff_t last = count - 16;
  if (last >= 0) {
    for (ptrdiff_t index = 0; index < last; index += 16) {
      store16(load16(source + index), target + index);
    }
    store16(load16(source + last), target + last);
  } else if (count >= 8) {
    store8(load8(source), target);
    store8(load8(source + count - 8), target + count - 8);
  } else {
    for (ptrdiff_t index = 0; index < count; index++) target[index] = source[index];
  }
}

WIDE void dpu_wide_copy_segments(
    const float *line, const dpu_segment *segments, ptrdiff_t count, float *rows) {
  for (ptrdiff_t index = 0; index < count; index++) {
    dpu_segment segment = segments[index];
    copy(line + segment.source, rows + segment.target, segment.count);
  }
}
