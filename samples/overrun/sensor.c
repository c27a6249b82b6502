#include "sensor.h"
#include "console.h"

#define RAW_RANGE 4096

static void warn(const struct sensor *sensor, int32_t value)
{
    print("alarm: ");
    print(sensor->name);
    print(" reads ");
    print_unsigned((uint32_t)value);
    print("\n");
}

static const struct alarm boiler_alarm = { .limit = 2600, .raise = warn };
static const struct alarm room_alarm = { .limit = 3900, .raise = warn };

struct sensor sensors[SENSOR_COUNT] = {
    { .name = "boiler", .alarm = &boiler_alarm },
    { .name = "kitchen", .alarm = &room_alarm },
    { .name = "cellar", .alarm = &room_alarm },
    { .name = "attic", .alarm = &room_alarm },
};

void sensor_calibrate(struct sensor *sensor, const int32_t *points, uint32_t count)
{
    if (count > CALIBRATION_POINTS + 1)
    {
        return;
    }

    for (uint32_t i = 0; i < count; i++)
    {
        sensor->calibration[i] = points[i];
    }
}

/* The correction at a raw value, in a straight line between its two neighbouring points; Q20. */
static int32_t correction(const struct sensor *sensor, int32_t raw)
{
    const int32_t step = RAW_RANGE / (CALIBRATION_POINTS - 1);
    int32_t left = raw / step;
    if (left >= CALIBRATION_POINTS - 1)
    {
        left = CALIBRATION_POINTS - 2;
    }

    int32_t slope = (sensor->calibration[left + 1] - sensor->calibration[left]) / step;
    return sensor->calibration[left] + slope * (raw - left * step);
}

int32_t sensor_take(struct sensor *sensor, int32_t raw)
{
    int32_t value = raw + correction(sensor, raw) / (1 << 20);
    sensor->history[sensor->readings % SENSOR_HISTORY] = value;
    sensor->readings++;
    return value;
}

/* The median is not fooled by a single wild value. */
static int32_t median(const struct sensor *sensor)
{
    int32_t sorted[SENSOR_HISTORY];
    for (int i = 0; i < SENSOR_HISTORY; i++)
    {
        int32_t value = sensor->history[i];
        int at = i;
        for (; at > 0 && sorted[at - 1] > value; at--)
        {
            sorted[at] = sorted[at - 1];
        }

        sorted[at] = value;
    }

    return sorted[SENSOR_HISTORY / 2];
}

static void check_alarm(struct sensor *sensor)
{
    int32_t value = median(sensor);
    const struct alarm *alarm = sensor->alarm;
    if (value > alarm->limit)
    {
        alarm->raise(sensor, value);
        sensor->alarms++;
    }
}

void sensors_check_alarms(void)
{
    for (int i = 0; i < SENSOR_COUNT; i++)
    {
        check_alarm(&sensors[i]);
    }
}
