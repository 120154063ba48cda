#define _GNU_SOURCE
#include "CTestSupport.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utmp.h>

pid_t start_at_terminal(
    const char *path, char *const arguments[], char *const environment[], const char *directory,
    unsigned short rows, unsigned short columns, int *primary, int *secondary) {
  struct winsize size = {.ws_row = rows, .ws_col = columns};
  if (openpty(primary, secondary, NULL, NULL, &size) != 0) return -1;
  fcntl(*primary, F_SETFD, FD_CLOEXEC);
  fcntl(*secondary, F_SETFD, FD_CLOEXEC);
  pid_t process = fork();
  if (process != 0) return process;
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  int terminal = dup(*secondary);
  if (terminal < 0 || login_tty(terminal) != 0) _exit(126);
  if (directory && chdir(directory) != 0) _exit(126);
  execve(path, arguments, environment);
  _exit(127);
}
