#include "memlayout.h"
#include "mmap.h"

bool
user_range_ok(uint64_t addr, uint64_t length)
{
	if (addr % PAGE_SIZE != 0 || length % PAGE_SIZE != 0 || length == 0)
		return false;
	if (length > USER_END || addr > USER_END - length)
		return false;
	return addr + length <= USER_BASE || addr >= USER_STACK_TOP;
}
