#include "CVectors.h"
#include "Wide.h"

/// Writes what becomes of the four columns under sixteen tiles in one row.
INLINE void store(Columns row, float *target, ptrdiff_t step) {
  store16(row.column[0] - row.column[2], target);
  store16(row.column[1] + row.column[2], target + step);
  store16(row.column[2] - row.column[1], target + 2 * step);
  store16(row.column[1] - row.column[3], target + 3 * step);
}

/// The columns under fifteen tiles, whose 32 elements are two vectors; the sixteenth tile is none.
INLINE Columns fifteen(Floats16 a, Floats16 b) {
  return (Columns){{
      evens(a, b), odds(a, b),
      __builtin_shufflevector(
          a, b, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 30),
      __builtin_shufflevector(
          a, b, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 31),
  }};
}

/// Two vectors of a row from a column on, of which some lanes are no padding.
typedef struct {
  Floats16 half[2];
} Line;

INLINE Line line(const float *plane, ptrdiff_t offset, ptrdiff_t column, Lanes first, Lanes second) {
  if (offset < 0) return (Line){{{0}, {0}}};
  // The address of the first lane may lie outside of what is read.
  uintptr_t place = (uintptr_t)plane + (uintptr_t)(offset + column) * sizeof(float);
  return (Line){{
      loadSome((const float *)place, first),
      loadSome((const float *)(place + 16 * sizeof(float)), second),
  }};
}

WIDE void dpu_wide_winograd_source(
    const float *plane, const dpu_winograd_run *runs, ptrdiff_t count, float *target,
    ptrdiff_t step) {
  for (const dpu_winograd_run *run = runs; run < runs + count; run++) {
    for (ptrdiff_t tile = 0; tile < run->tiles; tile += 15) {
      ptrdiff_t column = 2 * tile - run->lead, end = run->length - column;
      Lanes first = lanes(-column, end), second = lanes(-column - 16, end - 16);
      Line a = line(plane, run->rows[0], column, first, second);
      Line b = line(plane, run->rows[1], column, first, second);
      Line c = line(plane, run->rows[2], column, first, second);
      Line d = line(plane, run->rows[3], column, first, second);
      Columns rows[4] = {
          fifteen(a.half[0] - c.half[0], a.half[1] - c.half[1]),
          fifteen(b.half[0] + c.half[0], b.half[1] + c.half[1]),
          fifteen(c.half[0] - b.half[0], c.half[1] - b.half[1]),
          fifteen(b.half[0] - d.half[0], b.half[1] - d.half[1]),
      };
      float *place = target + run->position + tile;
      for (int row = 0; row < 4; row++) store(rows[row], place + 4 * row * step, step);
    }
  }
}

WIDE void dpu_wide_winograd_pack(
    const float *lines, ptrdiff_t line_pitch, ptrdiff_t blocks, float *target,
    ptrdiff_t block_pitch, ptrdiff_t element_pitch) {
  for (ptrdiff_t block = 0; block < blocks; block++) {
#pragma clang loop unroll(full)
    for (int element = 0; element < 16; element++) {
      store16(load16(lines + element * line_pitch), target + element * element_pitch);
    }
    lines += 16;
    target += block_pitch;
  }
}

/// Sums of few rows would wait for each other: there are two elements at a time then.
INLINE void multiply(
    const int rows, const int vectors, const int elements, const dpu_winograd_products given,
    float *products) {
  float *second = products + 16 * rows * 16;
  const float *weights = given.weights;
  for (int element = 0; element < 16; element += elements) {
    Floats16 sums[2][12][2];
#pragma clang loop unroll(full)
    for (int index = 0; index < elements * rows; index++) {
      sums[index / rows][index % rows][0] = sums[index / rows][index % rows][1] = (Floats16){0};
    }
    const float *left = given.first + element * given.element_pitch;
    const float *right = vectors > 1 ? given.second + element * given.element_pitch : left;
    for (ptrdiff_t term = 0; term < given.depth; term++) {
#pragma clang loop unroll(full)
      for (int next = 0; next < elements; next++) {
        Floats16 a = load16(left + next * given.element_pitch);
        Floats16 b = vectors > 1 ? load16(right + next * given.element_pitch) : a;
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; row++) {
          Floats16 weight = all16(weights[next * rows * given.depth + row]);
          sums[next][row][0] = fused(weight, a, sums[next][row][0]);
          if (vectors > 1) sums[next][row][1] = fused(weight, b, sums[next][row][1]);
        }
      }
      weights += rows;
      left += given.line_pitch;
      right += given.line_pitch;
    }
    weights += (elements - 1) * rows * given.depth;
#pragma clang loop unroll(full)
    for (int next = 0; next < elements; next++) {
      ptrdiff_t place = (element + next) * rows * 16;
#pragma clang loop unroll(full)
      for (int row = 0; row < rows; row++) {
        store16(sums[next][row][0], products + place + row * 16);
        if (vectors > 1) store16(sums[next][row][1], second + place + row * 16);
      }
    }
  }
}

WIDE void dpu_wide_winograd_products(
    int rows, const dpu_winograd_products *given, float *products) {
  if (!given->second) {
    switch (rows) {
      case 1: return multiply(1, 1, 2, *given, products);
      case 2: return multiply(2, 1, 2, *given, products);
      case 3: return multiply(3, 1, 2, *given, products);
      case 4: return multiply(4, 1, 2, *given, products);
      case 5: return multiply(5, 1, 2, *given, products);
      case 6: return multiply(6, 1, 2, *given, products);
      case 7: return multiply(7, 1, 1, *given, products);
      case 8: return multiply(8, 1, 1, *given, products);
      case 9: return multiply(9, 1, 1, *given, products);
      case 10: return multiply(10, 1, 1, *given, products);
      case 11: return multiply(11, 1, 1, *given, products);
      default: return multiply(12, 1, 1, *given, products);
    }
  }
  switch (rows) {
    case 1: return multiply(1, 2, 2, *given, products);
    case 2: return multiply(2, 2, 2, *given, products);
    case 3: return multiply(3, 2, 2, *given, products);
    case 4: return multiply(4, 2, 1, *given, products);
    case 5: return multiply(5, 2, 1, *given, products);
    case 6: return multiply(6, 2, 1, *given, products);
    case 7: return multiply(7, 2, 1, *given, products);
    case 8: return multiply(8, 2, 1, *given, products);
    case 9: return multiply(9, 2, 1, *given, products);
    case 10: return multiply(10, 2, 1, *given, products);
    case 11: return multiply(11, 2, 1, *given, products);
    default: return multiply(12, 2, 1, *given, products);
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

/// Four columns of sixteen lines.
INLINE Columns turned(const float *lines, ptrdiff_t pitch) {
  return turn(
      four(lines, pitch), four(lines + pitch, pitch), four(lines + 2 * pitch, pitch),
      four(lines + 3 * pitch, pitch));
}

/// Sixteen elements of rows of some length, or all of fewer.
INLINE void mixRows(
    const float *const rows[4], ptrdiff_t place, const bool isWhole, ptrdiff_t length, float *lines,
    ptrdiff_t pitch) {
  Lanes taken = lanes(0, length);
  Floats16 row[4];
#pragma clang loop unroll(full)
  for (int index = 0; index < 4; index++) {
    const float *source = rows[index] + place;
    row[index] = !rows[index] ? (Floats16){0} : isWhole ? load16(source) : loadSome(source, taken);
  }
  Floats16 mixed[4] = {row[0] - row[2], row[1] + row[2], row[2] - row[1], row[1] - row[3]};
#pragma clang loop unroll(full)
  for (int index = 0; index < 4; index++) {
    float *line = lines + index * pitch + place;
    if (isWhole) {
      store16(mixed[index], line);
    } else {
      storeSome(mixed[index], line, taken);
    }
  }
}

WIDE void dpu_wide_winograd_mix(const dpu_winograd_rows *given) {
  ptrdiff_t length = given->length, last = length - 16, pitch = given->line_pitch;
  for (ptrdiff_t channel = 0; channel < given->channels; channel++) {
    const float *plane = given->planes + channel * given->plane_pitch, *rows[4];
#pragma clang loop unroll(full)
    for (int row = 0; row < 4; row++) {
      rows[row] = given->rows[row] < 0 ? NULL : plane + given->rows[row];
    }
    float *lines = given->lines + channel * given->channel_pitch;
    if (last < 0) {
      mixRows(rows, 0, false, length, lines, pitch);
      continue;
    }
    // The last sixteen overlap those before.
    for (ptrdiff_t place = 0; place < last; place += 16) {
      mixRows(rows, place, true, length, lines, pitch);
    }
    mixRows(rows, last, true, length, lines, pitch);
  }
}

WIDE void dpu_wide_winograd_copy(const dpu_winograd_rows *given) {
  for (ptrdiff_t channel = 0; channel < given->channels; channel++) {
    const float *plane = given->planes + channel * given->plane_pitch;
    float *lines = given->lines + channel * given->channel_pitch;
    for (int row = 0; row < 2; row++) {
      if (given->rows[row] < 0) continue;
      copy(plane + given->rows[row], lines + row * given->line_pitch, given->length);
    }
  }
}

WIDE void dpu_wide_winograd_source_channels(const dpu_winograd_channels *given) {
  ptrdiff_t step = given->element_pitch, pitch = given->channel_pitch;
  for (int index = 0; index < 4; index++) {
    const float *line = given->lines + index * given->line_pitch;
    float *target = given->target + index * 4 * step;
    Columns columns = turned(line, pitch);
    for (ptrdiff_t tile = 0; tile < given->tiles; tile += 2) {
      // A tile shares two of its columns with the next.
      Columns next = turned(line + 2 * tile + 4, pitch);
      store(columns, target, step);
      if (tile + 1 == given->tiles) break;
      Columns middle = {{columns.column[2], columns.column[3], next.column[0], next.column[1]}};
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
    Columns upper = turned(given->lines + 2 * tile, pitch);
    Columns lower = turned(given->lines + given->line_pitch + 2 * tile, pitch);
    spreadTile(
        upper.column[0], upper.column[1], lower.column[0], lower.column[1], target, step);
    if (tile + 1 == given->tiles) break;
    spreadTile(
        upper.column[2], upper.column[3], lower.column[2], lower.column[3],
        target + given->tile_pitch, step);
    target += 2 * given->tile_pitch;
  }
}
