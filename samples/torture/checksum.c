#include "checksum.h"

volatile uint32_t sums[WITNESS_COUNT];
volatile uint32_t order;
