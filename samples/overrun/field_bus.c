#include "field_bus.h"
#include "board.h"
#include "queue.h"
#include "sensor.h"

#define PERIOD_TICKS (CLOCK_HZ / 4000) /* 250 us */
#define CALIBRATION_EVERY 97

volatile uint32_t messages_lost;
static uint32_t sequence;
static uint32_t noise = 12345;

static uint32_t next_noise(void)
{
    noise = noise * 1664525 + 1013904223;
    return noise >> 24;
}

static void make_reading(struct message *message)
{
    message->kind = MESSAGE_READING;
    message->sensor = sequence % SENSOR_COUNT;
    message->count = 1;
    uint32_t wave = sequence % 1024 < 512 ? sequence % 512 : 511 - sequence % 512;
    message->words[0] = (int32_t)(1500 + 250 * message->sensor + wave * 2 + next_noise());
}

/* The service tool's sheet has one more point for the cellar's new sensor: its range begins below zero. */
static void make_calibration(struct message *message)
{
    uint32_t turn = sequence / CALIBRATION_EVERY;
    message->kind = MESSAGE_CALIBRATION;
    message->sensor = turn % SENSOR_COUNT;
    message->count = turn == 10 ? CALIBRATION_POINTS + 1 : CALIBRATION_POINTS;
    for (uint32_t i = 0; i < message->count; i++)
    {
        message->words[i] = (int32_t)((i * 150 + turn) << 20) | 0x4000;
    }
}

void timer0_handler(void)
{
    TIMER0->intclear = 1;
    struct message message;
    if (sequence % CALIBRATION_EVERY == CALIBRATION_EVERY - 1)
    {
        make_calibration(&message);
    }
    else
    {
        make_reading(&message);
    }

    sequence++;
    if (!queue_put(&message))
    {
        messages_lost++;
    }
}

void field_bus_start(void)
{
    TIMER0->reload = PERIOD_TICKS - 1;
    TIMER0->value = PERIOD_TICKS - 1;
    TIMER0->ctrl = TIMER_ENABLE | TIMER_INTERRUPT;
    enable_interrupt(IRQ_TIMER0, 0x40);
}
