/*
 * A house's sensors send their values over a bus; the firmware corrects them and watches for alarms. One of its
 * structures is damaged at some moment, which nobody notices until much later. find-bug.gdb finds the moment.
 */
#include "board.h"
#include "console.h"
#include "field_bus.h"
#include "queue.h"
#include "sensor.h"

#define REPORT_EVERY 256
#define ALARM_CHECK_EVERY 512

static uint32_t handled;
static uint32_t checksum;

static void report(void)
{
    print_unsigned(handled);
    print(" messages, checksum ");
    print_hex(checksum);
    print("\n");
}

/* CRC-32 of what was measured, bit by bit. */
static void add_to_checksum(uint32_t word)
{
    checksum ^= word;
    for (int bit = 0; bit < 32; bit++)
    {
        checksum = checksum & 1 ? checksum >> 1 ^ 0xEDB88320 : checksum >> 1;
    }
}

static void handle(const struct message *message)
{
    struct sensor *sensor = &sensors[message->sensor];
    if (message->kind == MESSAGE_CALIBRATION)
    {
        sensor_calibrate(sensor, message->words, message->count);
    }
    else
    {
        add_to_checksum((uint32_t)sensor_take(sensor, message->words[0]));
        for (uint32_t i = 1; i <= 8; i++)
        {
            add_to_checksum((uint32_t)sensor->history[(sensor->readings - i) % SENSOR_HISTORY]);
        }
    }

    handled++;
    if (handled % REPORT_EVERY == 0)
    {
        report();
    }

    if (handled % ALARM_CHECK_EVERY == 0)
    {
        sensors_check_alarms();
    }
}

int main(void)
{
    console_open();
    print("overrun: waiting for messages\n");
    field_bus_start();
    for (;;)
    {
        struct message message;
        while (queue_take(&message))
        {
            handle(&message);
        }

        wait_for_interrupt();
    }
}
