#include "CVectors.h"
#include "Wide.h"

/// The largest values so far in sixteen windows, and their places, counted from each one's corner.
typedef struct {
  Floats16 value;
  Whole16 place;
} Largest;

INLINE Largest take(Largest largest, Floats16 other, int32_t place, const bool mayBeNaN) {
  Whole16 wins = other > largest.value;
  if (mayBeNaN) wins |= other != other;
  Whole16 there = (Whole16){0} + place;
  return (Largest){
      choose(wins, other, largest.value),
      (Whole16)choose(wins, (Floats16)there, (Floats16)largest.place),
  };
}

INLINE Largest fold(
    Floats16 a, Floats16 b, Floats16 c, Floats16 d, int32_t width, const bool mayBeNaN) {
  Largest largest = {evens(a, b), {0}};
  largest = take(largest, odds(a, b), 1, mayBeNaN);
  largest = take(largest, evens(c, d), width, mayBeNaN);
  return take(largest, odds(c, d), width + 1, mayBeNaN);
}

/// One to sixteen windows of a row, and nothing past the last of them.
INLINE void pool(
    const dpu_pooling given, ptrdiff_t row, ptrdiff_t column, ptrdiff_t count, int32_t *places) {
  ptrdiff_t near = count < 8 ? 2 * count : 16, far = 2 * count - near;
  ptrdiff_t corner = 2 * (row * given.width + column), target = row * given.columns + column;
  const float *upper = given.source + corner, *lower = upper + given.width;
  // From 4 KiB further on: rows so short give the processor little to go by.
  for (int line = 0; line < 2; line++) {
    __builtin_prefetch(upper + 1024 + 16 * line);
    __builtin_prefetch(lower + 1024 + 16 * line);
  }
  Floats16 a = loadFirst(upper, near), b = loadFirst(upper + 16, far);
  Floats16 c = loadFirst(lower, near), d = loadFirst(lower + 16, far);
  int32_t width = (int32_t)given.width;
  // Where there is no NaN, one instruction takes the larger of two.
  Whole16 isNaN = (a != a) | (b != b) | (c != c) | (d != d);
  Largest largest = __builtin_reduce_or(isNaN) ? fold(a, b, c, d, width, true)
                                               : fold(a, b, c, d, width, false);
  storeFirst(largest.value, given.values + target, count);
  if (!places) return;
  Whole16 corners = {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30};
  Whole16 place = largest.place + (corners + (given.corner + (int32_t)corner));
  storeFirst((Floats16)place, (float *)places + target, count);
}

INLINE void poolPlanes(dpu_pooling given, int32_t *places) {
  ptrdiff_t rest = given.columns % 16, whole = given.columns - rest;
  for (ptrdiff_t plane = 0; plane < given.planes; plane++) {
    for (ptrdiff_t row = 0; row < given.rows; row++) {
      for (ptrdiff_t column = 0; column < whole; column += 16) pool(given, row, column, 16, places);
      if (rest) pool(given, row, whole, rest, places);
    }
    given.source += given.source_pitch;
    given.values += given.value_pitch;
    if (places) places += given.value_pitch;
  }
}

WIDE void dpu_wide_max_pool(const dpu_pooling *given) {
  if (given->places) return poolPlanes(*given, given->places);
  poolPlanes(*given, NULL);
}
