// Renaming files as Linux can and Swift cannot say.
#ifndef DPU_CFILES_SHIM_H
#define DPU_CFILES_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

/// Renames a file with the flags of renameat2: 1 replaces nothing, 2 exchanges the two. Returns 0, or
/// -1 with errno set; ENOSYS where the system has no such call.
static inline int dpu_rename(const char *from, const char *to, unsigned int flags) {
#ifdef SYS_renameat2
  return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
#else
  (void)from, (void)to, (void)flags;
  errno = ENOSYS;
  return -1;
#endif
}

#endif
