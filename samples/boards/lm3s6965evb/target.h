/* Stellaris LM3S6965EVB. */
#pragma once

#define BOARD "lm3s6965evb"
#define CLOCK_HZ 50000000u
#define INTERRUPTS 64
#define SERIAL_IRQ 5
#define TIMER_IRQ 19
