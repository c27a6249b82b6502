#pragma once

#include <stdint.h>

/* Loops that a timer's handler spends; set so that handlers take about a third of the time. */
extern uint32_t handler_work;

/* How often the software-pended interrupts ran. */
extern volatile uint32_t spare_count;

/* Starts every timer, each with a period of its own. */
void interrupts_start(void);

/* Gives the timers other priorities. */
void interrupts_shuffle(uint32_t round);
