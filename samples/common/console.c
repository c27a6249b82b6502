#include "console.h"
#include "board.h"

void console_open(void)
{
    UART0->bauddiv = 217; /* 25 MHz / 115,200 baud */
    UART0->ctrl = UART_CTRL_TX;
}

void print_char(char c)
{
    while (UART0->state & UART_STATE_TX_FULL)
    {
    }

    UART0->data = (uint8_t)c;
}

void print(const char *text)
{
    while (*text != '\0')
    {
        print_char(*text++);
    }
}

void print_unsigned(uint32_t value)
{
    if (value >= 10)
    {
        print_unsigned(value / 10);
    }

    print_char((char)('0' + value % 10));
}

void print_hex(uint32_t value)
{
    print("0x");
    for (int shift = 28; shift >= 0; shift -= 4)
    {
        print_char("0123456789abcdef"[(value >> shift) & 15]);
    }
}
