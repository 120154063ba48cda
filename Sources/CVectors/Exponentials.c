#include "CVectors.h"
#include "Wide.h"

/// eˣ as a number near 1 and the power of two that it is to be multiplied by, which is added to the
/// bits of 1.5 · 2²³: the polynomial of Elementary.exp.
INLINE Floats16 mantissa(Floats16 x, Whole16 *shifted) {
  // Adding 1.5 · 2²³ rounds to a whole number and leaves it in the lowest bits.
  Floats16 sum = x * 1.44269504088896341f + 0x1.8p23f;
  Floats16 turns = sum - 0x1.8p23f;
  Floats16 r = fused(turns, all16(-0.693359375f), x);
  r = fused(turns, all16(2.12194440e-4f), r);
  Floats16 p = all16(1.9875691500e-4f);
  p = fused(p, r, all16(1.3981999507e-3f));
  p = fused(p, r, all16(8.3334519073e-3f));
  p = fused(p, r, all16(4.1665795894e-2f));
  p = fused(p, r, all16(1.6666665459e-1f));
  p = fused(p, r, all16(5.0000001201e-1f));
  *shifted = (Whole16)sum;
  return 1 + fused(p, r * r, r);
}

INLINE Floats16 powerOfTwo(Whole16 exponent) { return (Floats16)((Bits16)(exponent + 127) << 23); }

INLINE Floats16 exponential(Floats16 x) {
  Floats16 magnitude = (Floats16)((Whole16)x & 0x7fffffff);
  Whole16 shifted;
  // Where every result is a normal number the power goes straight to the exponent; the other bits of
  // the sum are shifted out.
  if (__builtin_reduce_and(magnitude <= 87)) {
    Floats16 near = mantissa(x, &shifted);
    return (Floats16)((Bits16)near + ((Bits16)shifted << 23));
  }
  // Past these limits the result is 0 or infinity anyway; NaN compares false.
  Floats16 limited = choose(x < 89, x, all16(89));
  limited = choose(limited < -104, all16(-104), limited);
  Floats16 near = mantissa(limited, &shifted);
  // In two steps, because 2 to that power alone may not be a normal number.
  Whole16 power = shifted - (int32_t)0x4b400000, half = power >> 1;
  Floats16 result = near * powerOfTwo(half) * powerOfTwo(power - half);
  return choose(x != x, x, result);
}

WIDE void dpu_wide_add_exponentials(
    const float *source, ptrdiff_t count, float shift, float lanes[8]) {
  Floats8 sums = load8(lanes);
  for (ptrdiff_t index = 0; index < count; index += 16) {
    Floats16 powers = exponential(load16(source + index) - shift);
    sums += low(powers);
    sums += high(powers);
  }
  store8(sums, lanes);
}

WIDE void dpu_wide_subtract_exponentials(
    const float *upstream, const float *logarithms, ptrdiff_t count, float sum, float *target) {
  for (ptrdiff_t index = 0; index < count; index += 16) {
    Floats16 powers = exponential(load16(logarithms + index));
    store16(fused(powers, all16(-sum), load16(upstream + index)), target + index);
  }
}
