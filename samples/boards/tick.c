/* Sleeps from tick to tick: eight of SysTick, then eight of a timer of the board. */
#include "board.h"
#include "console.h"

#define TICKS 8

static volatile uint32_t tick_count;

void systick_handler(void)
{
    tick_count++;
}

#ifdef TIMER_IRQ
void timer_handler(void)
{
    timer_acknowledge();
    tick_count++;
}
#endif

/* Looking and falling asleep must be one step, or the interrupt slips between. */
static void wait_for_tick(uint32_t before)
{
    disable_interrupts();
    while (tick_count == before)
    {
        wait_for_interrupt();
        enable_interrupts();
        disable_interrupts();
    }

    enable_interrupts();
}

static void watch(const char *name)
{
    for (uint32_t i = 0; i < TICKS; i++)
    {
        wait_for_tick(i);
        print(name);
        print_unsigned(i + 1);
        print("\n");
    }

    tick_count = 0;
}

int main(void)
{
    console_open();
    SYSTICK_LOAD = CLOCK_HZ / 500 - 1;
    SYSTICK_VALUE = 0;
    SYSTICK_CTRL = SYSTICK_RUN;
    watch("systick ");
    SYSTICK_CTRL = 0;
#ifdef TIMER_IRQ
    timer_start();
    enable_interrupt(TIMER_IRQ);
    watch("timer ");
    timer_stop();
#endif
    print("done\n");
    return 0;
}
