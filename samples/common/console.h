/* Polled output on UART0. */
#pragma once

#include <stdint.h>

void console_open(void);
void print_char(char c);
void print(const char *text);
void print_unsigned(uint32_t value);
void print_hex(uint32_t value);
