/*
 * What the RISC-V privileged architecture fixes: control registers,
 * trap causes, page table entries.
 */
#ifndef RISCV_H
#define RISCV_H

#include <stdint.h>

#define SSTATUS_SIE	(1UL << 1)	/* interrupts on, in the kernel */
#define SSTATUS_SPIE	(1UL << 5)	/* interrupts on, after sret */
#define SSTATUS_SPP	(1UL << 8)	/* the trap came from the kernel */
#define SIE_STIE	(1UL << 5)	/* timer interrupts enabled */
#define SATP_SV39	(8UL << 60)

#define CAUSE_INTERRUPT		(1UL << 63)
#define CAUSE_TIMER		(CAUSE_INTERRUPT | 5)
#define CAUSE_ECALL_U		8
#define CAUSE_FETCH_PAGE	12
#define CAUSE_LOAD_PAGE		13
#define CAUSE_STORE_PAGE	15

/* Page table entry; the whole layout is drawn in vm.c. */
#define PTE_V		0x01UL		/* valid */
#define PTE_R		0x02UL
#define PTE_W		0x04UL
#define PTE_X		0x08UL
#define PTE_U		0x10UL		/* user mode may use it */
#define PTE_A		0x40UL		/* accessed */
#define PTE_D		0x80UL		/* dirty */
#define PTE_FLAGS	0xffUL
#define PTE_TO_PA(pte)	(((pte) >> 10 & 0xfffffffffffUL) << 12)
#define PA_TO_PTE(pa)	((pa) >> 12 << 10)

#define csr_read(csr) ({						\
	uint64_t v_;							\
	__asm__ volatile("csrr %0, " #csr : "=r"(v_) : : "memory");	\
	v_;								\
})
#define csr_write(csr, v) \
	__asm__ volatile("csrw " #csr ", %0" : : "r"((uint64_t)(v)) : "memory")
#define csr_set(csr, bits) \
	__asm__ volatile("csrs " #csr ", %0" : : "r"((uint64_t)(bits)) : "memory")
#define csr_clear(csr, bits) \
	__asm__ volatile("csrc " #csr ", %0" : : "r"((uint64_t)(bits)) : "memory")

/* Forget every cached translation: after any change of a page table. */
static inline void
sfence_vma(void)
{
	__asm__ volatile("sfence.vma" : : : "memory");
}

#endif
