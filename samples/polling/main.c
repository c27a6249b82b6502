/* For measuring: waits again and again by reading a device's register, as drivers do. */
#include "board.h"
#include "console.h"

#define READS 4000000u

int main(void)
{
    console_open();
    TIMER0->reload = 0xFFFFFFFF;
    TIMER0->ctrl = TIMER_ENABLE;
    uint32_t ready = 0;
    for (uint32_t i = 0; i < READS; i++)
    {
        ready += (UART0->state & UART_STATE_TX_FULL) == 0;
    }

    print("result ");
    print_unsigned(ready);
    print("\n");
    for (;;)
    {
        wait_for_interrupt();
    }
}
