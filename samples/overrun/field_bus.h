/* A stand-in for the bus to the sensors: a timer interrupt brings a message each time. */
#pragma once

#include <stdint.h>

extern volatile uint32_t messages_lost;

void field_bus_start(void);
