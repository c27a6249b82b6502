/* What the firmware saw, one sum for each kind of code that looks. */
#pragma once

#include <stdint.h>

enum witness
{
    WITNESS_THREAD,
    WITNESS_SYSTICK,
    WITNESS_TIMER0,
    WITNESS_TIMER1,
    WITNESS_DUAL_TIMER,
    WITNESS_UART,
    WITNESS_SPARE_A,
    WITNESS_SPARE_B,
    WITNESS_PEND_SV,
    WITNESS_SVC,
    WITNESS_FAULT,
    WITNESS_COUNT,
};

extern volatile uint32_t sums[WITNESS_COUNT];

/*
 * The order in which witnesses spoke. It is read and written back without a lock on purpose: an interrupt between the
 * two, one instruction earlier or later, gives another sum.
 */
extern volatile uint32_t order;

static inline void note(enum witness witness, uint32_t value)
{
    sums[witness] = sums[witness] * 1664525 + value + 1;
    order = order * 31 + witness;
}
