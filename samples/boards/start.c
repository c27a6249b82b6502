/* Vector table and reset. A sample overrides a handler by defining a function of that name. */
#include "board.h"

extern uint32_t initial_stack, data_start, data_end, data_image, bss_start, bss_end;
int main(void);

void unexpected_handler(void)
{
    __asm__ volatile("b .");
}

__attribute__((noreturn)) void reset_handler(void)
{
    const uint32_t *from = &data_image;
    for (uint32_t *to = &data_start; to < &data_end;)
    {
        *to++ = *from++;
    }

    for (uint32_t *to = &bss_start; to < &bss_end;)
    {
        *to++ = 0;
    }

    main();
    for (;;)
    {
        wait_for_interrupt();
    }
}

#define HANDLER(name) __attribute__((weak, alias("unexpected_handler"))) void name(void)
HANDLER(nmi_handler);
HANDLER(hard_fault_handler);
HANDLER(svc_handler);
HANDLER(pend_sv_handler);
HANDLER(systick_handler);
HANDLER(serial_handler);
HANDLER(timer_handler);
HANDLER(spare_handler);

typedef void handler(void);

__attribute__((section(".vectors"), used)) static handler *const vectors[16 + INTERRUPTS] = {
    [0] = (handler *)&initial_stack,
    [1] = (handler *)reset_handler,
    [2] = nmi_handler,
    [3] = hard_fault_handler,
    [11] = svc_handler,
    [14] = pend_sv_handler,
    [15] = systick_handler,
    [16 + SERIAL_IRQ] = serial_handler,
#ifdef TIMER_IRQ
    [16 + TIMER_IRQ] = timer_handler,
#endif
    [16 + INTERRUPTS - 1] = spare_handler, /* no device there: pended by software */
};
