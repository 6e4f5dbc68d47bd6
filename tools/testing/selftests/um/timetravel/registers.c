// SPDX-License-Identifier: GPL-2.0
/*
 * The floating point and vector registers that a new program begins with: as after a
 * reset, that is zero but for the control words.
 */
#include <cpuid.h>
#include <stdalign.h>
#include "tt.h"

/* What FNINIT leaves in the control word, and MXCSR after a reset */
#define FP_CONTROL	0x37f
#define MXCSR		0x1f80

/* Rights of protection keys, which a kernel may begin with as it wants */
#define PKRU		9

/* CPUID's leaf of the state, which tells where it begins after header and FXSAVE's area */
#define LEAF_XSTATE	0xd
#define COMPONENTS	63

/* More than any CPU has */
#define STATE_SIZE	65536

/* Not static: the compiler does not see who writes it. */
alignas(64) struct {
	__u16 control, status, tags, opcode;
	__u64 ip, dp;
	__u32 mxcsr, mxcsr_mask;
	__u8 st[128], xmm[256], reserved[96];
	__u64 present;
	__u8 rest[STATE_SIZE - 520];
} state;

/* The program begins here, before libc uses any. RDX is for libc. */
__asm__(".globl registers_start\n"
	"registers_start:\n"
	"	mov	%rdx, %r12\n"
	"	mov	$1, %eax\n"
	"	cpuid\n"
	"	bt	$27, %ecx\n"	/* OSXSAVE */
	"	jnc	1f\n"
	"	mov	$-1, %eax\n"
	"	mov	$-1, %edx\n"
	"	xsave64	state(%rip)\n"
	"	jmp	2f\n"
	"1:	fxsave64 state(%rip)\n"
	"2:	mov	%r12, %rdx\n"
	"	jmp	_start\n");

static void zero(const char *what, const __u8 *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n && !bytes[i]; i++)
		;
	if (i < n)
		wrong("%s: byte %zu of %zu is %#x", what, i, n, bytes[i]);
}

static void check_component(int i)
{
	unsigned int size, offset, c, d;
	char name[32];

	__cpuid_count(LEAF_XSTATE, i, size, offset, c, d);
	snprintf(name, sizeof(name), "component %d of the state", i);
	if (offset + size > sizeof(state))
		wrong("%s: ends at %u", name, offset + size);
	else
		zero(name, (__u8 *)&state + offset, size);
}

static void test_start(void)
{
	int i;

	same("x87 control word", state.control, FP_CONTROL);
	same("x87 status word", state.status, 0);
	same("x87 tags", state.tags, 0);
	same("MXCSR", state.mxcsr, MXCSR);
	zero("x87 registers", state.st, sizeof(state.st));
	zero("XMM registers", state.xmm, sizeof(state.xmm));

	for (i = 2; i < COMPONENTS; i++)
		if (i != PKRU && state.present & 1ULL << i)
			check_component(i);
}

static const struct tt_test tests[] = {
	{ "start", test_start },
	{ }
};

int main(int argc, char **argv)
{
	return tt_main(argc, argv, tests);
}
