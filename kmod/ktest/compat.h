/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels that ktest.c is built for, 5.10 to 6.12, and
 * what they do not export:
 *
 *	VMA_ITERATOR(), for_each_vma()	for kernels whose mm has a list of VMAs
 *	ktest_follow_page()		follow_page(), or what took its place
 *	ktest_page_referenced()		page_referenced(), or folio_referenced()
 *	ktest_parent()			the directory /sys/kernel/mm
 *
 * It does nothing that a student is asked for. Functions that are not exported
 * are found by placing a kprobe on them, and called by static calls: a direct
 * call also works where the processor tracks indirect branches (IBT), and where
 * the kprobe's address is the one behind the function's ENDBR.
 */
#ifndef KTEST_COMPAT_H
#define KTEST_COMPAT_H

#include <linux/io.h>
#include <linux/kernfs.h>
#include <linux/kobject.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/pagewalk.h>
#include <linux/rmap.h>
#include <linux/static_call.h>
#include <linux/stringify.h>
#include <linux/sysfs.h>
#include <linux/version.h>

/*
 * Up to 6.0 the VMAs are a list in the order of their addresses; since 6.1 they
 * are in a maple tree, which is walked by
 *
 *	VMA_ITERATOR(vmi, mm, 0);
 *
 *	mmap_read_lock(mm);
 *	for_each_vma(vmi, vma)
 *		...
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
struct vma_iterator {
	struct mm_struct *mm;
};

#define VMA_ITERATOR(name, of_mm, address) struct vma_iterator name = { .mm = (of_mm) }
#define for_each_vma(name, vma) for ((vma) = (name).mm->mmap; (vma); (vma) = (vma)->vm_next)
#endif

/* The address of a kernel function, or NULL. The probe is never armed. */
static inline void *ktest_function(const char *name)
{
	struct kprobe probe = { .symbol_name = name, .flags = KPROBE_FLAG_DISABLED };
	void *address;

	if (register_kprobe(&probe)) {
		pr_err("this kernel has no %s()\n", name);
		return NULL;
	}
	address = probe.addr;
	unregister_kprobe(&probe);
	return address;
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#define KERNEL_FOLLOW follow_page
#else
#define KERNEL_FOLLOW folio_walk_start
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 18, 0)
#define KERNEL_REFERENCED page_referenced
#else
#define KERNEL_REFERENCED folio_referenced
#endif
DEFINE_STATIC_CALL_NULL(ktest_follow, KERNEL_FOLLOW);
DEFINE_STATIC_CALL_NULL(ktest_referenced, KERNEL_REFERENCED);

/* Finds the functions above; to be called once, before any of them. */
static inline int ktest_find_functions(void)
{
	typeof(KERNEL_FOLLOW) *follow = ktest_function(__stringify(KERNEL_FOLLOW));
	typeof(KERNEL_REFERENCED) *referenced = ktest_function(__stringify(KERNEL_REFERENCED));

	if (!follow || !referenced)
		return -ENOENT;
	static_call_update(ktest_follow, follow);
	static_call_update(ktest_referenced, referenced);
	return 0;
}

/*
 * The page at address of vma, with a reference: give it back by put_page().
 * NULL or an error pointer when no page is there now. The caller holds the mmap
 * lock; nothing is faulted in.
 */
static inline struct page *ktest_follow_page(struct vm_area_struct *vma, unsigned long address)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
	return static_call(ktest_follow)(vma, address, FOLL_GET);
#else
	struct folio_walk walk;
	struct page *page;

	if (is_vm_hugetlb_page(vma))
		return NULL;
	if (!static_call(ktest_follow)(&walk, vma, address, FW_ZEROPAGE))
		return NULL;
	page = walk.page;
	if (page)
		get_page(page);
	/* folio_walk_end() without its part for hugetlb, which is not exported */
	spin_unlock(walk.ptl);
	if (walk.level == FW_LEVEL_PTE)
		pte_unmap(walk.ptep);
	return page;
#endif
}

/*
 * How many mappings of the page have been used since this was asked last: it
 * clears the Accessed bits that it finds. 0 means cold.
 */
static inline int ktest_page_referenced(struct page *page)
{
	unsigned long vm_flags;

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 18, 0)
	return static_call(ktest_referenced)(page, 0, NULL, &vm_flags);
#else
	return static_call(ktest_referenced)(page_folio(page), 0, NULL, &vm_flags);
#endif
}

/*
 * /sys/kernel/mm, with a reference: give it back by kobject_put(). mm_kobj itself
 * is not exported any more in 6.12; a directory of sysfs knows its kobject.
 */
static inline struct kobject *ktest_parent(void)
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
