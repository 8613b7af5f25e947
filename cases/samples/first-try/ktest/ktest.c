// SPDX-License-Identifier: GPL-2.0
/*
 * ktest: statistics of a process's memory.
 *
 *	/sys/kernel/mm/ktest/func		what to do: 0 to 5, see below
 *	/sys/kernel/mm/ktest/pid		the process to watch
 *	/sys/kernel/mm/ktest/sleep_millisecs	time between two scans
 *	/sys/kernel/mm/ktest/run		1 on, 0 off
 *	/sys/kernel/mm/ktest/vma		(read) its VMAs, as func 1 counted them last
 *
 * A kernel thread does one scan after another while run is 1. The functions:
 *
 *	0  says hello in the kernel log
 *	1  counts the process's VMAs
 *	2  ktest_func2.txt: physical addresses of the hot pages, a line a scan
 *	3  ktest_func3.txt: "0x<virtual address> 0x<PFN>" of every page that is present
 *	4  ktest_func4.bin: the data segment
 *	5  ktest_func5.bin: the code segment
 *
 * The files are in the directory that the parameter `output` names (/tmp); the one
 * of function 2 grows, the others hold the last scan. A scan that is switched off
 * before its end, or whose process ends meanwhile, leaves the files as they were.
 * A process that does not exist, or has no memory (a kernel thread), is no error:
 * there is nothing to do until it comes.
 *
 * All of it is one file, because that is what a student hands in.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/wait.h>

#include "compat.h"
#include "output.h"

static char *output = "/tmp";
module_param(output, charp, 0444);
MODULE_PARM_DESC(output, "directory of the output files");

/* The settings. A scan reads each of them once, at its begin. */
static unsigned int ktest_func;
static unsigned int ktest_sleep_ms = 5000;
static unsigned int ktest_run;
static unsigned int ktest_pid;
static unsigned long ktest_vma;

/* Held for the length of a scan: who has taken it knows that none is under way. */
static DEFINE_MUTEX(ktest_scanning);
static DECLARE_WAIT_QUEUE_HEAD(ktest_wait);
static struct task_struct *ktest_thread;
static struct kobject *ktest_mm;

/* What a scan works on. Both are held by a reference until it ends. */
struct ktest_target {
	struct task_struct *task;
	struct mm_struct *mm;
};

/* True when a scan shall end early. Ask for it in every loop over pages. */
static bool ktest_interrupted(void)
{
	cond_resched();
	return kthread_should_stop() || !READ_ONCE(ktest_run);
}

/* Function 0: one line in the kernel log, "hello world!". */
static void scan_hello(void)
{
	/* STUDENT BEGIN(func0-hello) */
	pr_info("hello world!\n");
	/* STUDENT END */
}

/* Function 1: the number of VMAs. */
static unsigned long scan_vmas(struct mm_struct *mm)
{
	/* STUDENT BEGIN(func1-vma) */
	struct vm_area_struct *vma;
	unsigned long n = 0;
	VMA_ITERATOR(vmi, mm, 0);

	mmap_read_lock(mm);
	for_each_vma(vmi, vma) {
		n++;
	}
	mmap_read_unlock(mm);
	return n;
	/* STUDENT END */
}

/*
 * Function 2: a line with the physical addresses of the pages that were used since
 * the last scan: decimal, joined by ",", for instance "173510656,173514752\n".
 *
 * The processor sets the Accessed bit of a PTE when it uses the page; asking
 * whether a page was referenced clears it, so the next scan sees what was used
 * after this one.
 */
static void scan_hot_pages(struct mm_struct *mm, struct ktest_output *out)
{
	/* STUDENT BEGIN(func2-hot-pages) */
	struct vm_area_struct *vma;
	int first = 1;
	VMA_ITERATOR(vmi, mm, 0);

	mmap_read_lock(mm);
	for_each_vma(vmi, vma) {
		unsigned long addr;

		for (addr = vma->vm_start; addr < vma->vm_end; addr += PAGE_SIZE) {
			struct page *page = ktest_follow_page(vma, addr);

			if (IS_ERR_OR_NULL(page))
				continue;
			if (ktest_page_referenced(page) != 0) {
				if (!first)
					ktest_print(out, ",");
				ktest_print(out, "%lu", page_to_pfn(page) << PAGE_SHIFT);
				first = 0;
			}
			put_page(page);
		}
	}
	mmap_read_unlock(mm);
	ktest_print(out, "\n");
	/* STUDENT END */
}

/*
 * Function 3, one page: finds the frame of the page at address, or returns false
 * when none is present. The caller holds the mmap lock; that keeps the tables in
 * their place as long as transparent huge pages are off.
 *
 *    47      39 38      30 29      21 20      12 11          0
 *   +----------+----------+----------+----------+-------------+
 *   |   pgd    |   pud    |   pmd    |   pte    |   offset    |  address
 *   +----------+----------+----------+----------+-------------+
 *        |          |          |          |
 *  mm->pgd[ ] --> pud[ ] --> pmd[ ] --> pte[ ] --> page
 *
 * With five levels bits 48 to 56 choose the entry of the pgd, and bits 39 to 47
 * that of a p4d between it and the pud; with four, the p4d is the pgd's entry
 * itself. An entry of any level:
 *
 *    63 62          52 51                     12 11    8 7 6 5 4 3 2 1 0
 *   +--+--------------+-------------------------+-------+-+-+-+-+-+-+-+-+
 *   |NX|              | frame of the next table |       | |D|A| | |U|W|P|
 *   |  |              |      or of the page     |       |S| | | | | | | |
 *   +--+--------------+-------------------------+-------+-+-+-+-+-+-+-+-+
 *
 * An entry of a pud or pmd that has S set is a leaf: it maps a huge page of 1 GiB or
 * 2 MiB, in which the rest of the address counts small pages.
 */
static bool __maybe_unused find_frame(struct mm_struct *mm, unsigned long address,
				      unsigned long *pfn)
{
	/* STUDENT BEGIN(func3-page-table) */
	pgd_t *pgd;
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	pte_t *pte;

	pgd = pgd_offset(mm, address);
	if (pgd_none(*pgd) || pgd_bad(*pgd))
		return false;
	p4d = p4d_offset(pgd, address);
	if (p4d_none(*p4d) || p4d_bad(*p4d))
		return false;
	pud = pud_offset(p4d, address);
	if (pud_none(*pud) || pud_bad(*pud))
		return false;
	pmd = pmd_offset(pud, address);
	if (pmd_none(*pmd) || pmd_bad(*pmd))
		return false;
	pte = pte_offset_kernel(pmd, address);
	if (!pte_present(*pte))
		return false;
	*pfn = pte_pfn(*pte);
	return true;
	/* STUDENT END */
}

/* Function 3: a line "0x<virtual address> 0x<PFN>" for every page that is present. */
static void scan_page_table(struct mm_struct *mm, struct ktest_output *out)
{
	/* STUDENT BEGIN(func3-page-table) */
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, mm, 0);

	mmap_read_lock(mm);
	for_each_vma(vmi, vma) {
		unsigned long addr, pfn;

		for (addr = vma->vm_start; addr < vma->vm_end; addr += PAGE_SIZE)
			if (find_frame(mm, addr, &pfn))
				ktest_print(out, "0x%lx 0x%lx\n", addr, pfn);
	}
	mmap_read_unlock(mm);
	/* STUDENT END */
}

/*
 * Functions 4 and 5: the bytes of the process from start up to, not including, end;
 * neither need be the border of a page. A page that is absent is brought in, as
 * when the process itself reads it. What the process has unmapped comes out as
 * zeros, so that the bytes behind keep their place.
 */
static int __maybe_unused dump_segment(const struct ktest_target *target, unsigned long start,
				       unsigned long end, struct ktest_output *out)
{
	/* STUDENT BEGIN(func4-data) */
	unsigned long pages = (end - start) / PAGE_SIZE;
	unsigned long i;
	char *buf = kmalloc(PAGE_SIZE, GFP_KERNEL);

	if (!buf)
		return -ENOMEM;
	for (i = 0; i < pages; i++) {
		int n = access_process_vm(target->task, start + i * PAGE_SIZE, buf, PAGE_SIZE, 0);

		if (n > 0)
			ktest_put(out, buf, n);
	}
	kfree(buf);
	return 0;
	/* STUDENT END */
}

static int scan_data(const struct ktest_target *target, struct ktest_output *out)
{
	/* STUDENT BEGIN(func4-data) */
	return dump_segment(target, target->mm->start_data, target->mm->end_data, out);
	/* STUDENT END */
}

static int scan_code(const struct ktest_target *target, struct ktest_output *out)
{
	/* STUDENT BEGIN(func5-code) */
	/* TODO: dump the code segment, whose borders the mm knows. */
	return 0;
	/* STUDENT END */
}

/* Takes the process of that id, or returns -ESRCH when it does not exist or has no memory. */
static int ktest_get_target(struct ktest_target *target, pid_t number)
{
	struct pid *pid = find_get_pid(number);

	target->task = get_pid_task(pid, PIDTYPE_PID);
	put_pid(pid);
	if (!target->task)
		return -ESRCH;
	target->mm = get_task_mm(target->task);
	if (!target->mm) {
		put_task_struct(target->task);
		return -ESRCH;
	}
	return 0;
}

static void ktest_put_target(struct ktest_target *target)
{
	mmput(target->mm);
	put_task_struct(target->task);
}

/* Functions 2 to 5: what they find, into their files. */
static void ktest_scan_to_file(const struct ktest_target *target, unsigned int func)
{
	static const char *const names[] = {
		[2] = "ktest_func2.txt",
		[3] = "ktest_func3.txt",
		[4] = "ktest_func4.bin",
		[5] = "ktest_func5.bin",
	};
	struct ktest_output out = {};
	int error = 0;

	switch (func) {
	case 2:
		scan_hot_pages(target->mm, &out);
		break;
	case 3:
		scan_page_table(target->mm, &out);
		break;
	case 4:
		error = scan_data(target, &out);
		break;
	case 5:
		error = scan_code(target, &out);
		break;
	}
	if (!error && !ktest_interrupted())
		error = ktest_save(&out, output, names[func], func == 2 ? O_APPEND : O_TRUNC);
	if (error && error != -ESRCH)
		pr_err_ratelimited("%s/%s: error %d\n", output, names[func], error);
	ktest_forget(&out);
}

static void ktest_scan(void)
{
	struct ktest_target target;
	unsigned int func = READ_ONCE(ktest_func);

	if (func == 0) {
		scan_hello();
		return;
	}
	if (ktest_get_target(&target, READ_ONCE(ktest_pid))) {
		WRITE_ONCE(ktest_vma, 0);
		return;
	}
	if (func == 1)
		WRITE_ONCE(ktest_vma, scan_vmas(target.mm));
	else
		ktest_scan_to_file(&target, func);
	ktest_put_target(&target);
}

static int ktest_main(void *unused)
{
	unsigned long pause;

	while (!kthread_should_stop()) {
		wait_event_interruptible(ktest_wait, READ_ONCE(ktest_run) || kthread_should_stop());
		mutex_lock(&ktest_scanning);
		if (!ktest_interrupted())
			ktest_scan();
		mutex_unlock(&ktest_scanning);
		pause = msecs_to_jiffies(READ_ONCE(ktest_sleep_ms));
		wait_event_interruptible_timeout(ktest_wait,
						 !READ_ONCE(ktest_run) || kthread_should_stop(),
						 pause);
	}
	return 0;
}

/* A decimal number from least to most, and nothing else, becomes the setting. */
static int ktest_set(unsigned int *setting, const char *text, unsigned int least, unsigned int most)
{
	unsigned int value;

	if (kstrtouint(text, 10, &value) || value < least || value > most)
		return -EINVAL;
	WRITE_ONCE(*setting, value);
	return 0;
}

static ssize_t func_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(ktest_func));
}

static ssize_t func_store(struct kobject *kobj, struct kobj_attribute *attr,
			  const char *buf, size_t count)
{
	return ktest_set(&ktest_func, buf, 0, 5) ?: count;
}

static ssize_t pid_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(ktest_pid));
}

static ssize_t pid_store(struct kobject *kobj, struct kobj_attribute *attr,
			 const char *buf, size_t count)
{
	return ktest_set(&ktest_pid, buf, 0, PID_MAX_LIMIT) ?: count;
}

static ssize_t sleep_millisecs_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(ktest_sleep_ms));
}

static ssize_t sleep_millisecs_store(struct kobject *kobj, struct kobj_attribute *attr,
				     const char *buf, size_t count)
{
	return ktest_set(&ktest_sleep_ms, buf, 1, INT_MAX) ?: count;
}

static ssize_t run_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(ktest_run));
}

/* Switching off waits for the scan that is under way: what comes later sees none. */
static ssize_t run_store(struct kobject *kobj, struct kobj_attribute *attr,
			 const char *buf, size_t count)
{
	int error = ktest_set(&ktest_run, buf, 0, 1);

	if (error)
		return error;
	wake_up_interruptible(&ktest_wait);
	if (!READ_ONCE(ktest_run)) {
		if (mutex_lock_interruptible(&ktest_scanning))
			return -EINTR;
		mutex_unlock(&ktest_scanning);
	}
	return count;
}

static ssize_t vma_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%lu\n", READ_ONCE(ktest_vma));
}

static struct kobj_attribute func_attribute = __ATTR_RW(func);
static struct kobj_attribute pid_attribute = __ATTR_RW(pid);
static struct kobj_attribute sleep_attribute = __ATTR_RW(sleep_millisecs);
static struct kobj_attribute run_attribute = __ATTR_RW(run);
static struct kobj_attribute vma_attribute = __ATTR_RO(vma);

static struct attribute *ktest_attributes[] = {
	&func_attribute.attr,
	&pid_attribute.attr,
	&sleep_attribute.attr,
	&run_attribute.attr,
	&vma_attribute.attr,
	NULL,
};

static const struct attribute_group ktest_group = {
	.name = "ktest",
	.attrs = ktest_attributes,
};

static int __init ktest_init(void)
{
	int error = ktest_find_functions();

	if (error)
		return error;
	ktest_mm = ktest_parent();
	if (!ktest_mm)
		return -ENOENT;
	ktest_thread = kthread_run(ktest_main, NULL, "ktest");
	if (IS_ERR(ktest_thread)) {
		error = PTR_ERR(ktest_thread);
		goto put_parent;
	}
	error = sysfs_create_group(ktest_mm, &ktest_group);
	if (error)
		goto stop_thread;
	return 0;

stop_thread:
	kthread_stop(ktest_thread);
put_parent:
	kobject_put(ktest_mm);
	return error;
}

static void __exit ktest_exit(void)
{
	/* Nobody can switch it on any more when the thread is stopped. */
	sysfs_remove_group(ktest_mm, &ktest_group);
	kthread_stop(ktest_thread);
	kobject_put(ktest_mm);
}

module_init(ktest_init);
module_exit(ktest_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Statistics of a process's memory");
