#include "kernels.h"

#define LENGTH 4096
#define BUCKETS 64
#define LONGEST 12

struct entry
{
    char word[LONGEST + 1];
    uint32_t count;
};

static char text[LENGTH + 1];
static struct entry entries[BUCKETS];

static const char *const vocabulary[] = {
    "Valve", "pump", "TANK", "level", "Pressure", "flow", "alarm", "set", "reset", "open", "Closed", "on", "OFF",
    "heater", "sensor", "limit", "high", "LOW", "normal", "Fault", "relay", "start", "stop", "hold", "manual", "auto",
};

static void write_text(uint32_t seed)
{
    uint32_t length = 0;
    for (;;)
    {
        seed = seed * 1664525 + 1013904223;
        const char *word = vocabulary[(seed >> 16) % (sizeof vocabulary / sizeof *vocabulary)];
        for (; *word != '\0'; word++)
        {
            text[length++] = *word;
        }

        if (length > LENGTH - LONGEST - 1)
        {
            break;
        }

        text[length++] = seed & 1 << 20 ? ' ' : ',';
    }

    text[length] = '\0';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static int is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static int same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b)
    {
        a++;
        b++;
    }

    return *a == *b;
}

static struct entry *find(const char *word, uint32_t hash)
{
    for (uint32_t i = 0; i < BUCKETS; i++)
    {
        struct entry *entry = &entries[(hash + i) % BUCKETS];
        if (entry->count == 0 || same(entry->word, word))
        {
            return entry;
        }
    }

    return &entries[0]; /* more different words than the vocabulary has: cannot be */
}

static void count_word(const char *word, uint32_t length)
{
    char key[LONGEST + 1];
    uint32_t hash = 2166136261;
    for (uint32_t i = 0; i < length; i++)
    {
        key[i] = lower(word[i]);
        hash = (hash ^ (uint8_t)key[i]) * 16777619;
    }

    key[length] = '\0';
    struct entry *entry = find(key, hash);
    entry->count++;
    for (uint32_t i = 0; i <= length; i++)
    {
        entry->word[i] = key[i];
    }
}

uint32_t count_words(uint32_t seed)
{
    write_text(seed);
    for (uint32_t i = 0; i < BUCKETS; i++)
    {
        entries[i].count = 0;
    }

    const char *at = text;
    while (*at != '\0')
    {
        const char *end = at;
        while (is_letter(lower(*end)))
        {
            end++;
        }

        count_word(at, (uint32_t)(end - at));
        at = *end == '\0' ? end : end + 1;
    }

    uint32_t sum = 0;
    for (uint32_t i = 0; i < BUCKETS; i++)
    {
        sum = sum * 31 + entries[i].count;
    }

    return sum;
}
