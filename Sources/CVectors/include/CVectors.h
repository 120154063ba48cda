// The largest loops of Kernels once more, with vectors of 512 bits: Swift has no way to compile one
// function for a processor that has them and the next for one that has not.
//
// Every result is the same to the last bit as that of the loops in Swift which these stand in for: an
// element's operations and their order are those of a lane there. A caller asks
// dpu_has_wide_vectors() first; without such vectors each function here is an illegal instruction. On
// processors other than x86-64 they run, as narrow as the processor is.
#ifndef DPU_CVECTORS_H
#define DPU_CVECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether the processor and the system have vectors of 512 bits.
static inline bool dpu_has_wide_vectors(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

/// Products to add up: for each of one to six rows and each of 32 columns, `depth` fused multiply-adds
/// of factors[row · row_pitch + term · depth_pitch] and a column's element. Where `row_pitch` is 1 there
/// may be twelve rows.
///
/// Sixteen columns start at `first`, sixteen at `second`; the next term of each is `line_pitch`
/// behind. Without `second` there are sixteen columns, and `row_pitch` is 1.
typedef struct {
  const float *factors;
  ptrdiff_t row_pitch, depth_pitch;
  const float *first, *second;
  ptrdiff_t line_pitch;
  ptrdiff_t depth;
} dpu_products;

/// Where the sums of such products go: those of the next row are `pitch` behind.
typedef struct {
  float *first, *second;
  ptrdiff_t pitch;
  /// Whether to go on from the sums that are there, or to start from +0.
  bool continues;
} dpu_sums;

/// Adds up products.
void dpu_wide_products(int rows, const dpu_products *products, const dpu_sums *sums);

/// Products of a convolution: for each of one to twelve rows and each of 32 positions, `count` fused
/// multiply-adds of factors[term · rows + row] and planes[offsets[term] + position], from +0 or from
/// the sums that are there.
///
/// Eight neighbouring positions start at each of four places; their sums go to the same places of
/// `sums`, those of the next row `pitch` behind.
typedef struct {
  const float *factors, *planes;
  const ptrdiff_t *offsets;
  ptrdiff_t count;
  ptrdiff_t places[4];
  float *sums;
  ptrdiff_t pitch;
  bool continues;
} dpu_gather;

/// Adds up the products of a convolution.
void dpu_wide_gather(int rows, const dpu_gather *gather);

/// Inner products of one to six rows with six columns, in eight lanes each, whose elements are fused
/// multiply-adds from +0; joined as (0 + 4 + (2 + 6)) + (1 + 5 + (3 + 7)).
///
/// A row has `count` elements, the next starts `pitch` behind. The eight of a column that meet the
/// n-th eight of a row start at places[n], or at 8n without `places`, where a last vector of fewer than
/// eight is filled with zeros.
typedef struct {
  const float *lines;
  ptrdiff_t pitch;
  const float *columns[6];
  const ptrdiff_t *places;
  ptrdiff_t count;
} dpu_inner_products;

/// Adds the first `columns` of the inner products to sums, those of the next row `pitch` behind.
void dpu_wide_inner_products(
    int rows, const dpu_inner_products *products, float *sums, ptrdiff_t pitch, int columns);

/// Some tiles of one tile row.
///
/// Each of the four rows under them has `length` elements and begins so far behind the plane's start;
/// below 0 it is padding. Its first element stands `lead` columns behind the first tile's first column,
/// or before it. The first tile goes to `position`.
typedef struct {
  ptrdiff_t rows[4];
  ptrdiff_t lead, length;
  ptrdiff_t tiles, position;
} dpu_winograd_run;

/// Bᵀ · d · B of Winograd's F(2×2, 3×3) for the tiles of some runs: sixteen elements of each, whose
/// lines are `step` apart. Writes up to fifteen tiles more.
void dpu_wide_winograd_source(
    const float *plane, const dpu_winograd_run *runs, ptrdiff_t count, float *target,
    ptrdiff_t step);

/// Copies sixteen lines of blocks of sixteen to where blocks lie apart, `[blocks, 16 lines, 16]`.
void dpu_wide_winograd_pack(
    const float *lines, ptrdiff_t line_pitch, ptrdiff_t blocks, float *target,
    ptrdiff_t block_pitch, ptrdiff_t element_pitch);

/// Winograd's products: for each of sixteen elements, one to twelve rows and 32 tiles, `depth` fused
/// multiply-adds from +0 of a weight, `[16 elements, depth, rows]`, and a tile's element.
///
/// Sixteen tiles start at `first`, sixteen at `second`, if there is one; the next term of each is
/// `line_pitch` behind, the next element `element_pitch`.
typedef struct {
  const float *weights, *first, *second;
  ptrdiff_t element_pitch, line_pitch, depth;
} dpu_winograd_products;

/// Writes `[16 elements, rows, 16 tiles]` of the first tiles, then of the second.
void dpu_wide_winograd_products(int rows, const dpu_winograd_products *given, float *products);

/// The four rows under some tiles of one tile row, of `channels` channels whose planes are `plane_pitch`
/// apart.
///
/// Each row has `length` elements and begins so far behind its plane's start; below 0 it is padding. Its
/// first element goes to the first of a line, the lines of a channel are `line_pitch` apart, those of the
/// next one `channel_pitch` behind.
typedef struct {
  const float *planes;
  ptrdiff_t plane_pitch;
  ptrdiff_t rows[4];
  ptrdiff_t length, channels;
  float *lines;
  ptrdiff_t line_pitch, channel_pitch;
} dpu_winograd_rows;

/// Writes Bᵀ · d to four lines of each channel.
void dpu_wide_winograd_mix(const dpu_winograd_rows *given);

/// Copies the first two rows to the first two lines of each channel; the second may be padding, of which
/// nothing is written.
void dpu_wide_winograd_copy(const dpu_winograd_rows *given);

/// Sixteen channels of some tiles of one tile row, each with four lines of 2 · tiles + 2 elements,
/// and the places of their transformed values: `[16 elements, tiles, channels]`.
///
/// Reads up to five elements past a line's end.
typedef struct {
  const float *lines;
  ptrdiff_t channel_pitch, line_pitch;
  ptrdiff_t tiles;
  float *target;
  ptrdiff_t tile_pitch, element_pitch;
} dpu_winograd_channels;

/// The second half of Bᵀ · d · B, from the lines Bᵀ · d.
void dpu_wide_winograd_source_channels(const dpu_winograd_channels *given);

/// A · y · Aᵀ of Winograd's F(2×2, 3×3), from the upper and the lower row in the first two lines.
void dpu_wide_winograd_upstream_channels(const dpu_winograd_channels *given);

/// Where the outputs of Winograd's tiles go: for each filter, `filter_pitch` apart, a line of their
/// upper rows and, `line_pitch` behind, one of the lower.
typedef struct {
  float *lines;
  ptrdiff_t line_pitch, filter_pitch;
} dpu_winograd_lines;

/// Aᵀ · m · A of Winograd's F(2×2, 3×3) for sixteen tiles of each filter, whose products are
/// `[16, filters, 16 tiles]`, and the filter's shift added.
///
/// Whether all results are finite.
bool dpu_wide_winograd_outputs(
    int filters, const float *products, const float *shifts, const dpu_winograd_lines *target);

/// A part of a line that is a part of a row: so many elements, from one place to another.
typedef struct {
  ptrdiff_t source, target, count;
} dpu_segment;

/// Copies the segments of a line to their rows.
void dpu_wide_copy_segments(
    const float *line, const dpu_segment *segments, ptrdiff_t count, float *rows);

/// Adds `count` elements of each of one to sixteen planes, `pitch` apart, to its sum, one after the
/// other.
void dpu_wide_add_in_order(
    const float *planes, ptrdiff_t pitch, int number, ptrdiff_t count, float *sums);

/// Adds `count` rows of `length` elements to others.
void dpu_wide_add_rows(
    const float *source, ptrdiff_t source_pitch, ptrdiff_t count, ptrdiff_t length, float *target,
    ptrdiff_t target_pitch);

/// Whether some value is not finite or exceeds 2¹²⁰.
bool dpu_wide_is_any_immoderate(const float *values, ptrdiff_t count);

/// Writes the same value so many times.
void dpu_wide_fill(float *target, ptrdiff_t count, float value);

/// Adds exp(source[n] − shift) to lane n mod 8, in order. `count` is a multiple of sixteen.
void dpu_wide_add_exponentials(
    const float *source, ptrdiff_t count, float shift, float lanes[8]);

/// Writes upstream[n] − exp(logarithms[n]) · sum, fused. `count` is a multiple of sixteen.
void dpu_wide_subtract_exponentials(
    const float *upstream, const float *logarithms, ptrdiff_t count, float sum, float *target);

/// Windows of 2 × 2 elements side by side: in each plane `rows` times `columns` of them, in rows of
/// `width` elements of which the first is number `corner` of its plane.
typedef struct {
  const float *source;
  ptrdiff_t width;
  ptrdiff_t planes, rows, columns;
  int32_t corner;
  float *values;
  /// Where each value was in its plane; null where nobody asks.
  int32_t *places;
  /// How far apart the planes are, and their values and places.
  ptrdiff_t source_pitch, value_pitch;
} dpu_pooling;

/// Writes the largest value of each window: the first of equals in the order of rows, of NaNs the last.
void dpu_wide_max_pool(const dpu_pooling *given);

/// Adds source[n] to sum n mod 32, in order; past the last 32, to sum n mod 8. Writes for each n below 8
/// (n + (n + 8)) + ((n + 16) + (n + 24)). `count` is a multiple of eight.
void dpu_wide_sum(const float *source, ptrdiff_t count, double sums[8]);

/// The same of (source[n] − center)².
void dpu_wide_sum_squares(
    const float *source, ptrdiff_t count, float center, double sums[8]);

#endif
