/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a scan finds, on its way to a file.
 *
 *	struct ktest_output out = {};
 *
 *	ktest_print(&out, "0x%lx\n", address);	a line, or a part of one
 *	ktest_put(&out, bytes, count);		bytes as they are
 *
 * Both collect in memory, so they may be used with the mmap lock held, where a
 * file must not be written: a process that writes to that file and faults
 * meanwhile would wait for us as we do for it. They never overrun: the memory
 * grows. Errors are kept in out.error, and reported when the scan ends:
 *
 *	ktest_save(&out, directory, name, how);	opens, writes and closes the file
 *	ktest_forget(&out);			frees the memory
 */
#ifndef KTEST_OUTPUT_H
#define KTEST_OUTPUT_H

#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sizes.h>
#include <linux/string.h>

/* As much as one scan may collect. */
#define KTEST_OUTPUT_MAX SZ_64M

struct ktest_output {
	char *bytes;
	size_t used, room;
	int error;
};

/* Makes room for count bytes more; NULL when there is none. */
static inline char *ktest_reserve(struct ktest_output *out, size_t count)
{
	size_t room;
	char *bytes;

	if (out->error)
		return NULL;
	if (count <= out->room - out->used)
		return out->bytes + out->used;
	if (count > KTEST_OUTPUT_MAX - out->used) {
		out->error = -EFBIG;
		return NULL;
	}
	room = max_t(size_t, 2 * out->room + SZ_64K, out->used + count);
	room = min_t(size_t, room, KTEST_OUTPUT_MAX);
	bytes = kvmalloc(room, GFP_KERNEL);
	if (!bytes) {
		out->error = -ENOMEM;
		return NULL;
	}
	if (out->used)
		memcpy(bytes, out->bytes, out->used);
	kvfree(out->bytes);
	out->bytes = bytes;
	out->room = room;
	return bytes + out->used;
}

static inline void ktest_put(struct ktest_output *out, const void *bytes, size_t count)
{
	char *room = ktest_reserve(out, count);

	if (!room)
		return;
	memcpy(room, bytes, count);
	out->used += count;
}

static inline __printf(2, 3) void ktest_print(struct ktest_output *out, const char *format, ...)
{
	char text[256];
	va_list arguments;
	int count;

	va_start(arguments, format);
	count = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (count < sizeof(text))
		ktest_put(out, text, count);
	else if (!out->error)
		out->error = -EOVERFLOW;
}

/* how is O_TRUNC, for a file that holds the last scan, or O_APPEND, for one of all scans. */
static inline int ktest_save(struct ktest_output *out, const char *directory, const char *name,
			     int how)
{
	struct file *file;
	ssize_t written;
	size_t done = 0;
	loff_t at = 0;
	char *path;

	if (out->error)
		return out->error;
	path = kasprintf(GFP_KERNEL, "%s/%s", directory, name);
	if (!path)
		return -ENOMEM;
	file = filp_open(path, O_WRONLY | O_CREAT | O_LARGEFILE | O_NOFOLLOW | how, 0644);
	kfree(path);
	if (IS_ERR(file))
		return PTR_ERR(file);
	while (done < out->used) {
		written = kernel_write(file, out->bytes + done, out->used - done, &at);
		if (written <= 0) {
			out->error = written ? written : -EIO;
			break;
		}
		done += written;
	}
	filp_close(file, NULL);
	return out->error;
}

static inline void ktest_forget(struct ktest_output *out)
{
	kvfree(out->bytes);
	memset(out, 0, sizeof(*out));
}

#endif
