/* Characters from UART0: the interrupt puts them into a ring, the main loop takes them out. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

extern volatile uint32_t characters_lost;

void receiver_start(void);

/* False when nothing is there. */
bool receiver_take(char *c);
