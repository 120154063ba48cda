#include "CVectors.h"
#include "Wide.h"

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

WIDE void dpu_wide_copy_segments(
    const float *line, const dpu_segment *segments, ptrdiff_t count, float *rows) {
  for (ptrdiff_t index = 0; index < count; index++) {
    dpu_segment segment = segments[index];
    copy(line + segment.source, rows + segment.target, segment.count);
  }
}

INLINE Floats16 lowHalves(Floats16 a, Floats16 b) { return join(low(a), low(b)); }
INLINE Floats16 highHalves(Floats16 a, Floats16 b) { return join(high(a), high(b)); }

WIDE void dpu_wide_add_in_order(
    const float *planes, ptrdiff_t pitch, int number, ptrdiff_t count, float *sums) {
  Lanes taken = lanes(0, number);
  Floats16 sum = loadSome(sums, taken);
  const float *plane[16];
  for (int lane = 0; lane < 16; lane++) {
    plane[lane] = planes + (lane < number ? lane : number - 1) * pitch;
  }
  ptrdiff_t index = 0;
  for (; index + 16 <= count; index += 16) {
    // Sixteen planes' elements turn into sixteen times an element of each plane.
    Columns parts[4];
#pragma clang loop unroll(full)
    for (int part = 0; part < 4; part++) {
      const float **four = plane + 4 * part;
      parts[part] = turn(
          load16(four[0] + index), load16(four[1] + index), load16(four[2] + index),
          load16(four[3] + index));
    }
    Floats16 elements[16];
#pragma clang loop unroll(full)
    for (int place = 0; place < 4; place++) {
      Floats16 a = lowHalves(parts[0].column[place], parts[1].column[place]);
      Floats16 b = lowHalves(parts[2].column[place], parts[3].column[place]);
      Floats16 c = highHalves(parts[0].column[place], parts[1].column[place]);
      Floats16 d = highHalves(parts[2].column[place], parts[3].column[place]);
      elements[place] = evenBlocks(a, b), elements[4 + place] = oddBlocks(a, b);
      elements[8 + place] = evenBlocks(c, d), elements[12 + place] = oddBlocks(c, d);
    }
#pragma clang loop unroll(full)
    for (int element = 0; element < 16; element++) sum += elements[element];
  }
  float rest[16];
  store16(sum, rest);
  for (; index < count; index++) {
    for (int lane = 0; lane < number; lane++) rest[lane] += plane[lane][index];
  }
  for (int lane = 0; lane < number; lane++) sums[lane] = rest[lane];
}

WIDE void dpu_wide_add_rows(
    const float *source, ptrdiff_t source_pitch, ptrdiff_t count, ptrdiff_t length, float *target,
    ptrdiff_t target_pitch) {
  for (ptrdiff_t row = 0; row < count; row++) {
    ptrdiff_t index = 0;
    for (; index + 16 <= length; index += 16) {
      store16(load16(target + index) + load16(source + index), target + index);
    }
    if (index + 8 <= length) {
      store8(load8(target + index) + load8(source + index), target + index);
      index += 8;
    }
    for (; index < length; index++) target[index] += source[index];
    source += source_pitch;
    target += target_pitch;
  }
}
