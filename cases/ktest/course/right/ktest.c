// SPDX-License-Identifier: GPL-2.0
/*
 * Lab 3.2: memory statistics of a Linux process.
 *
 * Interface (below /sys/kernel/mm/ktest):
 *   func             which function to run at every scan, 0..5
 *   pid              the process that is watched
 *   sleep_millisecs  pause between two scans
 *   ktestrun         1: on, 0: off
 *   vma              result of func 1
 *
 * The framework keeps the settings, the thread and the output file; the functions
 * scan_vma(), print_mem_activity(), traverse_page_table() and print_seg_info() are
 * the student's.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/delay.h>
#include <linux/wait.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mm_types.h>
#include <linux/highmem.h>
#include <linux/rmap.h>
#include <linux/pgtable.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/err.h>

MODULE_LICENSE("GPL");
MODULE_AUTHOR("a student of 2022");
MODULE_DESCRIPTION("memory statistics of a process");

/* The script run_expr.sh puts the path of this directory here. */
#define OUTPUT_FILE "/home/student/lab3.2/expr_result.txt"

/* These are not exported: their addresses come from /proc/kallsyms. */
typedef typeof(follow_page) *my_follow_page;
typedef typeof(page_referenced) *my_page_referenced;

static my_follow_page mfollow_page;
static my_page_referenced mpage_referenced;

/* Settings, as sysfs sees them. */
#define KTEST_RUN_STOP 0
#define KTEST_RUN_START 1

static unsigned int sleep_millisecs = 5000;
static unsigned int ktestrun = KTEST_RUN_STOP;
static unsigned int pid;
static unsigned int func;
static unsigned int vma_pid;
static unsigned int vma_count;

/* The scanner. */
static struct task_struct *ktest_thread;
static DEFINE_MUTEX(ktest_mutex);
static DECLARE_WAIT_QUEUE_HEAD(ktest_wait);

/* The process of this scan. */
static struct task_info {
	struct task_struct *task;
	struct mm_struct *mm;
} my_task_info;

/* ------------------------------------------------------------------ output */

static struct file *log_file;
static loff_t log_offset;

/* What is waiting to be written, and one record on its way into it. */
static struct {
	char buf[PAGE_SIZE];
	char str_buf[64];
} out;
static size_t curr_buf_length;

static int open_log_file(void)
{
	struct file *file;

	if (log_file)
		return 0;
	file = filp_open(OUTPUT_FILE, O_RDWR | O_APPEND | O_CREAT, 0644);
	if (IS_ERR(file)) {
		printk(KERN_ERR "ktest: cannot open %s: %ld\n", OUTPUT_FILE, PTR_ERR(file));
		return PTR_ERR(file);
	}
	log_file = file;
	return 0;
}

/*
 * Writes out what is in buf. end_flag != 0 says that this is the end of a scan of
 * func 2, whose last comma becomes a newline.
 */
static void flush_buf(int end_flag)
{
	if (end_flag && curr_buf_length > 0)
		out.buf[curr_buf_length - 1] = '\n';
	if (log_file && curr_buf_length > 0)
		kernel_write(log_file, out.buf, curr_buf_length, &log_offset);
	curr_buf_length = 0;
}

/* One number and a comma. */
static void record_one_data(unsigned long data)
{
	sprintf(out.str_buf, "%lu,", data);
	if (curr_buf_length + sizeof(unsigned long) + 2 >= PAGE_SIZE)
		flush_buf(0);
	memcpy(out.buf + curr_buf_length, out.str_buf, strlen(out.str_buf));
	curr_buf_length += strlen(out.str_buf);
}

/* Two numbers on a line. */
static void record_two_data(unsigned long first, unsigned long second)
{
	size_t length = sprintf(out.str_buf, "0x%lx--0x%lx\n", first, second);

	if (curr_buf_length + 2 * (sizeof(unsigned long) + 2) >= PAGE_SIZE)
		flush_buf(0);
	memcpy(out.buf + curr_buf_length, out.str_buf, length);
	curr_buf_length += length;
}

/* --------------------------------------------------- the student's functions */

/* func 1 */
static void scan_vma(void)
{
	struct mm_struct *mm = my_task_info.mm;
	struct vm_area_struct *vma;
	unsigned int count = 0;

	mmap_read_lock(mm);
	for (vma = mm->mmap; vma; vma = vma->vm_next)
		count++;
	mmap_read_unlock(mm);
	vma_pid = pid;
	vma_count = count;
}

/* func 2 */
static void print_mem_activity(void)
{
	struct mm_struct *mm = my_task_info.mm;
	struct vm_area_struct *vma;
	unsigned long addr;
	unsigned long vm_flags;
	struct page *page;
	int referenced;

	mmap_read_lock(mm);
	for (vma = mm->mmap; vma; vma = vma->vm_next) {
		for (addr = vma->vm_start; addr < vma->vm_end; addr += PAGE_SIZE) {
			page = mfollow_page(vma, addr, FOLL_GET);
			if (IS_ERR_OR_NULL(page))
				continue;
			referenced = mpage_referenced(page, 0, (struct mem_cgroup *)(page->memcg_data),
						      &vm_flags);
			if (referenced)
				record_one_data(page_to_pfn(page) << PAGE_SHIFT);
			put_page(page);
		}
		cond_resched();
	}
	mmap_read_unlock(mm);
	flush_buf(1);
}

/* The page number of a virtual address, or 0 when no page is there. */
static unsigned long virt_to_pfn(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd;
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	pte_t *pte;

	pgd = pgd_offset(mm, addr);
	if (pgd_none(*pgd) || pgd_bad(*pgd))
		return 0;
	/* four levels: the p4d is the pgd's entry */
	p4d = (p4d_t *)pgd;
	pud = pud_offset(p4d, addr);
	if (pud_none(*pud) || pud_bad(*pud))
		return 0;
	pmd = pmd_offset(pud, addr);
	if (pmd_none(*pmd) || pmd_bad(*pmd))
		return 0;
	pte = pte_offset_kernel(pmd, addr);
	if (pte_none(*pte) || !pte_present(*pte))
		return 0;
	return pte_pfn(*pte);
}

/* func 3 */
static void traverse_page_table(void)
{
	struct mm_struct *mm = my_task_info.mm;
	struct vm_area_struct *vma;
	unsigned long addr, pfn;

	mmap_read_lock(mm);
	for (vma = mm->mmap; vma; vma = vma->vm_next) {
		for (addr = vma->vm_start; addr < vma->vm_end; addr += PAGE_SIZE) {
			pfn = virt_to_pfn(mm, addr);
			record_two_data(addr, pfn);
		}
		cond_resched();
	}
	mmap_read_unlock(mm);
	flush_buf(0);
}

/* func 4 and 5: the bytes from start to end, which need not be page borders. */
static void print_seg_info(unsigned long start, unsigned long end)
{
	unsigned long addr, size;
	int got;

	for (addr = start; addr < end; addr += size) {
		size = PAGE_SIZE - offset_in_page(addr);
		if (size > end - addr)
			size = end - addr;
		got = access_process_vm(my_task_info.task, addr, out.buf, size, FOLL_FORCE);
		if (my_task_info.task->mm != my_task_info.mm)
			return;		/* it ends just now */
		if (got < size)
			memset(out.buf + got, 0, size - got);
		curr_buf_length = size;
		flush_buf(0);
	}
}

/* ------------------------------------------------------------------ scanner */

static int take_task(void)
{
	struct pid *pid_struct = find_get_pid(pid);

	my_task_info.task = get_pid_task(pid_struct, PIDTYPE_PID);
	put_pid(pid_struct);
	if (!my_task_info.task)
		return -ESRCH;
	my_task_info.mm = get_task_mm(my_task_info.task);
	if (!my_task_info.mm) {
		put_task_struct(my_task_info.task);
		my_task_info.task = NULL;
		return -ESRCH;
	}
	return 0;
}

static void put_back_task(void)
{
	mmput(my_task_info.mm);
	put_task_struct(my_task_info.task);
	my_task_info.mm = NULL;
	my_task_info.task = NULL;
}

static void ktest_to_do(void)
{
	if (func == 0) {
		printk(KERN_INFO "hello world!\n");
		return;
	}
	if (take_task() < 0)
		return;
	switch (func) {
	case 1:
		scan_vma();
		break;
	case 2:
		if (open_log_file() == 0)
			print_mem_activity();
		break;
	case 3:
		if (open_log_file() == 0)
			traverse_page_table();
		break;
	case 4:
		if (open_log_file() == 0)
			print_seg_info(my_task_info.mm->start_data, my_task_info.mm->end_data);
		break;
	case 5:
		if (open_log_file() == 0)
			print_seg_info(my_task_info.mm->start_code, my_task_info.mm->end_code);
		break;
	}
	put_back_task();
}

static int ktestd_should_run(void)
{
	return ktestrun & KTEST_RUN_START;
}

static int ktestd_thread(void *nothing)
{
	while (!kthread_should_stop()) {
		mutex_lock(&ktest_mutex);
		if (ktestd_should_run())
			ktest_to_do();
		mutex_unlock(&ktest_mutex);
		if (ktestd_should_run())
			schedule_timeout_interruptible(msecs_to_jiffies(sleep_millisecs));
		else
			wait_event_interruptible(ktest_wait, ktestd_should_run() || kthread_should_stop());
	}
	return 0;
}

/* -------------------------------------------------------------------- sysfs */

#define KTEST_ATTR(_name) \
	static struct kobj_attribute _name##_attr = __ATTR(_name, 0644, _name##_show, _name##_store)
#define KTEST_ATTR_RO(_name) \
	static struct kobj_attribute _name##_attr = __ATTR_RO(_name)

static ssize_t sleep_millisecs_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sprintf(buf, "%u\n", sleep_millisecs);
}

static ssize_t sleep_millisecs_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
				     size_t count)
{
	unsigned int msecs;
	int err = kstrtouint(buf, 10, &msecs);

	if (err || msecs == 0 || msecs > INT_MAX)
		return -EINVAL;
	sleep_millisecs = msecs;
	return count;
}
KTEST_ATTR(sleep_millisecs);

static ssize_t pid_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sprintf(buf, "%u\n", pid);
}

static ssize_t pid_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t count)
{
	unsigned int number;
	int err = kstrtouint(buf, 10, &number);

	if (err || number > INT_MAX)
		return -EINVAL;
	pid = number;
	return count;
}
KTEST_ATTR(pid);

static ssize_t func_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sprintf(buf, "%u\n", func);
}

static ssize_t func_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t count)
{
	unsigned int number;
	int err = kstrtouint(buf, 10, &number);

	if (err || number > 5)
		return -EINVAL;
	func = number;
	return count;
}
KTEST_ATTR(func);

static ssize_t vma_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sprintf(buf, "%u, %u\n", vma_pid, vma_count);
}
KTEST_ATTR_RO(vma);

static ssize_t ktestrun_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sprintf(buf, "%u\n", ktestrun);
}

static ssize_t ktestrun_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t count)
{
	unsigned int flags;
	int err = kstrtouint(buf, 10, &flags);

	if (err || flags > KTEST_RUN_START)
		return -EINVAL;
	mutex_lock(&ktest_mutex);
	ktestrun = flags;
	if (ktestrun == KTEST_RUN_STOP)
		pid = 0;
	mutex_unlock(&ktest_mutex);
	if (flags & KTEST_RUN_START)
		wake_up_interruptible(&ktest_wait);
	return count;
}
KTEST_ATTR(ktestrun);

static struct attribute *ktest_attrs[] = {
	&sleep_millisecs_attr.attr,
	&pid_attr.attr,
	&func_attr.attr,
	&ktestrun_attr.attr,
	&vma_attr.attr,
	NULL,
};

static struct attribute_group ktest_attr_group = {
	.attrs = ktest_attrs,
	.name = "ktest",
};

/* ------------------------------------------------------------ load and unload */

static int __init ktest_init(void)
{
	int err;

	/* Both addresses change with every boot. */
	mfollow_page = (my_follow_page)0xffffffff8d0739a0;
	mpage_referenced = (my_page_referenced)0xffffffff8d0a6c40;

	ktest_thread = kthread_run(ktestd_thread, NULL, "ktest");
	if (IS_ERR(ktest_thread)) {
		printk(KERN_ERR "ktest: creating kthread failed\n");
		return PTR_ERR(ktest_thread);
	}
	err = sysfs_create_group(mm_kobj, &ktest_attr_group);
	if (err) {
		printk(KERN_ERR "ktest: register sysfs failed\n");
		kthread_stop(ktest_thread);
		return err;
	}
	printk(KERN_INFO "ktest: loaded\n");
	return 0;
}
module_init(ktest_init);

static void __exit ktest_exit(void)
{
	sysfs_remove_group(mm_kobj, &ktest_attr_group);
	kthread_stop(ktest_thread);
	if (log_file)
		filp_close(log_file, NULL);
	printk(KERN_INFO "ktest: unloaded\n");
}
module_exit(ktest_exit);
