/*
 * Two buttons, looked at every millisecond: one counts when it is seen in the same place twice. A press of the left
 * (bit 0) turns a LED on, one of the right (bit 1) turns it off; both together end the program.
 */
#include <stdbool.h>

#include "board.h"
#include "console.h"

#define BUTTONS (*(volatile uint32_t *)0x40028008)
#define LEFT 1u
#define RIGHT 2u

static volatile uint32_t stable;
static uint32_t previous;

void systick_handler(void)
{
    uint32_t now = BUTTONS;
    if (now == previous)
    {
        stable = now;
    }

    previous = now;
}

int main(void)
{
    console_open();
    print("buttons: left is on, right is off, both end\n");
    SYSTICK->load = CLOCK_HZ / 1000 - 1;
    SYSTICK->value = 0;
    SYSTICK->ctrl = SYSTICK_RUN;
    uint32_t seen = 0;
    for (;;)
    {
        wait_for_interrupt();
        uint32_t pressed = stable & ~seen;
        seen = stable;
        if (seen == (LEFT | RIGHT))
        {
            break;
        }

        if (pressed)
        {
            FPGAIO_LEDS = pressed == LEFT;
            print(pressed == LEFT ? "on\n" : "off\n");
        }
    }

    SYSTICK->ctrl = 0;
    print("goodbye\n");
    return 0;
}
