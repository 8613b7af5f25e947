// SPDX-License-Identifier: GPL-2.0
/*
 * Says hello in the kernel log when it is loaded, as often as its parameter asks for:
 *
 *	insmod helloworld.ko loop=3
 *
 * once when no parameter is given. More than LOOP_MAX times is refused, so that a
 * slip of the finger does not flush everybody else's messages out of the log.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/moduleparam.h>

#define LOOP_MAX 1000

static unsigned int loop = 1;
module_param(loop, uint, 0444);
MODULE_PARM_DESC(loop, "how often to say hello, 0 to 1000 (1)");

static int __init helloworld_init(void)
{
	/* STUDENT BEGIN(hello) */
	/* TODO: refuse a loop above LOOP_MAX by -EINVAL; say "hello world!" loop times with
	 * pr_info().
	 */
	/* STUB: return 0; */
	unsigned int i;

	if (loop > LOOP_MAX)
		return -EINVAL;
	for (i = 0; i < loop; i++)
		pr_info("hello world!\n");
	return 0;
	/* STUDENT END */
}

static void __exit helloworld_exit(void)
{
}

module_init(helloworld_init);
module_exit(helloworld_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Says hello in the kernel log");
