/* Netduino Plus 2: STM32F405RG. */
#pragma once

#define BOARD "netduinoplus2"
#define CLOCK_HZ 168000000u
#define TIMER_HZ 84000000u
#define INTERRUPTS 96
#define USART 0x40011000
#define SERIAL_IRQ 37
#define TIMER_IRQ 28
