/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A transcript that is played: by fake clients against a controller, or by a fake
 * controller against a kernel.
 *
 * conform/README has the language. A transcript is read and played a line at a time;
 * the first line that is not as it should be ends it. Whoever plays one sets @path,
 * @patience, @socket, @dir, and @exec or @kernel of @program; the rest is zero.
 */
#ifndef CONFORM_PLAY_H
#define CONFORM_PLAY_H

#include "conform/cast.h"
#include "conform/fake_controller.h"
#include "conform/program.h"
#include "conform/verdict.h"

/**
 * struct play - a transcript that is being played
 * @path: the transcript
 * @line: where we are
 * @socket: the controller's socket
 * @dir: a directory for this transcript alone
 * @patience: how long to wait for what must come, ms of host time
 * @program: what is under test
 * @fake: the controller that a kernel is tested with
 * @cast: who plays
 * @verdict: what came of it
 */
struct play {
	const char *path;
	unsigned int line;
	char socket[108];
	char dir[64];
	int patience;
	struct program program;
	struct fake_controller fake;
	struct cast cast;
	struct verdict verdict;
};

int play_transcript(struct play *t);
int play_read_head(const char *path, bool *for_kernel, char *title, size_t size);

#endif /* CONFORM_PLAY_H */
