// Starts a program at a pseudo-terminal: what needs fork, which Swift does not offer.
#ifndef DPU_C_TEST_SUPPORT_H
#define DPU_C_TEST_SUPPORT_H

#include <sys/types.h>

/// Starts a program as the leader of a session with a new terminal of its own.
///
/// Returns the process, or -1 with errno set. `primary` receives the tester's side of the terminal,
/// `secondary` the program's side, held open so that its settings can be read afterwards.
pid_t start_at_terminal(
    const char *path, char *const arguments[], char *const environment[], const char *directory,
    unsigned short rows, unsigned short columns, int *primary, int *secondary);

#endif
