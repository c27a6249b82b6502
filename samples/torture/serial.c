#include "serial.h"
#include "board.h"
#include "checksum.h"

#define BUFFER_SIZE 256

static char buffer[BUFFER_SIZE];
static volatile uint32_t put_count;
static volatile uint32_t sent_count;
static volatile uint32_t sending;

static void send_next(void)
{
    sending = sent_count != put_count;
    if (sending)
    {
        UART0->data = (uint8_t)buffer[sent_count++ % BUFFER_SIZE];
    }
}

void uart0_tx_handler(void)
{
    note(WITNESS_UART, UART0->intstatus << 8 | UART0->state);
    UART0->intstatus = UART_INT_TX;
    send_next();
}

/* What comes from outside goes into the sums, with the state that it finds. */
void uart0_rx_handler(void)
{
    note(WITNESS_UART, UART0->intstatus << 8 | UART0->state);
    UART0->intstatus = UART_INT_RX;
    note(WITNESS_UART, UART0->data ^ SYSTICK->value << 8);
}

static void put(char c)
{
    while (put_count - sent_count == BUFFER_SIZE)
    {
        wait_for_interrupt();
    }

    buffer[put_count % BUFFER_SIZE] = c;
    put_count++;
    disable_interrupts();
    if (!sending)
    {
        send_next();
    }

    enable_interrupts();
}

void serial_start(void)
{
    UART0->bauddiv = 217;
    UART0->ctrl = UART_CTRL_TX | UART_CTRL_TX_INTERRUPT | UART_CTRL_RX | UART_CTRL_RX_INTERRUPT;
}

void serial_print(const char *text)
{
    while (*text != '\0')
    {
        put(*text++);
    }
}

void serial_print_hex(uint32_t value)
{
    for (int shift = 28; shift >= 0; shift -= 4)
    {
        put("0123456789abcdef"[(value >> shift) & 15]);
    }
}
