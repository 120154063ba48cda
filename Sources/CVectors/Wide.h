// Vectors of sixteen floats, and the marks of functions that may use them.
#ifndef DPU_WIDE_H
#define DPU_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// What is fused is written so: no bit may depend on what a compiler likes to fuse.
#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)
#define WIDE __attribute__((target("avx512f,avx512vl,avx2,fma")))
#else
#define WIDE
#endif
// A helper is a part of each function that uses it: by itself it would be code without the mark.
#define INLINE static inline __attribute__((always_inline)) WIDE

typedef float Floats8 __attribute__((vector_size(32)));
typedef float Floats16 __attribute__((vector_size(64)));
typedef int32_t Whole16 __attribute__((vector_size(64)));
/// What is shifted past the sign or may wrap around.
typedef uint32_t Bits16 __attribute__((vector_size(64)));

INLINE Floats16 load16(const float *source) {
  typedef float Anywhere __attribute__((vector_size(64), aligned(4), may_alias));
  return *(const Anywhere *)source;
}

INLINE void store16(Floats16 value, float *target) {
  typedef float Anywhere __attribute__((vector_size(64), aligned(4), may_alias));
  *(Anywhere *)target = value;
}

/// Some of sixteen lanes, a bit each.
typedef uint16_t Lanes;

/// The lanes from one on and before another; both may lie outside.
INLINE Lanes lanes(ptrdiff_t first, ptrdiff_t end) {
  uint32_t low = first < 0 ? 0 : first > 16 ? 16 : (uint32_t)first;
  uint32_t high = end < 0 ? 0 : end > 16 ? 16 : (uint32_t)end;
  return (Lanes)(((1u << high) - 1) & ~((1u << low) - 1));
}

/// Some lanes from memory, of which nothing else is read; the others are zero.
INLINE Floats16 loadSome(const float *source, Lanes lanes) {
#if defined(__x86_64__)
  return (Floats16)_mm512_maskz_loadu_ps(lanes, source);
#else
  Floats16 value = {0};
  for (int lane = 0; lane < 16; lane++) {
    if (lanes >> lane & 1) value[lane] = source[lane];
  }
  return value;
#endif
}

/// Writes some lanes to memory, and nothing else.
INLINE void storeSome(Floats16 value, float *target, Lanes lanes) {
#if defined(__x86_64__)
  _mm512_mask_storeu_ps(target, lanes, (__m512)value);
#else
  typedef float Anywhere __attribute__((may_alias));
  for (int lane = 0; lane < 16; lane++) {
    if (lanes >> lane & 1) ((Anywhere *)target)[lane] = value[lane];
  }
#endif
}

/// The first `count` of sixteen elements, then zeros; nothing past them is read.
INLINE Floats16 loadFirst(const float *source, ptrdiff_t count) {
  return loadSome(source, (Lanes)((1u << count) - 1));
}

/// Writes the first `count` of sixteen elements.
INLINE void storeFirst(Floats16 value, float *target, ptrdiff_t count) {
  storeSome(value, target, (Lanes)((1u << count) - 1));
}

INLINE Floats8 load8(const float *source) {
  typedef float Anywhere __attribute__((vector_size(32), aligned(4), may_alias));
  return *(const Anywhere *)source;
}

INLINE void store8(Floats8 value, float *target) {
  typedef float Anywhere __attribute__((vector_size(32), aligned(4), may_alias));
  *(Anywhere *)target = value;
}

/// Sixteen times the same. (Subtracting zero changes nothing; adding it would, to a −0.)
INLINE Floats16 all16(float value) { return value - (Floats16){0}; }

INLINE Floats16 choose(Whole16 condition, Floats16 yes, Floats16 no) {
  return (Floats16)((condition & (Whole16)yes) | (~condition & (Whole16)no));
}

INLINE Floats16 fused(Floats16 a, Floats16 b, Floats16 c) {
  return __builtin_elementwise_fma(a, b, c);
}

INLINE Floats16 join(Floats8 low, Floats8 high) {
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

INLINE Floats8 low(Floats16 value) {
  return __builtin_shufflevector(value, value, 0, 1, 2, 3, 4, 5, 6, 7);
}

INLINE Floats8 high(Floats16 value) {
  return __builtin_shufflevector(value, value, 8, 9, 10, 11, 12, 13, 14, 15);
}

/// Of each 128 bits the first two elements of both vectors, or the last two.
INLINE Floats16 lowPairs(Floats16 a, Floats16 b) {
  return __builtin_shufflevector(
      a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
}

INLINE Floats16 highPairs(Floats16 a, Floats16 b) {
  return __builtin_shufflevector(
      a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
}

/// Of each 128 bits the first two elements of both vectors in turn, or the last two.
INLINE Floats16 turnLow(Floats16 a, Floats16 b) {
  return __builtin_shufflevector(
      a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29);
}

INLINE Floats16 turnHigh(Floats16 a, Floats16 b) {
  return __builtin_shufflevector(
      a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31);
}

/// Every other one of 32 elements, from the first on or from the second.
INLINE Floats16 evens(Floats16 a, Floats16 b) {
  return __builtin_shufflevector(
      a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}

INLINE Floats16 odds(Floats16 a, Floats16 b) {
  return __builtin_shufflevector(
      a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

/// Every other 128 bits of two vectors, from the first on or from the second.
INLINE Floats16 evenBlocks(Floats16 a, Floats16 b) {
  return __builtin_shufflevector(
      a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
}

INLINE Floats16 oddBlocks(Floats16 a, Floats16 b) {
  return __builtin_shufflevector(
      a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}

/// Four lines turned into four columns: within each 128 bits one element of each line.
typedef struct {
  Floats16 column[4];
} Columns;

INLINE Columns turn(Floats16 a, Floats16 b, Floats16 c, Floats16 d) {
  Floats16 e = turnLow(a, b), f = turnHigh(a, b), g = turnLow(c, d), h = turnHigh(c, d);
  return (Columns){{lowPairs(e, g), highPairs(e, g), lowPairs(f, h), highPairs(f, h)}};
}

/// Copies elements to where they do not overlap; the last vector repeats some of the one before.
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

#endif
