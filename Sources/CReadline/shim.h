// GNU readline, and the few lines of C that Swift cannot say.
#ifndef DPU_CREADLINE_SHIM_H
#define DPU_CREADLINE_SHIM_H

// readline.h uses FILE without including this.
#include <stdio.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

/// Waits until a descriptor can be read or a signal that the mask lets through has come.
/// Returns 1 for the former, -1 with errno set for the latter, 0 where it was only to look and
/// nothing was there. FD_SET is a macro.
static inline int dpu_wait_for_input(int descriptor, const sigset_t *mask, int only_looks) {
  struct timespec none = {0, 0};
  fd_set set;
  FD_ZERO(&set);
  FD_SET(descriptor, &set);
  return pselect(descriptor + 1, &set, NULL, NULL, only_looks ? &none : NULL, mask);
}

/// Prepares the terminal as readline does, but so that a read never waits: Ctrl-C makes a terminal
/// forget the keys that made it readable. The places of the settings are macros.
static inline void dpu_prepare_terminal(int meta) {
  struct termios mode;
  rl_prep_terminal(meta);
  if (tcgetattr(STDIN_FILENO, &mode) != 0) return;
  mode.c_cc[VMIN] = 0;
  mode.c_cc[VTIME] = 0;
  tcsetattr(STDIN_FILENO, TCSANOW, &mode);
}

/// The terminal's mode before readline changed it: what a signal handler puts back, where no Swift
/// may run.
static inline struct termios *dpu_former_terminal(void) {
  static struct termios former;
  return &former;
}

/// Notes the terminal's mode.
static inline void dpu_keep_terminal(void) { tcgetattr(STDIN_FILENO, dpu_former_terminal()); }

/// Puts back the mode that was noted. Safe in a signal handler.
static inline void dpu_restore_terminal(void) {
  tcsetattr(STDIN_FILENO, TCSANOW, dpu_former_terminal());
}

/// From terminfo, which readline is linked with; its own header defines macros of common words.
extern int tgetent(char *buffer, const char *name);
extern int tgetnum(const char *capability);

/// How many colours a terminal has; -1 where terminfo does not know the terminal.
static inline int dpu_terminal_colours(const char *name) {
  int count;
  if (tgetent(NULL, name) != 1) return -1;
  count = tgetnum("Co");
  return count > 0 ? count : 0;
}

#endif
