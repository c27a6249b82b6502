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
HANDLER(mem_manage_handler);
HANDLER(bus_fault_handler);
HANDLER(usage_fault_handler);
HANDLER(svc_handler);
HANDLER(debug_handler);
HANDLER(pend_sv_handler);
HANDLER(systick_handler);
HANDLER(uart0_rx_handler);
HANDLER(uart0_tx_handler);
HANDLER(timer0_handler);
HANDLER(timer1_handler);
HANDLER(dual_timer_handler);
HANDLER(spare_a_handler);
HANDLER(spare_b_handler);

typedef void handler(void);

__attribute__((section(".vectors"), used)) static handler *const vectors[16 + 32] = {
    [0] = (handler *)&initial_stack,
    [1] = (handler *)reset_handler,
    [2] = nmi_handler,
    [3] = hard_fault_handler,
    [4] = mem_manage_handler,
    [5] = bus_fault_handler,
    [6] = usage_fault_handler,
    [11] = svc_handler,
    [12] = debug_handler,
    [14] = pend_sv_handler,
    [15] = systick_handler,
    [16 + IRQ_UART0_RX] = uart0_rx_handler,
    [16 + IRQ_UART0_TX] = uart0_tx_handler,
    [16 + IRQ_TIMER0] = timer0_handler,
    [16 + IRQ_TIMER1] = timer1_handler,
    [16 + IRQ_DUAL_TIMER] = dual_timer_handler,
    [16 + IRQ_SPARE_A] = spare_a_handler,
    [16 + IRQ_SPARE_B] = spare_b_handler,
};
