#include "queue.h"

#define QUEUE_SIZE 16

static struct message slots[QUEUE_SIZE];
static volatile uint32_t put_count;
static volatile uint32_t taken_count;

bool queue_put(const struct message *message)
{
    if (put_count - taken_count == QUEUE_SIZE)
    {
        return false;
    }

    slots[put_count % QUEUE_SIZE] = *message;
    put_count++;
    return true;
}

bool queue_take(struct message *message)
{
    if (put_count == taken_count)
    {
        return false;
    }

    *message = slots[taken_count % QUEUE_SIZE];
    taken_count++;
    return true;
}
