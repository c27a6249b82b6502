#include "console.h"
#include "board.h"

void console_open(void)
{
    serial_open();
}

void print_char(char c)
{
    serial_put(c);
}

void print(const char *text)
{
    while (*text != '\0')
    {
        serial_put(*text++);
    }
}

void print_unsigned(uint32_t value)
{
    char digits[10];
    uint32_t count = 0;
    do
    {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);

    while (count > 0)
    {
        serial_put(digits[--count]);
    }
}
