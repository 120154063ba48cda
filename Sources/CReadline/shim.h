// GNU readline, and the few lines of C that Swift cannot say.
#ifndef DPU_CREADLINE_SHIM_H
#define DPU_CREADLINE_SHIM_H

// readline.h uses FILE without including this.
#include <stdio.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
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

/// Waits until a descriptor can be read or a signal that the mask lets through has come.
/// Returns 1 for the former, -1 with errno set for the latter. FD_SET is a macro.
static inline int dpu_wait_for_input(int descriptor, const sigset_t *mask) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(descriptor, &set);
  return pselect(descriptor + 1, &set, NULL, NULL, NULL, mask);
}

#endif
