#include "kernels.h"

static uint32_t table[256];

void crc32_prepare(void)
{
    for (uint32_t i = 0; i < 256; i++)
    {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++)
        {
            crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }

        table[i] = crc;
    }
}

uint32_t crc32(uint32_t crc, const uint8_t *bytes, uint32_t count)
{
    crc = ~crc;
    while (count-- > 0)
    {
        crc = table[(crc ^ *bytes++) & 0xFF] ^ crc >> 8;
    }

    return ~crc;
}
