/* The work of a round, one function a kind. Each returns a number that depends on everything it did. */
#pragma once

#include <stdint.h>

uint32_t crc32(uint32_t crc, const uint8_t *bytes, uint32_t count);
uint32_t sort_words(uint32_t seed);
uint32_t multiply_matrices(uint32_t seed);
uint32_t count_words(uint32_t seed);
uint32_t hash_image(uint32_t seed);
uint32_t filter_samples(uint32_t seed);
void crc32_prepare(void);
