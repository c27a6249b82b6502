/*
 * A firmware for tests of determinism: interrupts of five sources nest in every order, faults are taken and skipped,
 * and whatever is seen goes into sums. A run that differs in one position differs in the sums soon. It never ends.
 */
#include "board.h"
#include "checksum.h"
#include "faults.h"
#include "instructions.h"
#include "interrupts.h"
#include "serial.h"

#define REPORT_EVERY 64
#define MEASURED_LOOPS 1000
#define WORK_TICKS 90 /* what a handler may take, of the 977 to 3001 ticks between two of its kind */

static volatile uint32_t exclusive_counter;

static uint32_t busy(uint32_t loops)
{
    uint32_t value = loops;
    for (uint32_t i = 0; i < loops; i++)
    {
        value = value * 1103515245 + (value >> 7);
    }

    return value;
}

/* How many loops are WORK_TICKS on this machine: emulators differ in the time that an instruction takes. */
static uint32_t measure_work(void)
{
    TIMER0->value = 0xFFFFFF;
    TIMER0->ctrl = TIMER_ENABLE;
    uint32_t start = TIMER0->value;
    note(WITNESS_THREAD, busy(MEASURED_LOOPS));
    uint32_t ticks = start - TIMER0->value;
    TIMER0->ctrl = 0;
    return ticks == 0 ? MEASURED_LOOPS : MEASURED_LOOPS * WORK_TICKS / ticks + 1;
}

/* Timers below priority 0x60 wait, the others do not. */
static void work_with_base_priority(uint32_t round)
{
    __asm__ volatile("msr basepri, %0" : : "r"(0x60) : "memory");
    note(WITNESS_THREAD, busy(handler_work));
    note(WITNESS_THREAD, conditional_device_accesses(round));
    __asm__ volatile("msr basepri, %0" : : "r"(0) : "memory");
}

/* Every interrupt waits; then they all come at once, in the order of their priorities. */
static void work_with_interrupts_off(uint32_t round)
{
    disable_interrupts();
    note(WITNESS_THREAD, busy(handler_work * 2));
    note(WITNESS_THREAD, block_with_pended_interrupt(round));
    enable_interrupts();
    note(WITNESS_THREAD, spare_count);
}

/* Once with interrupts on, once with them off: an interrupt wakes the processor all the same, but waits. */
static void sleep_twice(void)
{
    wait_for_interrupt();
    disable_interrupts();
    wait_for_interrupt();
    note(WITNESS_THREAD, SYSTICK->value);
    enable_interrupts();
}

/* The event of our own does not sleep, the next does; then a skipped one; then one that comes of a masked interrupt. */
static void sleep_for_events(uint32_t round)
{
    send_event();
    note(WITNESS_THREAD, SYSTICK->value);
    wait_for_event();
    wait_for_event();
    note(WITNESS_THREAD, SYSTICK->value);
    __asm__ volatile("tst %0, #16\n\tite ne\n\tsevne\n\twfeeq" : : "r"(round) : "cc", "memory");
    wait_for_event();
    note(WITNESS_THREAD, SYSTICK->value);

    disable_interrupts();
    SCB_SCR = SCR_SEVONPEND;
    send_event();
    wait_for_event();
    wait_for_event();
    note(WITNESS_THREAD, SYSTICK->value);
    SCB_SCR = 0;
    enable_interrupts();
}

static void run_round(uint32_t round)
{
    for (uint32_t i = 0; i < 24; i++)
    {
        uint32_t value = round * 131 + i;
        note(WITNESS_THREAD, conditional_blocks(value, bit_work(value)));
        note(WITNESS_THREAD, conditional_device_accesses(value));
        note(WITNESS_THREAD, multiple_accesses(value));
        note(WITNESS_THREAD, unaligned_accesses(value));
        note(WITNESS_THREAD, exclusive_count(&exclusive_counter));
        note(WITNESS_THREAD, block_with_pended_interrupt(value));
    }

    work_with_base_priority(round);
    work_with_interrupts_off(round);
    faults_provoke(round);
    if (round % 16 == 15)
    {
        sleep_twice();
    }
    else if (round % 16 == 7)
    {
        sleep_for_events(round);
    }

    interrupts_shuffle(round);
}

static void report(uint32_t round)
{
    serial_print("round ");
    serial_print_hex(round);
    serial_print(" order ");
    serial_print_hex(order);
    serial_print(" sums");
    for (int i = 0; i < WITNESS_COUNT; i++)
    {
        serial_print(" ");
        serial_print_hex(sums[i]);
    }

    serial_print("\n");
}

int main(void)
{
    handler_work = measure_work();
    serial_start();
    faults_enable();
    interrupts_start();
    for (uint32_t round = 0;; round++)
    {
        run_round(round);
        if (round % REPORT_EVERY == REPORT_EVERY - 1)
        {
            report(round);
        }
    }
}
