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

/// 128 bits of each of four vectors: the first and the third of both halves, or the second and fourth.
INLINE Floats16 evenBlocks(Floats16 a, Floats16 b) {
  return __builtin_shufflevector(
      a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
}

INLINE Floats16 oddBlocks(Floats16 a, Floats16 b) {
  return __builtin_shufflevector(
      a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
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
    Floats16 parts[4][4];
#pragma clang loop unroll(full)
    for (int part = 0; part < 4; part++) {
      const float **four = plane + 4 * part;
      Floats16 a = load16(four[0] + index), b = load16(four[1] + index);
      Floats16 c = load16(four[2] + index), d = load16(four[3] + index);
      Floats16 e = turnLow(a, b), f = turnHigh(a, b), g = turnLow(c, d), h = turnHigh(c, d);
      parts[part][0] = lowPairs(e, g), parts[part][1] = highPairs(e, g);
      parts[part][2] = lowPairs(f, h), parts[part][3] = highPairs(f, h);
    }
    Floats16 elements[16];
#pragma clang loop unroll(full)
    for (int place = 0; place < 4; place++) {
      Floats16 a = lowHalves(parts[0][place], parts[1][place]);
      Floats16 b = lowHalves(parts[2][place], parts[3][place]);
      Floats16 c = highHalves(parts[0][place], parts[1][place]);
      Floats16 d = highHalves(parts[2][place], parts[3][place]);
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

INLINE void add8(const float *source, float *target) {
  store8(load8(target) + load8(source), target);
}

WIDE void dpu_wide_add_rows(
    const float *source, ptrdiff_t count, ptrdiff_t length, float *target, ptrdiff_t pitch) {
  for (ptrdiff_t row = 0; row < count; row++) {
    ptrdiff_t index = 0;
    for (; index + 16 <= length; index += 16) {
      store16(load16(target + index) + load16(source + index), target + index);
    }
    if (index + 8 <= length) {
      add8(source + index, target + index);
      index += 8;
    }
    for (; index < length; index++) target[index] += source[index];
    source += length;
    target += pitch;
  }
}
