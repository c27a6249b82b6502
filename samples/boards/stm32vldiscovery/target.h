/* STM32VLDISCOVERY: STM32F100RB. QEMU has no timer there. */
#pragma once

#define BOARD "stm32vldiscovery"
#define CLOCK_HZ 24000000u
#define INTERRUPTS 61
#define USART 0x40013800
#define SERIAL_IRQ 37
