#include "CVectors.h"
#include "Wide.h"

/// Twice the same eight.
INLINE Floats16 twice(Floats8 value) { return join(value, value); }

/// Up to eight elements, then zeros.
INLINE Floats8 part(const float *source, ptrdiff_t count) {
  float values[8] = {0};
  for (int lane = 0; lane < 8; lane++)
    if (lane < count) values[lane] = source[lane];
  return load8(values);
}

/// Adds neighbours of 128 bits in two vectors.
INLINE Floats16 addQuarters(Floats16 a, Floats16 b) { return evenBlocks(a, b) + oddBlocks(a, b); }

/// Adds, within each 128 bits, what is two apart in each of two vectors.
INLINE Floats16 addPairs(Floats16 a, Floats16 b) { return lowPairs(a, b) + highPairs(a, b); }

/// Adds, within each 128 bits, neighbours in each of two vectors.
INLINE Floats16 addNeighbours(Floats16 a, Floats16 b) {
  return __builtin_shufflevector(
             a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30)
         + __builtin_shufflevector(
             a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31);
}

/// Adds the inner products of four rows to their targets.
INLINE void join4(
    Floats16 sums[][3], const int rows, float *target, ptrdiff_t pitch, int columns) {
  // Lane 4 · column + row, of columns 0 to 3; then of columns 4 and 5 rows 0 and 2, and 1 and 3.
  Floats16 four = addNeighbours(
      addPairs(addQuarters(sums[0][0], sums[0][1]), addQuarters(sums[1][0], sums[1][1])),
      addPairs(addQuarters(sums[2][0], sums[2][1]), addQuarters(sums[3][0], sums[3][1])));
  Floats16 rest =
      addPairs(addQuarters(sums[0][2], sums[1][2]), addQuarters(sums[2][2], sums[3][2]));
  Floats16 two = addNeighbours(rest, rest);
  Floats16 joined[2] = {
      __builtin_shufflevector(four, two, 0, 4, 8, 12, 16, 20, 0, 0, 1, 5, 9, 13, 24, 28, 0, 0),
      __builtin_shufflevector(four, two, 2, 6, 10, 14, 17, 21, 0, 0, 3, 7, 11, 15, 25, 29, 0, 0),
  };
#pragma clang loop unroll(full)
  for (int row = 0; row < 4; row++) {
    if (row == rows) return;
    Floats8 line = row % 2 ? high(joined[row / 2]) : low(joined[row / 2]);
#pragma clang loop unroll(full)
    for (int column = 0; column < 6; column++)
      if (column < columns) target[row * pitch + column] += line[column];
  }
}

/// Two columns share a vector: six rows by three take eighteen of the thirty-two registers.
INLINE void multiply(
    const int rows, const bool arePlaced, const dpu_inner_products given, float *target,
    ptrdiff_t pitch, int columns) {
  Floats16 sums[8][3];
#pragma clang loop unroll(full)
  for (int row = 0; row < 8; row++) sums[row][0] = sums[row][1] = sums[row][2] = (Floats16){0};
  ptrdiff_t whole = given.count / 8 * 8;
  for (ptrdiff_t index = 0; index < whole; index += 8) {
    ptrdiff_t place = arePlaced ? given.places[index / 8] : index;
    Floats16 pairs[3];
#pragma clang loop unroll(full)
    for (int pair = 0; pair < 3; pair++)
      pairs[pair] = join(
          load8(given.columns[2 * pair] + place), load8(given.columns[2 * pair + 1] + place));
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
      Floats16 line = twice(load8(given.lines + row * given.pitch + index));
#pragma clang loop unroll(full)
      for (int pair = 0; pair < 3; pair++)
        sums[row][pair] = fused(line, pairs[pair], sums[row][pair]);
    }
  }
  if (whole < given.count) {
    ptrdiff_t rest = given.count - whole;
    Floats16 pairs[3];
#pragma clang loop unroll(full)
    for (int pair = 0; pair < 3; pair++)
      pairs[pair] = join(
          part(given.columns[2 * pair] + whole, rest),
          part(given.columns[2 * pair + 1] + whole, rest));
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
      Floats16 line = twice(part(given.lines + row * given.pitch + whole, rest));
#pragma clang loop unroll(full)
      for (int pair = 0; pair < 3; pair++)
        sums[row][pair] = fused(line, pairs[pair], sums[row][pair]);
    }
  }
  join4(sums, rows < 4 ? rows : 4, target, pitch, columns);
  if (rows > 4) join4(sums + 4, rows - 4, target + 4 * pitch, pitch, columns);
}

WIDE void dpu_wide_inner_products(
    int rows, const dpu_inner_products *given, float *sums, ptrdiff_t pitch, int columns) {
  if (given->places) {
    switch (rows) {
      case 1: return multiply(1, true, *given, sums, pitch, columns);
      case 2: return multiply(2, true, *given, sums, pitch, columns);
      case 3: return multiply(3, true, *given, sums, pitch, columns);
      case 4: return multiply(4, true, *given, sums, pitch, columns);
      case 5: return multiply(5, true, *given, sums, pitch, columns);
      default: return multiply(6, true, *given, sums, pitch, columns);
    }
  }
  switch (rows) {
    case 1: return multiply(1, false, *given, sums, pitch, columns);
    case 2: return multiply(2, false, *given, sums, pitch, columns);
    case 3: return multiply(3, false, *given, sums, pitch, columns);
    case 4: return multiply(4, false, *given, sums, pitch, columns);
    case 5: return multiply(5, false, *given, sums, pitch, columns);
    default: return multiply(6, false, *given, sums, pitch, columns);
  }
}
