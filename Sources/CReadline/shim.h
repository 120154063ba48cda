// GNU readline, and the few lines of C that Swift cannot say.
#ifndef DPU_CREADLINE_SHIM_H
#define DPU_CREADLINE_SHIM_H

// readline.h uses FILE without including this.
#include <stdio.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

/// Whether the processor has the instructions that Kernels is compiled for.
static inline int dpu_processor_is_supported(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return 1;
#endif
}

#endif
