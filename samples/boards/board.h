/* What the samples for all boards need of one; each board's folder has its target.h and board.c. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include "target.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define SYSTICK_CTRL REGISTER(0xE000E010)
#define SYSTICK_LOAD REGISTER(0xE000E014)
#define SYSTICK_VALUE REGISTER(0xE000E018)
#define SYSTICK_RUN 7u /* enable, interrupt, processor clock */

/* The board's console. */
void serial_open(void);
void serial_put(char c);

/* Lets each character raise SERIAL_IRQ, whose handler takes it with serial_take. */
void serial_listen(void);

/* Acknowledges the interrupt; false when there is nothing (any more). */
bool serial_take(char *c);

/* A timer of the board raises TIMER_IRQ about once a millisecond, until it is stopped. */
void timer_start(void);
void timer_acknowledge(void);
void timer_stop(void);

static inline void enable_interrupt(uint32_t irq)
{
    REGISTER(0xE000E100 + irq / 32 * 4) = 1u << irq % 32;
}

static inline void disable_interrupts(void) { __asm__ volatile("cpsid i" ::: "memory"); }
static inline void enable_interrupts(void) { __asm__ volatile("cpsie i" ::: "memory"); }
static inline void wait_for_interrupt(void) { __asm__ volatile("wfi" ::: "memory"); }
