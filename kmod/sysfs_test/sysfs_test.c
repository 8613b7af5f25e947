// SPDX-License-Identifier: GPL-2.0
/*
 * A module that is controlled through sysfs.
 *
 *	/sys/kernel/mm/sysfs_test/func			1: say hello; 0: nothing
 *	/sys/kernel/mm/sysfs_test/cycle			how often
 *	/sys/kernel/mm/sysfs_test/sleep_millisec	time between two messages
 *	/sys/kernel/mm/sysfs_test/run			1 starts, 0 stops
 *
 * Writing 1 to run does func `cycle` times, from the beginning if it was under way;
 * then run is 0 again. When a write of 0 returns, nothing more is said. One
 * attribute, one value: a decimal number, anything else is refused by -EINVAL.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>

#include "parent.h"

#define CYCLE_MAX 1000
#define SLEEP_MAX 3600000

static unsigned int test_func;
static unsigned int test_cycle = 1;
static unsigned int test_sleep_ms;

/* Messages still to come. The work alone changes it, or who has cancelled the work. */
static unsigned int test_left;
static void test_do(struct work_struct *work);
static DECLARE_DELAYED_WORK(test_work, test_do);
/* Held by who starts or stops the work. */
static DEFINE_MUTEX(test_lock);

static struct kobject *parent;

static void test_do(struct work_struct *work)
{
	/* STUDENT BEGIN(messages) */
	/* TODO: when func is 1, say "hello world!" with pr_info(). Count test_left
	 * down, and do this work again after test_sleep_ms while some are left.
	 */
	if (READ_ONCE(test_func) == 1)
		pr_info("hello world!\n");
	WRITE_ONCE(test_left, test_left - 1);
	if (test_left)
		schedule_delayed_work(&test_work, msecs_to_jiffies(READ_ONCE(test_sleep_ms)));
	/* STUDENT END */
}

/* A decimal number up to most, and nothing else, becomes the setting. */
static int __maybe_unused test_set(unsigned int *setting, const char *text, unsigned int most)
{
	unsigned int value;

	if (kstrtouint(text, 10, &value) || value > most)
		return -EINVAL;
	WRITE_ONCE(*setting, value);
	return 0;
}

static ssize_t func_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(test_func));
}

static ssize_t func_store(struct kobject *kobj, struct kobj_attribute *attr,
			  const char *buf, size_t count)
{
	/* STUDENT BEGIN(attributes) */
	/* TODO: take a number from 0 to 1; every other text is -EINVAL. */
	/* STUB: return -EINVAL; */
	return test_set(&test_func, buf, 1) ?: count;
	/* STUDENT END */
}

static ssize_t cycle_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(test_cycle));
}

static ssize_t cycle_store(struct kobject *kobj, struct kobj_attribute *attr,
			   const char *buf, size_t count)
{
	/* STUDENT BEGIN(attributes) */
	/* TODO: take a number from 0 to CYCLE_MAX. */
	/* STUB: return -EINVAL; */
	return test_set(&test_cycle, buf, CYCLE_MAX) ?: count;
	/* STUDENT END */
}

static ssize_t sleep_millisec_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(test_sleep_ms));
}

static ssize_t sleep_millisec_store(struct kobject *kobj, struct kobj_attribute *attr,
				    const char *buf, size_t count)
{
	/* STUDENT BEGIN(attributes) */
	/* TODO: take a number from 0 to SLEEP_MAX. */
	/* STUB: return -EINVAL; */
	return test_set(&test_sleep_ms, buf, SLEEP_MAX) ?: count;
	/* STUDENT END */
}

static ssize_t run_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(test_left) != 0);
}

static ssize_t run_store(struct kobject *kobj, struct kobj_attribute *attr,
			 const char *buf, size_t count)
{
	/* STUDENT BEGIN(attributes) */
	/* TODO: 0 stops: cancel the work and wait for it, so that nothing is left. 1 starts
	 * anew: stop, set test_left to cycle, and schedule the work at once if that is not 0.
	 */
	/* STUB: return -EINVAL; */
	unsigned int on;
	int error = test_set(&on, buf, 1);

	if (error)
		return error;
	mutex_lock(&test_lock);
	cancel_delayed_work_sync(&test_work);
	WRITE_ONCE(test_left, on ? READ_ONCE(test_cycle) : 0);
	if (test_left)
		schedule_delayed_work(&test_work, 0);
	mutex_unlock(&test_lock);
	return count;
	/* STUDENT END */
}

static struct kobj_attribute func_attribute = __ATTR_RW(func);
static struct kobj_attribute cycle_attribute = __ATTR_RW(cycle);
static struct kobj_attribute sleep_attribute = __ATTR_RW(sleep_millisec);
static struct kobj_attribute run_attribute = __ATTR_RW(run);

static struct attribute *test_attributes[] = {
	&func_attribute.attr,
	&cycle_attribute.attr,
	&sleep_attribute.attr,
	&run_attribute.attr,
	NULL,
};

static const struct attribute_group __maybe_unused test_group = {
	.name = "sysfs_test",
	.attrs = test_attributes,
};

static int __init sysfs_test_init(void)
{
	int error;

	parent = sysfs_mm();
	if (!parent)
		return -ENOENT;
	/* STUDENT BEGIN(group) */
	/* TODO: make the group of attributes, test_group, in parent. */
	/* STUB: error = 0; */
	error = sysfs_create_group(parent, &test_group);
	/* STUDENT END */
	if (error)
		goto put_parent;
	return 0;

put_parent:
	kobject_put(parent);
	return error;
}

static void __exit sysfs_test_exit(void)
{
	/* STUDENT BEGIN(group) */
	/* TODO: take the group away, then wait for the end of the work. Why in this order? */
	sysfs_remove_group(parent, &test_group);
	cancel_delayed_work_sync(&test_work);
	/* STUDENT END */
	kobject_put(parent);
}

module_init(sysfs_test_init);
module_exit(sysfs_test_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A module that is controlled through sysfs");
