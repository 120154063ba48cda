// What Swift cannot say to the processor and to the allocator.
#ifndef DPU_CPROCESSOR_SHIM_H
#define DPU_CPROCESSOR_SHIM_H

#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#ifdef __linux__
#include <sys/mman.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

/// Whether the processor has the instructions that Kernels is compiled for.
static inline int dpu_processor_is_supported(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return 1;
#endif
}

/// Asks for the cache line at an address that will be read. Any address will do.
static inline void dpu_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

/// Asks for the cache line at an address that will be written. Any address will do.
static inline void dpu_prefetch_to_write(const void *address) { __builtin_prefetch(address, 1, 3); }

/// Writes the square root of each value, without a look at what `errno` would say.
static inline void dpu_square_roots(const float *source, float *target, size_t count) {
  for (size_t index = 0; index < count; index++)
    target[index] = __builtin_elementwise_sqrt(source[index]);
}

/// Tells the processor that this thread waits in a loop.
static inline void dpu_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

/// Lets other threads have the processor.
static inline void dpu_yield(void) { sched_yield(); }

/// Lets the allocator keep the memory of freed tensors for the next ones: up to 256 MiB, in blocks of
/// up to 64 MiB. Without this each step over a large layer gives its pages back and has them cleared
/// again, which takes as long as a third of the arithmetic.
static inline void dpu_keep_freed_memory(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}

/// Has a block of 64 MiB or more, which is the system's own and goes back to it, made of pages of
/// 2 MiB instead of 4 KiB: a block of 800 MB is given back within a few milliseconds instead of two
/// tenths of a second. All of it will be written.
static inline void dpu_prefer_large_pages(void *block, size_t bytes) {
#ifdef MADV_HUGEPAGE
  if (bytes < 64 << 20) return;
  uintptr_t first = ((uintptr_t)block + 0xffff) & ~(uintptr_t)0xffff;
  madvise((void *)first, (uintptr_t)block + bytes - first, MADV_HUGEPAGE);
#endif
}

/// So many bytes, a multiple of a cache line, aligned to one; null where there is no memory.
static inline void *dpu_allocate(size_t bytes) {
  void *block = aligned_alloc(64, bytes);
  if (block) dpu_prefer_large_pages(block, bytes);
  return block;
}

/// Gives back what dpu_allocate gave.
static inline void dpu_free(void *buffer) { free(buffer); }

/// Whether the allocator has so many bytes in one piece, and the reserve besides. No page is touched.
static inline int dpu_has_memory(size_t bytes, size_t reserve) {
  for (int attempt = 0; attempt < 2; attempt++) {
    void *piece = malloc(bytes ? bytes : 1);
    void *rest = piece ? malloc(reserve) : NULL;
    // Without this the compiler would see that nobody uses them, and answer yes.
    __asm__ __volatile__("" : : "r"(piece), "r"(rest) : "memory");
    free(rest);
    free(piece);
    if (rest) return 1;
#ifdef __GLIBC__
    // What was freed may lie in pieces, or in the pool of another thread.
    malloc_trim(0);
#endif
  }
  return 0;
}

#endif
