#include "receiver.h"
#include "board.h"

#define RING_SIZE 64

static char ring[RING_SIZE];
static volatile uint32_t put_count;
static volatile uint32_t taken_count;

void serial_handler(void)
{
    char c;
    while (serial_take(&c))
    {
        if (put_count - taken_count < RING_SIZE)
        {
            ring[put_count % RING_SIZE] = c;
            put_count++;
        }
    }
}

void receiver_start(void)
{
    serial_listen();
    enable_interrupt(SERIAL_IRQ);
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
