/* BBC micro:bit: nRF51822. */
#pragma once

#define BOARD "microbit"
#define CLOCK_HZ 16000000u
#define INTERRUPTS 32
#define SERIAL_IRQ 2
#define TIMER_IRQ 8
