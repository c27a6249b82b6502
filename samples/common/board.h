/* Registers of the MPS2 board (AN385) and of the Cortex-M3 that the samples use. */
#pragma once

#include <stdint.h>

#define CLOCK_HZ 25000000u

/* CMSDK UART: Cortex-M System Design Kit TRM, "APB UART". */
struct uart
{
    volatile uint32_t data;
    volatile uint32_t state;
    volatile uint32_t ctrl;
    volatile uint32_t intstatus; /* write 1 to clear */
    volatile uint32_t bauddiv;
};

#define UART0 ((struct uart *)0x40004000)
#define UART_STATE_TX_FULL (1u << 0)
#define UART_STATE_RX_FULL (1u << 1)
#define UART_CTRL_TX (1u << 0)
#define UART_CTRL_RX (1u << 1)
#define UART_CTRL_TX_INTERRUPT (1u << 2)
#define UART_CTRL_RX_INTERRUPT (1u << 3)
#define UART_INT_TX (1u << 0)
#define UART_INT_RX (1u << 1)

/* CMSDK timer: counts down from reload. */
struct timer
{
    volatile uint32_t ctrl;
    volatile uint32_t value;
    volatile uint32_t reload;
    volatile uint32_t intclear;
};

#define TIMER0 ((struct timer *)0x40000000)
#define TIMER1 ((struct timer *)0x40001000)
#define TIMER_ENABLE (1u << 0)
#define TIMER_INTERRUPT (1u << 3)

/* One half of the CMSDK dual timer (an SP804). */
struct dual_timer
{
    volatile uint32_t load;
    volatile uint32_t value;
    volatile uint32_t control;
    volatile uint32_t intclear;
};

#define DUAL_TIMER1 ((struct dual_timer *)0x40002000)
#define DUAL_TIMER2 ((struct dual_timer *)0x40002020)
#define DUAL_32BIT (1u << 1)
#define DUAL_INTERRUPT (1u << 5)
#define DUAL_PERIODIC (1u << 6)
#define DUAL_ENABLE (1u << 7)

#define FPGAIO_LEDS (*(volatile uint32_t *)0x40028000)

/* System control space: ARMv7-M ARM, B3.2 to B3.4. */
struct systick
{
    volatile uint32_t ctrl;
    volatile uint32_t load;
    volatile uint32_t value;
};

#define SYSTICK ((struct systick *)0xE000E010)
#define SYSTICK_RUN 7u /* enable, interrupt, processor clock */

#define NVIC_ISER (*(volatile uint32_t *)0xE000E100)
#define NVIC_ICER (*(volatile uint32_t *)0xE000E180)
#define NVIC_ISPR (*(volatile uint32_t *)0xE000E200)
#define NVIC_ICPR (*(volatile uint32_t *)0xE000E280)
#define NVIC_PRIORITY ((volatile uint8_t *)0xE000E400)
#define NVIC_STIR (*(volatile uint32_t *)0xE000EF00)

#define SCB_ICSR (*(volatile uint32_t *)0xE000ED04)
#define SCB_SCR (*(volatile uint32_t *)0xE000ED10)
#define SCB_CCR (*(volatile uint32_t *)0xE000ED14)
#define SCB_PRIORITY ((volatile uint8_t *)0xE000ED14) /* indexed by exception number, 4 to 15 */
#define SCB_SHCSR (*(volatile uint32_t *)0xE000ED24)
#define SCB_CFSR (*(volatile uint32_t *)0xE000ED28)
#define SCB_BFAR (*(volatile uint32_t *)0xE000ED38)
#define ICSR_PEND_SV (1u << 28)
#define SCR_SEVONPEND (1u << 4)
#define CCR_UNALIGN_TRP (1u << 3)
#define CCR_DIV_0_TRP (1u << 4)
#define SHCSR_BUS_FAULT (1u << 17)
#define SHCSR_USAGE_FAULT (1u << 18)
#define EXCEPTION_SVC 11
#define EXCEPTION_PEND_SV 14
#define EXCEPTION_SYSTICK 15

enum interrupt
{
    IRQ_UART0_RX = 0,
    IRQ_UART0_TX = 1,
    IRQ_TIMER0 = 8,
    IRQ_TIMER1 = 9,
    IRQ_DUAL_TIMER = 10,
    IRQ_SPARE_A = 20, /* no device on these two: pended by software */
    IRQ_SPARE_B = 21,
};

static inline void enable_interrupt(enum interrupt irq, uint8_t priority)
{
    NVIC_PRIORITY[irq] = priority;
    NVIC_ISER = 1u << irq;
}

static inline void disable_interrupts(void) { __asm__ volatile("cpsid i" ::: "memory"); }
static inline void enable_interrupts(void) { __asm__ volatile("cpsie i" ::: "memory"); }
static inline void wait_for_interrupt(void) { __asm__ volatile("wfi" ::: "memory"); }
static inline void wait_for_event(void) { __asm__ volatile("wfe" ::: "memory"); }
static inline void send_event(void) { __asm__ volatile("sev" ::: "memory"); }

/* What the processor pushes on exception entry (ARMv7-M ARM, B1.5.6). */
struct exception_frame
{
    uint32_t r0, r1, r2, r3, r12, lr, pc, xpsr;
};
