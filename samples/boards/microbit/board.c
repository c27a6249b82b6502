/* UART0 and TIMER0 of the nRF51 (Reference Manual 3.0, chapters 18 and 29). */
#include "board.h"

#define UART 0x40002000
#define UART_STARTRX REGISTER(UART + 0x000)
#define UART_STARTTX REGISTER(UART + 0x008)
#define UART_RXDRDY REGISTER(UART + 0x108)
#define UART_TXDRDY REGISTER(UART + 0x11C)
#define UART_INTENSET REGISTER(UART + 0x304)
#define UART_ENABLE REGISTER(UART + 0x500)
#define UART_RXD REGISTER(UART + 0x518)
#define UART_TXD REGISTER(UART + 0x51C)
#define RXDRDY_INTERRUPT (1u << 2)

#define TIMER 0x40008000
#define TIMER_START REGISTER(TIMER + 0x000)
#define TIMER_SHUTDOWN REGISTER(TIMER + 0x010)
#define TIMER_COMPARE0 REGISTER(TIMER + 0x140)
#define TIMER_SHORTS REGISTER(TIMER + 0x200)
#define TIMER_INTENSET REGISTER(TIMER + 0x304)
#define TIMER_PRESCALER REGISTER(TIMER + 0x510)
#define TIMER_CC0 REGISTER(TIMER + 0x540)
#define COMPARE0_CLEAR 1u
#define COMPARE0_INTERRUPT (1u << 16)

void serial_open(void)
{
    UART_ENABLE = 4;
    UART_STARTTX = 1;
}

void serial_put(char c)
{
    UART_TXDRDY = 0;
    UART_TXD = (uint8_t)c;
    while (UART_TXDRDY == 0)
    {
    }
}

void serial_listen(void)
{
    UART_INTENSET = RXDRDY_INTERRUPT;
    UART_STARTRX = 1;
}

bool serial_take(char *c)
{
    if (UART_RXDRDY == 0)
    {
        return false;
    }

    UART_RXDRDY = 0;
    *c = (char)UART_RXD;
    return true;
}

void timer_start(void)
{
    TIMER_PRESCALER = 4;
    TIMER_CC0 = 1000;
    TIMER_SHORTS = COMPARE0_CLEAR;
    TIMER_INTENSET = COMPARE0_INTERRUPT;
    TIMER_START = 1;
}

void timer_acknowledge(void)
{
    TIMER_COMPARE0 = 0;
}

void timer_stop(void)
{
    TIMER_SHUTDOWN = 1;
}
