/* Arm MPS2 with another Cortex-M. */
#pragma once

#define BOARD "mps2-an386"
#define CLOCK_HZ 25000000u
#define INTERRUPTS 32
#define SERIAL_IRQ 0
#define TIMER_IRQ 8
