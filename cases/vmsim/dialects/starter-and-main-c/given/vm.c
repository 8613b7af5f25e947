/* Translates addresses with a TLB and a page table. */
#include <stdio.h>

static int translate(int address)
{
	/* STUDENT BEGIN(translate) */
	/* TODO: look in the TLB, then in the page table; load the page from the backing store on a page fault */
	return address;
	/* STUDENT END */
}

int main(int argc, char **argv)
{
	char line[64];
	int address;
	FILE *trace = argc > 2 ? fopen(argv[2], "r") : NULL;

	while (trace && fgets(line, sizeof line, trace))
		if (sscanf(line, "%d", &address) == 1)
			printf("%d\n", translate(address));
	return 0;
}
