/*
 * Functions that call themselves and each other, and change variables on their callers' stacks, while an interrupt with
 * calls of its own comes anywhere in between: for steps and their reverse.
 */
#include "board.h"
#include "console.h"
#include "recursion.h"

#define INTERRUPT_TICKS (CLOCK_HZ / 100000) /* 10 us */
#define ROUNDS 20

static volatile uint32_t interrupts;
static volatile uint32_t interrupts_parity;

void systick_handler(void)
{
    interrupts++;
    interrupts_parity = is_odd(interrupts & 7);
}

static void print_result(const char *name, uint32_t value)
{
    print(name);
    print(" ");
    print_unsigned(value);
    print("\n");
}

static uint32_t run_round(uint32_t round)
{
    struct towers towers = { .pegs = { (1 << DISKS) - 1, 0, 0 } };
    move_disks(&towers, DISKS, 0, 2);
    uint32_t sum = sum_tree(3 + round % 3);
    uint32_t odd = is_odd(round);
    return towers.moves * 1000 + towers.pegs[2] + sum + odd;
}

int main(void)
{
    console_open();
    SYSTICK->load = INTERRUPT_TICKS - 1;
    SYSTICK->value = 0;
    SYSTICK->ctrl = SYSTICK_RUN;
    uint32_t total = 0;
    for (uint32_t round = 0; round < ROUNDS; round++)
    {
        total += run_round(round);
    }

    SYSTICK->ctrl = 0;
    print_result("total", total);
    print_result("interrupted", interrupts > 0);
    for (;;)
    {
        wait_for_interrupt();
    }
}
