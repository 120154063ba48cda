#include "CVectors.h"
#include "Wide.h"

typedef double Doubles8 __attribute__((vector_size(64)));

INLINE Doubles8 doubles(Floats8 value) { return __builtin_convertvector(value, Doubles8); }

/// The eight terms from a place on: elements, or the squares of their distances from a center.
INLINE Doubles8 terms(const float *source, const bool areSquares, float center) {
  Floats8 value = load8(source);
  if (!areSquares) return doubles(value);
  Floats8 distance = value - center;
  return doubles(distance * distance);
}

INLINE void sum(
    const float *source, ptrdiff_t count, const bool areSquares, float center, double sums[8]) {
  Doubles8 a = {0}, b = {0}, c = {0}, d = {0};
  ptrdiff_t index = 0;
  for (; index + 32 <= count; index += 32) {
    a += terms(source + index, areSquares, center);
    b += terms(source + index + 8, areSquares, center);
    c += terms(source + index + 16, areSquares, center);
    d += terms(source + index + 24, areSquares, center);
  }
  for (; index < count; index += 8) a += terms(source + index, areSquares, center);
  Doubles8 joined = (a + b) + (c + d);
  for (int lane = 0; lane < 8; lane++) sums[lane] = joined[lane];
}

WIDE void dpu_wide_sum(const float *source, ptrdiff_t count, double sums[8]) {
  sum(source, count, false, 0, sums);
}

WIDE void dpu_wide_sum_squares(
    const float *source, ptrdiff_t count, float center, double sums[8]) {
  sum(source, count, true, center, sums);
}
