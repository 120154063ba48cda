// zlib, as it is.
#ifndef DPU_CZLIB_SHIM_H
#define DPU_CZLIB_SHIM_H

#include <zlib.h>

#endif
