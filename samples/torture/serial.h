/* Output on UART0 from the transmit interrupt. */
#pragma once

#include <stdint.h>

void serial_start(void);
void serial_print(const char *text);
void serial_print_hex(uint32_t value);
