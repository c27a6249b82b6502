#include "kernels.h"

#define SIZE 40

static int32_t left[SIZE][SIZE];
static int32_t right[SIZE][SIZE];
static int32_t product[SIZE][SIZE];

static uint32_t fill(int32_t matrix[SIZE][SIZE], uint32_t seed)
{
    for (int row = 0; row < SIZE; row++)
    {
        for (int column = 0; column < SIZE; column++)
        {
            seed = seed * 1664525 + 1013904223;
            matrix[row][column] = (int32_t)seed >> 16;
        }
    }

    return seed;
}

uint32_t multiply_matrices(uint32_t seed)
{
    fill(right, fill(left, seed));
    for (int row = 0; row < SIZE; row++)
    {
        for (int column = 0; column < SIZE; column++)
        {
            int32_t sum = 0;
            for (int i = 0; i < SIZE; i++)
            {
                sum += left[row][i] * right[i][column];
            }

            product[row][column] = sum;
        }
    }

    return crc32(0, (const uint8_t *)product, sizeof product);
}
