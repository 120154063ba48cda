#include "CVectors.h"
#include "Wide.h"

/// Twelve rows by two vectors take 24 of the 32 registers.
INLINE void add(
    const int rows, const int vectors, const ptrdiff_t row_pitch, const dpu_products products,
    const dpu_sums target) {
  Floats16 sums[12][2];
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++) {
    sums[row][0] = sums[row][1] = (Floats16){0};
    if (target.continues) {
      sums[row][0] = load16(target.first + row * target.pitch);
      if (vectors > 1) sums[row][1] = load16(target.second + row * target.pitch);
    }
  }
  const float *factor = products.factors;
  const float *first = products.first, *second = products.second;
  for (ptrdiff_t term = 0; term < products.depth; term++) {
    Floats16 left = load16(first), right = vectors > 1 ? load16(second) : left;
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
      Floats16 weight = all16(factor[row * row_pitch]);
      sums[row][0] = fused(weight, left, sums[row][0]);
      if (vectors > 1) sums[row][1] = fused(weight, right, sums[row][1]);
    }
    factor += products.depth_pitch;
    first += products.line_pitch;
    second += products.line_pitch;
  }
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++) {
    store16(sums[row][0], target.first + row * target.pitch);
    if (vectors > 1) store16(sums[row][1], target.second + row * target.pitch);
  }
}

WIDE void dpu_wide_products(int rows, const dpu_products *given, const dpu_sums *sums) {
  if (!given->second) {
    switch (rows) {
      case 1: return add(1, 1, 1, *given, *sums);
      case 2: return add(2, 1, 1, *given, *sums);
      case 3: return add(3, 1, 1, *given, *sums);
      case 4: return add(4, 1, 1, *given, *sums);
      case 5: return add(5, 1, 1, *given, *sums);
      case 6: return add(6, 1, 1, *given, *sums);
      case 7: return add(7, 1, 1, *given, *sums);
      case 8: return add(8, 1, 1, *given, *sums);
      case 9: return add(9, 1, 1, *given, *sums);
      case 10: return add(10, 1, 1, *given, *sums);
      case 11: return add(11, 1, 1, *given, *sums);
      default: return add(12, 1, 1, *given, *sums);
    }
  }
  // Factors side by side need no arithmetic for their addresses.
  if (given->row_pitch == 1) {
    switch (rows) {
      case 1: return add(1, 2, 1, *given, *sums);
      case 2: return add(2, 2, 1, *given, *sums);
      case 3: return add(3, 2, 1, *given, *sums);
      case 4: return add(4, 2, 1, *given, *sums);
      case 5: return add(5, 2, 1, *given, *sums);
      case 6: return add(6, 2, 1, *given, *sums);
      case 7: return add(7, 2, 1, *given, *sums);
      case 8: return add(8, 2, 1, *given, *sums);
      case 9: return add(9, 2, 1, *given, *sums);
      case 10: return add(10, 2, 1, *given, *sums);
      case 11: return add(11, 2, 1, *given, *sums);
      default: return add(12, 2, 1, *given, *sums);
    }
  }
  switch (rows) {
    case 1: return add(1, 2, given->row_pitch, *given, *sums);
    case 2: return add(2, 2, given->row_pitch, *given, *sums);
    case 3: return add(3, 2, given->row_pitch, *given, *sums);
    case 4: return add(4, 2, given->row_pitch, *given, *sums);
    case 5: return add(5, 2, given->row_pitch, *given, *sums);
    default: return add(6, 2, given->row_pitch, *given, *sums);
  }
}

/// Sixteen positions from two places.
INLINE Floats16 two(const float *source, const ptrdiff_t *places) {
  return join(load8(source + places[0]), load8(source + places[1]));
}

INLINE void storeTwo(Floats16 value, float *target, const ptrdiff_t *places) {
  store8(low(value), target + places[0]);
  store8(high(value), target + places[1]);
}

INLINE void gather(const int rows, const dpu_gather given) {
  Floats16 sums[12][2];
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++) {
    sums[row][0] = sums[row][1] = (Floats16){0};
    if (given.continues) {
      sums[row][0] = two(given.sums + row * given.pitch, given.places);
      sums[row][1] = two(given.sums + row * given.pitch, given.places + 2);
    }
  }
  const float *factor = given.factors;
  for (ptrdiff_t term = 0; term < given.count; term++) {
    const float *source = given.planes + given.offsets[term];
    Floats16 left = two(source, given.places), right = two(source, given.places + 2);
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
      Floats16 weight = all16(factor[row]);
      sums[row][0] = fused(weight, left, sums[row][0]);
      sums[row][1] = fused(weight, right, sums[row][1]);
    }
    factor += rows;
  }
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++) {
    storeTwo(sums[row][0], given.sums + row * given.pitch, given.places);
    storeTwo(sums[row][1], given.sums + row * given.pitch, given.places + 2);
  }
}

WIDE void dpu_wide_gather(int rows, const dpu_gather *given) {
  switch (rows) {
    case 1: return gather(1, *given);
    case 2: return gather(2, *given);
    case 3: return gather(3, *given);
    case 4: return gather(4, *given);
    case 5: return gather(5, *given);
    case 6: return gather(6, *given);
    case 7: return gather(7, *given);
    case 8: return gather(8, *given);
    case 9: return gather(9, *given);
    case 10: return gather(10, *given);
    case 11: return gather(11, *given);
    default: return gather(12, *given);
  }
}
