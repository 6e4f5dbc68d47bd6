// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded to a kernel: what it gets from the host as random numbers is the same each
 * time, so that what depends on nothing else can be compared.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>

ssize_t getrandom(void *buffer, size_t length, unsigned int flags)
{
	static uint64_t state = 1;
	unsigned char *bytes = buffer;
	size_t i;

	(void)flags;
	for (i = 0; i < length; i++) {
		state = state * 6364136223846793005ull + 1442695040888963407ull;
		bytes[i] = state >> 56;
	}
	return length;
}

int open64(const char *path, int flags, ...)
{
	int (*real_open)(const char *path, int flags, ...) = dlsym(RTLD_NEXT, "open64");
	va_list args;
	int mode;

	va_start(args, flags);
	mode = va_arg(args, int);
	va_end(args);
	if (!strcmp(path, "/dev/random") || !strcmp(path, "/dev/urandom"))
		path = "/dev/zero";
	return real_open(path, flags, mode);
}
