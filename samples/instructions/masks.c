/* Priorities, grouping and masks: what preempts, what waits and in which order. */
#include "groups.h"
#include "board.h"

#define AIRCR (*(volatile uint32_t *)0xE000ED0C)
#define AIRCR_KEY 0x05FA0000u
#define ICSR_PEND_NMI (1u << 31)

static void pend_all(void)
{
    disable_interrupts();
    SCB_ICSR = ICSR_PEND_SV;
    NVIC_ISPR = 1u << IRQ_SPARE_A | 1u << IRQ_SPARE_B;
    enable_interrupts();
    __asm__ volatile("nop\n nop\n" ::: "memory");
}

static void with_base(uint32_t priority)
{
    __asm__ volatile("msr basepri, %0\n" ::"r"(priority) : "memory");
    pend_all();
    __asm__ volatile("svc #2\n");
    __asm__ volatile("msr basepri, %0\n isb\n" ::"r"(0) : "memory");
}

static void masked(void)
{
    disable_interrupts();
    NVIC_STIR = IRQ_SPARE_A;
    SCB_ICSR = ICSR_PEND_NMI;
    __asm__ volatile("svc #3\n udf #0\n nop\n");
    NVIC_ICPR = 1u << IRQ_SPARE_A;
    NVIC_STIR = IRQ_SPARE_B;
    enable_interrupts();
    __asm__ volatile("cpsid f\n" ::: "memory");
    NVIC_STIR = IRQ_SPARE_A;
    SCB_ICSR = ICSR_PEND_NMI;
    __asm__ volatile("nop\n cpsie f\n nop\n" ::: "memory");
}

void masks_run(void)
{
    static const uint8_t priorities[] = {0x00, 0x20, 0x40, 0x60, 0x80, 0xC0, 0xE0};
    for (uint32_t group = 0; group < 8; group++)
    {
        AIRCR = AIRCR_KEY | group << 8;
        for (uint32_t i = 0; i < sizeof priorities; i++)
        {
            enable_interrupt(IRQ_SPARE_A, priorities[i]);
            enable_interrupt(IRQ_SPARE_B, priorities[(i * 3 + group) % sizeof priorities]);
            SCB_PRIORITY[EXCEPTION_PEND_SV] = priorities[(i * 5 + 1) % sizeof priorities];
            SCB_PRIORITY[EXCEPTION_SVC] = priorities[(i + 2) % (sizeof priorities - 2)] & 0x20;
            pend_all();
            with_base(priorities[(i + group) % sizeof priorities]);
        }

        masked();
    }

    AIRCR = AIRCR_KEY;
    SCB_PRIORITY[EXCEPTION_SVC] = 0;
}
