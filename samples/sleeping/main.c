/* For measuring: sleeps between the ticks of a clock, and computes a little at each. */
#include "board.h"
#include "console.h"

#define TICKS 20000u
#define TICK_CYCLES 2500u /* 100 us */

static volatile uint32_t ticks;
static volatile uint32_t computed;

void systick_handler(void)
{
    ticks++;
}

int main(void)
{
    console_open();
    SYSTICK->load = TICK_CYCLES - 1;
    SYSTICK->value = 0;
    SYSTICK->ctrl = SYSTICK_RUN;
    uint32_t value = 1;
    while (ticks < TICKS)
    {
        wait_for_interrupt();
        for (uint32_t i = 0; i < 200; i++)
        {
            value = value * 1103515245 + 12345;
        }
    }

    SYSTICK->ctrl = 0;
    computed = value;
    print("result ");
    print_unsigned(ticks);
    print("\n");
    for (;;)
    {
        wait_for_interrupt();
    }
}
