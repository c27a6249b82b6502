/* Netduino 2: STM32F205RF. */
#pragma once

#define BOARD "netduino2"
#define CLOCK_HZ 120000000u
#define TIMER_HZ 60000000u
#define INTERRUPTS 96
#define USART 0x40011000
#define SERIAL_IRQ 37
#define TIMER_IRQ 28
