#include "receiver.h"
#include "board.h"

#define RING_SIZE 64

volatile uint32_t characters_lost;
static char ring[RING_SIZE];
static volatile uint32_t put_count;
static volatile uint32_t taken_count;

void uart0_rx_handler(void)
{
    UART0->intstatus = UART_INT_RX;
    while (UART0->state & UART_STATE_RX_FULL)
    {
        char c = (char)UART0->data;
        if (put_count - taken_count == RING_SIZE)
        {
            characters_lost++;
            continue;
        }

        ring[put_count % RING_SIZE] = c;
        put_count++;
    }
}

void receiver_start(void)
{
    UART0->ctrl = UART_CTRL_TX | UART_CTRL_RX | UART_CTRL_RX_INTERRUPT;
    enable_interrupt(IRQ_UART0_RX, 0x40);
}

bool receiver_take(char *c)
{
    if (put_count == taken_count)
    {
        return false;
    }

    *c = ring[taken_count % RING_SIZE];
    taken_count++;
    return true;
}
