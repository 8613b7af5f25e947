export
CROSS_	= riscv64-unknown-elf-
CC	= $(CROSS_)gcc
LD	= $(CROSS_)ld
OBJCOPY	= $(CROSS_)objcopy

ISA	= rv64imafd
ABI	= lp64
INCLUDE	= -I$(CURDIR)/include -I$(CURDIR)/arch/riscv/include
CF	= -g -O1 -Wall -march=$(ISA) -mabi=$(ABI) -mcmodel=medany -fno-pic -no-pie -fno-stack-protector -ffreestanding -fno-builtin -nostdinc -nostdlib
CFLAG	= $(CF) $(INCLUDE)

all: vmlinux

# without the tests of mmap and the page faults: does the kernel run at all? then: make run
buddy:
	$(MAKE) clean
	$(MAKE) vmlinux TEST=-DBUDDY

vmlinux:
	$(MAKE) -C arch/riscv all
	$(LD) -T arch/riscv/kernel/vmlinux.lds arch/riscv/kernel/*.o arch/riscv/user/*.o -o vmlinux
	@echo "make vmlinux: done"

run: vmlinux
	@qemu-system-riscv64 -nographic --machine virt -device loader,file=vmlinux

debug: vmlinux
	@qemu-system-riscv64 -nographic --machine virt -device loader,file=vmlinux -S -s

clean:
	$(MAKE) -C arch/riscv clean
	rm -f vmlinux

.PHONY: all buddy vmlinux run debug clean
