# make -f driver/course.mk TREE=dir    builds the tree with the driver in it
# make -f driver/course.mk shim        only the driver's object, $(BUILD)/driver/course.o
#
# Run it in the folder above. CROSS_COMPILE and BUILD as in the Makefile. The
# tree is built in place: give a copy. See course_shim.c.

course: shim
	+COURSE_LD=$(CROSS_COMPILE)ld COURSE_SHIM=$(abspath $(BUILD)/driver/course.o) \
		$(MAKE) -C $(or $(TREE),$(error give TREE=dir)) CROSS_=$(CROSS_COMPILE) LD=$(abspath driver/course_ld) vmlinux

DRIVER = driver/driver.c
include Makefile

# Sections that every linker script knows, and none behind its _end.
# The tree has its own functions of these names.
CFLAGS += -Dkmalloc=shim_kmalloc -Dkfree=shim_kfree -Dslub_init=shim_slub_init
CFLAGS += -msmall-data-limit=0 -fno-merge-constants -fno-asynchronous-unwind-tables

course_objs = $(addprefix $(BUILD)/,driver/course_entry.o driver/course_shim.o driver/driver.o \
	kernel/sbi.o kernel/console.o lib/format.o lib/string.o)

shim: $(BUILD)/driver/course.o

$(BUILD)/driver/course.o: $(course_objs)
	$(call say,LD)$(CROSS_COMPILE)ld -r -o $@ $(course_objs)
	$(CROSS_COMPILE)objcopy --keep-global-symbol=course_entry $@

$(BUILD)/driver/course_shim.o: private CFLAGS += -I. -Wno-unused-parameter

.PHONY: course shim
