#pragma once

#include <stdint.h>

#define SENSOR_COUNT 4
#define SENSOR_HISTORY 16
#define CALIBRATION_POINTS 4

struct sensor;

/* What to do when a sensor reads too much. */
struct alarm
{
    int32_t limit;
    void (*raise)(const struct sensor *sensor, int32_t value);
};

struct sensor
{
    const char *name;
    uint32_t readings;
    int32_t history[SENSOR_HISTORY];
    int32_t calibration[CALIBRATION_POINTS]; /* corrections, evenly spaced over the range of raw values */
    const struct alarm *alarm;
    uint32_t alarms;
};

extern struct sensor sensors[SENSOR_COUNT];

/* Takes new corrections, as many as the message brought. */
void sensor_calibrate(struct sensor *sensor, const int32_t *points, uint32_t count);

/* Corrects and smooths a raw value and keeps it. */
int32_t sensor_take(struct sensor *sensor, int32_t raw);

/* Raises the alarm of every sensor whose last values are too high. */
void sensors_check_alarms(void);
