#include "CVectors.h"
#include "Wide.h"

/// The four columns under sixteen tiles in one row: 0 and 2 are even ones, 1 and 3 odd ones.
typedef struct {
  Floats16 column[4];
} Row;

INLINE Row row(const float *source, ptrdiff_t half) {
  return (Row){{load16(source), load16(source + half), load16(source + 1), load16(source + half + 1)}};
}

INLINE Row sum(Row a, Row b) {
  for (int index = 0; index < 4; index++) a.column[index] += b.column[index];
  return a;
}

INLINE Row difference(Row a, Row b) {
  for (int index = 0; index < 4; index++) a.column[index] -= b.column[index];
  return a;
}

INLINE void store(Row row, float *target, ptrdiff_t step) {
  store16(row.column[0] - row.column[2], target);
  store16(row.column[1] + row.column[2], target + step);
  store16(row.column[2] - row.column[1], target + 2 * step);
  store16(row.column[1] - row.column[3], target + 3 * step);
}

WIDE void dpu_wide_winograd_source(
    const float *const rows[4], ptrdiff_t half, ptrdiff_t count, float *target, ptrdiff_t step) {
  const float *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
  for (ptrdiff_t tile = 0; tile < count; tile += 16) {
    Row first = row(a + tile, half), second = row(b + tile, half);
    Row third = row(c + tile, half), fourth = row(d + tile, half);
    store(difference(first, third), target + tile, step);
    store(sum(second, third), target + tile + 4 * step, step);
    store(difference(third, second), target + tile + 8 * step, step);
    store(difference(second, fourth), target + tile + 12 * step, step);
  }
}

/// Writes even and odd elements in turn.
INLINE void interleave(Floats16 a, Floats16 b, float *target) {
  store16(
      __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), target);
  store16(
      __builtin_shufflevector(
          a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      target + 16);
}

WIDE bool dpu_wide_winograd_outputs(
    int filters, const float *products, const float *shifts, const dpu_winograd_lines *target) {
  Floats16 check = {0};
  ptrdiff_t pitch = filters * 16;
  for (int filter = 0; filter < filters; filter++) {
    const float *product = products + filter * 16;
    Floats16 upper[4], lower[4];
#pragma clang loop unroll(full)
    for (int column = 0; column < 4; column++) {
      Floats16 a = load16(product + column * pitch), b = load16(product + (4 + column) * pitch);
      Floats16 c = load16(product + (8 + column) * pitch), d = load16(product + (12 + column) * pitch);
      upper[column] = a + (b + c);
      lower[column] = (b - c) - d;
    }
    Floats16 shift = all16(shifts[filter]);
    Floats16 results[4] = {
        (upper[0] + (upper[1] + upper[2])) + shift, ((upper[1] - upper[2]) - upper[3]) + shift,
        (lower[0] + (lower[1] + lower[2])) + shift, ((lower[1] - lower[2]) - lower[3]) + shift,
    };
    // A product with zero is zero for finite values only.
    Floats16 zero = results[0] * 0;
    for (int index = 1; index < 4; index++) zero = fused(results[index], (Floats16){0}, zero);
    check += zero;
    float *line = target->lines + filter * target->filter_pitch;
    interleave(results[0], results[1], line);
    interleave(results[2], results[3], line + target->line_pitch);
  }
  return __builtin_reduce_and(check == 0);
}

typedef float Floats4 __attribute__((vector_size(16)));

INLINE Floats4 load4(const float *source) {
  typedef float Anywhere __attribute__((vector_size(16), aligned(4), may_alias));
  return *(const Anywhere *)source;
}

/// Four elements of lines n, n + 4, n + 8 and n + 12.
INLINE Floats16 four(const float *line, ptrdiff_t pitch) {
  Floats4 a = load4(line), b = load4(line + 4 * pitch);
  Floats4 c = load4(line + 8 * pitch), d = load4(line + 12 * pitch);
  return join(
      __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7),
      __builtin_shufflevector(c, d, 0, 1, 2, 3, 4, 5, 6, 7));
}

/// Elements 0 and 1, or 2 and 3, of neighbouring lines in turn.
INLINE Floats16 turnLow(Floats16 a, Floats16 b) {
  return __builtin_shufflevector(
      a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29);
}
INLINE Floats16 turnHigh(Floats16 a, Floats16 b) {
  return __builtin_shufflevector(
      a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31);
}
/// Four columns of sixteen lines.
INLINE Row turned(const float *lines, ptrdiff_t pitch) {
  Floats16 a = four(lines, pitch), b = four(lines + pitch, pitch);
  Floats16 c = four(lines + 2 * pitch, pitch), d = four(lines + 3 * pitch, pitch);
  Floats16 e = turnLow(a, b), f = turnHigh(a, b), g = turnLow(c, d), h = turnHigh(c, d);
  return (Row){{lowPairs(e, g), highPairs(e, g), lowPairs(f, h), highPairs(f, h)}};
}

WIDE void dpu_wide_winograd_source_channels(const dpu_winograd_channels *given) {
  ptrdiff_t step = given->element_pitch, pitch = given->channel_pitch;
  for (int index = 0; index < 4; index++) {
    const float *line = given->lines + index * given->line_pitch;
    float *target = given->target + index * 4 * step;
    Row columns = turned(line, pitch);
    for (ptrdiff_t tile = 0; tile < given->tiles; tile += 2) {
      // A tile shares two of its columns with the next.
      Row next = turned(line + 2 * tile + 4, pitch);
      store(columns, target, step);
      if (tile + 1 == given->tiles) break;
      Row middle = {{columns.column[2], columns.column[3], next.column[0], next.column[1]}};
      store(middle, target + given->tile_pitch, step);
      columns = next;
      target += 2 * given->tile_pitch;
    }
  }
}

INLINE void spread(Floats16 a, Floats16 b, float *target, ptrdiff_t step) {
  store16(a, target);
  store16(a + b, target + step);
  store16(a - b, target + 2 * step);
  store16(-b, target + 3 * step);
}

INLINE void spreadTile(
    Floats16 a, Floats16 b, Floats16 c, Floats16 d, float *target, ptrdiff_t step) {
  spread(a, b, target, step);
  spread(a + c, b + d, target + 4 * step, step);
  spread(a - c, b - d, target + 8 * step, step);
  spread(-c, -d, target + 12 * step, step);
}

WIDE void dpu_wide_winograd_upstream_channels(const dpu_winograd_channels *given) {
  ptrdiff_t step = given->element_pitch, pitch = given->channel_pitch;
  float *target = given->target;
  for (ptrdiff_t tile = 0; tile < given->tiles; tile += 2) {
    Row upper = turned(given->lines + 2 * tile, pitch);
    Row lower = turned(given->lines + given->line_pitch + 2 * tile, pitch);
    spreadTile(
        upper.column[0], upper.column[1], lower.column[0], lower.column[1], target, step);
    if (tile + 1 == given->tiles) break;
    spreadTile(
        upper.column[2], upper.column[3], lower.column[2], lower.column[3],
        target + given->tile_pitch, step);
    target += 2 * given->tile_pitch;
  }
}
