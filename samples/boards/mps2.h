/* UART0 and timer 0 of the MPS2 (Cortex-M System Design Kit TRM, "APB UART" and "APB timer"). */
#include "board.h"

#define UART_DATA REGISTER(0x40004000)
#define UART_STATE REGISTER(0x40004004)
#define UART_CTRL REGISTER(0x40004008)
#define UART_INTCLEAR REGISTER(0x4000400C)
#define UART_BAUDDIV REGISTER(0x40004010)
#define TX_FULL 1u
#define RX_FULL 2u
#define RX_INTERRUPT 2u

#define TIMER_CTRL REGISTER(0x40000000)
#define TIMER_RELOAD REGISTER(0x40000008)
#define TIMER_INTCLEAR REGISTER(0x4000000C)

void serial_open(void)
{
    UART_BAUDDIV = CLOCK_HZ / 115200;
    UART_CTRL = 1;
}

void serial_put(char c)
{
    while (UART_STATE & TX_FULL)
    {
    }

    UART_DATA = (uint8_t)c;
}

void serial_listen(void)
{
    UART_CTRL = 1 | 2 | 8;
}

bool serial_take(char *c)
{
    UART_INTCLEAR = RX_INTERRUPT;
    if ((UART_STATE & RX_FULL) == 0)
    {
        return false;
    }

    *c = (char)UART_DATA;
    return true;
}

void timer_start(void)
{
    TIMER_RELOAD = CLOCK_HZ / 1000 - 1;
    TIMER_CTRL = 1 | 8;
}

void timer_acknowledge(void)
{
    TIMER_INTCLEAR = 1;
}

void timer_stop(void)
{
    TIMER_CTRL = 0;
}
