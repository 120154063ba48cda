// GNU readline, and the few lines of C that Swift cannot say.
#ifndef DPU_CREADLINE_SHIM_H
#define DPU_CREADLINE_SHIM_H

#include <stdio.h>

#include <readline/history.h>
#include <readline/readline.h>

#endif
