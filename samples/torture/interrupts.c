/* Five sources of different odd periods, so that every order and nesting of theirs comes up sooner or later. */
#include "interrupts.h"
#include "board.h"
#include "checksum.h"

#define SYSTICK_TICKS 2003
#define TIMER0_TICKS 977
#define TIMER1_TICKS 1361
#define DUAL_TIMER1_TICKS 1733
#define DUAL_TIMER2_TICKS 3001

uint32_t handler_work;
volatile uint32_t spare_count;

static uint32_t work(uint32_t loops)
{
    uint32_t value = loops;
    for (uint32_t i = 0; i < loops; i++)
    {
        value = value * 1103515245 + (value >> 7);
    }

    return value;
}

void systick_handler(void)
{
    note(WITNESS_SYSTICK, SYSTICK->value);
    note(WITNESS_SYSTICK, work(handler_work));
    SCB_ICSR = ICSR_PEND_SV;
}

void timer0_handler(void)
{
    note(WITNESS_TIMER0, TIMER0->value);
    TIMER0->intclear = 1;
    note(WITNESS_TIMER0, work(handler_work / 2));
    NVIC_ISPR = 1u << IRQ_SPARE_A; /* preempts us here, or follows us: that depends on our priority of the moment */
    note(WITNESS_TIMER0, spare_count);
}

void timer1_handler(void)
{
    note(WITNESS_TIMER1, TIMER1->value ^ TIMER0->value << 16);
    TIMER1->intclear = 1;
    note(WITNESS_TIMER1, work(handler_work));
}

void dual_timer_handler(void)
{
    note(WITNESS_DUAL_TIMER, DUAL_TIMER1->value);
    note(WITNESS_DUAL_TIMER, DUAL_TIMER2->value);
    DUAL_TIMER1->intclear = 1;
    DUAL_TIMER2->intclear = 1;
    note(WITNESS_DUAL_TIMER, work(handler_work));
}

void spare_a_handler(void)
{
    spare_count++;
    note(WITNESS_SPARE_A, SYSTICK->value);
}

void spare_b_handler(void)
{
    spare_count += 0x10000;
    note(WITNESS_SPARE_B, TIMER1->value);
    FPGAIO_LEDS = spare_count >> 16 & 3;
}

void pend_sv_handler(void)
{
    note(WITNESS_PEND_SV, spare_count);
    NVIC_STIR = IRQ_SPARE_B;
    note(WITNESS_PEND_SV, work(handler_work / 4));
}

void interrupts_start(void)
{
    SCB_PRIORITY[EXCEPTION_SVC] = 0x20;
    SCB_PRIORITY[EXCEPTION_PEND_SV] = 0xE0;
    SCB_PRIORITY[EXCEPTION_SYSTICK] = 0x80;
    enable_interrupt(IRQ_SPARE_A, 0x20);
    enable_interrupt(IRQ_SPARE_B, 0xC0);
    enable_interrupt(IRQ_UART0_TX, 0xA0);
    enable_interrupt(IRQ_UART0_RX, 0x60);
    enable_interrupt(IRQ_TIMER0, 0x40);
    enable_interrupt(IRQ_TIMER1, 0x60);
    enable_interrupt(IRQ_DUAL_TIMER, 0xA0);

    SYSTICK->load = SYSTICK_TICKS - 1;
    SYSTICK->value = 0;
    SYSTICK->ctrl = SYSTICK_RUN;
    TIMER0->reload = TIMER0_TICKS - 1;
    TIMER0->ctrl = TIMER_ENABLE | TIMER_INTERRUPT;
    TIMER1->reload = TIMER1_TICKS - 1;
    TIMER1->ctrl = TIMER_ENABLE | TIMER_INTERRUPT;
    DUAL_TIMER1->load = DUAL_TIMER1_TICKS;
    DUAL_TIMER1->control = DUAL_ENABLE | DUAL_PERIODIC | DUAL_INTERRUPT | DUAL_32BIT;
    DUAL_TIMER2->load = DUAL_TIMER2_TICKS;
    DUAL_TIMER2->control = DUAL_ENABLE | DUAL_PERIODIC | DUAL_INTERRUPT | DUAL_32BIT;
}

void interrupts_shuffle(uint32_t round)
{
    static const uint8_t priorities[] = { 0x40, 0x60, 0x80, 0x20, 0xA0 };
    NVIC_PRIORITY[IRQ_TIMER0] = priorities[round % 5];
    NVIC_PRIORITY[IRQ_TIMER1] = priorities[(round + 2) % 5];
    NVIC_PRIORITY[IRQ_DUAL_TIMER] = priorities[(round * 3 + 1) % 5];
    SCB_PRIORITY[EXCEPTION_SYSTICK] = priorities[(round + 4) % 5];
}
