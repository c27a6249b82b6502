/* Clock, UART0 and timer 0 of the LM3S6965 (data sheet, chapters 6, 10 and 13). */
#include "board.h"

#define SYSCTL 0x400FE000
#define SYSCTL_RIS REGISTER(SYSCTL + 0x050)
#define SYSCTL_RCC REGISTER(SYSCTL + 0x060)
#define SYSCTL_RCGC1 REGISTER(SYSCTL + 0x104)
#define SYSCTL_RCGC2 REGISTER(SYSCTL + 0x108)
#define PLL_LOCKED (1u << 6)
#define DIVIDE_BY_4 (3u << 23 | 1u << 22)
#define CRYSTAL_8_MHZ (0xEu << 6)

#define UART 0x4000C000
#define UART_DR REGISTER(UART + 0x000)
#define UART_FR REGISTER(UART + 0x018)
#define UART_IBRD REGISTER(UART + 0x024)
#define UART_FBRD REGISTER(UART + 0x028)
#define UART_LCRH REGISTER(UART + 0x02C)
#define UART_CTL REGISTER(UART + 0x030)
#define UART_IM REGISTER(UART + 0x038)
#define UART_ICR REGISTER(UART + 0x044)
#define TX_FULL (1u << 5)
#define RX_EMPTY (1u << 4)
#define RX_INTERRUPTS (1u << 4 | 1u << 6)

#define TIMER 0x40030000
#define TIMER_CFG REGISTER(TIMER + 0x000)
#define TIMER_TAMR REGISTER(TIMER + 0x004)
#define TIMER_CTL REGISTER(TIMER + 0x00C)
#define TIMER_IMR REGISTER(TIMER + 0x018)
#define TIMER_ICR REGISTER(TIMER + 0x024)
#define TIMER_TAILR REGISTER(TIMER + 0x028)
#define PERIODIC 2u
#define TIME_OUT 1u

#define GPIOA_AFSEL REGISTER(0x40004420)
#define GPIOA_DEN REGISTER(0x4000451C)

static void run_at_50_mhz(void)
{
    SYSCTL_RCC = DIVIDE_BY_4 | CRYSTAL_8_MHZ;
    while ((SYSCTL_RIS & PLL_LOCKED) == 0)
    {
    }
}

void serial_open(void)
{
    run_at_50_mhz();
    SYSCTL_RCGC1 |= 1u << 0 | 1u << 16; /* UART0, timer 0 */
    SYSCTL_RCGC2 |= 1u << 0;            /* port A */
    GPIOA_AFSEL |= 3;
    GPIOA_DEN |= 3;
    UART_CTL = 0;
    UART_IBRD = 27; /* 50 MHz / (16 x 115200) = 27 + 8/64 */
    UART_FBRD = 8;
    UART_LCRH = 3u << 5 | 1u << 4; /* 8 bits, FIFOs */
    UART_CTL = 1u << 9 | 1u << 8 | 1u;
}

void serial_put(char c)
{
    while (UART_FR & TX_FULL)
    {
    }

    UART_DR = (uint8_t)c;
}

void serial_listen(void)
{
    UART_IM = RX_INTERRUPTS;
}

bool serial_take(char *c)
{
    UART_ICR = RX_INTERRUPTS;
    if (UART_FR & RX_EMPTY)
    {
        return false;
    }

    *c = (char)UART_DR;
    return true;
}

void timer_start(void)
{
    TIMER_CFG = 0;
    TIMER_TAMR = PERIODIC;
    TIMER_TAILR = CLOCK_HZ / 1000;
    TIMER_IMR = TIME_OUT;
    TIMER_CTL = 1;
}

void timer_acknowledge(void)
{
    TIMER_ICR = TIME_OUT;
}

void timer_stop(void)
{
    TIMER_CTL = 0;
}
