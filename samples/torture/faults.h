#pragma once

#include <stdint.h>

void faults_enable(void);

/* Provokes one fault of each kind; the handlers skip the guilty instructions. */
void faults_provoke(uint32_t round);
