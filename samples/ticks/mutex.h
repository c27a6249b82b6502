#pragma once

#include <stdint.h>

struct mutex
{
    volatile uint32_t is_taken;
};

void mutex_take(struct mutex *mutex);
void mutex_give(struct mutex *mutex);
