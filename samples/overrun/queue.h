/* Messages from the interrupt to the main loop: one producer, one consumer, so no lock is needed. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define MESSAGE_WORDS 8

enum message_kind
{
    MESSAGE_READING,     /* words[0]: raw value */
    MESSAGE_CALIBRATION, /* words: corrections, Q20 */
};

struct message
{
    uint16_t kind;
    uint16_t sensor;
    uint32_t count;
    int32_t words[MESSAGE_WORDS];
};

bool queue_put(const struct message *message);
bool queue_take(struct message *message);
