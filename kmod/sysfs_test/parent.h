/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The directory /sys/kernel/mm, in which attribute groups can be made. Its kobject,
 * mm_kobj, is not exported any more in 6.12; but a directory of sysfs knows its
 * kobject, and /sys/kernel is exported.
 */
#ifndef SYSFS_TEST_PARENT_H
#define SYSFS_TEST_PARENT_H

#include <linux/kernfs.h>
#include <linux/kobject.h>

/* With a reference: give it back by kobject_put(). NULL when there is no such directory. */
static inline struct kobject *sysfs_mm(void)
{
	struct kernfs_node *directory = kernfs_find_and_get(kernel_kobj->sd, "mm");
	struct kobject *kobj;

	if (!directory)
		return NULL;
	kobj = kobject_get(directory->priv);
	kernfs_put(directory);
	return kobj;
}

#endif
