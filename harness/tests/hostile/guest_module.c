// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel module that does its worst in a guest, as its parameter says: what the tests of Linux guests load.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/version.h>
#include <asm/desc.h>

static char *act = "none";
module_param(act, charp, 0444);
MODULE_PARM_DESC(act, "what to do while it is loaded");

static DEFINE_MUTEX(held);
static DEFINE_SPINLOCK(spun);

static void noinline read_nothing(void)
{
	volatile int *nothing = (int *)8;

	pr_info("guest_module: %d\n", *nothing);
}

static void noinline lock_twice(void)
{
	unsigned long flags;

	spin_lock_irqsave(&spun, flags);
	spin_lock(&spun);
}

static void corrupt_a_list(void)
{
	LIST_HEAD(head);
	struct list_head a, b;

	list_add(&a, &head);
	a.next = &b;
	list_del(&a);
}

static void schedule_with_a_lock(void)
{
	spin_lock(&spun);
	msleep(20);
	spin_unlock(&spun);
}

static void free_twice(void)
{
	void *object = kmalloc(64, GFP_KERNEL);

	kfree(object);
	kfree(object);
}

static void eat_memory(void)
{
	while (kmalloc(PAGE_SIZE, GFP_KERNEL))
		cond_resched();
}

static void flood_log(void)
{
	int i;

	for (i = 0; i < 200000; i++) {
		pr_info("guest_module: line %d of many\n", i);
		if (i % 1000 == 0)
			msleep(1);
	}
}

/* Without a table of interrupts, the first one is a triple fault. */
static void triple_fault(void)
{
	struct desc_ptr no_table = { .size = 0, .address = 0 };

	load_idt(&no_table);
	asm volatile("int3");
}

static int __init guest_module_init(void)
{
	pr_info("guest_module: %s\n", act);
	if (!strcmp(act, "panic"))
		panic("guest_module: on purpose");
	if (!strcmp(act, "oops"))
		read_nothing();
	if (!strcmp(act, "warn"))
		WARN(1, "guest_module: on purpose");
	if (!strcmp(act, "spin"))
		for (;;)
			cpu_relax();
	if (!strcmp(act, "loop"))
		for (;;)
			barrier();
	if (!strcmp(act, "deadlock"))
		lock_twice();
	if (!strcmp(act, "hang")) {
		mutex_lock(&held);
		mutex_lock(&held);
	}
	if (!strcmp(act, "list"))
		corrupt_a_list();
	if (!strcmp(act, "atomic"))
		schedule_with_a_lock();
	if (!strcmp(act, "twice"))
		free_twice();
	if (!strcmp(act, "eat"))
		eat_memory();
	if (!strcmp(act, "flood"))
		flood_log();
	if (!strcmp(act, "triple"))
		triple_fault();
	return strcmp(act, "refuse") ? 0 : -EINVAL;
}

static void __exit guest_module_exit(void)
{
	pr_info("guest_module: gone\n");
}

module_init(guest_module_init);
module_exit(guest_module_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("does its worst in a guest");
